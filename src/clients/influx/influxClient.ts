import { text } from 'node:stream/consumers';
import { type IPoolRequestOptions, Pool } from 'influx/lib/src/pool.js';
import { catchError, defer, finalize, from, type Observable, tap, throwError, timeout } from 'rxjs';
import { show } from '../../core/options.ts';
import { retrying } from '../retry.ts';
import type { CheckedConnection } from './connection.ts';
import { hasAnswered, InfluxFailure, transportFailure, unreachable } from './influxFailure.ts';
import { type InfluxSeries, parseAnswer } from './parseAnswer.ts';

/** Requests to an InfluxDB, repeated by the connection's policy until they succeed. Each is cold. */
export interface InfluxClient {
  /** Answers of a SELECT, in the order of the server. */
  read(statement: string): Observable<InfluxSeries[]>;
  /** Runs a statement that changes something, such as CREATE SUBSCRIPTION. */
  run(statement: string): Observable<InfluxSeries[]>;
  /** Writes lines of line protocol with nanosecond times. */
  write(lines: string): Observable<void>;
}

/**
 * Uses the connection pool of `influx`, not its class InfluxDB, which does not escape measurement names, sends a
 * Basic header even with a token, and waits forever for the rest of an answer that was cut off.
 */
export function influxClient(connection: CheckedConnection): InfluxClient {
  const { url, database: db, retentionPolicy, retry, random, scheduler } = connection;
  const pool = poolOf(url, connection.requestTimeout);
  const where = retentionPolicy === undefined ? { db } : { db, rp: retentionPolicy };
  let isKnown = false; // whether an InfluxDB has answered
  const headers = connection.authorization === undefined ? {} : { authorization: connection.authorization };

  const request = <T>(options: IPoolRequestOptions, parse: (body: string) => T): Observable<T> =>
    defer(() => {
      const abort = new AbortController();
      let isAnswered = false; // a connection that will be reused must not be aborted
      return from(bodyOf(pool, { ...options, headers, signal: abort.signal }).then(parse)).pipe(
        timeout({ first: connection.requestTimeout, scheduler, with: () => throwError(tooLate) }),
        tap(() => {
          isAnswered = true;
          isKnown = true;
        }),
        catchError((error: unknown) => {
          const failure = transportFailure(error, url, isKnown);
          isKnown ||= hasAnswered(failure);
          return throwError(() => failure);
        }),
        finalize(() => {
          if (!isAnswered) abort.abort();
        }),
      );
    }).pipe(
      retrying(retry, random, scheduler, () => isKnown),
      catchError((error: unknown) => throwError(() => (isKnown ? error : unreachable(error, url)))),
    );

  const tooLate = (): InfluxFailure =>
    new InfluxFailure(`InfluxDB at ${url.origin}: no answer within ${connection.requestTimeout} ms`, true);

  const ask = (method: 'GET' | 'POST', statement: string): Observable<InfluxSeries[]> =>
    request({ method, path: '/query', query: { ...where, q: statement } }, parseAnswer);

  return {
    read: (statement) => ask('GET', statement),
    run: (statement) => ask('POST', statement),
    write: (body) => request({ method: 'POST', path: '/write', query: where, body }, requireEmpty),
  };
}

/** What has taken a write answers nothing; a page or a message is of something else, which has kept nothing. */
function requireEmpty(body: string): void {
  if (body.trim() !== '')
    throw new InfluxFailure(`InfluxDB: the answer to a write is not empty: ${show(body)}`, true, {
      isForeign: true,
    });
}

/** A pool of one host, without its own waits and retries. */
function poolOf(url: URL, requestTimeout: number): Pool {
  const patient = { getDelay: () => 0, next: () => patient, reset: () => patient };
  const pool = new Pool({ maxRetries: 0, requestTimeout, backoff: patient });
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1'); // as sockets want an address of IPv6
  const port = url.port || (url.protocol === 'https:' ? 443 : 80);
  const path = url.pathname.replace(/\/+$/, '');
  pool.addHost(`${url.protocol}//${url.hostname}:${port}${path || '/'}`, { hostname: host });
  return pool;
}

/** The whole body; rejects when the connection breaks before its end. */
async function bodyOf(pool: Pool, options: IPoolRequestOptions): Promise<string> {
  return await new Promise((resolve, reject) => {
    pool.stream(options, (error: Error | null | undefined, response) => {
      if (error) reject(error);
      else resolve(text(response));
    });
  });
}

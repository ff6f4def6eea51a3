import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import {
  catchError,
  concatWith,
  defer,
  EMPTY,
  finalize,
  from,
  fromEvent,
  map,
  mergeMap,
  NEVER,
  type Observable,
} from 'rxjs';
import { RxAnomalyError } from '../../../core/errors.ts';
import type { CheckedPush } from './checkPush.ts';

/** An endpoint that listens: where, and what it is sent. */
export interface LineReceiver {
  readonly port: number;
  /** Bodies of line protocol. */
  readonly bodies: Observable<string>;
}

/**
 * Listens until it is unsubscribed from. Requests whose path does not start with `secret` are refused. While
 * `isFull`, writes are refused: nothing is lost by that, because everything pushed can also be read.
 */
export function receiveLines(
  { host, port }: CheckedPush,
  secret: string,
  isFull: () => boolean,
): Observable<LineReceiver> {
  return defer(() => {
    const server = createServer();
    const bodies = defer(
      () => fromEvent(server, 'request') as Observable<[IncomingMessage, ServerResponse]>,
    ).pipe(mergeMap(([request, response]) => bodyOf(request, response, secret, isFull)));
    return from(listen(server, host, port)).pipe(
      map((actual) => ({ port: actual, bodies })),
      concatWith(NEVER), // listens on
      finalize(() => {
        server.close();
        server.closeAllConnections();
      }),
    );
  });
}

/** InfluxDB's own limit, `max-body-size`. */
const LARGEST = 25_000_000;

function bodyOf(
  request: IncomingMessage,
  response: ServerResponse,
  secret: string,
  isFull: () => boolean,
): Observable<string> {
  const answer = (status: number): Observable<never> => {
    response.writeHead(status, { connection: status === 204 ? 'keep-alive' : 'close' }).end();
    return EMPTY;
  };
  const path = request.url ?? '';
  if (request.method === 'GET' && path.startsWith(`/${secret}/ping`)) return answer(204);
  if (request.method !== 'POST' || !path.startsWith(`/${secret}/write`)) return answer(404);
  if (Number(request.headers['content-length'] ?? LARGEST + 1) > LARGEST) return answer(413);
  if (isFull()) return answer(503);
  return from(text(request)).pipe(
    map((body) => {
      answer(204);
      return body;
    }),
    catchError(() => EMPTY), // cut off: a sweep will find it
  );
}

async function listen(server: Server, host: string, port: number): Promise<number> {
  return await new Promise((resolve, reject) => {
    server.once('error', (cause: Error) => {
      reject(
        new RxAnomalyError('SERVER', `fromInflux: cannot listen on ${host}:${port}: ${cause.message}`, {
          cause,
        }),
      );
    });
    server.listen(port, host, () => resolve((server.address() as AddressInfo).port));
  });
}

import { lookup } from 'node:dns/promises';
import { networkInterfaces } from 'node:os';
import { catchError, forkJoin, from, map, type Observable, of, switchMap } from 'rxjs';
import type { CheckedConnection } from './connection.ts';
import { influxClient } from './influxClient.ts';
import { quoteName } from './influxQl.ts';
import type { InfluxSeries } from './parseAnswer.ts';

/** By the tags of a reading, which its verdicts share. */
const origins = new WeakMap<object, CheckedConnection>();

/** Remembers where a reading with these very tags comes from. */
export function setOrigin(tags: object, connection: CheckedConnection): void {
  origins.set(tags, connection);
}

/** Where a reading comes from; undefined where it is not known. */
export function originOf(tags: object): CheckedConnection | undefined {
  return origins.get(tags);
}

/** Whether two connections lead to one database and retention policy, under whatever names. */
export function isSamePlace(one: CheckedConnection, other: CheckedConnection): Observable<boolean> {
  if (one.database !== other.database) return of(false);
  return forkJoin([defaultPolicy(one), defaultPolicy(other)]).pipe(
    switchMap(([a, b]) =>
      (one.retentionPolicy ?? a) === (other.retentionPolicy ?? b) ? isSameServer(one, other) : of(false),
    ),
  );
}

/** What tells one server from another: what it says of its process, where it may be asked, else its addresses. */
function isSameServer(one: CheckedConnection, other: CheckedConnection): Observable<boolean> {
  if (one.url.host === other.url.host && one.url.pathname === other.url.pathname) return of(true);
  return forkJoin([processOf(one), processOf(other)]).pipe(
    switchMap(([a, b]) => {
      if (a !== undefined && b !== undefined) return of(a === b);
      if (portOf(one.url) !== portOf(other.url)) return of(false);
      return from(Promise.all([addressesOf(one.url), addressesOf(other.url)])).pipe(
        map(([here, there]) => here.some((address) => there.includes(address))),
      );
    }),
  );
}

/** Host, process and start of the server; undefined where it does not say, as InfluxDB 2 and 3 do not. */
function processOf(connection: CheckedConnection): Observable<string | undefined> {
  return ask(connection, 'SHOW DIAGNOSTICS').pipe(
    map((answer) => {
      const cell = (series: string, column: string): unknown => {
        const found = answer.find(({ name }) => name === series);
        return found?.values[0]?.[found.columns.indexOf(column)];
      };
      const parts = [cell('network', 'hostname'), cell('system', 'PID'), cell('system', 'started')];
      return parts.includes(undefined) ? undefined : JSON.stringify(parts);
    }),
  );
}

function defaultPolicy(connection: CheckedConnection): Observable<string | undefined> {
  return ask(connection, `SHOW RETENTION POLICIES ON ${quoteName(connection.database)}`).pipe(
    map(([series]) => {
      const [name, isDefault] = ['name', 'default'].map((column) => series?.columns.indexOf(column) ?? -1);
      return series?.values.find((cells) => cells[isDefault!] === true)?.[name!] as string | undefined;
    }),
  );
}

/** Nothing where the server refuses or does not answer. */
function ask(connection: CheckedConnection, statement: string): Observable<InfluxSeries[]> {
  const retry = { ...connection.retry, limit: 0, limitAtFirst: 0 };
  return influxClient({ ...connection, retry })
    .read(statement)
    .pipe(catchError(() => of([])));
}

const LOCAL = 'this machine';

/** Addresses of a host; those of this machine under one name. */
async function addressesOf({ hostname }: URL): Promise<string[]> {
  const own = new Set(
    Object.values(networkInterfaces()).flatMap((all) => (all ?? []).map(({ address }) => address)),
  );
  const found = await lookup(hostname.replace(/^\[(.*)\]$/, '$1'), { all: true }).catch(() => []);
  return found.map(({ address }) =>
    own.has(address) || /^(127\.|0\.0\.0\.0$|::1?$|::ffff:(7f|127\.))/.test(address) ? LOCAL : address,
  );
}

function portOf({ port, protocol }: URL): string {
  return port || (protocol === 'https:' ? '443' : '80');
}

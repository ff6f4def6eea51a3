import { catchError, concat, defer, EMPTY, ignoreElements, map, type Observable, switchMap } from 'rxjs';
import type { InfluxClient } from '../../../clients/influx/influxClient.ts';
import { InfluxFailure } from '../../../clients/influx/influxFailure.ts';
import { quoteName, quoteText } from '../../../clients/influx/influxQl.ts';
import { RxAnomalyError } from '../../../core/errors.ts';

/** A subscription of InfluxDB 1.x, whose writes go to `address`. */
export interface Subscription {
  readonly name: string;
  readonly database: string;
  /** @default the database's own default */
  readonly retentionPolicy: string | undefined;
  readonly address: string;
}

/** Makes InfluxDB push, replacing a subscription of the same name; completes when it does. */
export function createSubscription(client: InfluxClient, subscription: Subscription): Observable<never> {
  return concat(
    dropSubscription(client, subscription),
    nameOf(client, subscription).pipe(
      switchMap((name) =>
        client.run(`CREATE SUBSCRIPTION ${name} DESTINATIONS ALL ${quoteText(subscription.address)}`),
      ),
      ignoreElements(),
    ),
  );
}

/** Ends a subscription, if it is there. */
export function dropSubscription(client: InfluxClient, subscription: Subscription): Observable<never> {
  return nameOf(client, subscription).pipe(
    switchMap((name) => client.run(`DROP SUBSCRIPTION ${name}`)),
    ignoreElements(),
    catchError((error: unknown) => {
      if (error instanceof InfluxFailure && /subscription not found/.test(error.message)) return EMPTY;
      throw error;
    }),
  );
}

function nameOf(client: InfluxClient, { name, database, retentionPolicy }: Subscription): Observable<string> {
  return retentionPolicyOf(client, database, retentionPolicy).pipe(
    map((policy) => `${quoteName(name)} ON ${quoteName(database)}.${quoteName(policy)}`),
  );
}

/** A subscription must name its retention policy, even the default one. */
function retentionPolicyOf(
  client: InfluxClient,
  database: string,
  named: string | undefined,
): Observable<string> {
  if (named !== undefined) return defer(() => [named]);
  return client.read(`SHOW RETENTION POLICIES ON ${quoteName(database)}`).pipe(
    map(([series]) => {
      const [name, isDefault] = ['name', 'default'].map((column) => series?.columns.indexOf(column) ?? -1);
      const row = series?.values.find((cells) => cells[isDefault!] === true);
      if (row === undefined)
        throw new RxAnomalyError('SERVER', `InfluxDB: ${database} has no default policy`);
      return String(row[name!]);
    }),
  );
}

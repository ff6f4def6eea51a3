import {
  catchError,
  concatMap,
  defer,
  EMPTY,
  from,
  ignoreElements,
  type MonoTypeOperatorFunction,
  merge,
  type Observable,
  Subject,
  tap,
} from 'rxjs';
import { ServerFailure } from '../clients/retry.ts';
import type { Alert, Value } from '../core/reading.ts';
import { alertIds } from './alertJson.ts';

/** How alerts are delivered, and what is called when they are. */
export interface Delivery<E, V extends Value> {
  /** The name of the operator, for messages. */
  readonly where: string;
  /** Emits the answer with which the alert was accepted; fails where it is given up. Called when all before have been. */
  readonly send: (alert: Alert<E, V>, id: string) => Observable<string>;
  /** Alerts that wait at most; one more is given up. */
  readonly maxWaiting: number;
  readonly onSent: (alert: Alert<E, V>, answer: string) => void;
  readonly onLost: (alert: Alert<E, V>, error: Error) => void;
}

/**
 * Delivers alerts one after the other and in order, and emits them at once. Completes after its source, once the last alert
 * has been sent or given up.
 */
export function deliver<E, V extends Value>({
  where,
  send,
  maxWaiting,
  onSent,
  onLost,
}: Delivery<E, V>): MonoTypeOperatorFunction<Alert<E, V>> {
  return (source) =>
    defer(() => {
      const idOf = alertIds<E, V>();
      const waiting = new Subject<{ readonly alert: Alert<E, V>; readonly id: string }>();
      let count = 0;
      const sent = waiting.pipe(
        concatMap(({ alert, id }) =>
          send(alert, id).pipe(
            tap((answer) => onSent(alert, answer)),
            catchError((error: unknown) => {
              onLost(alert, error instanceof Error ? error : new Error(String(error)));
              return EMPTY;
            }),
            tap({ finalize: () => count-- }),
          ),
        ),
        ignoreElements(),
      );
      const taken = from(source).pipe(
        tap({
          next: (alert) => {
            const id = idOf(alert);
            if (count === maxWaiting)
              onLost(alert, new ServerFailure(`${where}: too many alerts wait`, true));
            else {
              count++;
              waiting.next({ alert, id });
            }
          },
          complete: () => waiting.complete(),
        }),
      );
      return merge(sent, taken);
    });
}

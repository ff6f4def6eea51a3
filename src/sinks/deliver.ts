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
  type SchedulerLike,
  Subject,
  tap,
} from 'rxjs';
import { type RetryOptions, ServerFailure } from '../clients/retry.ts';
import type { Alert, Value } from '../core/reading.ts';
import { alertIds } from './alertJson.ts';
import type { DimensionNames } from './alertText.ts';

/** Options of every sink that waits for answers. */
export interface DeliveryOptions<E = unknown, V extends Value = Value> {
  /**
   * When an alert that was not accepted is sent again.
   * @default `{ limit: Infinity, first: 500, longest: 300000 }`: until it is accepted, at least every five minutes
   */
  readonly retry?: RetryOptions;
  /** Milliseconds until an answer must be there, above 0 and below 2^31. @default 10000 */
  readonly requestTimeout?: number;
  /** Alerts that wait at most while an earlier one is being sent, 1 to 1000000; one more is given up. @default 1000 */
  readonly maxWaiting?: number;
  /** Names of the dimensions of a stream, by its key, for texts. @default `dimension 1` and so on */
  readonly dimensions?: DimensionNames;
  /** Called for every alert that was accepted, with the answer: the beginning of its text, and its status where it has one. */
  readonly onSent?: (alert: Alert<E, V>, answer: string) => void;
  /** Called for every alert that is given up, with the reason. */
  readonly onLost?: (alert: Alert<E, V>, error: Error) => void;
  /** The clock of all waiting; a virtual one in tests. @default asyncScheduler */
  readonly scheduler?: SchedulerLike;
  /** Uniform over [0, 1), for jitter. @default Math.random */
  readonly random?: () => number;
}

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

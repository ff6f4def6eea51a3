import {
  concatMap,
  defer,
  dematerialize,
  EMPTY,
  finalize,
  materialize,
  merge,
  type ObservableNotification,
  type OperatorFunction,
  Subject,
  tap,
} from 'rxjs';

/**
 * Projects events one by one, in order. One that has to wait delays all behind it, the end of the source included;
 * the others are projected as they come. Unlike concatMap, it needs no stack for the queue.
 *
 * @param wait what an event has to wait for; undefined when it need not
 * @param project called when it need not wait (any more)
 * @param onWaiting called with the change in the number of waiting events
 */
export function inOrder<E, R>(
  wait: (event: E) => Promise<void> | undefined,
  project: (event: E) => R,
  onWaiting: (change: number) => void = () => {},
): OperatorFunction<E, R> {
  return (source) =>
    defer(() => {
      let queue: ObservableNotification<E>[] = [];
      let next = 0; // of the queue
      let isWaiting = false;
      const woken = new Subject<void>();

      function* proceed(): Generator<ObservableNotification<R>, void, undefined> {
        while (next < queue.length) {
          const notification = queue[next];
          const pending = notification.kind === 'N' ? wait(notification.value) : undefined;
          if (pending !== undefined) {
            isWaiting = true;
            pending.then(wake, (error: unknown) => woken.error(error));
            return;
          }
          next++;
          onWaiting(-1);
          yield notification.kind === 'N' ? { kind: 'N', value: project(notification.value) } : notification;
        }
        queue = [];
        next = 0;
      }
      const wake = (): void => {
        isWaiting = false;
        woken.next();
      };

      const arrivals = source.pipe(
        materialize(),
        tap((notification) => {
          queue.push(notification);
          onWaiting(1);
        }),
      );
      return merge(arrivals, woken).pipe(
        concatMap(() => (isWaiting ? EMPTY : proceed())),
        dematerialize(),
        finalize(() => onWaiting(next - queue.length)),
      );
    });
}

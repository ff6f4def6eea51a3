import { defer, finalize, ignoreElements, merge, type Observable, Subject } from 'rxjs';
import type { Value } from '../core/reading.ts';
import type { Measured, ValueOf, WithValue } from '../operators/measured.ts';
import { problemReporter } from '../operators/problemReporter.ts';
import type { Position } from './contract.ts';
import { checkDistribute, type DistributeOptions, WHERE } from './distributeOptions.ts';
import type { Progress } from './progress.ts';
import { Worker } from './worker.ts';

/**
 * Detection by as many processes as are started, on a log that keeps events, verdicts and states. The verdicts are those of
 * one `detectAnomalies` over all events: none is missing, none is delivered twice and none differs, whichever processes die,
 * pause or believe that they own the same partition.
 *
 * ```ts
 * distribute({ engine, detect: { key: (r) => r.sensorId, value: (r) => r.celsius }, signal }).subscribe();
 * ```
 *
 * Each subscription is a worker. Unsubscribing hands its partitions over in the background, `signal` does so before the
 * Observable completes: the next owner then replays nothing. What the engine cannot do at the moment is tried again.
 *
 * @throws RxAnomalyError BAD_OPTION when called with a wrong option
 * Errors of the stream: RxAnomalyError BAD_SNAPSHOT where states are of another configuration or do not belong to the
 * verdicts, TRIMMED where events that are needed are no longer in the log, BAD_DATA under `onBadData: 'error'`, SERVER when
 * `retry` gives up
 */
export function distribute<E, V extends Value, P extends Position>(
  options: DistributeOptions<E, V, P> & { readonly detect: WithValue<E, V> },
): Observable<Progress<P>>;
/** Of events that need no `value` selector: numbers, lists of them, or what has either in its field `value`. */
export function distribute<E extends Measured, P extends Position>(
  options: DistributeOptions<E, ValueOf<E>, P>,
): Observable<Progress<P>>;
export function distribute<E, V extends Value, P extends Position>(
  options: DistributeOptions<E, V, P>,
): Observable<Progress<P>> {
  const checked = checkDistribute(options);
  const { detect, signal } = checked;
  return defer(() => {
    const { onProblem, finish } = problemReporter(WHERE, detect.reader.onProblem);
    const progress = new Subject<Progress<P>>();
    const worker = new Worker<E, V, P>(checked, (each) => progress.next(each), onProblem);
    const stop = (): void => worker.stop();
    const running = defer(async () => {
      if (signal?.aborted) stop();
      signal?.addEventListener('abort', stop);
      try {
        await worker.run();
      } finally {
        signal?.removeEventListener('abort', stop);
        finish();
        progress.complete();
      }
    });
    return merge(progress, running.pipe(ignoreElements())).pipe(finalize(stop));
  });
}

import { defer, finalize, from, merge, type Observable, Subject, switchMap } from 'rxjs';
import type { Shape, Value } from '../../core/reading.ts';
import { ChangeTracker } from '../../models/changes/changeTracker.ts';
import { DurableDetector } from '../../models/durable/durableDetector.ts';
import type { DurableVerdict } from '../../models/durable/durableState.ts';
import { asJson, fields, type Json, trusted } from '../../models/snapshot/state.ts';
import { withCallbacks } from '../../models/streamDetectorOptions.ts';
import type { Measured, ValueOf, WithValue } from '../measured.ts';
import { problemReporter } from '../problemReporter.ts';
import { type CheckedCheckpoint, type CheckpointOptions, checkCheckpoint } from './checkpointOptions.ts';
import { CheckpointSaver } from './checkpointSaver.ts';
import { durableVerdicts, runId } from './durableVerdicts.ts';

/**
 * Detection that survives restarts: the verdicts of `detectAnomalies` over a source, with everything that they depend
 * on saved regularly as one unit: models, scalers, scorers, thresholds, open incidents, and the position in the
 * source. Each subscription loads the last state and continues after it: the verdicts are the same as without an
 * interruption, bit for bit. Evicted models (`maxKeys`, `idleTimeout`) go to the store and return with their key.
 *
 * ```ts
 * checkpoint({
 *   store: new FileCheckpointStore('state'),
 *   source: (position?: InfluxPosition) => fromInflux({ ...sensors, position }),
 *   detect: { threshold: 0.6 },
 *   deliver: toInflux({ ...verdicts }),
 * }).subscribe()
 * ```
 *
 * After a crash the verdicts since the last saved state are computed and delivered again: none is missing, and a sink
 * may receive one twice. `toInflux` and anything else that overwrites by key and time keeps one of them. A source
 * that completes or is stopped by `signal` is saved to its end. Unsubscribing saves nothing more.
 *
 * It takes its source as a function because only the saved state knows where the source has to start.
 *
 * @throws RxAnomalyError BAD_OPTION when called with a wrong option
 * Errors of the stream: RxAnomalyError BAD_SNAPSHOT when the saved state is damaged or of another configuration,
 * those of the store, and those of source and `deliver`. Subscribing again, as `retry` does, resumes from the last
 * saved state.
 */
export function checkpoint<E, V extends Value, P = unknown, R = DurableVerdict<E, Shape<V>>>(
  options: CheckpointOptions<E, V, P, R> & { readonly detect: WithValue<E, V> },
): Observable<R>;
/** Of events that need no `value` selector: numbers, lists of them, or what has either in its field `value`. */
export function checkpoint<E extends Measured, P = unknown, R = DurableVerdict<E, ValueOf<E>>>(
  options: CheckpointOptions<E, ValueOf<E>, P, R>,
): Observable<R>;
export function checkpoint<E, V extends Value, P, R>(
  options: CheckpointOptions<E, V, P, R>,
): Observable<DurableVerdict<E, V> | R> {
  const checked = checkCheckpoint(options);
  const { store, name, detect, config, scheduler, absences, changePoints } = checked;
  let closed: Promise<void> = Promise.resolve(); // of the previous subscription
  return defer(() => {
    const { onProblem, finish } = problemReporter('checkpoint', detect.reader.onProblem);
    const reported = withCallbacks(detect, { reader: { ...detect.reader, onProblem } });
    const opening = closed.then(() =>
      DurableDetector.open<E, V>('checkpoint', reported, {
        store,
        name,
        config,
        run: runId(scheduler.now()),
        ...(absences === undefined ? {} : { absentAfter: absences.absentAfter }),
        ...(changePoints === undefined ? {} : { changes: new ChangeTracker(changePoints) }),
      }),
    );
    return from(opening).pipe(
      switchMap((detector) => detection(detector, checked)),
      finalize(() => {
        finish();
        // Also if nobody waits for it any more when it is open.
        closed = opening.then((detector) => detector.close()).catch(() => {});
      }),
    );
  });
}

function detection<E, V extends Value, P, R>(
  detector: DurableDetector<E, V>,
  options: CheckedCheckpoint<E, V, P, R>,
): Observable<DurableVerdict<E, V> | R> {
  const { source, position, every, scheduler, onSaveFailed } = options;
  const failures = new Subject<never>();
  const saver = new CheckpointSaver(detector, every, scheduler, onSaveFailed ?? ((e) => failures.error(e)));
  const verdicts = durableVerdicts(detector, saver, {
    ...options,
    absentBy: options.absences?.absentBy,
    source: () => source(positionIn(detector.position), detector.events),
    place: (event) => () => asJson({ position: position(event) }),
  });
  return merge(failures, verdicts.pipe(finalize(() => failures.complete())));
}

/** The JSON of a position. */
function positionIn<P>(saved: Json | undefined): P | undefined {
  return saved === undefined ? undefined : trusted<P | undefined>(fields(saved).position);
}

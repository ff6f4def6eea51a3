import { concatMap, defer, from, type OperatorFunction } from 'rxjs';
import { OptionSet } from '../core/optionSet.ts';
import type { Value, Verdict } from '../core/reading.ts';
import type { ChangePoint } from '../models/changes/changePoint.ts';
import { type ChangeOptions, ChangeTracker, minCertaintySpec } from '../models/changes/changeTracker.ts';
import { streamTable } from './streamTable.ts';

/** Options of {@link changePoints}. */
export interface ChangePointsOptions extends ChangeOptions {
  /** Streams that are remembered at most, with 15 kB and 17 kB for each dimension; beyond that the one idle longest is forgotten. @default 10000 */
  readonly maxKeys?: number;
}

export const changePointsOptions: OptionSet<ChangePointsOptions> = new OptionSet({
  minCertainty: minCertaintySpec,
  maxKeys: streamTable.maxKeys,
});

/**
 * When a stream has changed for good, and how: level, slope or scale, from how much to how much, with the estimated moment and its
 * certainty, at most 0.8. Of the verdicts of a detector: where it flags events or reports `drift`, and where blocks of 32 events differ from those
 * before as none have before, the values before and after are compared, 12 to 192 events later. What comes back meanwhile is no change. Streams
 * with a day of at least twelve events, or another cycle of 96 or more, are compared without it: from the second week on, one to five days after
 * the change. Per key and dimension.
 * A state of `checkpoint` has it too: its option `changePoints`.
 *
 * ```ts
 * readings$.pipe(detectAnomalies(), changePoints()).subscribe(({ kind, time, before, after, certainty }) => …);
 * ```
 *
 * @throws RxAnomalyError BAD_OPTION when called with a wrong option
 */
export function changePoints<V extends Value>(
  options: ChangePointsOptions = {},
): OperatorFunction<Verdict<unknown, V>, ChangePoint> {
  const limits = changePointsOptions.resolve('changePoints', options);
  return (source) =>
    defer(() => {
      const tracker = new ChangeTracker(limits);
      return from(source).pipe(concatMap((verdict) => tracker.add(verdict)));
    });
}

import type { Value } from '../../core/reading.ts';
import type { AbsenceOptions } from '../../models/decision/absenceWatch.ts';
import type { StreamDetectorOptions } from '../../models/streamDetectorOptions.ts';
import { namedModels } from '../options/namedModels.ts';
import { DEFAULT_MODELS } from '../options/options.ts';
import type { Timed } from '../options/policy.ts';
import type { DetectionContext } from './detection.ts';
import type { DetectionOptions } from './rowOptions.ts';

/**
 * The detector's options for a source that is no table: models by name, policy, absences; problems and evictions are counted.
 *
 * @param absentBy by what clock a key is silent
 */
export function detectorOptions<E extends Timed>(
  options: DetectionOptions,
  { counts, persistence }: Pick<DetectionContext, 'counts' | 'persistence'>,
  absentBy: AbsenceOptions['absentBy'] & string,
): StreamDetectorOptions<E, Value> & AbsenceOptions {
  const all = { ...DEFAULT_MODELS, ...options };
  const { forecaster, scorer, seed, adapt, fleet = false, absentAfter, ...detect } = all;
  return {
    ...detect,
    ...namedModels({ forecaster, scorer, seed, fleet, ...(adapt && { adapt }) }),
    ...(absentAfter === undefined ? {} : { absentAfter, absentBy }),
    onProblem: ({ kind, message }) => counts.problems.addLive(kind, message),
    // Models that are kept come back.
    ...(persistence.store === undefined ? { onEvict: () => counts.problems.addEviction() } : {}),
  };
}

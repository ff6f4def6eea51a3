import type { NabFile } from './nabFile.ts';
import type { NabProfile } from './profiles.ts';
import { sweepThresholds } from './sweepThresholds.ts';

/** The best threshold over all files of a benchmark. */
export interface NabOptimum {
  /** A record is flagged where `score ≥ threshold`; 1.1, above every score, where it is best to flag nothing. */
  readonly threshold: number;
  /** Raw NAB score at that threshold. */
  readonly raw: number;
}

/**
 * The one threshold for all files with the highest raw NAB score; of equal ones the highest, as in NAB 1.1's
 * optimizer.py. It is chosen with the labels in view: NAB compares all detectors this way, but users will not get
 * this score.
 *
 * @throws RxAnomalyError BAD_INPUT where a file is not as in {@link NabFile}
 */
export function optimiseNabThreshold(files: readonly NabFile[], profile: NabProfile): NabOptimum {
  let best: NabOptimum = { threshold: 1.1, raw: Number.NEGATIVE_INFINITY };
  for (const { threshold, raw } of sweepThresholds(files, profile)) {
    if (raw > best.raw) best = { threshold, raw };
  }
  return best;
}

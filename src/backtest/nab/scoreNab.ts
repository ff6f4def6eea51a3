import { optionChecks } from '../../core/options.ts';
import type { RecordWindow } from '../recordWindows.ts';
import { type NabFile, nabProbation, scoredWindows } from './nabFile.ts';
import type { NabProfile } from './profiles.ts';
import { type NabCounts, recordGains, sweepThresholds } from './sweepThresholds.ts';

/** The outcome of one file. */
export interface NabFileScore extends NabCounts {
  readonly name: string;
  /** Raw NAB score; the sum of those of the files is that of the benchmark. */
  readonly raw: number;
}

/** The outcome of a benchmark. */
export interface NabScore {
  /** The profile's name. */
  readonly profile: string;
  readonly threshold: number;
  /** Raw NAB score, summed over the files. */
  readonly raw: number;
  /** 100 · (raw − null) / (perfect − null): 0 for flagging nothing, 100 at best; null where no window is labelled. */
  readonly normalised: number | null;
  /** In the order of the input. */
  readonly files: readonly NabFileScore[];
}

/**
 * The score of the Numenta Anomaly Benchmark when every record with `score ≥ threshold` is flagged. Lavin & Ahmad
 * 2015; agrees with NAB 1.1's own scorer. Each window counts once, by its earliest flagged record; each flagged record
 * outside costs, the less the closer it follows a window; a missed window costs fnWeight. Records in probation
 * (`nabProbation`) and windows wholly in it are left out, of the null and the perfect detector too.
 *
 * @param threshold 0 or more; above 1 flags nothing
 * @throws RxAnomalyError BAD_OPTION for a threshold that is no such number
 * @throws RxAnomalyError BAD_INPUT where a file is not as in {@link NabFile}
 */
export function scoreNab(files: readonly NabFile[], profile: NabProfile, threshold: number): NabScore {
  optionChecks('scoreNab').nonNegative('threshold', threshold);
  const scored = files.map((file) => scoreFile(file, profile, threshold));
  const raw = scored.reduce((sum, file) => sum + file.raw, 0);
  const windows = files.reduce((sum, file) => sum + scoredWindows(file), 0);
  const nothing = -profile.fnWeight * windows;
  const perfect = profile.tpWeight * windows;
  const normalised = windows > 0 ? (100 * (raw - nothing)) / (perfect - nothing) : null;
  return { profile: profile.name, threshold, raw, normalised, files: scored };
}

function scoreFile(file: NabFile, profile: NabProfile, threshold: number): NabFileScore {
  const steps = [...sweepThresholds([file], profile, threshold)];
  const { raw, tp, tn, fp, fn } = steps.at(-1)!;
  return { name: file.name, raw, tp, tn, fp, fn };
}

/** The raw NAB score of one file from the records that raised an alert. */
export type NabOfAlerts = (alerts: readonly number[]) => number;

/**
 * The raw NAB score of one file as a function of its alerts: equal to `scoreNab` of scores that are 1 at the alerts
 * and 0 elsewhere. For many sets of alerts: gains are computed once.
 */
export function nabOfAlerts(
  records: number,
  windows: readonly RecordWindow[],
  profile: NabProfile,
): NabOfAlerts {
  const gains = recordGains({ name: '', scores: new Float64Array(records), windows }, profile);
  const start = nabProbation(records);
  const scored = windows.filter(({ last }) => last >= start);
  return (alerts) => {
    let raw = 0;
    let at = 0; // the window that the next alert is in or before
    let best = -profile.fnWeight;
    for (const alert of alerts) {
      if (alert < start) continue;
      while (at < scored.length && scored[at]!.last < alert) {
        raw += best;
        best = -profile.fnWeight;
        at++;
      }
      if (at < scored.length && alert >= scored[at]!.first) best = Math.max(best, gains[alert]!);
      else raw += gains[alert]!;
    }
    for (; at < scored.length; at++) {
      raw += best;
      best = -profile.fnWeight;
    }
    return raw;
  };
}

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

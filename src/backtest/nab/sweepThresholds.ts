import { checkNabFile, type NabFile, nabProbation, scoredWindows } from './nabFile.ts';
import type { NabProfile } from './profiles.ts';

/** Records after probation, by outcome. */
export interface NabCounts {
  /** Flagged, inside a window. */
  readonly tp: number;
  /** Not flagged, outside. */
  readonly tn: number;
  /** Flagged, outside. */
  readonly fp: number;
  /** Not flagged, inside a window. */
  readonly fn: number;
}

/** The outcome when every record with `score ≥ threshold` is flagged. */
export interface NabStep extends NabCounts {
  readonly threshold: number;
  /** Raw NAB score: the best gain in each window (−fnWeight where none is flagged) + the gains of false positives. */
  readonly raw: number;
}

/**
 * Every threshold that changes the outcome, from the highest down: first 1.1, which flags nothing, then each distinct
 * score of at least `floor`. One sort and one pass (`calcScoreByThreshold` of NAB 1.1's sweeper.py). Gains add up in
 * NAB's order, records by falling score and then as they come, so that sums round as NAB's do.
 *
 * @param floor records that score below it are never flagged; 0 sweeps down to all flagged
 * @throws RxAnomalyError BAD_INPUT where a file is not as in {@link NabFile}
 */
export function* sweepThresholds(
  files: readonly NabFile[],
  profile: NabProfile,
  floor = 0,
): Generator<NabStep, void, void> {
  const { scores, gains, windowOf, inside, windows } = pool(files, profile);
  const outside = scores.length - inside;
  const order = Uint32Array.from(scores.keys()).filter((i) => scores[i]! >= floor);
  order.sort((a, b) => scores[b]! - scores[a]!); // stable, as NAB's is

  const best = new Float64Array(windows).fill(-profile.fnWeight); // (windows) in order of detection, then the missed
  const place = new Map<number, number>(); // window → its index in `best`
  let [tp, fp, fpGain, threshold] = [0, 0, 0, 1.1];
  const step = (): NabStep => ({
    threshold,
    raw: best.reduce((sum, gain) => sum + gain, fpGain),
    tp,
    tn: outside - fp,
    fp,
    fn: inside - tp,
  });

  for (const i of order) {
    if (scores[i] !== threshold) {
      yield step();
      threshold = scores[i]!;
    }
    const window = windowOf[i]!;
    if (window < 0) {
      fp++;
      fpGain += gains[i]!;
    } else {
      tp++;
      const at = place.get(window) ?? place.size;
      place.set(window, at);
      best[at] = Math.max(best[at]!, gains[i]!);
    }
  }
  yield step();
}

/** The records after probation of all files, one after the other. */
interface Pool {
  /** (records) */
  readonly scores: Float64Array;
  /** (records) */
  readonly gains: Float64Array;
  /** (records) the window a record is in, numbered through all files; −1 outside */
  readonly windowOf: Int32Array;
  /** Records in windows. */
  readonly inside: number;
  /** Windows that have a record here. */
  readonly windows: number;
}

function pool(files: readonly NabFile[], profile: NabProfile): Pool {
  files.forEach(checkNabFile);
  const length = files.reduce((sum, file) => sum + file.scores.length - nabProbation(file.scores.length), 0);
  const scores = new Float64Array(length);
  const gains = new Float64Array(length);
  const windowOf = new Int32Array(length).fill(-1);
  let [at, inside, windows, numbered] = [0, 0, 0, 0];
  for (const file of files) {
    const start = nabProbation(file.scores.length);
    scores.set(file.scores.subarray(start), at);
    gains.set(recordGains(file, profile).subarray(start), at);
    for (const { first, last } of file.windows) {
      const from = Math.max(first, start);
      if (last >= from) {
        windowOf.fill(numbered, at + from - start, at + last + 1 - start);
        inside += last + 1 - from;
      }
      numbered++;
    }
    windows += scoredWindows(file);
    at += file.scores.length - start;
  }
  return { scores, gains, windowOf, inside, windows };
}

/**
 * What flagging each record earns: above 0 inside a window, below 0 outside. The scaled sigmoid of Lavin & Ahmad
 * 2015, applied as NAB 1.1's sweeper.py does:
 * - inside a window of w records that ends at r, the relative position is y = −(r − i + 1) / w, so −1 at the first
 *   record and −1/w at the last, and the gain tpWeight · σ(y) / σ(−1): tpWeight for the first record;
 * - outside, y = (i − r) / (w − 1) for the window before, and the gain fpWeight · σ(y);
 * - before any window, −fpWeight.
 *
 * After a window of a single record y is infinite, a false positive far from any window (NAB divides by zero there).
 *
 * @returns (records)
 */
export function recordGains({ scores, windows }: NabFile, profile: NabProfile): Float64Array {
  const gains = new Float64Array(scores.length).fill(-profile.fpWeight);
  windows.forEach(({ first, last }, window) => {
    const width = last - first + 1;
    for (let i = first; i <= last; i++) {
      gains[i] = (scaledSigmoid(-(last - i + 1) / width) * profile.tpWeight) / AT_WINDOW_START;
    }
    const next = windows[window + 1]?.first ?? scores.length;
    for (let i = last + 1; i < next; i++)
      gains[i] = scaledSigmoid((i - last) / (width - 1)) * profile.fpWeight;
  });
  return gains;
}

/** σ(y) = 2 / (1 + e^(5y)) − 1: 0.9866 at the first record of a window, 0 just past its end, −1 far behind it. */
function scaledSigmoid(position: number): number {
  return position > 3 ? -1 : 2 * (1 / (1 + Math.exp(5 * position))) - 1;
}

const AT_WINDOW_START = scaledSigmoid(-1);

import { square } from '../../core/math/pow.ts';
/**
 * Non-parametric dynamic threshold (Hundman, Constantinou, Laporte, Colwell & Söderström 2018, "Detecting spacecraft
 * anomalies using LSTMs and nonparametric dynamic thresholding", KDD, section 3.2): of ε = μ(e) + z σ(e) the one without
 * whose exceedances mean and deviation fall most, for how many these are:
 *
 * ε = argmax (Δμ/μ + Δσ/σ) / (|e_a| + |E_seq|²), e_a the errors above ε and E_seq their unbroken runs.
 *
 * Thresholds with more than five runs, or that call half of all errors anomalous, do not count (as in the authors'
 * code). Without any that counts, ε = μ + 12 σ.
 *
 * Then section 3.3's pruning, reformulated so that it applies before the next error comes: runs whose highest errors,
 * in descending order, fall by no more than 13 % each down to the highest normal error, are normal after all. So an
 * error is anomalous only if it lies above ε and by that share above the highest that is normal, by pruning or not.
 *
 * @param errors (n) smoothed errors, 0 or more, the oldest first; n > 0
 * @returns the error from which on the next one is anomalous
 */
export function dynamicThreshold(errors: Float64Array): number {
  const epsilon = chooseEpsilon(errors);
  const { peaks, highestNormal } = runsAbove(errors, epsilon);
  let highest = highestNormal;
  for (const peak of peaks.sort((a, b) => a - b)) {
    if (peak * (1 - LEAST_FALL) > highest) break;
    highest = peak;
  }
  return Math.max(epsilon, highest / (1 - LEAST_FALL));
}

const SMALLEST_Z = 2.5;
const LARGEST_Z = 12;
const STEP = 0.5;
const MOST_RUNS = 5;
const LEAST_FALL = 0.13; // the paper's p

function chooseEpsilon(errors: Float64Array): number {
  const all = momentsBelow(errors, Number.POSITIVE_INFINITY);
  let best = all.mean + LARGEST_Z * all.deviation;
  let highest = Number.NEGATIVE_INFINITY;
  for (let z = SMALLEST_Z; z <= LARGEST_Z; z += STEP) {
    const epsilon = all.mean + z * all.deviation;
    const below = momentsBelow(errors, epsilon);
    const above = errors.length - below.count;
    if (above === 0) break; // nor is there any above a higher one
    if (2 * above >= errors.length || below.runs > MOST_RUNS) continue;
    const fall = (all.mean - below.mean) / all.mean + (all.deviation - below.deviation) / all.deviation;
    const worth = fall / (above + square(below.runs));
    if (worth < highest) continue;
    highest = worth;
    best = epsilon;
  }
  return best;
}

interface Moments {
  readonly count: number;
  readonly mean: number;
  readonly deviation: number;
  /** Unbroken runs of the errors that are left out. */
  readonly runs: number;
}

/** Of the errors below `epsilon`. Two passes: squares of errors that differ by orders of magnitude cancel. */
function momentsBelow(errors: Float64Array, epsilon: number): Moments {
  let [count, sum, runs, inside] = [0, 0, 0, false];
  for (const error of errors) {
    if (error < epsilon) {
      count++;
      sum += error;
      inside = false;
    } else {
      if (!inside) runs++;
      inside = true;
    }
  }
  const mean = count === 0 ? 0 : sum / count;
  let squares = 0;
  for (const error of errors) if (error < epsilon) squares += square(error - mean);
  return { count, mean, deviation: count === 0 ? 0 : Math.sqrt(squares / count), runs };
}

/** The highest error of every unbroken run from `epsilon` on, and of all the others. */
function runsAbove(errors: Float64Array, epsilon: number): { peaks: number[]; highestNormal: number } {
  const peaks: number[] = [];
  let highestNormal = 0;
  let inside = false;
  for (const error of errors) {
    if (error < epsilon) {
      highestNormal = Math.max(highestNormal, error);
    } else if (inside) {
      peaks[peaks.length - 1] = Math.max(peaks[peaks.length - 1], error);
    } else {
      peaks.push(error);
    }
    inside = error >= epsilon;
  }
  return { peaks, highestNormal };
}

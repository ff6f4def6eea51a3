import { optionChecks } from '../../core/options.ts';
import { mergeWindows, type RecordWindow, rangesOf } from '../recordWindows.ts';
import type { StreamOutcome } from './incidentMetrics.ts';

/** Where in a range an overlap counts most: everywhere the same, or at its beginning. */
export type PositionalBias = 'flat' | 'front';

/** Weights. */
export interface RangeMetricsOptions {
  /** α: share of recall that is given for touching a range at all, 0 … 1; the rest is for the overlap. @default 0 */
  readonly alpha?: number;
  /** δ of recall. Precision is always flat: a false alarm is as bad wherever it is. @default 'flat' */
  readonly bias?: PositionalBias;
}

/** Precision and recall by range; null where the denominator is 0. */
export interface RangeMetrics {
  /** Mean over the predicted ranges; null when nothing was predicted. */
  readonly precision: number | null;
  /** Mean over the labelled ranges; null without labels. */
  readonly recall: number | null;
  /** The harmonic mean; 0 when one of the two is, null when one of the two is. */
  readonly f1: number | null;
}

/**
 * Range-based precision and recall: Tatbul, Lee, Zdonik, Alam & Gottschlich 2018, "Precision and Recall for Time
 * Series" (NeurIPS).
 *
 *   Recall(R_i) = α · [some P_j overlaps R_i] + (1 − α) · γ · Σ_j ω(R_i, R_i ∩ P_j)
 *   Precision(P_i) = γ · Σ_j ω(P_i, P_i ∩ R_j)
 *
 * ω is the share of the range's positional weight that lies in the overlap: δ(i) = 1 for flat, n − i + 1 for front
 * (i from 1, n records). γ is 1 where at most one range overlaps, else 1 over how many do. Ranges are runs of flagged
 * records and the labelled windows themselves, without tolerance; ranges of all streams have the same weight.
 *
 * @throws RxAnomalyError BAD_OPTION for an α outside 0 … 1 or an unknown bias
 */
export function rangeMetrics(
  streams: readonly StreamOutcome[],
  options: RangeMetricsOptions = {},
): RangeMetrics {
  const check = optionChecks('rangeMetrics');
  check.known(options, ['alpha', 'bias']);
  const { alpha = 0, bias = 'flat' } = options;
  check.within('alpha', alpha, 0, 1);
  check.oneOf('bias', bias, ['flat', 'front']);
  const recalls: number[] = [];
  const precisions: number[] = [];
  for (const { windows, flags } of streams) {
    const predicted = rangesOf(flags);
    const labelled = mergeWindows(windows, 1);
    for (const range of predicted) precisions.push(overlap(range, labelled, 'flat').reward);
    for (const range of labelled) {
      const { touching, reward } = overlap(range, predicted, bias);
      recalls.push(alpha * Number(touching > 0) + (1 - alpha) * reward);
    }
  }
  const [precision, recall] = [mean(precisions), mean(recalls)];
  return { precision, recall, f1: harmonic(precision, recall) };
}

/** How many of `others` (ascending, disjoint) overlap the range, and γ · Σ ω. */
function overlap(
  range: RecordWindow,
  others: readonly RecordWindow[],
  bias: PositionalBias,
): { touching: number; reward: number } {
  const length = range.last - range.first + 1;
  let [touching, weight] = [0, 0];
  for (let at = firstEndingFrom(others, range.first); at < others.length; at++) {
    const other = others[at]!;
    if (other.first > range.last) break;
    touching++;
    // positions from 1 within the range
    const from = Math.max(other.first, range.first) - range.first + 1;
    const to = Math.min(other.last, range.last) - range.first + 1;
    weight += weightUpTo(to, length, bias) - weightUpTo(from - 1, length, bias);
  }
  if (touching === 0) return { touching, reward: 0 };
  return { touching, reward: weight / weightUpTo(length, length, bias) / touching };
}

/** Σ δ(i) over the positions 1 … i. */
function weightUpTo(position: number, length: number, bias: PositionalBias): number {
  return bias === 'flat' ? position : position * length - (position * (position - 1)) / 2;
}

/** The first of ascending, disjoint ranges that does not end before `index`, by bisection. */
function firstEndingFrom(ranges: readonly RecordWindow[], index: number): number {
  let [low, high] = [0, ranges.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ranges[middle]!.last < index) low = middle + 1;
    else high = middle;
  }
  return low;
}

function mean(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}

function harmonic(a: number | null, b: number | null): number | null {
  if (a === null || b === null) return null;
  return a + b > 0 ? (2 * a * b) / (a + b) : 0;
}

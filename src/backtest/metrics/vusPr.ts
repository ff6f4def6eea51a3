import { RxAnomalyError } from '../../core/errors.ts';
import { optionChecks } from '../../core/options.ts';
import type { RecordWindow } from '../recordWindows.ts';

/** How much the labels are blurred, and how finely the curve is sampled. */
export interface VusPrOptions {
  /** L: the widest buffer around a label, records; half of it lies on each side. @default 100 */
  readonly maxBuffer?: number;
  /** Points of each precision–recall curve, at scores evenly spread by rank; at least 2. @default 250 */
  readonly thresholds?: number;
}

/**
 * Volume under the surface of precision and recall: Paparrizos, Boniol, Palpanas, Tsay, Elmore & Franklin 2022, "Volume
 * Under the Surface: A New Accuracy Evaluation Measure for Time-Series Anomaly Detection" (PVLDB 15.11).
 * Needs no threshold, and tolerates labels that are off by some records.
 *
 * For each buffer ℓ = 0 … L, labels l fade out over ⌊ℓ/2⌋ records on each side of a window as √(1 − distance/ℓ), added up
 * where they meet and at most 1. For predictions q at a threshold, with |a| = Σ a, and b the faded labels outside the windows,
 *
 *   precision = |l·q| / |q|,   recall = min(1, |l·q| / (|l₀| + |b·q|/2)) · share of the blurred windows that q touches,
 *
 * l₀ being the labels as they are. Blurred windows are one where they overlap. The area for one buffer is Σ precision × step
 * in recall, the result its mean over ℓ. This is the variant `opt`, the default of the authors' code; their other ones
 * count |b| whole, or take trapezoids, and give other values. Close to the share of labelled records for a random detector; 1
 * at best.
 *
 * @param scores (records) high = anomalous; of equal scores all are predicted or none
 * @param windows labelled windows, ascending and disjoint, within the records
 * @returns null without a labelled record
 * @throws RxAnomalyError BAD_INPUT for a score that is NaN
 * @throws RxAnomalyError BAD_OPTION
 */
export function vusPr(
  scores: Float64Array,
  windows: readonly RecordWindow[],
  options: VusPrOptions = {},
): number | null {
  const check = optionChecks('vusPr');
  check.known(options, ['maxBuffer', 'thresholds']);
  const { maxBuffer = 100, thresholds = 250 } = options;
  check.nonNegativeInteger('maxBuffer', maxBuffer);
  check.within('thresholds', check.positiveInteger('thresholds', thresholds), 2, Number.MAX_SAFE_INTEGER);
  const nan = scores.findIndex(Number.isNaN);
  if (nan >= 0) throw new RxAnomalyError('BAD_INPUT', `vusPr: expected scores, got NaN at record ${nan}`);
  if (windows.length === 0 || scores.length === 0) return null;

  const { steps, predicted } = rank(scores, thresholds);
  let volume = 0;
  for (let buffer = 0; buffer <= maxBuffer; buffer++) {
    volume += areaAt(buffer, windows, steps, predicted);
  }
  return volume / (maxBuffer + 1);
}

interface Ranking {
  /** (records) the first threshold, numbered from the highest, at which a record is predicted. */
  readonly steps: Uint32Array;
  /** (thresholds) records predicted at each. */
  readonly predicted: Float64Array;
}

function rank(scores: Float64Array, thresholds: number): Ranking {
  const descending = scores.toSorted((a, b) => b - a);
  const levels = Float64Array.from(
    { length: thresholds },
    (_, at) => descending[Math.floor((at * (scores.length - 1)) / (thresholds - 1))]!,
  );
  const predicted = new Float64Array(thresholds);
  const steps = new Uint32Array(scores.length);
  for (let i = 0; i < scores.length; i++) {
    let [low, high] = [0, thresholds - 1]; // the last threshold is the lowest score: every record reaches it
    while (low < high) {
      const middle = (low + high) >> 1;
      if (levels[middle]! <= scores[i]!) high = middle;
      else low = middle + 1;
    }
    steps[i] = low;
    predicted[low]!++;
  }
  for (let at = 1; at < thresholds; at++) predicted[at]! += predicted[at - 1]!;
  return { steps, predicted };
}

/** The area under precision over recall for one buffer. Only blurred windows are visited, not the whole stream. */
function areaAt(
  buffer: number,
  windows: readonly RecordWindow[],
  steps: Uint32Array,
  predicted: Float64Array,
): number {
  const thresholds = predicted.length;
  const hits = new Float64Array(thresholds); // (thresholds) label mass first predicted there
  const fadedHits = new Float64Array(thresholds); // (thresholds) as much of it as lies outside the windows
  const touched = new Float64Array(thresholds); // (thresholds) blurred windows first touched there
  let [sharp, ranges, earliest] = [0, 0, -1]; // the last of the current blurred window
  for (const { index, label, inside, begins } of blurred(windows, buffer, steps.length)) {
    if (begins) {
      if (earliest >= 0) touched[earliest]!++;
      ranges++;
      earliest = thresholds - 1;
    }
    const step = steps[index]!;
    earliest = Math.min(earliest, step);
    hits[step]! += label;
    if (inside) sharp++;
    else fadedHits[step]! += label;
  }
  touched[earliest]!++;

  let [area, hit, faded, touching, lastRecall] = [0, 0, 0, 0, 0];
  for (let at = 0; at < thresholds; at++) {
    hit += hits[at]!;
    faded += fadedHits[at]!;
    touching += touched[at]!;
    const recall = Math.min(1, hit / (sharp + faded / 2)) * (touching / ranges);
    area += (recall - lastRecall) * (hit / predicted[at]!);
    lastRecall = recall;
  }
  return area;
}

interface Blurred {
  readonly index: number;
  /** 0 … 1 */
  readonly label: number;
  /** Whether it is labelled without blur. */
  readonly inside: boolean;
  /** Whether a blurred window begins with it. */
  readonly begins: boolean;
}

/** Every record with a label above 0, ascending. */
function* blurred(windows: readonly RecordWindow[], buffer: number, records: number): Generator<Blurred> {
  const reach = Math.floor(buffer / 2);
  let next = 0; // first record not yet visited
  for (const [at, { first, last }] of windows.entries()) {
    const following = windows[at + 1]?.first ?? Number.POSITIVE_INFINITY;
    const start = Math.max(next, first - reach);
    const stop = Math.min(records - 1, last + reach, following - 1);
    const isOwn = at === 0 || windows[at - 1]!.last + reach < first - reach;
    for (let index = start; index <= stop; index++) {
      const inside = index >= first && index <= last;
      const label = inside ? 1 : fade(index, windows, at, buffer);
      yield { index, label, inside, begins: isOwn && index === start };
    }
    next = stop + 1;
  }
}

/** The label of a record outside every window, near window `at`: what reaches it from there and from further windows. */
function fade(index: number, windows: readonly RecordWindow[], at: number, buffer: number): number {
  const reach = Math.floor(buffer / 2);
  let label = 0;
  for (let k = at; k >= 0 && index - windows[k]!.last <= reach; k--) {
    if (windows[k]!.last < index) label += Math.sqrt(1 - (index - windows[k]!.last) / buffer);
  }
  for (let k = at; k < windows.length && windows[k]!.first - index <= reach; k++) {
    if (windows[k]!.first > index) label += Math.sqrt(1 - (windows[k]!.first - index) / buffer);
  }
  return Math.min(1, label);
}

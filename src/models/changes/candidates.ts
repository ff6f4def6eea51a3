import { log } from '../../core/math/log.ts';
import type { ChangeKind, ChangeSize } from './changePoint.ts';
import { type Bend, type Fit, fitBend } from './fits.ts';
import { heightOf, type Profile, profileOf, withoutCycle } from './profile.ts';
import { type Contrast, clipped, contrast, medianOf } from './windows.ts';

/** What may have changed, and what speaks for it. */
export interface Candidate extends ChangeSize {
  readonly kind: ChangeKind;
  /** Index of the first value after the change. */
  readonly at: number;
  /** What its certainty follows from, see `certaintyOf`. */
  readonly evidence: readonly number[];
}

/** Values before a change without which none is found, and after it. */
export const LEAST_BEFORE = 60;
export const LEAST_AFTER = 12;
/** Numbers of evidence of a candidate. */
export const EVIDENCE = 10;

/** What the detector has shown, and what is remembered of the stream. */
export interface Setting {
  /** Index of the value at which the detector first showed evidence. */
  readonly noticed: number;
  /** Index of the first value that may be the first after a change. */
  readonly earliest: number;
  /** Whether the detector has begun anew since. */
  readonly isRegime: boolean;
  /** The highest score since, 0 … 1, and the share of the events that were flagged. */
  readonly peak: number;
  readonly flagged: number;
  /** Blocks of values, longer back than the values: the index at which each ended, its median, its mean absolute deviation. */
  readonly blocks: readonly { readonly end: number; readonly median: number; readonly deviation: number }[];
}

/**
 * One candidate of each kind that is possible, over the newest values of one dimension.
 *
 * @param x (N) oldest first, none missing
 */
export function candidates(x: Float64Array, setting: Setting): Candidate[] {
  const { noticed, earliest } = setting;
  const n = x.length;
  const first = Math.max(LEAST_BEFORE, earliest);
  const last = n - LEAST_AFTER;
  if (first > last) return [];
  const cycle = profileOf(x, 0, Math.max(first, noticed));
  const y = withoutCycle(x, cycle);
  const bounded = clipped(y);
  const fits = { level: fitBend(bounded, 'step', first, last), slope: fitBend(bounded, 'ramp', first, last) };
  const line = squaresOf(bounded);
  const found: Candidate[] = [];
  const { isRegime, peak, flagged } = setting;
  const evidence: Weigh = ({ difference, usual, most }, at, own, gain, novelty) => [
    ...[ratio(Math.abs(difference), usual), ratio(Math.abs(difference), most), log(n - at), own, gain],
    ...[novelty, Number(cycle !== undefined), Number(isRegime), peak, flagged],
  ];
  for (const kind of ['level', 'slope'] as const) {
    const { at, squares, slope, change } = fits[kind];
    const other = fits[kind === 'level' ? 'slope' : 'level'].squares;
    const shown = contrast(bounded, at, kind === 'slope');
    const most = Math.min(64, n - at);
    const [before, after] =
      kind === 'slope'
        ? [slope, slope + change]
        : [medianOf(y, Math.max(0, at - 64), at), medianOf(y, at, at + most)];
    const [from, to] = [medianOf(y, Math.max(0, at - 64), at), medianOf(y, Math.max(at, n - 64), n)];
    const been = setting.blocks.map(({ end, median }) => (end <= at ? median : Number.NaN));
    const novelty = noveltyOf(been, (from + to) / 2, to > from);
    const about = evidence(shown, at, ratio(other, squares), ratio(line, squares), novelty);
    found.push({ kind, at, before, after, size: after - before, evidence: about });
  }
  const isStep = fits.level.squares <= fits.slope.squares;
  found.push(
    ...spreads(
      x,
      y,
      isStep ? fits.level : fits.slope,
      isStep ? 'step' : 'ramp',
      [first, last],
      setting,
      evidence,
    ),
  );
  return found;
}

/** How much values vary about the mean that fits best, and what of it is a cycle. */
function spreads(
  x: Float64Array,
  y: Float64Array,
  mean: Fit,
  bend: Bend,
  [first, last]: readonly [number, number],
  { blocks }: Setting,
  evidence: Weigh,
): Candidate[] {
  const n = x.length;
  const residuals = residualsOf(y, mean, bend);
  const sizes = residuals.map(Math.abs);
  const roughness = y.map((value, t) =>
    t === 0 || t === n - 1
      ? Math.abs(value - y[t === 0 ? 1 : n - 2])
      : Math.abs(value - (y[t - 1] + y[t + 1]) / 2),
  );
  const far = logarithms(sizes);
  const rough = logarithms(roughness);
  const fit = fitBend(clipped(far), 'step', first, last);
  const { at } = fit;
  const shown = contrast(far, at, false);
  const noise = contrast(rough, at, false);
  // How much of it is noise from event to event, which a cycle has not.
  const share = Math.max(-1, Math.min(2, noise.difference / (shown.difference || 1)));
  const deviation = (from: number, to: number): number => 1.4826 * medianOf(sizes, from, to);
  const [before, after] = [deviation(Math.max(0, at - 200), at), deviation(at, n)];
  const flat = squaresOf(clipped(far));
  const been = blocks.map(({ end, deviation }) => (end <= at ? deviation : Number.NaN));
  const [was, is] = [deviationOf(x, Math.max(0, at - 64), at), deviationOf(x, Math.max(at, n - 64), n)];
  const about = evidence(
    shown,
    at,
    share,
    ratio(flat, fit.squares),
    noveltyOf(been, Math.sqrt(was * is), is > was),
  );
  const scale: Candidate = { kind: 'scale', at, before, after, size: after - before, evidence: about };
  const season = seasonOf(x, at, about);
  return season === undefined ? [scale] : [scale, season];
}

function seasonOf(x: Float64Array, at: number, evidence: readonly number[]): Candidate | undefined {
  const n = x.length;
  const past = profileOf(x, 0, at);
  const now = profileOf(x, at, n) ?? (past && roughProfile(x, at, past.period));
  if (now === undefined) return undefined;
  const [before, after] = [heightOf(past), heightOf(now)];
  return { kind: 'season', at, before, after, size: distance(past, now), evidence };
}

/** The cycle of a known period, once it was seen whole. */
function roughProfile(x: Float64Array, at: number, period: number): Profile | undefined {
  const n = x.length;
  if (n - at < period) return undefined;
  const level = medianOf(x, at, n);
  const [sums, visits] = [new Float64Array(period), new Float64Array(period)];
  for (let t = at; t < n; t++) {
    sums[t % period] += x[t] - level;
    visits[t % period]++;
  }
  return { period, shape: sums.map((sum, phase) => sum / visits[phase]) };
}

/** Root mean square of what two cycles differ by; of different periods as if they were independent. */
function distance(past: Profile | undefined, now: Profile): number {
  const squareOf = (shape: Float64Array): number =>
    shape.reduce((sum, each) => sum + each * each, 0) / shape.length;
  if (past?.period === now.period)
    return Math.sqrt(squareOf(now.shape.map((each, t) => each - past.shape[t])));
  return Math.sqrt((past === undefined ? 0 : squareOf(past.shape)) + squareOf(now.shape));
}

function residualsOf(y: Float64Array, fit: Fit, bend: Bend): Float64Array {
  const rest = y.map((value, t) => {
    const since = t - fit.at + 1;
    const bent = since < 1 ? 0 : fit.change * (bend === 'step' ? 1 : since);
    return value - fit.slope * t - bent;
  });
  const middle = medianOf(rest);
  return rest.map((value) => value - middle);
}

/** About the mean. */
function squaresOf(y: Float64Array): number {
  const mean = y.reduce((sum, value) => sum + value, 0) / y.length;
  return y.reduce((sum, value) => sum + (value - mean) * (value - mean), 0);
}

/** ln of sizes; what is less than a tenth of the usual size counts as that. */
function logarithms(sizes: Float64Array): Float64Array {
  const largest = sizes.reduce((a, b) => Math.max(a, b), 0);
  const least = Math.max(0.1 * medianOf(sizes), 1e-6 * largest) || 1;
  return sizes.map((size) => log(size + least));
}

/** Numbers of evidence of what `shown` says. @param own how much better its kind fits than another */
type Weigh = (shown: Contrast, at: number, own: number, gain: number, novelty: number) => number[];

/** −ln of the share of earlier blocks that were beyond a bound, as far as so many can tell. @param been NaN for blocks after the change */
function noveltyOf(been: readonly number[], bound: number, isAbove: boolean): number {
  let [beyond, all] = [0.5, 1];
  for (const each of been) {
    if (Number.isNaN(each)) continue;
    all++;
    if (isAbove ? each > bound : each < bound) beyond++;
  }
  return -log(beyond / all);
}

/** Mean absolute deviation of x[from … to) from its median. */
export function deviationOf(x: Float64Array, from: number, to: number): number {
  const middle = medianOf(x, from, to);
  let sum = 0;
  for (let t = from; t < to; t++) sum += Math.abs(x[t] - middle);
  return sum / (to - from);
}

const LIMIT = 7; // ln: beyond a thousand times all ratios are alike

function ratio(a: number, b: number): number {
  if (a === b) return 0;
  if (!(b > 0)) return LIMIT;
  return a > 0 ? Math.max(-LIMIT, Math.min(LIMIT, log(a / b))) : -LIMIT;
}

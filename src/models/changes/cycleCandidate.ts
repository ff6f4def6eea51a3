import { log } from '../../core/math/log.ts';
import type { Around, Candidate } from './around.ts';
import { ratio } from './evidence.ts';
import { fitBend } from './fits.ts';
import { leftBy, type Profile, profileOf, repeated } from './profile.ts';
import { Means } from './windows.ts';

/**
 * How much of the known cycle is in the values, event by event: 1 while it goes on, another number where its height has changed, about 0
 * where it has ended or has another shape or phase. As in BFAST (Verbesselt et al. 2010) a season is fitted apart from level and slope.
 */
export function cycleCandidate({ x, cycle, first, last, setting }: Around): Candidate | undefined {
  const n = x.length;
  if (cycle === undefined || 3 * cycle.period > n) return undefined;
  const { period } = cycle;
  const flat = withoutLevel(x, period);
  const wave = repeated(cycle, n);
  const energy = cycle.shape.reduce((sum, each) => sum + each * each, 0) / period;
  if (!(energy > 0)) return undefined;
  const products = flat.map((value, t) => (value * wave[t]) / energy);
  const squares = wave.map((each) => (each * each) / energy);
  const [shares, weights] = [new Means(products), new Means(squares)];
  const amplitude = (from: number, to: number): number => {
    const weight = weights.of(from, to);
    return weight > 0.05 ? shares.of(from, to) / weight : Number.NaN;
  };
  // Of single events no more than twice a cycle: extremes would decide where it changed.
  const bounded = products.map((each, t) => Math.max(-2 * squares[t], Math.min(3 * squares[t], each)));
  const { at } = fitBend(bounded, 'step', first, last);
  const k = n - at;
  const length = Math.max(4, Math.min(k, at >> 2, 2 * period));
  const known = amplitude(Math.max(0, at - Math.max(period, length)), at);
  const difference = amplitude(at, n) - known;
  const near = amplitude(at, Math.min(n, at + length)) - known;
  let [sum, count, most] = [0, 0, 0];
  for (let p = length; p + length <= at; p += Math.max(1, length >> 1)) {
    const past = amplitude(p, p + length) - amplitude(p - length, p);
    if (Number.isNaN(past)) continue;
    sum += past * past;
    most = Math.max(most, Math.abs(past));
    count++;
  }
  const lesser = near * difference > 0 ? Math.min(Math.abs(near), Math.abs(difference)) : 0;
  const past = { from: Math.max(0, at - 200), to: at };
  const errors = {
    before: meanError(flat, wave, past.from, past.to),
    after: meanError(flat, wave, at, n),
    none: meanError(flat, undefined, at, n),
    noneBefore: meanError(flat, undefined, past.from, past.to),
  };
  const other = Math.min(errors.none, leftAfter(flat, at, cycle));
  const evidence = [
    ratio(lesser, Math.sqrt(sum / Math.max(1, count))),
    ratio(lesser, most),
    ratio(errors.after, errors.before),
    ratio(errors.after, other),
    ratio(other, errors.before),
    ratio(errors.noneBefore, errors.before),
    log(k / period),
    log(k),
    Math.max(-2, Math.min(4, Math.abs(difference))),
    setting.flagged,
  ];
  if (evidence.some(Number.isNaN)) return undefined;
  const [before, after] = [deviation(flat, past.from, at), deviation(flat, at, n)];
  return { kind: 'scale', way: 'cycle', at, before, after, size: after - before, evidence };
}

/** What the cycle after a change leaves, of the same period or of its own, at events that it was not made of. */
function leftAfter(flat: Float64Array, at: number, { period }: Profile): number {
  const n = flat.length;
  const own = n - at >= 24 ? profileOf(flat, at, n)?.period : undefined;
  return Math.min(
    own === undefined ? Number.POSITIVE_INFINITY : leftBy(flat, at, n, own),
    n - at >= 1.5 * period ? leftBy(flat, at, n, period) : Number.POSITIVE_INFINITY,
  );
}

/** The values without their mean over a period. */
function withoutLevel(x: Float64Array, period: number): Float64Array {
  const n = x.length;
  const means = new Means(x);
  return x.map((value, t) => {
    const from = Math.max(0, Math.min(n - period, t - (period >> 1)));
    return value - means.of(from, from + period);
  });
}

function meanError(flat: Float64Array, wave: Float64Array | undefined, from: number, to: number): number {
  let sum = 0;
  for (let t = from; t < to; t++) sum += Math.abs(flat[t] - (wave === undefined ? 0 : wave[t]));
  return sum / (to - from);
}

/** Root mean square. */
function deviation(flat: Float64Array, from: number, to: number): number {
  let sum = 0;
  for (let t = from; t < to; t++) sum += flat[t] * flat[t];
  return Math.sqrt(sum / (to - from));
}

import { medianOf } from '../../core/math/median.ts';

/** A cycle of a stream: how values differ from the level at each phase. */
export interface Profile {
  /** Events. */
  readonly period: number;
  /** (period) from the phase of index 0, in the unit of the values, with a mean of 0. */
  readonly shape: Float64Array;
  /** Share of the deviation from the level that is left where each visit of a phase is compared with the others. */
  readonly left: number;
}

const SHORTEST = 4; // events
const VISITS = 2.5; // periods that are needed to know one
const SKILL = 0.8; // of the usual deviation that may be left

/**
 * The cycle in x[from … to), if it has one: the lag at which values differ least, compared with shorter lags (YIN: de Cheveigné &
 * Kawahara 2002), if each visit of a phase is nearer to the mean of the others than to the level.
 */
export function profileOf(x: Float64Array, from: number, to: number): Profile | undefined {
  const n = to - from;
  const most = Math.floor(n / VISITS);
  let [sum, best, least] = [0, 0, Number.POSITIVE_INFINITY];
  for (let lag = 1; lag <= most; lag++) {
    let difference = 0;
    for (let t = from + lag; t < to; t++) difference += Math.abs(x[t] - x[t - lag]);
    difference /= n - lag;
    sum += difference;
    if (lag < SHORTEST || sum === 0) continue;
    const normalised = (difference * lag) / sum;
    if (normalised >= least) continue;
    [least, best] = [normalised, lag];
  }
  if (best === 0) return undefined;
  const sums = new Float64Array(best);
  const visits = new Float64Array(best);
  const level = medianOf(x, from, to);
  for (let t = from; t < to; t++) {
    sums[t % best] += x[t] - level;
    visits[t % best]++;
  }
  let [left, all] = [0, 0];
  for (let t = from; t < to; t++) {
    const phase = t % best;
    const others = (sums[phase] - (x[t] - level)) / (visits[phase] - 1);
    left += Math.abs(x[t] - level - others);
    all += Math.abs(x[t] - level);
  }
  if (!(left < SKILL * all)) return undefined;
  const shape = sums.map((each, phase) => each / visits[phase]);
  const mean = shape.reduce((total, each) => total + each, 0) / best;
  return { period: best, shape: shape.map((each) => each - mean), left: left / all };
}

/** The values without the cycle. */
export function withoutCycle(x: Float64Array, profile: Profile | undefined): Float64Array {
  if (profile === undefined) return x;
  const { period, shape } = profile;
  return x.map((value, t) => value - shape[t % period]);
}

/** (n) the cycle, over and over from the phase of index 0. */
export function repeated({ period, shape }: Profile, n: number): Float64Array {
  return Float64Array.from({ length: n }, (_, t) => shape[t % period]);
}

/** Mean distance of the values from the mean of the other visits of their phase; of a phase that was visited once, from 0. */
export function leftBy(x: Float64Array, from: number, to: number, period: number): number {
  const [sums, visits] = [new Float64Array(period), new Float64Array(period)];
  for (let t = from; t < to; t++) {
    sums[t % period] += x[t];
    visits[t % period]++;
  }
  let left = 0;
  for (let t = from; t < to; t++) {
    const phase = t % period;
    const others = visits[phase] > 1 ? (sums[phase] - x[t]) / (visits[phase] - 1) : 0;
    left += Math.abs(x[t] - others);
  }
  return left / (to - from);
}

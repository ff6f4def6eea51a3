import { log10 } from '../../core/math/log.ts';
import { pooledOf } from '../../numerics/pooled.ts';
import { COUNT, type Layout, orElse, type RangedVector, ranged, VALUE } from '../snapshot/vectors.ts';
/**
 * Surprise at a value outside everything seen before: how far, relative to the past range, on a logarithmic scale. A
 * value 0.3 % of the range beyond it adds nothing, one a whole range beyond adds 2.5. Reaches full weight after the
 * first 2,000 values: until a stream has been through some days of minutes, new extremes are common.
 */
export class Novelty {
  /** Minimum and maximum value, and how many were seen. */
  readonly state: Float64Array = pooledOf(Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0);

  /** The state and its ranges, for a snapshot. */
  get memory(): RangedVector {
    return ranged(this.state, LAYOUT, ([low, high, seen]) => (seen === 0 ? low > high : low <= high));
  }

  /** Surprise in decades of probability, 0 or more. Pure. */
  of(value: number): number {
    const low = this.state[0];
    const high = this.state[1];
    const seen = this.state[2];
    const range = high - low;
    if (seen < ESTABLISHED || !(range > 0)) return 0;
    const beyond = Math.min(FARTHEST, Math.max(0, low - value, value - high) / range);
    return Math.max(0, log10(beyond + 1e-4) + DECADES) * Math.min(1, seen / GROWN);
  }

  learn(value: number): void {
    this.state[0] = Math.min(this.state[0], value);
    this.state[1] = Math.max(this.state[1], value);
    this.state[2]++;
  }
}

const LAYOUT: Layout = [
  [1, orElse(VALUE, Number.POSITIVE_INFINITY)],
  [1, orElse(VALUE, Number.NEGATIVE_INFINITY)],
  [1, COUNT],
];
const ESTABLISHED = 20; // values before the range is used
const GROWN = 2000; // the least of what is as good, 2,000 to 8,000: young streams have spikes too
const FARTHEST = 1e6; // ranges; 1e300 over the range of tiny values would be infinite
const DECADES = 2.5;

// Up to the first decay of the value's tail novelty counts in full; at the second nothing would be left.
const THIN = 0.25; // exponent 4, the prior's
const HEAVY = 0.4; // exponent 2.5: the variance is barely finite
const LEAST_NOVELTY = 1 / 3; // of novelty: what is labelled is new in heavy tails, too

/** What novelty counts for in a stream whose tail decays so. @param decay reciprocal of the exponent */
export function worthOfNovelty(decay: number): number {
  return Math.max(LEAST_NOVELTY, (HEAVY - Math.max(THIN, decay)) / (HEAVY - THIN));
}

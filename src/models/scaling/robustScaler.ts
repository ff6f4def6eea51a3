import { pow } from '../../core/math/pow.ts';
import { positive } from '../../core/optionKinds.ts';
import { DIMENSIONS, OptionSet } from '../../core/optionSet.ts';
import { pooledWithTails } from '../../numerics/pooled.ts';
import { type Restorable, type Snapshot, seal, unseal } from '../snapshot/snapshot.ts';
import type { Json } from '../snapshot/state.ts';
import {
  COUNT,
  type Layout,
  packVectors,
  prepareVectors,
  type RangedVector,
  ranged,
  SIZE,
  VALUE,
} from '../snapshot/vectors.ts';
import { compress } from './laplaceBand.ts';
import { flooredScale } from './residualScale.ts';

/** Options of a {@link RobustScaler}. */
export interface RobustScalerOptions {
  /** D. */
  readonly dimensions: number;
  /** Observations after which one counts half. @default 20000 */
  readonly halfLife?: number;
}

const robustScalerOptions: OptionSet<RobustScalerOptions> = new OptionSet({
  dimensions: DIMENSIONS,
  halfLife: {
    kind: positive(),
    default: 20_000,
    unit: 'observations',
    about: 'observations after which one counts half in the band',
    when: 'shorter where noise changes often',
  },
});

/** Mean |deviation| of a normal distribution is √(2/π) of its standard deviation. */
const DEVIATION_TO_SIGMA = Math.sqrt(Math.PI / 2);
const SETTLED = 30; // observations before outliers are distinguished from ordinary values
const WINSOR = 3; // standard deviations; beyond, a value counts as if it lay there
const GUESSED = 3; // compressed: the first deviations may be a hundredth of the later ones
const GROSS = 1000; // median deviations from the median: start-up values further out are dropped

/**
 * Online standardisation that is robust to outliers: exponentially weighted mean and mean absolute deviation per
 * dimension, updates winsorised at ±3 σ (Huber 1964), early ones with rate 1/n so that no start-up bias is left. Once
 * there are 30 values, those among them that lie out by orders of magnitude are forgotten.
 * Deviations rather than squares: values near 1e300 must not overflow. Never divides by zero; adapts to drift with
 * `halfLife`. A value is scaled by what came before it.
 */
export class RobustScaler implements Restorable {
  /** (3D + 30D) mean, mean |deviation| and number of values seen, per dimension; then the first 30 of each, until there are as many. */
  readonly state: Float64Array;
  readonly #dimensions: number;
  readonly #halfLife: number;
  readonly #rate: number;

  constructor(options: RobustScalerOptions) {
    const { dimensions, halfLife } = robustScalerOptions.resolve('RobustScaler', options);
    this.#dimensions = dimensions;
    this.#halfLife = halfLife;
    this.#rate = 1 - pow(2, -1 / halfLife);
    this.state = pooledWithTails(3 * dimensions, SETTLED, dimensions);
  }

  /** Length of a `part`. */
  static readonly partLength: number = 3 + SETTLED;
  /**
   * Ranges of the numbers of a `part`.
   *
   * @internal
   */
  static readonly partLayout: Layout = layoutOf(1);

  /**
   * The state and its ranges, for a snapshot.
   *
   * @internal
   */
  get memory(): RangedVector {
    return ranged(this.state, layoutOf(this.#dimensions));
  }

  /** (33) a copy of what is known of dimension `d`: mean, mean |deviation|, number of values, the first 30. */
  part(d: number): Float64Array {
    const D = this.#dimensions;
    const part = new Float64Array(3 + SETTLED);
    for (let k = 0; k < 3; k++) part[k] = this.state[k * D + d];
    part.set(this.state.subarray(3 * D + d * SETTLED, 3 * D + (d + 1) * SETTLED), 3);
    return part;
  }

  /** Puts a `part`, of this or another scaler, in the place of what is known of dimension `d`. */
  setPart(d: number, part: Float64Array): void {
    const D = this.#dimensions;
    for (let k = 0; k < 3; k++) this.state[k * D + d] = part[k];
    this.state.set(part.subarray(3), 3 * D + d * SETTLED);
  }

  /** Mean of dimension `d`; 0 before its first value. */
  mean(d: number): number {
    return this.state[d];
  }

  /** Standard deviation of dimension `d`, always above 0. */
  deviation(d: number): number {
    return flooredScale(DEVIATION_TO_SIGMA * this.state[this.#dimensions + d], this.state[d]);
  }

  /** False while all values of dimension `d` were alike. */
  hasSpread(d: number): boolean {
    return this.state[this.#dimensions + d] > 0;
  }

  /** True once dimension `d` has had a value. */
  seen(d: number): boolean {
    return this.state[2 * this.#dimensions + d] > 0;
  }

  /** (value − mean) / deviation; 0 before the first value, NaN for a missing one. */
  standardise(d: number, value: number): number {
    if (Number.isNaN(value)) return Number.NaN;
    return this.seen(d) ? (value - this.mean(d)) / this.deviation(d) : 0;
  }

  /**
   * A value as the network's input: standardised and compressed; 0 before its spread is known, and at most 3 while
   * that is a guess.
   */
  compressed(d: number, value: number): number {
    if (this.state[this.#dimensions + d] === 0) return 0;
    const x = compress(this.standardise(d, value));
    return this.state[2 * this.#dimensions + d] < SETTLED ? Math.max(-GUESSED, Math.min(GUESSED, x)) : x;
  }

  /** The inverse of `standardise`. */
  unstandardise(d: number, z: number): number {
    return this.mean(d) + z * this.deviation(d);
  }

  /** Missing values (NaN) leave their dimension unchanged. */
  learn(value: readonly number[], weight: number): void {
    for (let d = 0; d < this.#dimensions; d++) this.learnOne(d, value[d], weight);
  }

  /** `learn` for dimension `d` alone. */
  learnOne(d: number, value: number, weight: number): void {
    const D = this.#dimensions;
    const { state } = this;
    if (!Number.isFinite(value) || (weight === 0 && this.seen(d))) return;
    // A level without any spread yet: if its repeats were counted, the first real spread would be winsorised away.
    if (this.seen(d) && state[D + d] === 0 && value === state[d]) return;
    const count = ++state[2 * D + d];
    if (count <= SETTLED) state[3 * D + d * SETTLED + count - 1] = value;
    if (count === 1) {
      state[d] = value;
      return;
    }
    const rate = weight * Math.max(this.#rate, 1 / count);
    const reach = count > SETTLED ? WINSOR * this.deviation(d) : Infinity;
    const deviation = Math.max(-reach, Math.min(reach, value - state[d]));
    state[d] += rate * deviation;
    state[D + d] += rate * (Math.abs(deviation) - state[D + d]);
    if (count === SETTLED) this.#settle(d);
  }

  snapshot(): Snapshot {
    return seal('RobustScaler', 1, this.#config(), packVectors({ scale: this.memory }));
  }

  restore(snapshot: Snapshot): void {
    this.prepareRestore(snapshot)();
  }

  prepareRestore(snapshot: Snapshot): () => void {
    return prepareVectors({ scale: this.memory }, unseal(snapshot, 'RobustScaler', 1, this.#config()));
  }

  /** The first values are done with, after those that are gross were forgotten. */
  #settle(d: number): void {
    const D = this.#dimensions;
    const first = this.state.subarray(3 * D + d * SETTLED, 3 * D + (d + 1) * SETTLED);
    this.#forgetGross(d, first);
    first.fill(0);
  }

  /** A start-up glitch of 1e6 times the signal would outlive it by as many values: 1/n forgets slowly. */
  #forgetGross(d: number, first: Float64Array): void {
    const D = this.#dimensions;
    const centre = median(first);
    for (let k = 0; k < SETTLED; k++) DISTANCES[k] = Math.abs(first[k] - centre);
    const most = GROSS * median(DISTANCES);
    let kept = 0;
    for (let k = 0; k < SETTLED; k++) if (DISTANCES[k] <= most) kept++;
    if (most === 0 || kept === SETTLED) return;
    let mean = 0;
    for (let k = 0; k < SETTLED; k++) if (DISTANCES[k] <= most) mean += first[k] / kept;
    let size = 0;
    for (let k = 0; k < SETTLED; k++) if (DISTANCES[k] <= most) size += Math.abs(first[k] - mean) / kept;
    this.state[d] = mean;
    this.state[D + d] = size;
  }

  #config(): Json {
    return { dimensions: this.#dimensions, halfLife: this.#halfLife };
  }
}

function layoutOf(dimensions: number): Layout {
  return [
    [dimensions, VALUE],
    [dimensions, SIZE],
    [dimensions, COUNT],
    [SETTLED * dimensions, VALUE],
  ];
}

/** Of as many as are settled by. Sorted by insertion: so few are in order before a call that sorts has begun. */
function median(values: Float64Array): number {
  for (let k = 0; k < SETTLED; k++) {
    const value = values[k];
    let place = k;
    for (; place > 0 && SORTED[place - 1] > value; place--) SORTED[place] = SORTED[place - 1];
    SORTED[place] = value;
  }
  return (SORTED[(SETTLED - 1) >> 1] + SORTED[SETTLED >> 1]) / 2;
}

// Room that is filled and read within one call.
const DISTANCES = new Float64Array(SETTLED);
const SORTED = new Float64Array(SETTLED);

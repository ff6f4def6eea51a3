import { Random } from '../../core/random.ts';
import { HORIZONS, INPUTS } from '../../models/pretrained/contextInputs.ts';
import { encodeSeries } from './encodeSeries.ts';
import { chance } from './simulate/draws.ts';
import { simulateSeries } from './simulate/simulateSeries.ts';

const K = HORIZONS.length;
const LONGEST = HORIZONS.at(-1)!;
const LONG = 0.12; // share of the series that begin long before the network sees them: dense ones, with profiles of days
const LONGEST_BEFORE = 4000; // events
/** Noise on the targets, in units of the usual change: a network gains nothing by being surer than that. */
const DITHER = 0.06;

/** So many series of so many steps, in windows of so many. */
export interface BatchShape {
  readonly series: number;
  readonly steps: number;
  readonly window: number;
}

/** Simulated series in the order in which an engine takes them; filled anew for each batch. */
export class TrainingData {
  readonly #shape: BatchShape;
  readonly inputs: readonly Float64Array[]; // per step (B, I)
  readonly targets: readonly Float64Array[]; // per window (B, T, K)
  readonly weights: readonly Float64Array[]; // likewise

  constructor(shape: BatchShape) {
    const { series, steps, window } = shape;
    const windows = steps / window;
    const vectors = (count: number, size: number): Float64Array[] =>
      Array.from({ length: count }, () => new Float64Array(size));
    this.#shape = shape;
    this.inputs = vectors(steps, series * INPUTS);
    this.targets = vectors(windows, series * window * K);
    this.weights = vectors(windows, series * window * K);
  }

  /** @param seed decides the batch */
  fill(seed: number): void {
    const random = new Random(seed);
    for (let b = 0; b < this.#shape.series; b++) this.#put(b, random);
  }

  #put(b: number, random: Random): void {
    const { steps, window } = this.#shape;
    const before = chance(random, LONG) ? random.below(LONGEST_BEFORE) : 0;
    const { values, clock } = simulateSeries(random.uint32(), before + steps + LONGEST);
    const times = clock.hasTimes ? (t: number) => clock.start + t * clock.step : undefined;
    const { inputs, targets, weights } = encodeSeries(values, times, before);
    for (let t = 0, from = 0; t < steps; t++) {
      const step = this.inputs[t];
      for (let k = 0, to = b * INPUTS; k < INPUTS; k++) step[to++] = inputs[from++];
    }
    const size = window * K;
    for (const [w, target] of this.targets.entries()) {
      for (let k = 0; k < size; k++) target[b * size + k] = targets[w * size + k] + DITHER * random.normal();
      this.weights[w].set(weights.subarray(w * size, (w + 1) * size), b * size);
    }
  }
}

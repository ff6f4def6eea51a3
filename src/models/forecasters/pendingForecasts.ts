import { exp } from '../../core/math/exp.ts';
import { log } from '../../core/math/log.ts';
import type { ReferenceConfig } from '../../numerics/networkConfig.ts';
import { outputCount } from '../../numerics/parameters.ts';
import { pooled, pooledRoom } from '../../numerics/pooled.ts';
import type { PointAndScale, Prediction } from '../forecaster.ts';
import { BandCalibration } from '../scaling/bandCalibration.ts';
import { BAND, expand } from '../scaling/laplaceBand.ts';
import { NonNegative } from '../scaling/nonNegative.ts';
import { flooredScale, ResidualScale } from '../scaling/residualScale.ts';
import type { RobustScaler } from '../scaling/robustScaler.ts';
import { type Memory, ranged, within } from '../snapshot/vectors.ts';
import type { ChangeScale } from './changeScale.ts';
import { ClassHead, type ClassProbability } from './classHead.ts';
import { boundedLogScale } from './lstmNetwork.ts';
import type { ResolvedLstmOptions } from './lstmOptions.ts';

const OUTPUTS = within(-1e40, 1e40); // float32, times the unit of changes
const SIGMA_TO_LAPLACE = 1.96 / BAND; // the Laplace scale whose 95 % band is the Gaussian's

/** Where each vector of a prediction begins, in D. */
const EXPECTED = 0;
const LOWER = 1;
const UPPER = 2;
const SCALE = 3;
const VECTORS = 4;

/**
 * Predictions for coming observations: the network's outputs after the newest events, converted to compressed values
 * at once, and read as forecasts in units of the stream by the present scaler. When the observation arrives, its
 * bands are compared with it.
 */
export class PendingForecasts {
  readonly #horizons: readonly number[]; // K
  readonly #dimensions: number; // D
  readonly #targets: number; // P
  readonly #scaler: RobustScaler;
  readonly #changes: ChangeScale;
  readonly #outputs: Float64Array; // (longest horizon, O) ring of the head's outputs after the newest events
  readonly #outputCount: number; // O
  readonly #learnsScale: boolean; // whether the loss learns a scale
  readonly #logScaleToLaplace: number;
  readonly #showsComing: boolean; // whether the network looks ahead
  readonly #classes: ClassHead | undefined; // for cross-entropy
  readonly #usual: ResidualScale; // (K·D) residuals
  readonly #calibration: BandCalibration; // (K·D) bands
  readonly #nonNegative: NonNegative;
  /** (K, 4, D) predictions of the next observation, once they have been read: numbers, as objects are allocated for each event. */
  readonly #due: Float64Array;
  #isDueRead = false;
  #reused: Prediction | undefined; // what `predictInPlace` returns
  #events = 0;

  /**
   * @param scaler that the network's inputs were standardised by
   * @param changes the unit of the head's outputs; these forecasts update neither
   */
  constructor(
    { horizons, classes }: ResolvedLstmOptions,
    dimensions: number,
    config: ReferenceConfig,
    scaler: RobustScaler,
    changes: ChangeScale,
  ) {
    const { name } = config.loss;
    const [longest, outputs] = [horizons.at(-1)!, outputCount(config)];
    this.#horizons = horizons;
    this.#dimensions = dimensions;
    this.#targets = config.targets;
    this.#scaler = scaler;
    this.#changes = changes;
    this.#outputs = pooled(longest * outputs);
    this.#outputCount = outputs;
    this.#learnsScale = name === 'laplace' || name === 'gaussian' || name === 'crossEntropy';
    this.#showsComing = config.lookAhead !== undefined;
    this.#logScaleToLaplace = name === 'gaussian' ? SIGMA_TO_LAPLACE : 1;
    this.#classes = name === 'crossEntropy' ? new ClassHead(classes) : undefined;
    this.#usual = new ResidualScale(horizons.length * dimensions, 500);
    this.#calibration = new BandCalibration(horizons.length * dimensions);
    this.#nonNegative = new NonNegative(dimensions);
    this.#due = pooledRoom(horizons.length * VECTORS * dimensions);
  }

  /** (K·D) how far off the forecasts usually are. */
  get usual(): ResidualScale {
    return this.#usual;
  }

  /** All that it remembers, for a snapshot. */
  get memory(): Memory {
    return {
      outputs: ranged(this.#outputs, OUTPUTS),
      usual: this.#usual.memory,
      calibration: this.#calibration.memory,
      nonNegative: this.#nonNegative.memory,
    };
  }

  /** Sets the number of events so far, each with its output. */
  turnTo(events: number): void {
    this.#events = events;
    this.#isDueRead = false;
  }

  /**
   * Converts the head's newest output into compressed values: it is a change, in units of the usual one. The
   * converted value is kept, though that unit changes later.
   *
   * @param x (D) the event's values, compressed
   * @param output (O) what the head gave after it
   */
  settle(event: number, x: Float64Array, output: Float64Array): void {
    const D = this.#dimensions;
    const outputs = this.#outputs;
    const at = this.#rowOf(event);
    for (let o = 0; o < this.#outputCount; o++) outputs[at + o] = output[o];
    if (this.#classes !== undefined) return; // which are classes of values
    for (let target = 0; target < this.#horizons.length * D; target++) {
      const unit = this.#changes.of(target);
      outputs[at + target] = x[target % D] + unit * output[target];
      const logScale = this.#targets + target;
      if (this.#learnsScale) outputs[at + logScale] = boundedLogScale(output[logScale]) + log(unit);
    }
  }

  /** The prediction of the next observation, with those made for it before. */
  predict(): Prediction {
    this.#readDue();
    const D = this.#dimensions;
    const prediction = predictionAt(this.#due, 0, D);
    if (this.#horizons.length === 1) return prediction;
    const earlier = new Array<PointAndScale>(this.#horizons.length - 1);
    for (let k = 1; k < this.#horizons.length; k++) {
      const at = k * VECTORS * D;
      earlier[k - 1] = { expected: copy(this.#due, at, D), scale: copy(this.#due, at + SCALE * D, D) };
    }
    const { expected, lower, upper, scale } = prediction;
    return { expected, lower, upper, scale, earlier };
  }

  /** The same in an object that the next call fills anew. */
  predictInPlace(): Prediction {
    if (this.#reused === undefined) {
      this.#reused = this.predict();
      return this.#reused;
    }
    this.#readDue();
    const D = this.#dimensions;
    const due = this.#due;
    const { expected, lower, upper, scale, earlier } = this.#reused;
    copyInto(expected, due, EXPECTED);
    copyInto(lower, due, LOWER * D);
    copyInto(upper, due, UPPER * D);
    copyInto(scale, due, SCALE * D);
    for (let k = 1; k < this.#horizons.length; k++) {
      const before = earlier![k - 1];
      copyInto(before.expected, due, k * VECTORS * D);
      copyInto(before.scale, due, (k * VECTORS + SCALE) * D);
    }
    return this.#reused;
  }

  /** (K) the newest predictions, one per horizon. */
  newest(): Prediction[] {
    const D = this.#dimensions;
    const read = new Float64Array(VECTORS * D);
    return this.#horizons.map((_, k) => {
      this.#readInto(read, 0, k, 1);
      return predictionAt(read, 0, D);
    });
  }

  /** The compressed value of the head's newest `target`-th output, or its median. */
  located(target: number): number {
    const newest = this.#events - 1;
    return (
      this.#classes?.band(this.#row(newest), target, this.#targets)[1] ??
      this.#outputs[this.#rowOf(newest) + target]
    );
  }

  /** Per dimension the distribution of the next observation; undefined without classes, empty before the first event. */
  classProbabilities(): ClassProbability[][] | undefined {
    const classes = this.#classes;
    if (classes === undefined) return undefined;
    if (this.#events === 0) return [];
    const output = this.#row(this.#events - 1);
    const bounds = [Number.NEGATIVE_INFINITY, ...classes.edges, Number.POSITIVE_INFINITY];
    return Array.from({ length: this.#dimensions }, (_, d) =>
      classes.probabilities(output, d, this.#targets).map((probability, k) => ({
        from: k === 0 ? bounds[k] : this.restored(d, bounds[k]),
        to: k === classes.edges.length ? bounds[k + 1] : this.restored(d, bounds[k + 1]),
        probability,
      })),
    );
  }

  /** A compressed value in units of the stream; NaN before the first value. */
  restored(d: number, x: number): number {
    return this.#scaler.seen(d) ? this.#scaler.unstandardise(d, expand(x)) : Number.NaN;
  }

  /** Compares the predictions for this observation, one per horizon, with it. */
  learn(value: readonly number[], weight: number): void {
    this.#nonNegative.learn(value);
    this.#readDue();
    const D = this.#dimensions;
    const due = this.#due;
    for (let k = 0; k < this.#horizons.length; k++) {
      const at = k * VECTORS * D;
      for (let d = 0; d < D; d++) {
        const target = k * D + d;
        this.#calibration.learn(target, value[d], due[at + LOWER * D + d], due[at + UPPER * D + d], weight);
        // Residuals of a stream that stands still are rounding: by them its first real ones would be bounded.
        if (this.#scaler.hasSpread(d)) this.#usual.learnOne(target, due[at + d], value[d], weight);
      }
    }
  }

  /** Where in the ring the head's output after an event begins; zeros before the first. */
  #rowOf(event: number): number {
    const slots = this.#outputs.length / this.#outputCount;
    return ((event + slots) % slots) * this.#outputCount;
  }

  /** (O) it itself. */
  #row(event: number): Float64Array {
    const at = this.#rowOf(event);
    return this.#outputs.subarray(at, at + this.#outputCount);
  }

  /** The predictions of the next observation, the newest first, into `#due`. */
  #readDue(): void {
    if (this.#isDueRead) return;
    this.#isDueRead = true;
    const horizons = this.#horizons;
    for (let k = 0; k < horizons.length; k++)
      this.#readInto(this.#due, k * VECTORS * this.#dimensions, k, horizons[k]);
  }

  /**
   * The head's output for the `k`-th horizon, `age` events ago, as a prediction.
   *
   * @param out (4, D) expected, lower, upper, scale, from `at` on
   */
  #readInto(out: Float64Array, at: number, k: number, age: number): void {
    const D = this.#dimensions;
    const made = this.#events - age;
    if (made < 0) out.fill(Number.NaN, at, at + VECTORS * D);
    else if (this.#classes !== undefined) this.#readClasses(out, at, this.#classes, this.#row(made), k);
    else if (this.#learnsScale) this.#readBands(out, at, this.#rowOf(made), k);
    else this.#readPoints(out, at, this.#rowOf(made), k);
    for (let d = 0; d < D; d++) {
      const least = this.#nonNegative.least(d);
      for (let vector = EXPECTED; vector <= UPPER; vector++)
        if (out[at + vector * D + d] < least) out[at + vector * D + d] = least;
    }
  }

  /** Of a loss that learns no scale. @param from where the head's output begins, as below */
  #readPoints(out: Float64Array, at: number, from: number, k: number): void {
    const D = this.#dimensions;
    for (let d = 0; d < D; d++) {
      const target = k * D + d;
      const expected = this.restored(d, this.#outputs[from + target]);
      const scale = flooredScale(this.#usual.mean(target), expected);
      const reach = BAND * (this.#calibration.factor(target) * scale);
      out[at + d] = expected;
      out[at + LOWER * D + d] = expected - reach;
      out[at + UPPER * D + d] = expected + reach;
      out[at + SCALE * D + d] = scale;
    }
  }

  #readBands(out: Float64Array, at: number, from: number, k: number): void {
    const D = this.#dimensions;
    const outputs = this.#outputs;
    const scaler = this.#scaler;
    for (let d = 0; d < D; d++) {
      const target = k * D + d;
      const located = outputs[from + target];
      const reach = BAND * (this.#logScaleToLaplace * exp(outputs[from + this.#targets + target]));
      const factor = this.#calibration.factor(target);
      const mean = scaler.seen(d) ? scaler.mean(d) : Number.NaN;
      const deviation = scaler.deviation(d);
      const expected = mean + expand(located) * deviation;
      out[at + d] = expected;
      out[at + LOWER * D + d] = mean + expand(located - factor * reach) * deviation;
      out[at + UPPER * D + d] = mean + expand(located + factor * reach) * deviation;
      // Without the factor: a scorer has its own memory of residuals, and both together are worse.
      const width = mean + expand(located + reach) * deviation - (mean + expand(located - reach) * deviation);
      out[at + SCALE * D + d] = flooredScale(this.#tempered(width / (2 * BAND), target), expected);
    }
  }

  /** Median and 95 % band of the classes' distribution. */
  #readClasses(out: Float64Array, at: number, classes: ClassHead, output: Float64Array, k: number): void {
    const D = this.#dimensions;
    for (let d = 0; d < D; d++) {
      const target = k * D + d;
      const [low, middle, high] = classes.band(output, target, this.#targets);
      const factor = this.#calibration.factor(target);
      const expected = this.restored(d, middle);
      const lower = this.restored(d, middle - factor * (middle - low));
      const upper = this.restored(d, middle + factor * (high - middle));
      out[at + d] = expected;
      out[at + LOWER * D + d] = lower;
      out[at + UPPER * D + d] = upper;
      out[at + SCALE * D + d] = flooredScale(this.#tempered((upper - lower) / (2 * BAND), target), expected);
    }
  }

  /**
   * The geometric mean of the predicted scale and the usual size of the residual: the first distinguishes calm from
   * rough periods, but is noisy, and hides residuals measured by it alone. Not where coming values are given: the
   * last residual then knows something of the next value.
   */
  #tempered(predicted: number, target: number): number {
    const usual = this.#showsComing ? 0 : this.#usual.mean(target);
    return usual > 0 ? Math.sqrt(predicted) * Math.sqrt(usual) : predicted; // whose product may overflow
  }
}

/** (D) a copy of numbers from `at` on. */
function copy(from: Float64Array, at: number, dimensions: number): number[] {
  const values = new Array<number>(dimensions); // of its final length: growing by push, it would reserve room for 17
  for (let d = 0; d < dimensions; d++) values[d] = from[at + d];
  return values;
}

/** @param into an array of this file's own */
function copyInto(into: readonly number[], from: Float64Array, at: number): void {
  for (let d = 0; d < into.length; d++) (into as number[])[d] = from[at + d];
}

/** The prediction in four vectors from `at` on. */
function predictionAt(from: Float64Array, at: number, D: number): Prediction {
  return {
    expected: copy(from, at, D),
    lower: copy(from, at + LOWER * D, D),
    upper: copy(from, at + UPPER * D, D),
    scale: copy(from, at + SCALE * D, D),
  };
}

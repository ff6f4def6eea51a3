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
  #events = 0;
  /** (4, K·D) median, ends of the band and scale of the predictions of the next observation, once they have been read. */
  readonly #due: Float64Array;
  #isRead = false;

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
    this.#due = pooledRoom(4 * horizons.length * dimensions);
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
    this.#isRead = false;
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

  /** The prediction of the next observation; those that were made at longer horizons are in `earlier`, the newest first. */
  due(): Prediction {
    this.#readDue();
    const K = this.#horizons.length;
    const D = this.#dimensions;
    const all = this.#due;
    const newest = predictionIn(all, 0, D, K * D);
    if (K === 1) return newest;
    const earlier = new Array<PointAndScale>(K - 1);
    for (let k = 1; k < K; k++)
      earlier[k - 1] = { expected: numbersIn(all, k * D, D), scale: numbersIn(all, (3 * K + k) * D, D) };
    const { expected, lower, upper, scale } = newest;
    return { expected, lower, upper, scale, earlier };
  }

  /** (K) the newest predictions, one per horizon. */
  newest(): Prediction[] {
    const [D, size] = [this.#dimensions, this.#horizons.length * this.#dimensions];
    const all = new Float64Array(4 * size);
    return this.#horizons.map((_, k) => {
      this.#readInto(all, k, 1);
      return predictionIn(all, k * D, D, size);
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
    const size = due.length / 4;
    for (let target = 0; target < size; target++) {
      const d = target % D;
      this.#calibration.learn(target, value[d], due[size + target], due[2 * size + target], weight);
      // Residuals of a stream that stands still are rounding: by them its first real ones would be bounded.
      if (this.#scaler.hasSpread(d)) this.#usual.learnOne(target, due[target], value[d], weight);
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

  #readDue(): void {
    if (this.#isRead) return;
    for (let k = 0; k < this.#horizons.length; k++) this.#readInto(this.#due, k, this.#horizons[k]);
    this.#isRead = true;
  }

  /**
   * Reads the head's output for the `k`-th horizon, `age` events ago.
   *
   * @param out (4, K·D) as `#due`
   */
  #readInto(out: Float64Array, k: number, age: number): void {
    const made = this.#events - age;
    const size = out.length / 4;
    for (let d = 0; d < this.#dimensions; d++) {
      const target = k * this.#dimensions + d;
      if (made < 0) for (let at = target; at < out.length; at += size) out[at] = Number.NaN;
      else if (this.#classes !== undefined) this.#readClasses(out, this.#classes, this.#row(made), d, target);
      else if (this.#learnsScale) this.#readBand(out, this.#rowOf(made), d, target);
      else this.#readPoint(out, this.#rowOf(made), d, target);
    }
    this.#nonNegative.boundIn(out, k * this.#dimensions, size);
  }

  /** Of a loss that learns no scale. @param at of the head's output in the ring */
  #readPoint(out: Float64Array, at: number, d: number, target: number): void {
    const size = out.length / 4;
    const expected = this.restored(d, this.#outputs[at + target]);
    const scale = flooredScale(this.#usual.mean(target), expected);
    const widened = this.#calibration.factor(target) * scale;
    out[target] = expected;
    out[size + target] = expected - BAND * widened;
    out[2 * size + target] = expected + BAND * widened;
    out[3 * size + target] = scale;
  }

  /** Of a loss that learns one. */
  #readBand(out: Float64Array, at: number, d: number, target: number): void {
    const size = out.length / 4;
    const outputs = this.#outputs;
    const scaler = this.#scaler;
    const located = outputs[at + target];
    const reach = BAND * (this.#logScaleToLaplace * exp(outputs[at + this.#targets + target]));
    const factor = this.#calibration.factor(target);
    const mean = scaler.seen(d) ? scaler.mean(d) : Number.NaN;
    const deviation = scaler.deviation(d);
    const expected = mean + expand(located) * deviation;
    out[target] = expected;
    out[size + target] = mean + expand(located - factor * reach) * deviation;
    out[2 * size + target] = mean + expand(located + factor * reach) * deviation;
    // Without the factor: a scorer has its own memory of residuals, and both together are worse.
    const width = mean + expand(located + reach) * deviation - (mean + expand(located - reach) * deviation);
    out[3 * size + target] = flooredScale(this.#tempered(width / (2 * BAND), target), expected);
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

  /** Median and 95 % band of the classes' distribution. @param output (O) */
  #readClasses(out: Float64Array, classes: ClassHead, output: Float64Array, d: number, target: number): void {
    const size = out.length / 4;
    const [low, middle, high] = classes.band(output, target, this.#targets);
    const factor = this.#calibration.factor(target);
    const lower = this.restored(d, middle - factor * (middle - low));
    const upper = this.restored(d, middle + factor * (high - middle));
    out[target] = this.restored(d, middle);
    out[size + target] = lower;
    out[2 * size + target] = upper;
    out[3 * size + target] = flooredScale(this.#tempered((upper - lower) / (2 * BAND), target), out[target]);
  }
}

/** The prediction whose median begins `at`, and the others each `size` numbers later. */
function predictionIn(numbers: Float64Array, at: number, D: number, size: number): Prediction {
  return {
    expected: numbersIn(numbers, at, D),
    lower: numbersIn(numbers, at + size, D),
    upper: numbersIn(numbers, at + 2 * size, D),
    scale: numbersIn(numbers, at + 3 * size, D),
  };
}

function numbersIn(numbers: Float64Array, at: number, D: number): number[] {
  const copied = new Array<number>(D); // of its final length: growing by push, it would reserve room for 17
  for (let d = 0; d < D; d++) copied[d] = numbers[at + d];
  return copied;
}

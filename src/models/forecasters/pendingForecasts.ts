import { exp } from '../../core/math/exp.ts';
import { log } from '../../core/math/log.ts';
import type { ReferenceConfig } from '../../numerics/networkConfig.ts';
import { outputCount } from '../../numerics/parameters.ts';
import { pooled } from '../../numerics/pooled.ts';
import type { Prediction } from '../forecaster.ts';
import { BandCalibration } from '../scaling/bandCalibration.ts';
import { BAND, expand, laplaceBand, noPrediction } from '../scaling/laplaceBand.ts';
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
  #due: readonly Prediction[] | undefined; // (K) predictions of the next observation, once they have been read

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
    this.#due = undefined;
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

  /** (K) predictions of the next observation, the newest first. */
  due(): readonly Prediction[] {
    this.#due ??= this.#horizons.map((horizon, k) => this.#prediction(k, horizon));
    return this.#due;
  }

  /** (K) the newest predictions, one per horizon. */
  newest(): Prediction[] {
    return this.#horizons.map((_, k) => this.#prediction(k, 1));
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
    const due = this.due();
    for (let k = 0; k < due.length; k++) {
      const { expected, lower, upper } = due[k];
      for (let d = 0; d < this.#dimensions; d++) {
        const target = k * this.#dimensions + d;
        this.#calibration.learn(target, value[d], lower[d], upper[d], weight);
        // Residuals of a stream that stands still are rounding: by them its first real ones would be bounded.
        if (this.#scaler.hasSpread(d)) this.#usual.learnOne(target, expected[d], value[d], weight);
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

  /** The head's output for the `k`-th horizon, `age` events ago. */
  #prediction(k: number, age: number): Prediction {
    return this.#nonNegative.bound(this.#unbounded(k, age));
  }

  /** As if values could be negative that never were. */
  #unbounded(k: number, age: number): Prediction {
    const D = this.#dimensions;
    const made = this.#events - age;
    if (made < 0) return noPrediction(D);
    if (this.#classes !== undefined) return this.#classPrediction(this.#classes, this.#row(made), k);
    const outputs = this.#outputs;
    const at = this.#rowOf(made);
    const scaler = this.#scaler;
    const expected = new Array<number>(D); // of its final length: growing by push, it would reserve room for 17
    if (!this.#learnsScale) {
      for (let d = 0; d < D; d++) expected[d] = this.restored(d, outputs[at + k * D + d]);
      const scale = expected.map((level, d) => flooredScale(this.#usual.mean(k * D + d), level));
      const widened = scale.map((b, d) => this.#calibration.factor(k * D + d) * b);
      return { ...laplaceBand(expected, widened), scale };
    }
    const lower = new Array<number>(D);
    const upper = new Array<number>(D);
    const scale = new Array<number>(D);
    for (let d = 0; d < D; d++) {
      const target = k * D + d;
      const located = outputs[at + target];
      const reach = BAND * (this.#logScaleToLaplace * exp(outputs[at + this.#targets + target]));
      const factor = this.#calibration.factor(target);
      const mean = scaler.seen(d) ? scaler.mean(d) : Number.NaN;
      const deviation = scaler.deviation(d);
      expected[d] = mean + expand(located) * deviation;
      lower[d] = mean + expand(located - factor * reach) * deviation;
      upper[d] = mean + expand(located + factor * reach) * deviation;
      // Without the factor: a scorer has its own memory of residuals, and both together are worse.
      const width = mean + expand(located + reach) * deviation - (mean + expand(located - reach) * deviation);
      scale[d] = flooredScale(this.#tempered(width / (2 * BAND), target), expected[d]);
    }
    return { expected, lower, upper, scale };
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

  /** Median and 95 % band of the classes' distribution. */
  #classPrediction(classes: ClassHead, output: Float64Array, k: number): Prediction {
    const D = this.#dimensions;
    const bands = Array.from({ length: D }, (_, d) => {
      const [low, middle, high] = classes.band(output, k * D + d, this.#targets);
      const factor = this.#calibration.factor(k * D + d);
      return [middle, middle - factor * (middle - low), middle + factor * (high - middle)].map((x) =>
        this.restored(d, x),
      );
    });
    const [expected, lower, upper] = [0, 1, 2].map((which) => bands.map((band) => band[which]));
    const scale = expected.map((centre, d) =>
      flooredScale(this.#tempered((upper[d] - lower[d]) / (2 * BAND), k * D + d), centre),
    );
    return { expected, lower, upper, scale };
  }
}

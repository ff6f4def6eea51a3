import { badOption, optionChecks } from '../../core/options.ts';
import { createEngine } from '../../numerics/engines/createEngine.ts';
import type { Engine } from '../../numerics/engines/engine.ts';
import { outputCount } from '../../numerics/parameters.ts';
import { views } from '../../numerics/views.ts';
import { BandCalibration } from '../bandCalibration.ts';
import type { Forecaster, Prediction } from '../forecaster.ts';
import { BAND, laplaceBand, noPrediction } from '../laplaceBand.ts';
import type { Observation } from '../observation.ts';
import { flooredScale, ResidualScale } from '../residualScale.ts';
import { RobustScaler } from '../robustScaler.ts';
import {
  asJson,
  fields,
  type Json,
  packVectors,
  type Snapshot,
  seal,
  unpackInto,
  unseal,
} from '../snapshot.ts';
import { squash, unsquash } from '../squash.ts';
import { ClassHead, type ClassProbability } from './classHead.ts';
import { ComingValues } from './comingValues.ts';
import { LstmInputs } from './lstmInputs.ts';
import {
  GREATEST_LOG_SCALE,
  initialParameters,
  LEAST_LOG_SCALE,
  learningRate,
  networkConfig,
  strideAfter,
} from './lstmNetwork.ts';
import {
  LSTM_OPTION_NAMES,
  type LstmOptions,
  type ResolvedLstmOptions,
  resolveLstmOptions,
} from './lstmOptions.ts';

/** The number of dimensions, and what {@link LstmOptions} says of the network and its learning. */
export interface LstmForecasterOptions extends LstmOptions {
  /** D. */
  readonly dimensions: number;
  /** Observations after the one that is foretold which {@link LstmForecaster.foresee} shows. @default 0 */
  readonly lookAhead?: number;
}

const SIGMA_TO_LAPLACE = 1.96 / BAND; // the Laplace scale whose 95 % band is the Gaussian's

/**
 * A stateful LSTM that forecasts the next observation of one stream. Hidden state and cell state are carried from
 * event to event for the life of the stream; every `stride` events the weights learn by back-propagation through the
 * last `window` events whose targets are known, from the state stored at the window's start (TBPTT, Williams & Peng
 * 1990). Values are standardised by what came before them ({@link RobustScaler}) and squashed; the forecast comes
 * back in units of the value.
 */
export class LstmForecaster implements Forecaster {
  readonly name = 'lstm';
  readonly dimensions: number;
  /** Where the arithmetic is done. */
  readonly engine: Engine;
  readonly #options: ResolvedLstmOptions;
  readonly #scaler: RobustScaler;
  readonly #inputs: LstmInputs;
  readonly #coming: ComingValues | undefined;
  readonly #outputs: Float64Array; // (longest horizon, O) ring of what the head gave after the newest events
  readonly #outputRows: readonly Float64Array[]; // its rows
  /** Whether the loss has a scale of its own to learn. */
  readonly #learnsScale: boolean;
  readonly #classes: ClassHead | undefined; // for cross-entropy
  readonly #band: ResidualScale; // for losses without a scale of their own
  readonly #calibration: BandCalibration; // (K·D) bands
  #due: readonly Prediction[] | undefined; // (K) what was said of the next observation, once it has been asked for
  readonly #past: Float64Array; // (N, 2D) ring of squashed values and their weights, newest N = T + longest horizon + look-ahead
  readonly #pastValues: readonly Float64Array[]; // N times (D): its values
  readonly #targets: Float64Array; // (T, K·D)
  readonly #weights: Float64Array; // (T, K·D)
  readonly #counts: Float64Array = Float64Array.of(0, 0, -Infinity); // observations learnt, updates dropped, hastened at

  constructor(options: LstmForecasterOptions) {
    const check = optionChecks('LstmForecaster');
    check.known(options, ['dimensions', ...LSTM_OPTION_NAMES, 'lookAhead']);
    this.dimensions = check.positiveInteger('dimensions', options.dimensions);
    this.#options = resolveLstmOptions('LstmForecaster', options, this.dimensions);
    const { window, horizons } = this.#options;
    this.#scaler = new RobustScaler({ dimensions: this.dimensions });
    this.#inputs = new LstmInputs(this.dimensions, this.#options.lags, this.#options.calendar);
    const lookAhead = check.nonNegativeInteger('lookAhead', options.lookAhead ?? 0);
    this.#coming =
      lookAhead === 0 ? undefined : new ComingValues(this.dimensions, lookAhead, this.#inputs.size);
    const config = networkConfig(this.#options, this.dimensions, this.#inputs.size, this.#coming);
    this.engine = createEngine(this.#options.engine, config);
    this.engine.writeParameters(initialParameters(config, this.#options, this.dimensions));
    const longest = horizons.at(-1)!;
    this.#outputs = new Float64Array(longest * outputCount(config));
    this.#outputRows = views(this.#outputs, new Array<number>(longest).fill(outputCount(config)));
    const { name } = config.loss;
    this.#learnsScale = name === 'laplace' || name === 'gaussian' || name === 'crossEntropy';
    this.#classes = name === 'crossEntropy' ? new ClassHead(this.#options.classes) : undefined;
    this.#band = new ResidualScale(this.dimensions, 500);
    this.#calibration = new BandCalibration(horizons.length * this.dimensions);
    const slots = window + longest + lookAhead;
    this.#past = new Float64Array(slots * 2 * this.dimensions);
    this.#pastValues = views(this.#past, new Array<number>(2 * slots).fill(this.dimensions)).filter(isEven);
    this.#targets = new Float64Array(window * config.targets);
    this.#weights = new Float64Array(window * config.targets);
  }

  /** Updates that were dropped because their gradient was not finite. */
  get droppedUpdates(): number {
    return this.#counts[1];
  }

  /** With horizons beyond 1, the forecasts for the same observation that were made so long ago are in `earlier`. */
  predict(): Prediction {
    const due = this.#duePredictions();
    if (due.length === 1) return due[0];
    const { expected, lower, upper, scale } = due[0];
    return { expected, lower, upper, scale, earlier: due.slice(1) };
  }

  /** One prediction per horizon, from now: of the next observation, and of those further ahead. Pure. */
  predictAhead(): Prediction[] {
    return this.#options.horizons.map((_, k) => this.#predictionAt(k, 1));
  }

  /**
   * Under cross-entropy, per dimension the whole distribution of the next observation; empty before the first. Pure.
   *
   * @throws RxAnomalyError BAD_OPTION under another loss
   */
  predictClasses(): ClassProbability[][] {
    const classes = this.#classes;
    if (classes === undefined)
      throw badOption('LstmForecaster', 'loss', "'crossEntropy' for classes", this.#options.loss);
    if (this.#counts[0] === 0) return [];
    const output = this.#output(this.#counts[0] - 1);
    const bounds = [Number.NEGATIVE_INFINITY, ...classes.edges, Number.POSITIVE_INFINITY];
    return Array.from({ length: this.dimensions }, (_, d) =>
      classes.probabilities(output, d, this.engine.config.targets).map((probability, k) => ({
        from: k === 0 ? bounds[k] : this.#restored(d, bounds[k]),
        to: k === classes.edges.length ? bounds[k + 1] : this.#restored(d, bounds[k + 1]),
        probability,
      })),
    );
  }

  /**
   * With `auxiliary: 'volatility'`, per dimension the size of the change that is expected next, in units of the value; NaN
   * before the first observation. Pure.
   *
   * @throws RxAnomalyError BAD_OPTION without it
   */
  predictVolatility(): number[] {
    if (this.#options.auxiliary !== 'volatility')
      throw badOption('LstmForecaster', 'auxiliary', "'volatility' to foretell it", this.#options.auxiliary);
    const first = this.#options.horizons.length * this.dimensions;
    const output = this.#output(this.#counts[0] - 1);
    return Array.from({ length: this.dimensions }, (_, d) =>
      Math.max(0, this.#restored(d, this.#located(output, first + d)) - this.#restored(d, 0)),
    );
  }

  /**
   * Before each `learn`, for a network that looks ahead: the values after the one that will be foretold then, the nearest
   * first. The last ones shown hold until the next are.
   *
   * @param values (up to `lookAhead`, D)
   */
  foresee(values: readonly (readonly number[])[]): void {
    this.#coming?.see(values, this.#scaler);
  }

  learn(observation: Observation, weight: number): void {
    const { value, time } = observation;
    const D = this.dimensions;
    const count = this.#counts[0];
    this.#calibrate(value, weight);
    if (!this.#learnsScale) this.#band.learn(this.predict().expected, value, weight);
    const at = this.#slot(count);
    const x = this.#pastValues[at / (2 * D)];
    for (let d = 0; d < D; d++) {
      // What is missing is taken to be what was expected, and not learnt from.
      const missing = Number.isNaN(value[d]);
      x[d] = missing ? this.#foretold(d) : squash(this.#scaler.standardise(d, value[d]));
      this.#past[at + D + d] = missing ? 0 : weight;
    }
    const stride = strideAfter(this.#options.stride, count - this.#counts[2]);
    if (this.engine.canLearn && count % stride === 0) this.#update();
    this.#scaler.learn(value, weight);
    const inputs = this.#inputs.next(x, time);
    this.engine.advanceInto(this.#output(count), this.#coming?.behind(inputs) ?? inputs);
    this.#counts[0]++;
    this.#due = undefined;
  }

  /** For 200 observations an update each, at twice the rate, which then settles as at the start. */
  hasten(): void {
    this.#counts[2] = this.#counts[0];
  }

  snapshot(): Snapshot {
    const state = { carried: packVectors(this.#carried()), engine: packVectors(this.engine.save()) };
    return seal('LstmForecaster', 1, this.#config(), state);
  }

  restore(snapshot: Snapshot): void {
    const state = fields(unseal(snapshot, 'LstmForecaster', 1, this.#config()));
    const engine = this.engine.save();
    unpackInto(engine, state.engine);
    unpackInto(this.#carried(), state.carried);
    this.engine.load(engine);
    this.#due = undefined;
  }

  dispose(): void {
    this.engine.dispose();
  }

  /** Compares the bands that were given for this value, one per horizon, with it. */
  #calibrate(value: readonly number[], weight: number): void {
    const due = this.#duePredictions();
    for (let k = 0; k < due.length; k++) {
      const { lower, upper } = due[k];
      for (let d = 0; d < this.dimensions; d++) {
        this.#calibration.learn(k * this.dimensions + d, value[d], lower[d], upper[d], weight);
      }
    }
  }

  /**
   * One TBPTT update over the newest steps whose targets, up to the longest horizon, are known. Steps that were shown what
   * is foretold next wait: the forecast of an observation must not depend on it through the weights either.
   */
  #update(): void {
    const { window, horizons } = this.#options;
    const D = this.dimensions;
    const newest = this.#counts[0]; // the observation just put into the ring
    const behind = horizons.at(-1)! + (this.#coming?.steps ?? 0);
    const first = newest - behind - window + 1; // step t foretold t + horizon
    let at = 0;
    for (let t = 0; t < window; t++) {
      for (const horizon of horizons) {
        const slot = this.#slot(first + t + horizon);
        for (let d = 0; d < D; d++, at++) {
          this.#targets[at] = this.#past[slot + d];
          this.#weights[at] = this.#past[slot + D + d];
        }
      }
      if (this.#options.auxiliary === 'none') continue;
      const [before, after] = [this.#slot(first + t), this.#slot(first + t + 1)];
      for (let d = 0; d < D; d++, at++) {
        this.#targets[at] = squash(
          Math.abs(unsquash(this.#past[after + d]) - unsquash(this.#past[before + d])),
        );
        this.#weights[at] = Math.min(this.#past[after + D + d], this.#past[before + D + d]);
      }
    }
    const { applied } = this.engine.learn(
      this.#targets,
      this.#weights,
      learningRate(this.#options.learningRate, this.#counts[0], this.#counts[0] - this.#counts[2]),
    );
    if (!applied) this.#counts[1]++;
  }

  #slot(observation: number): number {
    const width = 2 * this.dimensions;
    return (observation % (this.#past.length / width)) * width;
  }

  /** The squashed value that is expected next; 0, the mean, before anything was seen. */
  #foretold(d: number): number {
    return squash(unsquash(this.#located(this.#output(this.#counts[0] - 1), d)));
  }

  /** (O) what the head gave after the event of that index; zeros before the first. */
  #output(event: number): Float64Array {
    const slots = this.#outputRows.length;
    return this.#outputRows[(event + slots) % slots];
  }

  #duePredictions(): readonly Prediction[] {
    this.#due ??= this.#options.horizons.map((horizon, k) => this.#predictionAt(k, horizon));
    return this.#due;
  }

  /** What the head's `k`-th horizon said, `age` events ago. */
  #predictionAt(k: number, age: number): Prediction {
    const D = this.dimensions;
    const made = this.#counts[0] - age;
    if (made < 0) return noPrediction(D);
    const output = this.#output(made);
    if (this.#classes !== undefined) return this.#classPrediction(this.#classes, output, k);
    const expected = new Array<number>(D); // of its length at once: pushed to, it would make room for 17
    for (let d = 0; d < D; d++) expected[d] = this.#restored(d, output[k * D + d]);
    if (!this.#learnsScale) {
      const scale = this.#band.scale(expected);
      const widened = scale.map((b, d) => this.#calibration.factor(k * D + d) * b);
      return { ...laplaceBand(expected, widened), scale };
    }
    const lower = new Array<number>(D);
    const upper = new Array<number>(D);
    const scale = new Array<number>(D);
    for (let d = 0; d < D; d++) {
      const located = output[k * D + d];
      const reach = BAND * this.#squashedScale(output, k * D + d);
      const factor = this.#calibration.factor(k * D + d);
      lower[d] = this.#restored(d, located - factor * reach);
      upper[d] = this.#restored(d, located + factor * reach);
      // Without the factor: a scorer has its own memory of what residuals are like, and judges worse with both.
      const width = this.#restored(d, located + reach) - this.#restored(d, located - reach);
      scale[d] = flooredScale(width / (2 * BAND), expected[d]);
    }
    return { expected, lower, upper, scale };
  }

  /** A squashed value in units of the stream; NaN while nothing was seen. */
  #restored(d: number, x: number): number {
    return this.#scaler.seen(d) ? this.#scaler.unstandardise(d, unsquash(x)) : Number.NaN;
  }

  /** The median of the head's `target`-th distribution, squashed. */
  #located(output: Float64Array, target: number): number {
    return this.#classes?.band(output, target, this.engine.config.targets)[1] ?? output[target];
  }

  /** Median and 95 % band of the classes' distribution. */
  #classPrediction(classes: ClassHead, output: Float64Array, k: number): Prediction {
    const D = this.dimensions;
    const bands = Array.from({ length: D }, (_, d) => {
      const [low, middle, high] = classes.band(output, k * D + d, this.engine.config.targets);
      const factor = this.#calibration.factor(k * D + d);
      return [middle, middle - factor * (middle - low), middle + factor * (high - middle)].map((x) =>
        this.#restored(d, x),
      );
    });
    const [expected, lower, upper] = [0, 1, 2].map((which) => bands.map((band) => band[which]));
    const scale = expected.map((centre, d) => flooredScale((upper[d] - lower[d]) / (2 * BAND), centre));
    return { expected, lower, upper, scale };
  }

  /** Laplace scale of the head's `target`-th location, in squashed units. */
  #squashedScale(output: Float64Array, target: number): number {
    const { loss, targets } = this.engine.config;
    const logScale = output[targets + target];
    const factor = loss.name === 'gaussian' ? SIGMA_TO_LAPLACE : 1;
    return factor * Math.exp(Math.min(GREATEST_LOG_SCALE, Math.max(LEAST_LOG_SCALE, logScale)));
  }

  #carried(): Record<string, Float64Array> {
    return {
      counts: this.#counts,
      scaler: this.#scaler.state,
      inputs: this.#inputs.state,
      outputs: this.#outputs,
      band: this.#band.state,
      calibration: this.#calibration.state,
      past: this.#past,
      ...(this.#coming && { coming: this.#coming.state }),
    };
  }

  #config(): Json {
    return asJson({
      dimensions: this.dimensions,
      ...this.#options,
      lookAhead: this.#coming?.steps ?? 0,
      engine: this.engine.name,
      precision: this.engine.precision,
    });
  }
}

/** Of an index: values and weights take turns. */
function isEven(_: unknown, at: number): boolean {
  return at % 2 === 0;
}

import { optionChecks } from '../../core/options.ts';
import { Random } from '../../core/random.ts';
import { createEngine } from '../../numerics/engines/createEngine.ts';
import type { Engine } from '../../numerics/engines/engine.ts';
import { initialise } from '../../numerics/initialise.ts';
import type { LossConfig } from '../../numerics/losses/createLoss.ts';
import type { NetworkConfig } from '../../numerics/networkConfig.ts';
import { createParameters, outputCount } from '../../numerics/parameters.ts';
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
import { LstmInputs } from './lstmInputs.ts';
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
}

/** Constants of the Laplace loss: smoothing, largest pull 1/b and largest |e|/b of one event. */
export const LAPLACE: LossConfig = { name: 'laplace', smooth: 0.2, maxWeight: 10, maxRatio: 8 };
const LOSSES: Readonly<Record<LossConfig['name'], LossConfig>> = {
  laplace: LAPLACE,
  gaussian: { name: 'gaussian' },
  mse: { name: 'mse' },
  huber: { name: 'huber', delta: 1 },
};
const INITIAL_LOG_SCALE = -0.7; // half a standard deviation
export const GREATEST_LOG_SCALE = 4; // wider than the range of squashed values
export const LEAST_LOG_SCALE = -3; // a band narrower than this says more about luck than about the stream
const SIGMA_TO_LAPLACE = 1.96 / BAND; // the Laplace scale whose 95 % band is the Gaussian's
const EAGER_EVENTS = 100; // events learnt with EAGER times the rate
export const EAGER = 5;
const CALMING = 150; // events in which the excess rate halves

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
  readonly #outputs: Float64Array; // (longest horizon, O) ring of what the head gave after the newest events
  readonly #band: ResidualScale; // for losses without a scale of their own
  readonly #calibration: BandCalibration; // (K·D) bands
  readonly #past: Float64Array; // (N, 2D) ring of squashed values and their weights, newest N = T + longest horizon
  readonly #targets: Float64Array; // (T, K·D)
  readonly #weights: Float64Array; // (T, K·D)
  readonly #counts: Float64Array = new Float64Array(2); // observations learnt, updates dropped

  constructor(options: LstmForecasterOptions) {
    const check = optionChecks('LstmForecaster');
    check.known(options, ['dimensions', ...LSTM_OPTION_NAMES]);
    this.dimensions = check.positiveInteger('dimensions', options.dimensions);
    this.#options = resolveLstmOptions('LstmForecaster', options, this.dimensions);
    const { window, horizons } = this.#options;
    this.#scaler = new RobustScaler({ dimensions: this.dimensions });
    this.#inputs = new LstmInputs(this.dimensions, this.#options.lags, this.#options.calendar);
    const config = networkConfig(this.#options, this.dimensions, this.#inputs.size);
    this.engine = createEngine(this.#options.engine, config);
    this.engine.writeParameters(initialParameters(config, this.#options, this.dimensions));
    this.#outputs = new Float64Array(horizons.at(-1)! * outputCount(config));
    this.#band = new ResidualScale(this.dimensions, 500);
    this.#calibration = new BandCalibration(horizons.length * this.dimensions);
    this.#past = new Float64Array((window + horizons.at(-1)!) * 2 * this.dimensions);
    this.#targets = new Float64Array(window * config.targets);
    this.#weights = new Float64Array(window * config.targets);
  }

  /** Updates that were dropped because their gradient was not finite. */
  get droppedUpdates(): number {
    return this.#counts[1];
  }

  /** With horizons beyond 1, the forecasts for the same observation that were made so long ago are in `earlier`. */
  predict(): Prediction {
    const { horizons } = this.#options;
    const newest = this.#predictionAt(0, 1);
    return horizons.length === 1
      ? newest
      : { ...newest, earlier: horizons.slice(1).map((horizon, k) => this.#predictionAt(k + 1, horizon)) };
  }

  /** One prediction per horizon, from now: of the next observation, and of those further ahead. Pure. */
  predictAhead(): Prediction[] {
    return this.#options.horizons.map((_, k) => this.#predictionAt(k, 1));
  }

  learn(observation: Observation, weight: number): void {
    const { value, time } = observation;
    const foretold = this.#foretold();
    this.#calibrate(value, weight);
    if (!this.#learnsScale) this.#band.learn(this.predict().expected, value, weight);
    const D = this.dimensions;
    const at = this.#slot(this.#counts[0]);
    const x = this.#past.subarray(at, at + D);
    const missing = value.map((number) => Number.isNaN(number));
    for (let d = 0; d < D; d++) {
      // What is missing is taken to be what was expected, and not learnt from.
      x[d] = missing[d] ? foretold[d] : squash(this.#scaler.standardise(d, value[d]));
      this.#past[at + D + d] = missing[d] ? 0 : weight;
    }
    if (this.engine.canLearn && this.#counts[0] % this.#options.stride === 0) this.#update();
    this.#scaler.learn(value, weight);
    this.engine.advanceInto(this.#output(this.#counts[0]), this.#inputs.next(x, time));
    this.#counts[0]++;
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
  }

  dispose(): void {
    this.engine.dispose();
  }

  /** Compares the bands that were given for this value, one per horizon, with it. */
  #calibrate(value: readonly number[], weight: number): void {
    for (const [k, horizon] of this.#options.horizons.entries()) {
      const { lower, upper } = this.#predictionAt(k, horizon);
      for (let d = 0; d < this.dimensions; d++) {
        this.#calibration.learn(k * this.dimensions + d, value[d], lower[d], upper[d], weight);
      }
    }
  }

  /** One TBPTT update over the newest steps whose targets, up to the longest horizon, are known. */
  #update(): void {
    const { window, horizons } = this.#options;
    const D = this.dimensions;
    const newest = this.#counts[0]; // the observation just put into the ring
    const first = newest - horizons.at(-1)! - window + 1; // step t foretold t + horizon
    let at = 0;
    for (let t = 0; t < window; t++) {
      for (const horizon of horizons) {
        const slot = this.#slot(first + t + horizon);
        for (let d = 0; d < D; d++, at++) {
          this.#targets[at] = this.#past[slot + d];
          this.#weights[at] = this.#past[slot + D + d];
        }
      }
    }
    const { applied } = this.engine.learn(this.#targets, this.#weights, this.#rate());
    if (!applied) this.#counts[1]++;
  }

  #rate(): number {
    const excess = 2 ** (-Math.max(0, this.#counts[0] - EAGER_EVENTS) / CALMING);
    return this.#options.learningRate * (1 + (EAGER - 1) * excess);
  }

  #slot(observation: number): number {
    const width = 2 * this.dimensions;
    return (observation % (this.#past.length / width)) * width;
  }

  /** (D) the squashed value that is expected next; 0, the mean, before anything was seen. */
  #foretold(): Float64Array {
    return this.#output(this.#counts[0] - 1)
      .slice(0, this.dimensions)
      .map((x) => squash(unsquash(x)));
  }

  /** (O) what the head gave after the event of that index; zeros before the first. */
  #output(event: number): Float64Array {
    const slots = this.#options.horizons.at(-1)!;
    const size = this.#outputs.length / slots;
    const slot = (event + slots) % slots;
    return this.#outputs.subarray(slot * size, (slot + 1) * size);
  }

  /** What the head's `k`-th horizon said, `age` events ago. */
  #predictionAt(k: number, age: number): Prediction {
    const D = this.dimensions;
    const made = this.#counts[0] - age;
    if (made < 0) return noPrediction(D);
    const output = this.#output(made);
    const restore = (d: number, x: number): number => {
      return this.#scaler.seen(d) ? this.#scaler.restore(d, unsquash(x)) : Number.NaN;
    };
    const located = [...output.subarray(k * D, (k + 1) * D)];
    const expected = located.map((x, d) => restore(d, x));
    const calibrated = (b: number, d: number): number => this.#calibration.factor(k * D + d) * b;
    if (!this.#learnsScale) return laplaceBand(expected, this.#band.scale(expected).map(calibrated));
    const scale = this.#squashedScale(output, k).map(calibrated);
    const lower = located.map((x, d) => restore(d, x - BAND * scale[d]));
    const upper = located.map((x, d) => restore(d, x + BAND * scale[d]));
    return {
      expected,
      lower,
      upper,
      scale: expected.map((level, d) => flooredScale((upper[d] - lower[d]) / (2 * BAND), level)),
    };
  }

  /** Whether the loss has a scale of its own to learn. */
  get #learnsScale(): boolean {
    const { name } = this.engine.config.loss;
    return name === 'laplace' || name === 'gaussian';
  }

  /** (D) Laplace scale in squashed units. */
  #squashedScale(output: Float64Array, k: number): number[] {
    const { loss, targets } = this.engine.config;
    const from = targets + k * this.dimensions;
    const factor = loss.name === 'gaussian' ? SIGMA_TO_LAPLACE : 1;
    return Array.from(
      output.subarray(from, from + this.dimensions),
      (logScale) => factor * Math.exp(Math.min(GREATEST_LOG_SCALE, Math.max(LEAST_LOG_SCALE, logScale))),
    );
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
    };
  }

  #config(): Json {
    return asJson({
      dimensions: this.dimensions,
      ...this.#options,
      engine: this.engine.name,
      precision: this.engine.precision,
    });
  }
}

function networkConfig(options: ResolvedLstmOptions, dimensions: number, inputs: number): NetworkConfig {
  const { cell, hidden, layers, skip, window, horizons, loss, optimizer, clipNorm } = options;
  return {
    cell,
    inputs,
    hidden,
    layers,
    targets: dimensions * horizons.length,
    skip,
    series: 1,
    window,
    delay: horizons.at(-1)! - 1,
    loss: LOSSES[loss],
    optimizer: { name: optimizer },
    clipNorm,
  };
}

/** Before anything is learnt the forecast is the value itself, drawn a little towards the mean with the horizon. */
export function initialParameters(
  config: NetworkConfig,
  options: ResolvedLstmOptions,
  dimensions: number,
): Float64Array {
  const parameters = createParameters(config);
  initialise(parameters, new Random(options.seed), options.forgetBias);
  const { bias, skip } = parameters.head;
  bias.fill(INITIAL_LOG_SCALE, config.targets);
  if (config.skip) {
    for (const [k, horizon] of options.horizons.entries()) {
      for (let d = 0; d < dimensions; d++) {
        skip[(k * dimensions + d) * config.inputs + d] = 0.9 / (1 + 0.1 * (horizon - 1));
      }
    }
  }
  return parameters.flat;
}

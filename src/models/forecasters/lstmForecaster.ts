import { nonNegativeInteger } from '../../core/optionKinds.ts';
import { DIMENSIONS, factoryOf, OptionSet } from '../../core/optionSet.ts';
import { badOption } from '../../core/options.ts';
import { createEngine } from '../../numerics/engines/createEngine.ts';
import type { Engine } from '../../numerics/engines/engine.ts';
import { outputCount } from '../../numerics/parameters.ts';
import { scratch } from '../../numerics/pooled.ts';
import {
  calendarTimeOf,
  type Forecaster,
  type ForecasterFactory,
  type Observation,
  type Prediction,
  type Restartable,
} from '../forecaster.ts';
import { COMPRESSED, compress, expand } from '../scaling/laplaceBand.ts';
import { restartableScales } from '../scaling/restartableScales.ts';
import { RobustScaler } from '../scaling/robustScaler.ts';
import { type Snapshot, seal, unseal } from '../snapshot/snapshot.ts';
import { asJson, badSnapshot, fields, type Json, type State } from '../snapshot/state.ts';
import { type Memory, packVectors, prepareVectors, ranged, unpackFloats } from '../snapshot/vectors.ts';
import type { ClassProbability } from './classHead.ts';
import { ComingValues } from './comingValues.ts';
import { LstmInputs } from './lstmInputs.ts';
import { engineMemory, initialParameters, networkConfig } from './lstmNetwork.ts';
import {
  checkNetwork,
  type LstmOptions,
  lagsFor,
  lstmTable,
  type ResolvedLstmOptions,
} from './lstmOptions.ts';
import { PendingForecasts } from './pendingForecasts.ts';
import { TrainingWindow } from './trainingWindow.ts';
import { UpdateSchedule } from './updateSchedule.ts';

/** The number of dimensions, and {@link LstmOptions} of the network and its learning. */
export interface LstmForecasterOptions extends LstmOptions {
  /** D. */
  readonly dimensions: number;
  /** Observations after the predicted one which {@link LstmForecaster.setFuture} shows. @default 0 */
  readonly lookAhead?: number;
}

/** {@link LstmForecasterOptions} with every default filled in. */
export type ResolvedLstmForecaster = Required<LstmForecasterOptions>;

export const lstmForecasterOptions: OptionSet<
  LstmForecasterOptions,
  ResolvedLstmOptions & Pick<ResolvedLstmForecaster, 'dimensions' | 'lookAhead'>,
  ResolvedLstmForecaster
> = new OptionSet(
  {
    dimensions: DIMENSIONS,
    ...lstmTable,
    lookAhead: {
      kind: nonNegativeInteger(1024, 'each is one more input'),
      default: 0,
      unit: 'events',
      about: 'events after the predicted one that the network sees',
      when: 'in retrospect only, by BidirectionalForecaster',
    },
  },
  (where, options) => {
    const lags = lagsFor(options, options.dimensions);
    return { ...checkNetwork(where, options), lags };
  },
);

/** Makes forecasters with these options, which are checked once for each number of dimensions. */
export function lstmFactory(options: LstmOptions = {}): ForecasterFactory {
  return factoryOf('LstmForecaster', lstmForecasterOptions, options, (all) => new LstmForecaster(all));
}

/**
 * A stateful LSTM that forecasts the next observation of one stream. Hidden state and cell state are carried from
 * event to event for the life of the stream; every `stride` events the weights learn by back-propagation through the
 * last `window` events whose targets are known, from the state stored at the window's start (TBPTT, Williams & Peng
 * 1990). Values are standardised by what came before them ({@link RobustScaler}) and compressed. What is predicted is by how
 * much the newest one will change, in units of the usual change; the forecast comes back in units of the value.
 */
export class LstmForecaster implements Forecaster {
  readonly name = 'lstm';
  readonly dimensions: number;
  /** Where the arithmetic is done. */
  readonly engine: Engine;
  readonly #options: ResolvedLstmForecaster;
  readonly #scaler: RobustScaler;
  readonly #inputs: LstmInputs;
  readonly #coming: ComingValues | undefined;
  readonly #forecasts: PendingForecasts;
  readonly #training: TrainingWindow;
  readonly #schedule: UpdateSchedule;
  readonly #x: Float64Array; // (D) the newest values, compressed
  readonly #output: Float64Array; // (O) what the network gives, until it is settled

  /** @throws RxAnomalyError BAD_OPTION */
  constructor(options: LstmForecasterOptions) {
    this.#options = lstmForecasterOptions.resolve('LstmForecaster', options);
    this.dimensions = this.#options.dimensions;
    this.#scaler = new RobustScaler({ dimensions: this.dimensions });
    this.#inputs = new LstmInputs(this.dimensions, this.#options.lags, this.#options.calendar);
    const { lookAhead } = this.#options;
    this.#coming =
      lookAhead === 0 ? undefined : new ComingValues(this.dimensions, lookAhead, this.#inputs.size);
    const config = networkConfig(this.#options, this.dimensions, this.#inputs.size, this.#coming);
    this.engine = createEngine(this.#options.engine, config);
    this.engine.writeParameters(initialParameters(config, this.#options, this.dimensions));
    this.#training = new TrainingWindow(this.#options, this.dimensions, config.targets, lookAhead);
    this.#forecasts = new PendingForecasts(
      this.#options,
      this.dimensions,
      config,
      this.#scaler,
      this.#training.changes,
    );
    this.#schedule = new UpdateSchedule(this.#options.stride, this.#options.learningRate);
    this.#x = scratch('x', this.dimensions);
    this.#output = scratch('output', outputCount(config));
  }

  get horizons(): readonly number[] {
    return this.#options.horizons;
  }

  /** Updates that were dropped because their gradient was not finite. */
  get droppedUpdates(): number {
    return this.#schedule.dropped;
  }

  /** With horizons beyond 1, earlier forecasts for the same observation are in `earlier`. */
  predict(): Prediction {
    return this.#forecasts.predict();
  }

  predictInPlace(): Prediction {
    return this.#forecasts.predictInPlace();
  }

  /** One prediction per horizon, from now: of the next observation, and of later ones. Pure. */
  predictAhead(): Prediction[] {
    return this.#forecasts.newest();
  }

  /**
   * Under cross-entropy, per dimension the whole distribution of the next observation; empty before the first. Pure.
   *
   * @throws RxAnomalyError BAD_OPTION under another loss
   */
  predictClasses(): ClassProbability[][] {
    const classes = this.#forecasts.classProbabilities();
    if (classes === undefined)
      throw badOption('LstmForecaster', 'loss', "'crossEntropy' for classes", this.#options.loss);
    return classes;
  }

  /**
   * With `auxiliary: 'volatility'`, per dimension the expected size of the next change, in units of the value; NaN
   * before the first observation. Pure.
   *
   * @throws RxAnomalyError BAD_OPTION without it
   */
  predictVolatility(): number[] {
    if (this.#options.auxiliary !== 'volatility')
      throw badOption('LstmForecaster', 'auxiliary', "'volatility' to predict it", this.#options.auxiliary);
    const first = this.#options.horizons.length * this.dimensions;
    const forecasts = this.#forecasts;
    return Array.from({ length: this.dimensions }, (_, d) =>
      Math.max(0, forecasts.restored(d, forecasts.located(first + d)) - forecasts.restored(d, 0)),
    );
  }

  /**
   * Before each `learn`, for a network that looks ahead: the values after the one that will be predicted then, the nearest
   * first. The last ones shown hold until the next are.
   *
   * @param values (up to `lookAhead`, D)
   */
  setFuture(values: readonly (readonly number[])[]): void {
    this.#coming?.see(values, this.#scaler);
  }

  learn(observation: Observation, weight: number): void {
    const { value } = observation;
    const event = this.#schedule.events;
    this.#forecasts.learn(value, weight);
    const x = this.#x;
    for (let d = 0; d < this.dimensions; d++) {
      // A missing value is replaced by its forecast, and not learnt from.
      const missing = Number.isNaN(value[d]);
      x[d] = missing ? compress(expand(this.#forecasts.located(d))) : this.#scaler.compressed(d, value[d]);
      this.#training.note(event, d, x[d], missing ? 0 : weight);
    }
    if (this.engine.canLearn && this.#schedule.isDue) this.#update();
    this.#scaler.learn(value, weight);
    this.#training.learnChanges(event);
    const inputs = this.#inputs.next(x, calendarTimeOf(observation), this.#training.changes);
    this.engine.advanceInto(this.#output, this.#coming?.behind(inputs) ?? inputs);
    this.#forecasts.settle(event, x, this.#output);
    this.#schedule.advance();
    this.#forecasts.turnTo(this.#schedule.events);
  }

  /** For 200 observations one update each, at twice the rate, which then settles as at the start. */
  boostLearningRate(): void {
    this.#schedule.boostLearningRate();
  }

  /** Scaler and usual sizes of a dimension; the network knows of no units. */
  get restartable(): Restartable {
    const usual = [this.#forecasts.usual, this.#training.changes.usual];
    return restartableScales(
      (d) => ({
        scaler: this.#scaler,
        place: d,
        usual,
        targets: this.#options.horizons.map((_, k) => k * this.dimensions + d),
      }),
      () => this.#forecasts.turnTo(this.#schedule.events),
    );
  }

  snapshot(): Snapshot {
    const state = { carried: packVectors(this.#carried()), engine: packVectors(this.engine.save()) };
    return seal('LstmForecaster', 1, this.#config(), state);
  }

  restore(snapshot: Snapshot): void {
    this.prepareRestore(snapshot)();
  }

  prepareRestore(snapshot: Snapshot): () => void {
    const state = fields(unseal(snapshot, 'LstmForecaster', 1, this.#config()), ['carried', 'engine']);
    const engine = this.engine.save();
    const applyEngine = prepareVectors(engineMemory(engine, this.#options.clipNorm), state.engine);
    const applyCarried = prepareVectors(this.#carried(), state.carried);
    if (!sameEvents(state.carried, state.engine))
      throw badSnapshot('snapshot of LstmForecaster: its parts are of different moments');
    return () => {
      applyEngine();
      applyCarried();
      this.engine.load(engine);
      this.#forecasts.turnTo(this.#schedule.events);
    };
  }

  dispose(): void {
    this.engine.dispose();
  }

  /** One TBPTT update over the steps of the training window. */
  #update(): void {
    const { targets, weights } = this.#training;
    this.#training.fill(this.#schedule.events);
    const { applied } = this.engine.learn(targets, weights, this.#schedule.rate);
    if (!applied) this.#schedule.drop();
  }

  #carried(): Memory {
    return {
      counts: this.#schedule.memory,
      scaler: this.#scaler.memory,
      inputs: ranged(this.#inputs.state, COMPRESSED),
      ...this.#forecasts.memory,
      past: this.#training.memory,
      changes: this.#training.changes.usual.memory,
    };
  }

  #config(): Json {
    return asJson({
      ...this.#options,
      engine: this.engine.name,
      precision: this.engine.precision,
    });
  }
}

/** Whether as many observations have been learnt as the network has seen. */
function sameEvents(carried: State | undefined, engine: State | undefined): boolean {
  const [counts, { advanced }] = [unpackFloats(fields(carried).counts, 3, 'any'), fields(engine)];
  return counts[0] === unpackFloats(advanced, 1, 'any')[0];
}

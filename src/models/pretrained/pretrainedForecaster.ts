import { exp } from '../../core/math/exp.ts';
import { oneOf } from '../../core/optionKinds.ts';
import { DIMENSIONS, factoryOf, OptionSet, requireFactoryOptions } from '../../core/optionSet.ts';
import { ENGINE_NAMES, type EngineName } from '../../numerics/engines/createEngine.ts';
import { autoEngine } from '../../numerics/engines/fallback.ts';
import type { NetworkRunner, SeriesStates } from '../../numerics/engines/networkRunner.ts';
import { type Aside, inPlace, pooledAside, scratch } from '../../numerics/pooled.ts';
import {
  calendarTimeOf,
  type Forecaster,
  type ForecasterFactory,
  type Observation,
  type Prediction,
  type Restartable,
} from '../forecaster.ts';
import { boundedLogScale, NETWORK } from '../forecasters/lstmNetwork.ts';
import { BAND } from '../scaling/laplaceBand.ts';
import { restartableScales } from '../scaling/restartableScales.ts';
import { noteCheck } from '../snapshot/ownChecks.ts';
import { type Snapshot, seal, unseal } from '../snapshot/snapshot.ts';
import { asJson, badSnapshot, fields, type Json, list } from '../snapshot/state.ts';
import { type Memory, packVectors, prepareVectors, ranged } from '../snapshot/vectors.ts';
import { AdaptedHead } from './adaptedHead.ts';
import { AdaptedNetwork } from './adaptedNetwork.ts';
import { ContextInputs, HORIZONS, INPUTS } from './contextInputs.ts';
import { offerFleetForecaster } from './fleetForecaster.ts';
import {
  arePending,
  emptyPrediction,
  emptyPredictions,
  PendingBands,
  type PredictionWithEarlier,
} from './pendingBands.ts';
import { loadedWeights, loadPretrainedWeights, type PretrainedWeights } from './pretrainedWeights.ts';
import { sharedNetwork } from './sharedNetwork.ts';

/** How the pre-trained network is run. */
export interface PretrainedOptions {
  /** Where the arithmetic is done; `'auto'`: WASM where it is available. @default 'auto' */
  readonly engine?: EngineName;
  /**
   * `'head'`: each stream learns a linear correction of the forecasts online, which is used as far as it was better of late.
   * `'all'`: in addition a copy of the weights goes on learning by TBPTT, and is used as far as it was better of late: twice the
   * time and some 360 kB per stream. `'none'`: nothing is learnt but the state. @default 'head'
   */
  readonly adapt?: 'all' | 'head' | 'none';
}

/** {@link PretrainedOptions} and the number of dimensions. */
export interface PretrainedForecasterOptions extends PretrainedOptions {
  /** D. */
  readonly dimensions: number;
}

export const pretrainedOptions: OptionSet<PretrainedForecasterOptions> = new OptionSet({
  dimensions: DIMENSIONS,
  engine: {
    kind: oneOf(ENGINE_NAMES),
    default: 'auto',
    about: 'where the arithmetic is done',
    when: "'reference' for float64 and for debugging; 'wasm-relaxed' for speed on some processors",
  },
  adapt: {
    kind: oneOf(['all', 'head', 'none']),
    default: 'head',
    about: 'what each stream learns in addition to its state',
    when: "'all' for the best forecasts; 'none' for the least time and memory per stream",
  },
});

const K = HORIZONS.length;
const OUTPUTS = 2 * K;
const PARTS = ['series', 'own'] as const;

/**
 * Loads the weights that come with the package and makes forecasters of them. Nothing else is asynchronous.
 *
 * ```ts
 * readings$.pipe(detectAnomalies({ forecaster: await pretrainedForecaster() }))
 * ```
 *
 * @throws RxAnomalyError BAD_OPTION
 */
export async function pretrainedForecaster(options: PretrainedOptions = {}): Promise<ForecasterFactory> {
  requireFactoryOptions('pretrainedForecaster', pretrainedOptions, options);
  pretrainedOptions.resolve('pretrainedForecaster', { ...options, dimensions: 1 });
  return pretrainedFactory(await loadPretrainedWeights(), options);
}

offerFleetForecaster(() => {
  const weights = loadedWeights();
  return weights && pretrainedFactory(weights, { adapt: 'none' });
});

/** Forecasters with these weights. */
export function pretrainedFactory(
  weights: PretrainedWeights,
  options: PretrainedOptions = {},
): ForecasterFactory {
  return factoryOf(
    'PretrainedForecaster',
    pretrainedOptions,
    options,
    (all) => new PretrainedForecaster(weights, all),
  );
}

/**
 * An LSTM that was trained once, on simulated series: its weights stay as they are, and what it learns of a stream is in its
 * state, h and c, and in a correction of its forecasts (`AdaptedHead`). It forecasts 1, 4 and 16 events ahead. Each dimension is a series of its own, with a
 * state of its own. All forecasters of a process share one copy of the weights.
 */
export class PretrainedForecaster implements Forecaster {
  readonly name = 'pretrained';
  readonly dimensions: number;
  readonly horizons: readonly number[] = HORIZONS;
  readonly isPooled: boolean;
  readonly #weights: PretrainedWeights;
  readonly #network: NetworkRunner;
  readonly #carried: Aside<SeriesStates>; // (D, S) h and c
  readonly #contexts: readonly ContextInputs[]; // (D)
  readonly #pending: readonly PendingBands[]; // (D)
  readonly #heads: readonly AdaptedHead[]; // (D), none where nothing is adapted
  readonly #own: AdaptedNetwork | undefined; // where the weights are adapted, too
  readonly #due: Int32Array; // (D) series that advance
  readonly #x: Float64Array; // (D, I)
  readonly #output: Float64Array; // (D, O)
  readonly #adapt: PretrainedOptions['adapt'];
  #reused: PredictionWithEarlier | undefined; // what `predictInPlace` returns

  /**
   * @throws RxAnomalyError BAD_OPTION
   * @internal
   */
  constructor(weights: PretrainedWeights, options: PretrainedForecasterOptions) {
    const { dimensions, engine, adapt } = pretrainedOptions.resolve('PretrainedForecaster', options);
    const name = engine === 'auto' ? autoEngine() : engine;
    this.dimensions = dimensions;
    this.#weights = weights;
    this.#network = sharedNetwork(weights, name);
    const { precision, stateSize } = this.#network;
    this.#carried = pooledAside<SeriesStates>(
      dimensions * stateSize,
      precision === 'float32' ? Float32Array : Float64Array,
    );
    this.#contexts = Array.from({ length: dimensions }, () => new ContextInputs());
    this.#pending = Array.from({ length: dimensions }, () => new PendingBands());
    this.#adapt = adapt;
    this.isPooled = adapt !== 'all';
    this.#heads = adapt === 'none' ? [] : Array.from({ length: dimensions }, () => new AdaptedHead());
    this.#own = adapt === 'all' ? new AdaptedNetwork(weights, name, dimensions) : undefined;
    this.#due = new Int32Array(dimensions);
    this.#x = scratch('pretrained x', dimensions * INPUTS);
    this.#output = scratch('pretrained output', dimensions * OUTPUTS);
  }

  /** Earlier forecasts of the same observation, at horizons 4 and 16, are in `earlier`. */
  predict(): Prediction {
    return this.#fill(emptyPredictions(this.dimensions));
  }

  predictInPlace(): Prediction {
    this.#reused ??= emptyPredictions(this.dimensions);
    return this.#fill(this.#reused);
  }

  /** One prediction per horizon, 1, 4 and 16 events from now. Pure. */
  predictAhead(): Prediction[] {
    return HORIZONS.map((_, k) => this.#read(emptyPrediction(this.dimensions), 1, k));
  }

  /** (D) the corrections that each dimension has learnt; empty without adaptation. */
  corrections(): Float64Array[] {
    return this.#heads.map(({ weights }) => weights);
  }

  /** (D) how far off the forecasts of the next observation usually are, in units of the value. */
  usualErrors(): number[] {
    return this.#pending.map(({ usual }) => usual.mean(0));
  }

  learn(observation: Observation, weight: number): void {
    const { value } = observation;
    const time = calendarTimeOf(observation);
    const due = this.#due;
    let count = 0;
    for (let d = 0; d < this.dimensions; d++) {
      const context = this.#contexts[d];
      const pending = this.#pending[d];
      const isMissing = Number.isNaN(value[d]);
      const events = context.events;
      if (isMissing && events === 0) continue;
      if (!isMissing) {
        pending.learn(events, value[d], weight);
        this.#heads[d]?.learn(context, value[d], weight);
        this.#own?.learn(d, context, value[d], weight);
      }
      context.learn(isMissing ? pending.expected(events - 1, 0) : value[d], isMissing, time, weight);
      this.#x.set(context.inputs, count * INPUTS);
      due[count++] = d;
    }
    if (count > 0) this.#own?.advance(this.#contexts);
    const { vector, at: from } = this.#carried;
    this.#network.advanceInto(this.#output, vector, from, due, this.#x, count);
    for (let at = 0; at < count; at++) this.#note(due[at], at);
  }

  snapshot(): Snapshot {
    const series = this.#contexts.map((_, d) => packVectors(this.#memory(d)));
    const own = this.#own && { own: this.#own.state() };
    return seal('PretrainedForecaster', 1, this.#config(), { series, ...own });
  }

  restore(snapshot: Snapshot): void {
    this.prepareRestore(snapshot)();
  }

  prepareRestore(snapshot: Snapshot): () => void {
    const own = this.#own;
    const state = fields(
      unseal(snapshot, 'PretrainedForecaster', 1, this.#config()),
      own ? PARTS : ['series'],
    );
    const series = list('series', state.series, this.dimensions);
    const apply = series.map((saved, d) => {
      const put = prepareVectors(this.#memory(d), saved);
      const { made, events } = saved as { readonly [name: string]: Float64Array };
      const require = (isPossible: boolean): void => {
        if (!isPossible)
          throw badSnapshot(
            'snapshot of PretrainedForecaster: its forecasts are not those of as many events',
          );
      };
      require(arePending(made, events[0]));
      noteCheck(() => require(this.#pending[d].arePending(this.#contexts[d].events)));
      return put;
    });
    if (own !== undefined) apply.push(own.prepareRestore(state.own));
    return () => {
      for (const each of apply) each();
    };
  }

  /** Scale and usual sizes of a dimension; the network knows of no units. */
  get restartable(): Restartable {
    return restartableScales((d) => ({
      scaler: this.#contexts[d].scaler,
      place: 0,
      usual: [this.#contexts[d].changes.usual, this.#pending[d].usual],
      targets: [...HORIZONS.keys()],
    }));
  }

  dispose(): void {
    this.#own?.dispose();
  }

  /** With what is due of each horizon. */
  #fill(prediction: PredictionWithEarlier): Prediction {
    this.#read(prediction, HORIZONS[0], 0);
    for (let k = 1; k < K; k++) this.#read(prediction.earlier[k - 1], HORIZONS[k], k);
    return prediction;
  }

  /** Fills in what was forecast `age` events before the next one. */
  #read(prediction: Prediction, age: number, k: number): Prediction {
    for (let d = 0; d < this.dimensions; d++)
      this.#pending[d].read(this.#contexts[d].events - age, k, prediction, d);
    return prediction;
  }

  /** Converts the network's output after the newest event, which is in row `row` of it, into values. */
  #note(d: number, row: number): void {
    const context = this.#contexts[d];
    const head = this.#heads[d];
    const at = row * OUTPUTS;
    this.#own?.mix(d, context, this.#output, at);
    head?.note(context, this.#output, at);
    for (let k = 0; k < K; k++) {
      const output = this.#output[at + k] + (head?.correction(k) ?? 0);
      const reach = BAND * exp(boundedLogScale(this.#output[at + K + k]));
      this.#pending[d].note(
        context.events - 1,
        k,
        context.located(k, output),
        context.located(k, output - reach),
        context.located(k, output + reach),
      );
    }
  }

  #memory(d: number): Memory {
    const { stateSize } = this.#network;
    const carried = inPlace<SeriesStates>(this.#carried);
    return {
      carried: ranged(carried.subarray(d * stateSize, (d + 1) * stateSize), NETWORK),
      ...this.#contexts[d].memory,
      ...this.#pending[d].memory,
      ...this.#heads[d]?.memory,
    };
  }

  #config(): Json {
    const { id, cell, hidden } = this.#weights;
    const { name, precision } = this.#network;
    return asJson({
      dimensions: this.dimensions,
      weights: id,
      cell,
      hidden,
      engine: name,
      precision,
      adapt: this.#adapt,
    });
  }
}

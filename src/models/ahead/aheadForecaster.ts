import { accepts, aFunction, boolean, type OptionKind, positiveInteger } from '../../core/optionKinds.ts';
import { DIMENSIONS, OptionSet, type OptionTable } from '../../core/optionSet.ts';
import { pooled } from '../../numerics/pooled.ts';
import type { Forecaster, ForecasterFactory, Observation, Prediction } from '../forecaster.ts';
import { lstmFactory } from '../forecasters/lstmForecaster.ts';
import { NonNegative } from '../scaling/nonNegative.ts';
import { nest, prepareAll, type Restorable, type Snapshot, seal, unseal } from '../snapshot/snapshot.ts';
import { fields, type Json } from '../snapshot/state.ts';
import { COUNT, type Memory, packVectors, prepareVectors, ranged } from '../snapshot/vectors.ts';
import type { Transform } from '../transform.ts';
import { CandidatePaths } from './candidatePaths.ts';
import { KeptForecasts, type StepForecast } from './keptForecasts.ts';
import { PathMixture } from './pathMixture.ts';
import { StepBands } from './stepBands.ts';
import { StepClock } from './stepClock.ts';

/** How far ahead is forecast, and how. */
export interface AheadOptions {
  /** Events ahead, 1 … 1024. @default 16 */
  readonly steps?: number;
  /** The quantiles of each forecast, ascending numbers above 0 and below 1, at most 99. @default [0.1, 0.5, 0.9] */
  readonly quantiles?: readonly number[];
  /**
   * Events between two forecasts. What the intervals are calibrated by is compared at these, or at fewer of them: at most 16
   * forecasts wait for their events.
   * @default 1
   */
  readonly every?: number;
  /**
   * What forecasts the next event; further ones are forecast by iterating it.
   * @default an `LstmForecaster`
   */
  readonly forecaster?: ForecasterFactory;
  /**
   * Whether the forecaster is combined with the last value, the mean, and the profile of the day, each by its usual error at
   * that step. `false`: the forecaster alone, iterated.
   * @default true
   */
  readonly combine?: boolean;
}

/** {@link AheadOptions} where the forecaster is given: that of a detector. */
export type AheadPlan = Pick<AheadOptions, 'steps' | 'quantiles' | 'every'>;

/** A forecaster that somebody else teaches, and whose forecasts are of transformed values. */
export interface SharedForecaster {
  readonly forecaster: Forecaster;
  readonly transform: Pick<Transform, 'name' | 'inversePath' | 'inverseScale'>;
}

/** {@link AheadOptions} and the number of dimensions. */
export interface AheadForecasterOptions extends AheadOptions {
  /** D. */
  readonly dimensions: number;
}

type Resolved = Required<AheadOptions>;

const MOST_STEPS = 1024;
const MOST_QUANTILES = 99;
const QUANTILES = 'ascending numbers above 0 and below 1';

const quantilesKind: OptionKind = accepts(
  `${QUANTILES}, 1 to ${MOST_QUANTILES} of them`,
  (value) =>
    Array.isArray(value) &&
    value.length > 0 &&
    value.length <= MOST_QUANTILES &&
    value.every((q, k) => Number.isFinite(q) && q > (k === 0 ? 0 : value[k - 1]) && q < 1),
);

/** The table for whoever has these options among others. */
export const aheadTable: OptionTable<AheadOptions, Resolved> = {
  steps: {
    kind: positiveInteger(MOST_STEPS, 'each is forecast from the one before'),
    default: 16,
    unit: 'events',
    about: 'events ahead that are forecast',
    when: 'as far as you plan ahead; time and memory grow with it',
    level: 'basic',
  },
  quantiles: {
    kind: quantilesKind,
    default: [0.1, 0.5, 0.9],
    about: 'quantiles of each forecast',
    when: '[0.025, 0.5, 0.975] for an interval of 95 %',
    level: 'basic',
  },
  every: {
    kind: positiveInteger(),
    default: 1,
    unit: 'events',
    about: 'events between two forecasts',
    when: 'more for less time per event: a forecast costs a millisecond or so',
    level: 'basic',
  },
  forecaster: {
    kind: aFunction,
    default: lstmFactory(),
    defaultText: 'an LSTM',
    about: 'what forecasts the next event; further ones are forecast by iterating it',
    when: '`await pretrainedForecaster()` for short streams',
  },
  combine: {
    kind: boolean,
    default: true,
    about: 'whether last value, mean and profile of the day are combined with the forecaster',
    when: 'false to see what the forecaster does alone',
  },
};

const { steps, quantiles, every } = aheadTable;

export const aheadPlanOptions: OptionSet<AheadPlan> = new OptionSet({ steps, quantiles, every });

const aheadForecasterOptions: OptionSet<AheadForecasterOptions, Resolved & { readonly dimensions: number }> =
  new OptionSet({ dimensions: DIMENSIONS, ...aheadTable });

/** What is expected of one of the next events. */
export interface AheadPrediction {
  /** 1 for the next event. */
  readonly step: number;
  /** When, by the usual time step: milliseconds since 1970-01-01T00:00:00Z; undefined in a stream without times. */
  readonly time: number | undefined;
  /** (D) median, in units of the value; NaN while there is no forecast yet. */
  readonly expected: readonly number[];
  /** (Q, D) quantiles, in the order of the option; each at least the one before. */
  readonly quantiles: readonly (readonly number[])[];
}

const PENDING = 16; // forecasts that wait for their events, at most
const HALF_LIFE = 200; // events after which an error counts half …
const LEAST_HALF_LIFE = 20; // … and at least so many comparisons

/**
 * Forecasts the next `steps` events of one stream, with quantiles that are calibrated for each step by how past forecasts of that
 * step turned out. Any forecaster of the next event will do: a copy of it is iterated, and combined with simple expectations
 * ({@link CandidatePaths}) by their errors. The order is as with a `Forecaster`: predict, then learn.
 *
 * ```ts
 * const forecaster = new AheadForecaster({ dimensions: 1, steps: 96 });
 * for (const value of values) forecaster.learn({ time: undefined, value: [value], imputed: false }, 1);
 * const [next] = forecaster.predictAhead();
 * ```
 */
export class AheadForecaster implements Restorable {
  readonly dimensions: number;
  readonly #options: Resolved;
  readonly #live: Forecaster;
  readonly #shared: SharedForecaster | undefined;
  readonly #clock: StepClock = new StepClock();
  readonly #candidates: CandidatePaths;
  readonly #mixture: PathMixture;
  readonly #bands: StepBands;
  readonly #kept: KeptForecasts;
  readonly #nonNegative: NonNegative;
  readonly #events: Float64Array; // (1)
  #newest: StepForecast | undefined; // once it has been asked for

  /**
   * @param shared the forecaster, where it is somebody else's: it is taught before `learn` is called, it is no part of the
   * snapshot, and `forecaster` makes its copies
   * @throws RxAnomalyError BAD_OPTION
   */
  constructor(options: AheadForecasterOptions, shared?: SharedForecaster) {
    const { dimensions, ...others } = aheadForecasterOptions.resolve('AheadForecaster', options);
    const { steps, quantiles, every, forecaster, combine } = others;
    this.dimensions = dimensions;
    this.#options = others;
    this.#shared = shared;
    this.#live = shared?.forecaster ?? forecaster(dimensions);
    const transform = shared?.transform;
    this.#candidates = new CandidatePaths(this.#live, forecaster, steps, this.#clock, combine, transform);
    const { count } = this.#candidates;
    const keptEvery = every * Math.ceil(steps / (PENDING * every));
    const halfLife = Math.max(LEAST_HALF_LIFE, HALF_LIFE / keptEvery);
    this.#mixture = new PathMixture(count, steps, dimensions, halfLife);
    this.#bands = new StepBands(quantiles, steps, dimensions, halfLife);
    this.#kept = new KeptForecasts(keptEvery, count, quantiles.length, steps, dimensions);
    this.#nonNegative = new NonNegative(dimensions);
    this.#events = pooled(1);
  }

  /** The forecaster's own forecast of the next event. Pure. */
  predict(): Prediction {
    return this.#live.predict();
  }

  /** Whether a forecast is due after the newest event: one of every so many is. */
  get isDue(): boolean {
    return this.#events[0] > 0 && (this.#events[0] - 1) % this.#options.every === 0;
  }

  /** (H) forecasts of the next events. Pure. */
  predictAhead(): AheadPrediction[] {
    this.#newest ??= this.#forecast();
    const { expected, units } = this.#newest;
    const { steps, quantiles } = this.#options;
    const D = this.dimensions;
    const step = this.#clock.step;
    return Array.from({ length: steps }, (_, h) => {
      const bounds = quantiles.map(() => new Array<number>(D));
      for (let d = 0; d < D; d++) {
        const target = h * D + d;
        const least = this.#nonNegative.least(d);
        const spread = this.#bands.quantiles(target, expected[target], units[target]);
        for (let k = 0; k < spread.length; k++) bounds[k][d] = Math.max(least, spread[k]);
      }
      const time = this.#clock.ahead(h + 1, step);
      return { step: h + 1, time, expected: [...expected.subarray(h * D, (h + 1) * D)], quantiles: bounds };
    });
  }

  /**
   * Updates with the next observation.
   *
   * @param weight 0 … 1: how much to learn from it; at 0 only the state is updated
   */
  learn(observation: Observation, weight: number): void {
    const { value } = observation;
    const event = this.#events[0];
    const D = this.dimensions;
    this.#kept.due(event, (step, { paths, expected, units, offsets }) => {
      for (let d = 0; d < D; d++) {
        const target = (step - 1) * D + d;
        this.#mixture.learn(paths, target, value[d], weight);
        this.#bands.learn(target, value[d], expected[target], units[target], offsets, weight);
      }
    });
    this.#nonNegative.learn(value);
    if (this.#shared === undefined) this.#live.learn(observation, weight);
    this.#candidates.learn(observation, weight);
    this.#clock.learn(observation);
    this.#bands.note(this.#scale());
    this.#events[0] = event + 1;
    this.#newest = undefined;
    if (!this.#kept.keeps(event)) return;
    this.#newest = this.#forecast();
    this.#kept.keep(event, this.#newest);
  }

  /** Called after a change of the stream: to learn faster for a while. */
  boostLearningRate(): void {
    this.#live.boostLearningRate?.();
  }

  snapshot(): Snapshot {
    return seal('AheadForecaster', 1, this.#config(), {
      ...(this.#shared === undefined ? { forecaster: nest(this.#live.snapshot()) } : {}),
      profile: nest(this.#candidates.profile.snapshot()),
      ahead: packVectors(this.#memory()),
    });
  }

  restore(snapshot: Snapshot): void {
    this.prepareRestore(snapshot)();
  }

  prepareRestore(snapshot: Snapshot): () => void {
    const own = this.#shared === undefined ? ['forecaster'] : [];
    const state = fields(unseal(snapshot, 'AheadForecaster', 1, this.#config()), [
      ...own,
      'profile',
      'ahead',
    ]);
    const applyOwn = prepareVectors(this.#memory(), state.ahead);
    const applyModels = prepareAll([
      ...(this.#shared === undefined ? [[this.#live, state.forecaster] as const] : []),
      [this.#candidates.profile, state.profile],
    ]);
    return () => {
      applyModels();
      applyOwn();
      this.#newest = undefined;
    };
  }

  dispose(): void {
    if (this.#shared === undefined) this.#live.dispose();
    this.#candidates.dispose();
  }

  #forecast(): StepForecast {
    const size = this.#options.steps * this.dimensions;
    const forecast = {
      paths: new Float64Array(this.#candidates.count * size),
      expected: new Float64Array(size),
      units: new Float64Array(size),
      offsets: this.#bands.offsets, // which change only when the next observation is learnt
    };
    const { paths, expected, units } = forecast;
    this.#candidates.write(this.#live, paths);
    this.#mixture.mix(paths, expected);
    for (let at = 0; at < size; at++)
      expected[at] = Math.max(this.#nonNegative.least(at % this.dimensions), expected[at]);
    this.#bands.units(expected, this.#scale(), (d) => this.#candidates.deviation(d), units);
    return forecast;
  }

  /** (D) of the forecast of the next event, in units of the value. */
  #scale(): readonly number[] {
    const { scale } = this.#live.predict();
    return this.#shared?.transform.inverseScale(scale) ?? scale;
  }

  #memory(): Memory {
    return {
      events: ranged(this.#events, COUNT),
      nonNegative: this.#nonNegative.memory,
      mixture: this.#mixture.memory,
      ...this.#candidates.memory,
      ...this.#clock.memory,
      ...this.#bands.memory,
      ...this.#kept.memory,
    };
  }

  #config(): Json {
    const { steps, quantiles, every, combine } = this.#options;
    const candidates = this.#candidates.count;
    const config = {
      dimensions: this.dimensions,
      steps,
      quantiles: [...quantiles],
      every,
      combine,
      candidates,
    };
    return this.#shared === undefined ? config : { ...config, of: this.#shared.transform.name };
  }
}

import { pooled } from '../../numerics/pooled.ts';
import type { Forecaster, Observation, Prediction } from '../forecaster.ts';
import { NonNegative } from '../scaling/nonNegative.ts';
import { nest, prepareAll, type Restorable, type Snapshot, seal, unseal } from '../snapshot/snapshot.ts';
import { fields, type Json } from '../snapshot/state.ts';
import { COUNT, type Memory, packVectors, prepareVectors, ranged } from '../snapshot/vectors.ts';
import type { Transform } from '../transform.ts';
import { type AheadForecasterOptions, aheadForecasterOptions, type ResolvedAhead } from './aheadOptions.ts';
import { CandidatePaths } from './candidatePaths.ts';
import { KeptForecasts, type StepForecast } from './keptForecasts.ts';
import { PathMixture } from './pathMixture.ts';
import { StepBands } from './stepBands.ts';
import { StepClock } from './stepClock.ts';

/** A forecaster that somebody else teaches, and whose forecasts are of transformed values. */
export interface SharedForecaster {
  readonly forecaster: Forecaster;
  readonly transform: Pick<Transform, 'name' | 'inversePath' | 'inverseScale'>;
}

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
 * (`CandidatePaths`) by their errors. The order is as with a `Forecaster`: predict, then learn.
 *
 * ```ts
 * const forecaster = new AheadForecaster({ dimensions: 1, steps: 96 });
 * for (const value of values) forecaster.learn({ time: undefined, value: [value], imputed: false }, 1);
 * const [next] = forecaster.predictAhead();
 * ```
 */
export class AheadForecaster implements Restorable {
  readonly dimensions: number;
  readonly #options: ResolvedAhead;
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

  /** @throws RxAnomalyError BAD_OPTION */
  constructor(options: AheadForecasterOptions);
  /**
   * @param shared the forecaster, where it is somebody else's: it is taught before `learn` is called, it is no part of the
   * snapshot, and `forecaster` makes its copies
   * @internal
   */
  constructor(options: AheadForecasterOptions, shared: SharedForecaster | undefined);
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

import type { Forecaster, ForecasterFactory, Observation, Prediction, Restartable } from '../forecaster.ts';
import { NonNegative } from '../scaling/nonNegative.ts';
import { nest, prepareAll, type Snapshot, seal, unseal } from '../snapshot/snapshot.ts';
import { fields, type Json } from '../snapshot/state.ts';
import { type Memory, packVectors, prepareVectors } from '../snapshot/vectors.ts';
import { CovariateEffect } from './covariateEffect.ts';

/**
 * Any forecaster, of streams whose values depend on covariates: what these explain is taken off each value before the forecaster
 * sees it, and added to its forecast when the covariates of the event are known (regression with the errors of a time series:
 * Hyndman & Athanasopoulos, Forecasting: Principles and Practice, chapter 10). Where they explain nothing, it forecasts as it
 * would without.
 */
export class CovariateForecaster implements Forecaster {
  readonly name: string;
  readonly dimensions: number;
  /** The one that sees what is left. */
  readonly inner: Forecaster;
  readonly horizons: readonly number[];
  readonly restartable?: Restartable;
  readonly #effect: CovariateEffect;
  readonly #nonNegative: NonNegative;

  /** @param covariates C, the numbers that each event has in addition to its value */
  constructor(inner: Forecaster, covariates: number) {
    this.name = inner.name;
    this.dimensions = inner.dimensions;
    this.inner = inner;
    this.horizons = inner.horizons ?? [1];
    if (inner.restartable !== undefined) this.restartable = inner.restartable;
    this.#effect = new CovariateEffect(covariates, this.dimensions);
    this.#nonNegative = new NonNegative(this.dimensions);
  }

  /** @param covariates (C) of the next observation @default as they were last */
  predict(covariates?: readonly number[]): Prediction {
    const made = this.inner.predict();
    const effect = this.#effect.of(covariates);
    const plus = (values: readonly number[]): number[] => values.map((value, d) => moved(value, effect[d]));
    const { scale, earlier } = made;
    const expected = plus(made.expected);
    const bounded = this.#nonNegative.bound({
      expected,
      lower: plus(made.lower),
      upper: plus(made.upper),
      scale,
    });
    if (earlier === undefined) return bounded;
    return {
      ...bounded,
      earlier: earlier.map((each) => ({ expected: plus(each.expected), scale: each.scale })),
    };
  }

  explained(covariates: readonly number[]): readonly number[] {
    return this.#effect.of(covariates);
  }

  get beganToExplain(): readonly boolean[] {
    return this.#effect.began;
  }

  learn(observation: Observation, weight: number): void {
    const { value, covariates } = observation;
    this.#nonNegative.learn(value);
    const effect = this.#effect.of(covariates);
    this.inner.learn({ ...observation, value: value.map((each, d) => moved(each, -effect[d])) }, weight);
    if (covariates !== undefined) this.#effect.learn(value, covariates, weight);
  }

  boostLearningRate(): void {
    this.inner.boostLearningRate?.();
  }

  snapshot(): Snapshot {
    return seal('CovariateForecaster', 1, this.#config(), {
      forecaster: nest(this.inner.snapshot()),
      effect: packVectors(this.#memory()),
    });
  }

  restore(snapshot: Snapshot): void {
    this.prepareRestore(snapshot)();
  }

  prepareRestore(snapshot: Snapshot): () => void {
    const names = ['forecaster', 'effect'] as const;
    const state = fields(unseal(snapshot, 'CovariateForecaster', 1, this.#config()), names);
    const applyOwn = prepareVectors(this.#memory(), state.effect);
    const applyInner = prepareAll([[this.inner, state.forecaster]]);
    return () => {
      applyInner();
      applyOwn();
    };
  }

  dispose(): void {
    this.inner.dispose();
  }

  #memory(): Memory {
    return { ...this.#effect.memory, nonNegative: this.#nonNegative.memory };
  }

  #config(): Json {
    return { dimensions: this.dimensions, covariates: this.#effect.covariates };
  }
}

function moved(value: number, by: number): number {
  const sum = value + by;
  return Math.abs(sum) <= LARGEST || Number.isNaN(value) ? sum : value;
}

const LARGEST = 1e300;

/** A factory of forecasters of streams that have so many covariates. */
export function withCovariates(forecaster: ForecasterFactory, covariates: number): ForecasterFactory {
  return (dimensions) => new CovariateForecaster(forecaster(dimensions), covariates);
}

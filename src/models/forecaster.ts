import { RxAnomalyError } from '../core/errors.ts';
import { type MadeOf, requireMade, show } from '../core/options.ts';
import type { Restorable } from './snapshot/snapshot.ts';
import type { State } from './snapshot/state.ts';

/** A forecast of one observation as a location and a scale, per dimension. */
export interface PointAndScale {
  /** (D) median, in units of the value. */
  readonly expected: readonly number[];
  /** (D) scale b of a Laplace distribution: the typical size of a residual, above 0. */
  readonly scale: readonly number[];
}

/** The forecast of the next observation, per dimension. NaN in every field while there is none yet. */
export interface Prediction extends PointAndScale {
  /** (D) 2.5 % quantile. */
  readonly lower: readonly number[];
  /** (D) 97.5 % quantile. */
  readonly upper: readonly number[];
  /** Forecasts of the same observation made at longer horizons, the newest first; none if left out. */
  readonly earlier?: readonly PointAndScale[];
}

/**
 * Predicts one stream, one observation ahead, and learns from every one. The order is always predict, then learn: a
 * forecast never depends on the value it is for.
 */
export interface Forecaster extends Restorable {
  readonly name: string;
  /** Whether all that it remembers is in vectors of `numerics/pooled`: only such a forecaster can serve a fleet. @default false */
  readonly isPooled?: boolean;
  /** D: numbers per observation. */
  readonly dimensions: number;
  /**
   * How many events ahead it forecasts, ascending from 1: `earlier` of its predictions has what was forecast at those after the
   * first, in this order. Left out by a forecaster of the next event alone.
   */
  readonly horizons?: readonly number[];
  /**
   * The forecast of the next observation. Pure: calling twice gives the same result.
   *
   * @param covariates (C) what is known of that observation with or before its value, see {@link Observation.covariates}; a
   * forecaster that has none takes no notice
   */
  predict(covariates?: readonly number[]): Prediction;
  /**
   * The same in an object that the next call fills anew: for a caller that keeps nothing of it, and has `learn` follow. Left out
   * by a forecaster that has only `predict`.
   */
  predictInPlace?(covariates?: readonly number[]): Prediction;
  /**
   * Updates with the observation that was predicted.
   *
   * @param weight 0 … 1: how much to learn from it; at 0 only the state is updated
   */
  learn(observation: Observation, weight: number): void;
  /**
   * (D) by how much the next value is expected to lie elsewhere than usual because of its covariates: what a scorer need not
   * explain. Left out by a forecaster that has none. Pure.
   */
  explained?(covariates: readonly number[]): readonly number[];
  /**
   * (D) whether with the newest observation covariates began to explain the values of a dimension, which were learnt with their
   * effects until then. Left out by a forecaster that has none.
   */
  readonly beganToExplain?: readonly boolean[];
  /** Called after a change of the stream: to learn faster for a while. Left out by a forecaster that cannot. */
  boostLearningRate?(): void;
  /** What begins anew where a dimension has become another. Left out by a forecaster that has nothing to begin anew. */
  readonly restartable?: Restartable;
  dispose(): void;
}

/** Creates a forecaster once the number of dimensions is known: at the first event of a stream. */
export type ForecasterFactory = (dimensions: number) => Forecaster;

/** A factory whose forecasters are checked. @param where whose option `forecaster` it is, for messages */
export function checkedForecasters(where: string, create: ForecasterFactory): ForecasterFactory {
  return (dimensions) => {
    const made = requireMade(where, 'forecaster', FORECASTER, create(dimensions));
    if (made.dimensions === dimensions) return made;
    throw new RxAnomalyError(
      'BAD_OPTION',
      `${where}: expected forecaster to make one of ${dimensions}, the numbers of an event, got ${show(made.dimensions)}`,
    );
  };
}

const FORECASTER: MadeOf<Forecaster> = {
  what: 'a forecaster',
  methods: ['predict', 'learn'],
  call: 'namedForecasters.ema(1)',
};

/** One moment of one stream, as the models receive it. */
export interface Observation {
  /** Milliseconds since 1970-01-01T00:00:00Z; undefined in a stream without times. */
  readonly time: number | undefined;
  /** Its time on the calendar of the stream, see `Calendar`: hours of the day and days of the week are read from it. @default `time` */
  readonly calendarTime?: number | undefined;
  /** (D) one number per dimension; NaN where it is missing. */
  readonly value: readonly number[];
  /** True when the whole value was imputed to fill a gap. */
  readonly imputed: boolean;
  /** (C) what is known with or before the value; NaN where it is missing. @default nothing */
  readonly covariates?: readonly number[];
}

/** Milliseconds of an observation on the calendar of its stream; undefined in a stream without times. */
export function calendarTimeOf({ calendarTime, time }: Observation): number | undefined {
  return calendarTime ?? time;
}

/** A model whose state of one dimension can be parked, restored and restarted, while the others are kept. */
export interface Restartable {
  /** A copy of the state of dimension `d` alone. */
  park(d: number): State;
  /**
   * Checks a result of `park`, also of another model of the same configuration.
   *
   * @returns a function that restores it and cannot fail
   * @throws RxAnomalyError BAD_SNAPSHOT when it is damaged
   */
  prepareResume(d: number, parked: State): () => void;
  /**
   * Restarts dimension `d`.
   *
   * @param scale level and spread of its newest values, as `RobustScaler.part` has them
   */
  restart(d: number, scale: Float64Array): void;
}

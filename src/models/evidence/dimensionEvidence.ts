import { TailModel } from '../../numerics/stats/tailModel.ts';
import type { Prediction } from '../forecaster.ts';
import type { Observation } from '../observation.ts';
import { standardResidual } from '../scorer.ts';
import { squash } from '../squash.ts';
import { MovingAverage } from './movingAverage.ts';
import { Novelty } from './novelty.ts';
import { SeasonalProfile } from './seasonalProfile.ts';
import { StuckAt } from './stuckAt.ts';

/** How much each kind of evidence counts; the residual's share is divided among the horizons. Sums to 1. */
const SHARES = { value: 0.225, level: 0.225, residual: 0.35, volatility: 0.2 };
const HORIZONS = 3; // residual channels: the forecasts for the observation, from the newest to the oldest
const LARGEST_Z = 50;
const LARGEST_RESIDUAL = 3; // in the volatility: one outlier is no change of volatility
const LEAST_VOLATILITY = 0.02;
const YOUNG = 750; // records over which the prior tail wears off, by 1/e
const UNKNOWN = 50; // records before anything is said

/** The evidence in one dimension: four kinds of statistic, each with the tail of its own past. */
export class DimensionEvidence {
  readonly #norm: number;
  readonly #profile: SeasonalProfile = new SeasonalProfile();
  readonly #novelty: Novelty = new Novelty();
  readonly #stuckAt: StuckAt = new StuckAt();
  readonly #level: MovingAverage = new MovingAverage(100);
  /** What the level has come to be: a shift that stays is got used to, long before the profile has learnt it. */
  readonly #usualLevel: MovingAverage = new MovingAverage(1000);
  readonly #residuals: readonly MovingAverage[] = Array.from(
    { length: HORIZONS },
    () => new MovingAverage(3),
  );
  readonly #recent: MovingAverage = new MovingAverage(50);
  readonly #usual: MovingAverage = new MovingAverage(1000);
  readonly #tails: { readonly [channel in keyof typeof SHARES]: readonly TailModel[] } = {
    value: [new TailModel()],
    level: [new TailModel()],
    residual: Array.from({ length: HORIZONS }, () => new TailModel()),
    volatility: [new TailModel()],
  };

  /** @param norm degree of the power mean over the channels */
  constructor(norm: number) {
    this.#norm = norm;
  }

  /**
   * The joint surprise, in decades of probability. Pure.
   *
   * @param z the observation's value in this dimension, in standard deviations
   * @param seen observations before this one
   */
  surprise(prediction: Prediction, observation: Observation, d: number, z: number, seen: number): number {
    const statistics = this.#statistics(prediction, observation, d, z);
    const trust = 1 - Math.exp(-seen / YOUNG);
    let sum = 0;
    for (const [channel, share] of Object.entries(SHARES) as [keyof typeof SHARES, number][]) {
      const values = statistics[channel];
      for (const [k, statistic] of values.entries()) {
        const tail = this.#tails[channel][k];
        const shrinks = channel === 'value' || channel === 'residual';
        const own = tail.surprise(statistic);
        const surprise =
          shrinks && seen >= UNKNOWN ? trust * own + (1 - trust) * prior(tail, statistic) : own;
        sum += (share / values.length) * Math.max(0, surprise) ** this.#norm;
      }
    }
    const value = observation.value[d];
    return Math.max(sum ** (1 / this.#norm) + this.#novelty.of(value), this.#stuckAt.of(value));
  }

  learn(prediction: Prediction, observation: Observation, d: number, z: number): void {
    const statistics = this.#statistics(prediction, observation, d, z);
    for (const channel of Object.keys(SHARES) as (keyof typeof SHARES)[]) {
      for (const [k, statistic] of statistics[channel].entries()) this.#tails[channel][k].learn(statistic);
    }
    const x = squash(z);
    const offSeason = x - this.#profile.at(observation.time);
    this.#level.learn(offSeason);
    this.#usualLevel.learn(offSeason);
    this.#profile.learn(observation.time, x);
    this.#novelty.learn(observation.value[d]);
    this.#stuckAt.learn(observation.value[d]);
    const residuals = residualsOf(prediction, observation, d);
    for (const [k, residual] of residuals.entries()) this.#residuals[k].learn(residual);
    const size = Math.min(LARGEST_RESIDUAL, Math.abs(residuals[0]));
    this.#recent.learn(size);
    this.#usual.learn(size);
  }

  /** All that it remembers, by name. */
  carried(): Record<string, Float64Array> {
    const carried: Record<string, Float64Array> = {
      profile: this.#profile.state,
      novelty: this.#novelty.state,
      stuckAt: this.#stuckAt.state,
      level: this.#level.state,
      usualLevel: this.#usualLevel.state,
      recent: this.#recent.state,
      usual: this.#usual.state,
    };
    for (const [k, { state }] of this.#residuals.entries()) carried[`residual.${k}`] = state;
    for (const [channel, tails] of Object.entries(this.#tails)) {
      for (const [k, { state }] of tails.entries()) carried[`tail.${channel}.${k}`] = state;
    }
    return carried;
  }

  /** The statistics of an observation, from what came before: 0 is ordinary, large is not. */
  #statistics(
    prediction: Prediction,
    observation: Observation,
    d: number,
    z: number,
  ): { readonly [channel in keyof typeof SHARES]: readonly number[] } {
    const residuals = residualsOf(prediction, observation, d);
    const size = Math.min(LARGEST_RESIDUAL, Math.abs(residuals[0]));
    const change = (this.#recent.with(size) + LEAST_VOLATILITY) / (this.#usual.with(size) + LEAST_VOLATILITY);
    return {
      value: [Math.min(LARGEST_Z, Math.abs(z))],
      level: [
        Math.abs(this.#level.with(squash(z) - this.#profile.at(observation.time)) - this.#usualLevel.shrunk),
      ],
      residual: residuals.map((residual, k) => Math.abs(this.#residuals[k].with(residual))),
      volatility: [Math.abs(Math.log(change))],
    };
  }
}

/** Residuals over their predicted scales: of the newest forecast, then of those made longer ago, as many as there are. */
function residualsOf(prediction: Prediction, observation: Observation, d: number): number[] {
  const earlier = (prediction.earlier ?? []).slice(0, HORIZONS - 1);
  return [prediction, ...earlier].map((forecast) => standardResidual(forecast, observation, d));
}

/** The surprise under a power-law tail of exponent 2.5 around the median: what is believed before much was seen. */
function prior(tail: TailModel, statistic: number): number {
  const above = Math.exp(Math.log(statistic + 0.05) - tail.medianLevel());
  return 2.5 * Math.log10(1 + (above / 1.55) ** 2);
}

import { TailModel } from '../../numerics/stats/tailModel.ts';
import type { PointAndScale, Prediction } from '../forecaster.ts';
import type { Observation } from '../observation.ts';
import { standardResidual } from '../scorer.ts';
import { SETTLING } from '../settledResiduals.ts';
import { squash } from '../squash.ts';
import { MovingAverage } from './movingAverage.ts';
import { Novelty } from './novelty.ts';
import { SeasonalProfile } from './seasonalProfile.ts';
import { StuckAt } from './stuckAt.ts';

const HORIZONS = 3; // residual channels: the forecasts for the observation, from the newest to the oldest
/** Channels, and how much each counts; the residual's share is divided among its horizons. Sums to 1. */
const VALUE = 0;
const LEVEL = 1;
const VOLATILITY = 2;
const RESIDUAL = 3; // and the next ones, one for each horizon
const SHARES = [0.225, 0.225, 0.2];
const RESIDUAL_SHARE = 0.35;
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
  readonly #tails: readonly TailModel[] = Array.from({ length: RESIDUAL + HORIZONS }, () => new TailModel());
  /** What was found out about the newest observation: learning from it needs the same as scoring it. */
  readonly #statistics: Float64Array = new Float64Array(RESIDUAL + HORIZONS); // one per channel
  readonly #standardResiduals: Float64Array = new Float64Array(HORIZONS);
  #horizons = 0; // residuals there are
  #offSeason = 0; // squashed value less what is usual at this hour
  #prediction: Prediction | undefined;
  #observation: Observation | undefined;
  #z = 0;

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
    this.#look(prediction, observation, d, z);
    const trust = 1 - Math.exp(-seen / YOUNG);
    const shrunk = seen >= UNKNOWN ? trust : 1;
    let sum = this.#weighed(VALUE, SHARES[VALUE], shrunk) + this.#weighed(LEVEL, SHARES[LEVEL], 1);
    for (let k = 0; k < this.#horizons; k++) {
      sum += this.#weighed(RESIDUAL + k, RESIDUAL_SHARE / this.#horizons, shrunk);
    }
    sum += this.#weighed(VOLATILITY, SHARES[VOLATILITY], 1);
    const value = observation.value[d];
    return Math.max(sum ** (1 / this.#norm) + this.#novelty.of(value), this.#stuckAt.of(value));
  }

  /** @param weight 0 moves the short averages on, which say how things are, and leaves alone what says how they should be */
  learn(prediction: Prediction, observation: Observation, d: number, z: number, weight: number): void {
    this.#look(prediction, observation, d, z);
    this.#prediction = undefined;
    const size = this.#residualSize;
    if (weight > 0) {
      // Residuals of a forecaster that has hardly begun would stay in their tail for good.
      const settled = this.#tails[VALUE].seen >= SETTLING ? this.#horizons : 0;
      for (let channel = 0; channel < RESIDUAL + settled; channel++) {
        this.#tails[channel].learn(this.#statistics[channel]);
      }
      this.#usualLevel.learn(this.#offSeason);
      this.#profile.learn(observation.time, squash(z));
      this.#novelty.learn(observation.value[d]);
      this.#usual.learn(size);
    }
    this.#level.learn(this.#offSeason);
    this.#stuckAt.learn(observation.value[d], weight);
    for (let k = 0; k < this.#horizons; k++) this.#residuals[k].learn(this.#standardResiduals[k]);
    this.#recent.learn(size);
  }

  /** How far the newest observation lies from what is usual at this hour, squashed. */
  get deviation(): number {
    return this.#offSeason;
  }

  /** All that it remembers, by name. Who writes to it calls `refresh`. */
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
    carried['tail.value.0'] = this.#tails[VALUE].state;
    carried['tail.level.0'] = this.#tails[LEVEL].state;
    for (let k = 0; k < HORIZONS; k++) carried[`tail.residual.${k}`] = this.#tails[RESIDUAL + k].state;
    carried['tail.volatility.0'] = this.#tails[VOLATILITY].state;
    return carried;
  }

  /** Takes note that what is carried was written to. */
  refresh(): void {
    this.#prediction = undefined;
    for (const tail of this.#tails) tail.refresh();
  }

  /** A channel's part in the power mean. @param trust how much its own tail counts; the rest is the prior's */
  #weighed(channel: number, share: number, trust: number): number {
    const tail = this.#tails[channel];
    const statistic = this.#statistics[channel];
    const own = tail.surprise(statistic);
    const surprise = trust === 1 ? own : trust * own + (1 - trust) * prior(tail, statistic);
    return share * Math.max(0, surprise) ** this.#norm;
  }

  /** Works out the statistics of an observation, from what came before: 0 is ordinary, large is not. */
  #look(prediction: Prediction, observation: Observation, d: number, z: number): void {
    if (prediction === this.#prediction && observation === this.#observation && z === this.#z) return;
    this.#prediction = prediction;
    this.#observation = observation;
    this.#z = z;
    const earlier = prediction.earlier ?? NONE;
    this.#horizons = 1 + Math.min(HORIZONS - 1, earlier.length);
    for (let k = 0; k < this.#horizons; k++) {
      const residual = standardResidual(k === 0 ? prediction : earlier[k - 1], observation, d);
      this.#standardResiduals[k] = residual;
      this.#statistics[RESIDUAL + k] = Math.abs(this.#residuals[k].with(residual));
    }
    const size = this.#residualSize;
    const change = (this.#recent.with(size) + LEAST_VOLATILITY) / (this.#usual.with(size) + LEAST_VOLATILITY);
    this.#offSeason = squash(z) - this.#profile.at(observation.time);
    this.#statistics[VALUE] = Math.min(LARGEST_Z, Math.abs(z));
    this.#statistics[LEVEL] = Math.abs(this.#level.with(this.#offSeason) - this.#usualLevel.shrunk);
    this.#statistics[VOLATILITY] = Math.abs(Math.log(change));
  }

  get #residualSize(): number {
    return Math.min(LARGEST_RESIDUAL, Math.abs(this.#standardResiduals[0]));
  }
}

const NONE: readonly PointAndScale[] = [];

/** The surprise under a power-law tail of exponent 2.5 around the median: what is believed before much was seen. */
function prior(tail: TailModel, statistic: number): number {
  const above = Math.exp(Math.log(statistic + 0.05) - tail.medianLevel());
  return 2.5 * Math.log10(1 + (above / 1.55) ** 2);
}

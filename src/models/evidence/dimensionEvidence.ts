import { TailModel } from '../../numerics/stats/tailModel.ts';
import type { PointAndScale, Prediction } from '../forecaster.ts';
import type { Observation } from '../observation.ts';
import { compress } from '../scaling/compress.ts';
import { standardResidual } from '../scorer.ts';
import type { Memory, Packable } from '../snapshot.ts';
import type { ChannelInput, ChannelSpec, EvidenceChannel, Season, Tail } from './evidenceChannel.ts';
import { Novelty } from './novelty.ts';
import { raised, rooted } from './powerMean.ts';
import { StuckAt } from './stuckAt.ts';

const HORIZONS = 3; // forecasts for an observation, from the newest to the oldest
const YOUNG = 750; // records over which the prior tail wears off, by 1/e
const OLD = 20 * YOUNG; // records after which nothing is left of it to speak of
const UNKNOWN = 50; // records before anything is said

/**
 * The evidence in one dimension: channels of several kinds, each as −log10 p in the tail of its own past, in a power mean;
 * novelty on top; and a value that no longer moves, which counts by itself.
 */
export class DimensionEvidence {
  readonly #specs: readonly ChannelSpec[];
  readonly #channels: readonly EvidenceChannel[];
  readonly #tails: readonly Tail[]; // of the channels
  readonly #season: Season;
  readonly #novelty: Novelty = new Novelty();
  readonly #stuckAt: StuckAt = new StuckAt();
  /** What was found out about the newest observation: learning from it needs the same as scoring it. */
  readonly #statistics: Float64Array; // of the channels
  readonly #input: Writable<ChannelInput> = {
    prediction: NO_PREDICTION,
    observation: { time: undefined, value: [], imputed: false },
    dimension: 0,
    z: 0,
    deviation: 0,
    residuals: new Float64Array(HORIZONS),
  };

  constructor(specs: readonly ChannelSpec[], season: Season) {
    this.#season = season;
    this.#specs = specs;
    this.#channels = specs.map(({ create }) => create());
    this.#tails = specs.map(({ tail }) => tail?.() ?? new TailModel());
    this.#statistics = new Float64Array(specs.length);
  }

  /**
   * The joint surprise, in decades of probability. Pure.
   *
   * @param z the observation's value in this dimension, in standard deviations
   * @param seen observations before this one
   */
  surprise(prediction: Prediction, observation: Observation, d: number, z: number, seen: number): number {
    this.#look(prediction, observation, d, z);
    const trust = seen < UNKNOWN || seen > OLD ? 1 : 1 - Math.exp(-seen / YOUNG);
    let [sum, all, speaking] = [0, 0, 0];
    for (let c = 0; c < this.#specs.length; c++) {
      const { share, cautious } = this.#specs[c];
      all += share;
      if (Number.isNaN(this.#statistics[c])) continue;
      speaking += share;
      sum += share * raised(Math.max(0, this.#surpriseOf(c, cautious ? trust : 1)));
    }
    // The share of a channel that says nothing is the others': a forecaster of one horizon is not to be less alert.
    const joint = speaking > 0 ? rooted((sum * all) / speaking) : 0;
    const value = observation.value[d];
    return Math.max(joint + this.#novelty.of(value), this.#stuckAt.of(value));
  }

  /** @param weight 0 moves on what says how things are, and leaves alone what says how they should be */
  learn(prediction: Prediction, observation: Observation, d: number, z: number, weight: number): void {
    this.#look(prediction, observation, d, z);
    const value = observation.value[d];
    for (let c = 0; c < this.#channels.length; c++) {
      const statistic = this.#statistics[c];
      if (weight > 0 && !Number.isNaN(statistic)) this.#tails[c].learn(statistic);
      this.#channels[c].learn(this.#input, weight);
    }
    if (weight > 0) {
      this.#season.learn(observation.time, compress(z));
      this.#novelty.learn(value);
    }
    this.#stuckAt.learn(value, weight);
    this.#input.prediction = NO_PREDICTION;
  }

  /** How far the newest observation lies from what is usual at this hour, compressed. */
  get deviation(): number {
    return this.#input.deviation;
  }

  /** All that it remembers, by name. Who writes to it calls `refresh`. */
  carried(): Memory {
    const carried: Record<string, Float64Array | Packable> = {
      season: this.#season.state,
      novelty: this.#novelty.state,
      stuckAt: this.#stuckAt.state,
    };
    for (const [c, { name }] of this.#specs.entries()) {
      const tail = this.#tails[c];
      carried[`${name}.tail`] = tail instanceof TailModel ? tail : tail.state;
      for (const [part, state] of Object.entries(this.#channels[c].carried()))
        carried[`${name}.${part}`] = state;
    }
    return carried;
  }

  /** Takes note that what is carried was written to. */
  refresh(): void {
    this.#input.prediction = NO_PREDICTION;
    for (const tail of this.#tails) tail.refresh();
  }

  /** @param trust how much the channel's own tail counts; the rest is the prior's */
  #surpriseOf(channel: number, trust: number): number {
    const tail = this.#tails[channel];
    const statistic = this.#statistics[channel];
    const own = tail.surprise(statistic);
    return trust === 1 ? own : trust * own + (1 - trust) * prior(tail, statistic);
  }

  /** Works out the statistics of an observation, from what came before. */
  #look(prediction: Prediction, observation: Observation, d: number, z: number): void {
    const input = this.#input;
    if (prediction === input.prediction && observation === input.observation && z === input.z) return;
    input.prediction = prediction;
    input.observation = observation;
    input.dimension = d;
    input.z = z;
    input.deviation = compress(z) - this.#season.at(observation.time);
    const earlier = prediction.earlier ?? NONE;
    for (let k = 0; k < HORIZONS; k++) {
      const forecast = k === 0 ? prediction : earlier[k - 1];
      input.residuals[k] = forecast === undefined ? Number.NaN : standardResidual(forecast, observation, d);
    }
    for (let c = 0; c < this.#channels.length; c++) this.#statistics[c] = this.#channels[c].statistic(input);
  }
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };

const NONE: readonly PointAndScale[] = [];
/** Of an observation that is over. */
const NO_PREDICTION: Prediction = { expected: [], lower: [], upper: [], scale: [] };

/** The surprise under a power-law tail of exponent 2.5 around the median: what is believed before much was seen. */
function prior(tail: Tail, statistic: number): number {
  const above = Math.exp(Math.log(statistic + 0.05) - tail.medianLevel());
  return 2.5 * Math.log10(1 + (above / 1.55) ** 2);
}

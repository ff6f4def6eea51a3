import { TailModel } from '../../numerics/stats/tailModel.ts';
import type { PointAndScale, Prediction } from '../forecaster.ts';
import type { Observation } from '../observation.ts';
import type { RobustScaler } from '../scaling/robustScaler.ts';
import { compress } from '../scaling/compress.ts';
import { standardResidual } from '../scorer.ts';
import { AtRest } from './atRest.ts';
import type { ChannelInput, ChannelSpec, EvidenceChannel, Season, Tail } from './evidenceChannel.ts';
import { Cycles } from './cycles/cycles.ts';
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
  readonly #atRest: AtRest | undefined = process.env.NOREST ? undefined : new AtRest();
  readonly #steps: AtRest | undefined = process.env.NOSTEPS ? undefined : new AtRest();
  readonly #last: Float64Array = Float64Array.of(Number.NaN);
  readonly #cycles: Cycles | undefined = process.env.NOCYCLES ? undefined : new Cycles();
  #others = 0;
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

  readonly #scaler: RobustScaler;
  constructor(specs: readonly ChannelSpec[], season: Season, scaler: RobustScaler) {
    this.#scaler = scaler;
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
    const value = observation.value[d];
    const step = value - this.#last[0];
    const most = this.#steps?.limit(Number.isNaN(step) ? 0 : step) ?? Number.POSITIVE_INFINITY;
    let [sum, all, speaking] = [0, 0, 0];
    for (let c = 0; c < this.#specs.length; c++) {
      const { share, cautious } = this.#specs[c];
      all += share;
      if (Number.isNaN(this.#statistics[c])) continue;
      speaking += share;
      const own = Math.max(0, this.#surpriseOf(c, cautious ? trust : 1));
      sum += share * raised(this.#specs[c].moves ? Math.min(own, most) : own);
    }
    // The share of a channel that says nothing is the others': a forecaster of one horizon is not to be less alert.
    const joint = speaking > 0 ? rooted((sum * all) / speaking) : 0;
    this.#others = joint + this.#novelty.of(value);
    const stuck = this.#stuckAt.of(value);
    const cycles = this.#cycles;
    const left = Math.max(0, this.#others - (cycles?.routine ?? 0));
    const bounded = Math.min(left, this.#atRest?.limit(value) ?? Number.POSITIVE_INFINITY);
    const missing = cycles?.surprise ?? 0;
    if (this.#atRest !== undefined && missing < 1 && this.#stuckAt.stands(value)) return stuck;
    const MAXED = process.env.MAXED === '1';
    const all2 = MAXED ? Math.max(bounded, SHARE ** 0.25 * missing) : rooted(raised(bounded) + SHARE * raised(missing));
    return Math.max(all2, stuck);
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
      this.#atRest?.learn(value);
      if (!Number.isNaN(this.#last[0])) this.#steps?.learn(value - this.#last[0]);
    }
    this.#cycles?.learn(observation.time, value, this.#scaler.mean(d), this.#scaler.deviation(d), this.#others, weight);
    this.#stuckAt.learn(value, weight);
    this.#last[0] = value;
    this.#input.prediction = NO_PREDICTION;
  }

  /** How far the newest observation lies from what is usual at this hour, compressed. */
  get deviation(): number {
    return this.#input.deviation;
  }

  /** All that it remembers, by name. Who writes to it calls `refresh`. */
  carried(): Record<string, Float64Array> {
    const carried: Record<string, Float64Array> = {
      season: this.#season.state,
      novelty: this.#novelty.state,
      stuckAt: this.#stuckAt.state,
    };
    if (this.#atRest !== undefined) carried.atRest = this.#atRest.state;
    if (this.#steps !== undefined) { carried.steps = this.#steps.state; carried.last = this.#last; }
    for (const [c, { name }] of this.#specs.entries()) {
      carried[`${name}.tail`] = this.#tails[c].state;
      for (const [part, state] of Object.entries(this.#channels[c].carried()))
        carried[`${name}.${part}`] = state;
    }
    return carried;
  }

  /** Takes note that what is carried was written to. */
  refresh(): void {
    this.#input.prediction = NO_PREDICTION;
    for (const tail of this.#tails) tail.refresh();
    this.#cycles?.refresh();
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
    this.#cycles?.look(observation.time, observation.value[d], this.#scaler.deviation(d));
    input.deviation = compress(z) - this.#season.at(observation.time);
    const earlier = prediction.earlier ?? NONE;
    for (let k = 0; k < HORIZONS; k++) {
      const forecast = k === 0 ? prediction : earlier[k - 1];
      input.residuals[k] = forecast === undefined ? Number.NaN : standardResidual(forecast, observation, d);
    }
    for (let c = 0; c < this.#channels.length; c++) this.#statistics[c] = this.#channels[c].statistic(input);
  }
}

const SHARE = +(process.env.SHARE ?? 0.25);
type Writable<T> = { -readonly [K in keyof T]: T[K] };

const NONE: readonly PointAndScale[] = [];
/** Of an observation that is over. */
const NO_PREDICTION: Prediction = { expected: [], lower: [], upper: [], scale: [] };

/** The surprise under a power-law tail of exponent 2.5 around the median: what is believed before much was seen. */
function prior(tail: Tail, statistic: number): number {
  const above = Math.exp(Math.log(statistic + 0.05) - tail.medianLevel());
  return 2.5 * Math.log10(1 + (above / 1.55) ** 2);
}

import { exp } from '../../core/math/exp.ts';
import type { Evidence } from '../../core/reading.ts';
import { pooledRoom } from '../../numerics/pooled.ts';
import { calendarTimeOf, type Observation, type Prediction } from '../forecaster.ts';
import { compress } from '../scaling/laplaceBand.ts';
import { standardResidual } from '../scorer.ts';
import { badSnapshot, fields, type State } from '../snapshot/state.ts';
import {
  type Memory,
  type NotFinite,
  notFiniteIn,
  packVectors,
  prepareVectors,
  without,
} from '../snapshot/vectors.ts';
import { ChannelMean } from './channelMean.ts';
import { Cycles } from './cycles/cycles.ts';
import { DwellTimes } from './dwellTimes.ts';
import type { ChannelInput, EvidenceParts, Season } from './evidenceChannel.ts';
import { Intermittence } from './intermittence.ts';
import { LargestMoves } from './largestMoves.ts';
import { raised, rooted } from './means.ts';
import { Novelty, worthOfNovelty } from './novelty.ts';
import { StuckAt } from './stuckAt.ts';

const HORIZONS = 3; // forecasts for an observation, from the newest to the oldest
const YOUNG = 750; // records over which the prior tail wears off, by 1/e
const OLD = 20 * YOUNG; // records after which nothing is left of it to speak of
const UNKNOWN = 50; // records before the first result
const CYCLES_SHARE = 0.25; // of the evidence of cycles, relative to 1 for all the rest
const OFF = rooted(CYCLES_SHARE); // of the cycles' evidence, alone in the power mean
const FADED = 200; // statistics that a former regime's tails count for: they have no unit

/**
 * The evidence in one dimension: channels of several kinds, each as −log10 p in the tail of its own past, in a power mean;
 * novelty on top; less what is usual at this phase of a cycle, and no more than pulses of an intermittent stream are rare;
 * then what cycles show; and a value that no longer moves, or a duration unlike any before, which count by themselves.
 */
export class DimensionEvidence {
  readonly #parts: EvidenceParts;
  readonly #channels: ChannelMean;
  readonly #season: Season;
  readonly #novelty: Novelty = new Novelty();
  readonly #stuckAt: StuckAt;
  readonly #largestMoves: LargestMoves = new LargestMoves();
  readonly #dwellTimes: DwellTimes | undefined;
  readonly #intermittence: Intermittence | undefined;
  #cycles: Cycles | undefined;
  readonly #notFinite: NotFinite;
  /** What was found out about the newest observation: learning from it needs the same as scoring it. */
  #surpriseOfOthers = 0; // decades, without the cycles
  #value = 0;
  readonly #input: Writable<ChannelInput> = {
    prediction: NO_PREDICTION,
    observation: { time: undefined, value: [], imputed: false },
    dimension: 0,
    z: 0,
    deviation: 0,
    residuals: pooledRoom(HORIZONS),
  };

  constructor(parts: EvidenceParts) {
    this.#parts = parts;
    this.#season = parts.season();
    this.#stuckAt = new StuckAt(parts.dimensions);
    this.#channels = new ChannelMean(parts, this.#largestMoves);
    if (parts.intermittence) this.#intermittence = new Intermittence();
    if (parts.cycles) this.#cycles = new Cycles();
    if (parts.durations) this.#dwellTimes = new DwellTimes();
    this.#notFinite = notFiniteIn(this.#carried());
  }

  /**
   * The joint surprise, in decades of probability. Pure.
   *
   * @param z the observation's value in this dimension, in standard deviations
   * @param deviation the standard deviation
   * @param seen observations before this one, since the stream began or became another
   */
  surprise(
    prediction: Prediction,
    observation: Observation,
    d: number,
    z: number,
    deviation: number,
    seen: number,
  ): number {
    this.#look(prediction, observation, d, z, deviation);
    const value = observation.value[d];
    this.#value = value;
    const trust = trustAt(seen);
    const { large } = this.#largestMoves;
    const limit = this.#intermittence?.limit(value, large) ?? Number.POSITIVE_INFINITY;
    this.#surpriseOfOthers = this.#channels.surprise(trust, this.#limitOfMoves()) + this.#noveltyOf(value);
    const lasting = Math.max(this.#stuckAt.of(value), this.#dwellTimes?.of(value) ?? 0);
    const { routine = 0, surprise: ofCycles = 0 } = this.#cycles ?? {};
    // Rounding in a forecast is no evidence, however rare it has been; that a pulse is missing is.
    if (this.#intermittence !== undefined && this.#stuckAt.stands(value) && ofCycles < 1) return lasting;
    const ofSize = this.#intermittence?.surpriseOfSize(value, large) ?? 0;
    const left = Math.min(limit, Math.max(0, Math.max(this.#surpriseOfOthers, ofSize) - routine));
    return Math.max(rooted(raised(left) + CYCLES_SHARE * raised(ofCycles)), lasting);
  }

  /** The part that counted most in the newest observation, after its `surprise`. Pure. */
  loudest(seen: number): Omit<Evidence, 'dimension'> {
    const value = this.#value;
    const { large } = this.#largestMoves;
    const novelty = this.#noveltyOf(value);
    const together = this.#surpriseOfOthers - novelty;
    const ofSize = this.#intermittence?.surpriseOfSize(value, large) ?? 0;
    const ofCycles = OFF * (this.#cycles?.surprise ?? 0);
    const others = Math.max(this.#surpriseOfOthers, ofSize);
    const lasting = Math.max(this.#stuckAt.of(value), this.#dwellTimes?.of(value) ?? 0);
    if (lasting > Math.max(others, ofCycles) || (lasting > 0 && this.#stuckAt.stands(value)))
      return this.#stuckAt.of(value) === lasting
        ? { channel: 'stuck', events: this.#stuckAt.run(value) }
        : { channel: 'duration', ...this.#dwellTimes!.duration(value) };
    const capped = Math.min(
      this.#intermittence?.limit(value, large) ?? others,
      Math.max(0, others - (this.#cycles?.routine ?? 0)),
    );
    if (ofCycles > capped) return { channel: 'cycle', ...this.#cycles!.usual };
    if (ofSize >= this.#surpriseOfOthers) return { channel: 'size' };
    if (novelty > together) return { channel: 'novelty' };
    return this.#channels.loudest(this.#input, trustAt(seen), this.#limitOfMoves());
  }

  /**
   * @param mean of the stream, and its deviation
   * @param weight at 0 the current state is updated, but not what is learnt as normal
   */
  learn(
    prediction: Prediction,
    observation: Observation,
    d: number,
    z: number,
    mean: number,
    deviation: number,
    weight: number,
  ): void {
    this.#look(prediction, observation, d, z, deviation);
    const value = observation.value[d];
    this.#channels.learn(this.#input, weight);
    if (weight > 0) {
      this.#season.learn(calendarTimeOf(observation), compress(z));
      this.#novelty.learn(value);
    }
    this.#intermittence?.learn(value, weight, this.#largestMoves.large);
    this.#largestMoves.learn(value, weight);
    this.#dwellTimes?.learn(value, weight);
    const { time } = observation;
    const others = this.#surpriseOfOthers;
    this.#cycles?.learn(time, value, mean, deviation, others, weight, calendarTimeOf(observation));
    this.#stuckAt.learn(value, weight);
    this.#input.prediction = NO_PREDICTION;
  }

  /** How far the newest observation is from the usual value at this hour, compressed. */
  get deviation(): number {
    return this.#input.deviation;
  }

  /** Decades of the surprise that the cycles alone show in the newest observation. */
  get offCycle(): number {
    return OFF * (this.#cycles?.surprise ?? 0);
  }

  /** Whether the dimension has ever moved. */
  get hasMoved(): boolean {
    return this.#stuckAt.hasMoved;
  }

  /** Whether it moves often enough to be correlated with others: pulses in a stream at rest are none of their business. */
  get isLively(): boolean {
    return this.hasMoved && !this.#intermittence?.rests;
  }

  state(): State {
    return { vectors: packVectors(this.#carried()), cycles: this.#cycles?.state() ?? null };
  }

  /** @returns a function that restores `state`. @throws RxAnomalyError BAD_SNAPSHOT */
  prepareRestore(state: State | undefined): () => void {
    const { vectors, cycles } = fields(state, ['vectors', 'cycles']);
    const apply = prepareVectors(this.#carried(), vectors, this.#notFinite);
    if ((this.#cycles === undefined) !== (cycles === null))
      throw badSnapshot('snapshot: cycles are missing or not a part of it');
    const applyCycles = this.#cycles?.prepareRestore(cycles);
    return () => {
      apply();
      applyCycles?.();
      this.#input.prediction = NO_PREDICTION;
      this.#channels.refresh();
    };
  }

  /** Begins anew, but for the run of equal values and a faded memory of how the statistics used to be distributed. */
  restart(): void {
    this.#begin(new Set(['stuckAt', ...this.#channels.fade(FADED)]));
    this.#channels.refresh();
  }

  /** Begins anew in what values usually go on like: durations, cycles, and how calm the stream is. */
  forgetCourse(): void {
    const begun = ['dwellTimes.range', 'dwellTimes.durations', 'calm.recent', 'calm.usual'];
    this.#begin(new Set(Object.keys(this.#carried()).filter((name) => !begun.includes(name))));
  }

  #begin(kept: ReadonlySet<string>): void {
    const initial = fields(packVectors(new DimensionEvidence(this.#parts).#carried()));
    // In the same vectors: they may be those of an arena.
    prepareVectors(without(kept, this.#carried()), without(kept, initial), this.#notFinite)();
    if (this.#cycles !== undefined) this.#cycles = new Cycles();
    this.#input.prediction = NO_PREDICTION;
  }

  #carried(): Memory {
    return {
      season: this.#season.state,
      novelty: this.#novelty.memory,
      stuckAt: this.#stuckAt.memory,
      largestMoves: this.#largestMoves.memory,
      ...this.#dwellTimes?.carried(),
      ...this.#intermittence?.carried(),
      ...this.#channels.carried(),
    };
  }

  #limitOfMoves(): number {
    const { large } = this.#largestMoves;
    return this.#intermittence?.limitOfMoves(this.#value, large) ?? Number.POSITIVE_INFINITY;
  }

  /** A stream with a heavy tail has new extremes all the time; one that rests, only when something happens. */
  #noveltyOf(value: number): number {
    const novelty = this.#novelty.of(value);
    if (novelty === 0 || this.#intermittence?.rests) return novelty;
    return novelty * worthOfNovelty(this.#channels.decay);
  }

  /** Works out the statistics of an observation, from what came before. */
  #look(prediction: Prediction, observation: Observation, d: number, z: number, deviation: number): void {
    const input = this.#input;
    if (prediction === input.prediction && observation === input.observation && z === input.z) return;
    input.prediction = prediction;
    input.observation = observation;
    input.dimension = d;
    input.z = z;
    const calendarTime = calendarTimeOf(observation);
    input.deviation = compress(z) - this.#season.at(calendarTime);
    for (let k = 0; k < HORIZONS; k++) {
      const forecast = k === 0 ? prediction : prediction.earlier?.[k - 1];
      input.residuals[k] = forecast === undefined ? Number.NaN : standardResidual(forecast, observation, d);
    }
    this.#channels.look(input);
    this.#cycles?.look(observation.time, observation.value[d], deviation, calendarTime);
  }
}

/** In a channel's own tail; the rest is the prior's. */
function trustAt(seen: number): number {
  return seen < UNKNOWN || seen > OLD ? 1 : 1 - exp(-seen / YOUNG);
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };

const NO_PREDICTION: Prediction = { expected: [], lower: [], upper: [], scale: [] };

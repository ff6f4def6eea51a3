import { log10 } from '../../core/math/log.ts';
import { factoryOf } from '../../core/optionSet.ts';
import type { Evidence } from '../../core/reading.ts';
import { pooled, pooledRoom } from '../../numerics/pooled.ts';
import { defaultChannels, returnChannels } from '../evidence/defaultChannels.ts';
import { DimensionEvidence } from '../evidence/dimensionEvidence.ts';
import type { ChannelSpec, EvidenceParts } from '../evidence/evidenceChannel.ts';
import { JointEvidence } from '../evidence/jointEvidence.ts';
import { harmonicMean } from '../evidence/means.ts';
import { Routine } from '../evidence/routine.ts';
import { calendarTimeOf, type Observation, type Prediction, type Restartable } from '../forecaster.ts';
import { RobustScaler } from '../scaling/robustScaler.ts';
import { attribute, type Score, type Scorer, type ScorerFactory } from '../scorer.ts';
import { type Snapshot, seal, unseal } from '../snapshot/snapshot.ts';
import { fields, type Json, list } from '../snapshot/state.ts';
import { COUNT, type Memory, packVectors, prepareVectors, ranged } from '../snapshot/vectors.ts';
import { daySeason, type EvidenceScorerOptions, evidenceOptions } from './evidenceScorerOptions.ts';

/**
 * Makes scorers with these options, which are checked once for each number of dimensions. Without channels among them,
 * those of log-returns have {@link returnChannels}.
 */
export function evidenceFactory(options: Omit<EvidenceScorerOptions, 'dimensions'> = {}): ScorerFactory {
  const withOptions = (given: typeof options): ScorerFactory =>
    factoryOf('EvidenceScorer', evidenceOptions, given, (all) => new EvidenceScorer(all));
  const asGiven = withOptions(options);
  if (options.channels !== undefined) return asGiven;
  const forReturns = withOptions({ ...options, channels: returnChannels });
  return (dimensions, transform) => (transform === 'logReturn' ? forReturns : asGiven)(dimensions);
}

const JOINT = 0.5; // the joint evidence of several dimensions has the same weight as all single ones together
const WHOLE: readonly number[] = Object.freeze([1]); // the share of an only dimension
const MATURE = 1000; // records
const COURSE = 200; // records after which something is known of how values go on

/**
 * The default scorer: several kinds of evidence per dimension (the value, its level against the season, volatility, the
 * residual of the newest forecast and, smoothed, of the forecast at each horizon), each as −log10 p in the tail of its own
 * past, combined by a power mean of degree 4. Values outside everything seen before add to it. A value that no longer
 * moves, and a stay above or below the middle of the range unlike any before, count by themselves.
 *
 * Several dimensions give as many surprises, and one more of what they show jointly; all become one by the harmonic mean
 * of their probabilities, so that the rate of false alerts does not depend on how many there are, nor on whether they
 * move together. The attribution is each one's share in that mean, the joint part split by the squared distance.
 * What surprises daily at the same hour comes to be routine. score = S / (S + surprise), where S is the surprise beyond that.
 */
export class EvidenceScorer implements Scorer {
  readonly name = 'evidence';
  readonly keepsPrediction = false;
  readonly isPooled: boolean;
  readonly #dimensions: number;
  readonly #surprise: number;
  readonly #channels: readonly ChannelSpec[];
  readonly #scaler: RobustScaler;
  readonly #evidence: readonly DimensionEvidence[]; // D
  readonly #joint: JointEvidence | undefined; // of several dimensions
  readonly #weights: readonly number[]; // (D + 1) of the dimensions and of their joint behaviour
  readonly #deviations: Float64Array; // (D) of the newest values from their season, NaN for missing ones
  readonly #routine: Routine | undefined;
  readonly #parts: EvidenceParts;
  readonly #ages: Float64Array; // (D) observations since the dimension began, or became another
  /** Of what the fields below are, if of any: learning from an observation needs the same as scoring it. */
  #prediction: Prediction | undefined;
  #observation: Observation | undefined;
  #overall = Number.NaN; // decades: surprise
  #offCycle = Number.NaN; // decades of what cycles show in the dimension where they show most
  #attribution: readonly number[] = WHOLE; // (D)
  readonly #surprises: number[]; // (D + 1) of the dimensions and, of several, of their joint behaviour

  constructor(options: EvidenceScorerOptions) {
    const { dimensions, surprise, channels, season, routine, intermittence, cycles, durations, compact } =
      evidenceOptions.resolve('EvidenceScorer', options);
    const resolution = compact ? 'coarse' : 'fine';
    this.#dimensions = dimensions;
    this.#surprise = surprise;
    this.#channels = channels;
    this.#scaler = new RobustScaler({ dimensions: this.#dimensions });
    const D = this.#dimensions;
    this.#ages = pooled(D);
    this.#parts = { dimensions, channels, season, intermittence, cycles, durations, resolution };
    this.isPooled = compact && !cycles && season === daySeason && channels.every(isOwn);
    this.#evidence = Array.from({ length: D }, () => new DimensionEvidence(this.#parts));
    this.#deviations = pooledRoom(D);
    this.#surprises = new Array<number>(D > 1 ? D + 1 : 1).fill(Number.NaN);
    this.#joint = D > 1 ? new JointEvidence(D, resolution) : undefined;
    if (routine) this.#routine = new Routine();
    this.#weights = [...new Array<number>(D).fill((1 - JOINT) / D), JOINT];
  }

  score(prediction: Prediction, observation: Observation): Score {
    this.#find(prediction, observation);
    const surprise = this.#overall;
    const routine = this.#routine?.at(calendarTimeOf(observation)) ?? 0;
    // That a job is missing is not routine at the hour at which it surprises when it runs.
    const unusual = Math.max(surprise - routine, Math.min(surprise, this.#offCycle));
    const left = Math.max(0, unusual - ageDiscount(this.#age() + 1));
    return { score: left / (left + this.#surprise), attribution: this.#attribution };
  }

  evidence(prediction: Prediction, observation: Observation): Evidence {
    this.#find(prediction, observation);
    const surprises = this.#surprises;
    const parts = this.#joint === undefined ? surprises : harmonicMean(surprises, this.#weigh()).parts;
    const d = indexOfLargest(parts);
    if (d === this.#dimensions) return { channel: 'joint', dimension: indexOfLargest(this.#attribution) };
    return { ...this.#evidence[d].loudest(this.#ages[d]), dimension: d };
  }

  /**
   * The tails count observations: one of any weight above 0 counts fully, and one of weight 0 leaves the long-term
   * state unchanged. By default nothing has weight 0: an unlearnt anomaly makes the tails too thin.
   */
  learn(prediction: Prediction, observation: Observation, weight: number): void {
    const { value } = observation;
    if (weight > 0 && this.#routine !== undefined) {
      this.#find(prediction, observation);
      this.#routine.learn(calendarTimeOf(observation), this.#overall);
    }
    this.#observation = undefined;
    for (let d = 0; d < this.#dimensions; d++) {
      const missing = Number.isNaN(value[d]);
      if (!missing) {
        const z = this.#scaler.standardise(d, value[d]);
        const mean = this.#scaler.mean(d);
        const deviation = this.#scaler.deviation(d);
        this.#evidence[d].learn(prediction, observation, d, z, mean, deviation, weight);
      }
      this.#deviations[d] = missing || !this.#evidence[d].isLively ? Number.NaN : this.#evidence[d].deviation;
    }
    this.#joint?.learn(this.#deviations, weight);
    this.#scaler.learn(value, weight === 0 ? 0 : 1);
    for (let d = 0; d < this.#dimensions; d++) this.#ages[d]++;
  }

  /** Scaler and evidence of a dimension; what several show jointly is in units of each and stays. */
  get restartable(): Restartable {
    const forget = (): void => {
      this.#observation = undefined;
    };
    return {
      park: (d) => ({
        vectors: packVectors({ scaler: this.#scaler.part(d), age: this.#ages.slice(d, d + 1) }),
        evidence: this.#evidence[d].state(),
      }),
      prepareResume: (d, parked) => {
        const { vectors, evidence } = fields(parked, ['vectors', 'evidence']);
        const parts = { scaler: this.#scaler.part(d), age: new Float64Array(1) };
        const memory = {
          scaler: ranged(parts.scaler, RobustScaler.partLayout),
          age: ranged(parts.age, COUNT),
        };
        prepareVectors(memory, vectors)();
        const apply = this.#evidence[d].prepareRestore(evidence);
        return () => {
          this.#scaler.setPart(d, parts.scaler);
          this.#ages[d] = parts.age[0];
          apply();
          forget();
        };
      },
      restart: (d, scale) => {
        this.#scaler.setPart(d, scale);
        this.#ages[d] = 0;
        this.#evidence[d].restart();
        forget();
      },
    };
  }

  forgetCourse(d: number): void {
    if (this.#ages[d] < COURSE) return; // nothing to speak of was learnt
    this.#evidence[d].forgetCourse();
    this.#observation = undefined;
  }

  snapshot(): Snapshot {
    return seal('EvidenceScorer', 1, this.#config(), {
      vectors: packVectors(this.#carried()),
      evidence: this.#evidence.map((dimension) => dimension.state()),
    });
  }

  restore(snapshot: Snapshot): void {
    this.prepareRestore(snapshot)();
  }

  prepareRestore(snapshot: Snapshot): () => void {
    const state = fields(unseal(snapshot, 'EvidenceScorer', 1, this.#config()), ['vectors', 'evidence']);
    const apply = prepareVectors(this.#carried(), state.vectors);
    const parts = list('evidence', state.evidence, this.#dimensions);
    const applyEach = this.#evidence.map((dimension, d) => dimension.prepareRestore(parts[d]));
    return () => {
      apply();
      for (const applyOne of applyEach) applyOne();
      this.#joint?.refresh();
      this.#observation = undefined;
    };
  }

  #carried(): Memory {
    const carried: Record<string, Memory[string]> = {
      ages: ranged(this.#ages, COUNT),
      scaler: this.#scaler.memory,
    };
    if (this.#routine !== undefined) carried.routine = this.#routine.memory;
    for (const [name, vector] of Object.entries(this.#joint?.carried() ?? {}))
      carried[`joint.${name}`] = vector;
    return carried;
  }

  /** Observations since the oldest dimension began. */
  #age(): number {
    let oldest = 0;
    for (let d = 0; d < this.#dimensions; d++) oldest = Math.max(oldest, this.#ages[d]);
    return oldest;
  }

  /** All the evidence there is in an observation, and whose it is. */
  #find(prediction: Prediction, observation: Observation): void {
    if (this.#observation === observation && this.#prediction === prediction) return;
    const D = this.#dimensions;
    const { value } = observation;
    const surprises = this.#surprises;
    for (let d = 0; d < D; d++) {
      const missing = Number.isNaN(value[d]);
      const z = missing ? Number.NaN : this.#scaler.standardise(d, value[d]);
      surprises[d] = missing
        ? 0
        : this.#evidence[d].surprise(prediction, observation, d, z, this.#scaler.deviation(d), this.#ages[d]);
      this.#deviations[d] = missing || !this.#evidence[d].isLively ? Number.NaN : this.#evidence[d].deviation;
    }
    let offCycle = 0;
    for (let d = 0; d < D; d++)
      if (!Number.isNaN(value[d])) offCycle = Math.max(offCycle, this.#evidence[d].offCycle);
    this.#offCycle = offCycle - log10(D);
    this.#observation = observation;
    this.#prediction = prediction;
    const joint = this.#joint;
    if (joint === undefined) {
      this.#overall = surprises[0];
      this.#attribution = WHOLE;
      return;
    }
    surprises[D] = joint.surprise(this.#deviations, this.#age());
    const { surprise, parts } = harmonicMean(surprises, this.#weigh());
    joint.attributeInto(parts, parts.pop()!);
    this.#overall = surprise;
    this.#attribution = attribute(parts);
  }

  /** A dimension that has never moved has no say, and what several show jointly needs two. */
  #weigh(): readonly number[] {
    const D = this.#dimensions;
    let moved = 0;
    for (let d = 0; d < D; d++) if (this.#evidence[d].hasMoved) moved++;
    if (moved === D || moved === 0) return this.#weights;
    const each = moved === 1 ? 1 : (1 - JOINT) / moved;
    const weights = this.#evidence.map(({ hasMoved }) => (hasMoved ? each : 0));
    weights.push(moved === 1 ? 0 : JOINT);
    return weights;
  }

  #config(): Json {
    const channels = this.#channels.map(({ name, share, cautious = false, exponent }) => ({
      ...{ name, share, cautious },
      ...(exponent === undefined ? {} : { exponent }),
    }));
    return {
      dimensions: this.#dimensions,
      surprise: this.#surprise,
      channels,
      routine: this.#routine !== undefined,
      intermittence: this.#parts.intermittence,
      cycles: this.#parts.cycles,
      durations: this.#parts.durations,
      ...(this.#parts.resolution === 'coarse' ? { compact: true } : {}),
    };
  }
}

function indexOfLargest(values: readonly number[]): number {
  return values.indexOf(Math.max(...values));
}

function isOwn(channel: ChannelSpec): boolean {
  return defaultChannels.includes(channel) || returnChannels.includes(channel);
}

/**
 * Decades of probability discounted for the stream's age, in records. Before 1,000 the tails are half guesswork; after,
 * an event as rare is less remarkable, because there were more chances for it.
 */
function ageDiscount(age: number): number {
  const decades = log10(age / MATURE);
  return decades < 0 ? -decades / 2 : Math.min(0.5, decades);
}

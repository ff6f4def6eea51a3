import { Rows } from '../../numerics/engines/fleet/rows.ts';
import { MovingAverage } from '../evidence/movingAverage.ts';
import type { Observation, Prediction } from '../forecaster.ts';
import type { RobustScaler } from '../scaling/robustScaler.ts';
import { attribute, LARGEST_RATIO, type Score, type Scorer, standardResidual } from '../scorer.ts';
import { type Snapshot, seal, unseal } from '../snapshot/snapshot.ts';
import { badSnapshot } from '../snapshot/state.ts';
import { COUNT, type RangedVector, ranged } from '../snapshot/vectors.ts';
import { LIGHT_TAIL_BINS, LightTail } from './lightTail.ts';

export interface FleetScorerOptions {
  /** D. */
  readonly dimensions: number;
  /** −log10 of the probability that gives the score 0.5. */
  readonly surprise: number;
}

const SMOOTHED = 3; // residuals: a run of equal errors outweighs one
const LARGEST_Z = 50;
const UNSCALED = 20; // records before a residual is learnt: in units of a scale from two values it may be anything
const UNKNOWN = 50; // records before the first result
const YOUNG = 750; // records over which the prior tail wears off, by 1/e
const NORM = 3; // between the mean (1), which one channel cannot move alone, and the maximum (∞), which any can

/**
 * `TailScorer` for the selected key, in about 200 bytes per key and dimension: the residual over its predicted scale,
 * smoothed, and the value in standard deviations, each as −log10 p in a {@link LightTail} of that key's own past.
 * Scores mean the same: S is the power mean of degree 3 over the channels, minus log10 D; score = S / (S + surprise).
 */
export class FleetScorer implements Scorer {
  readonly name = 'fleet';
  /** State of the selected key except the counters, which {@link select} finds. */
  readonly parts: readonly RangedVector[];
  readonly #options: FleetScorerOptions;
  readonly #scaler: RobustScaler;
  readonly #channels: readonly Channels[]; // D
  readonly #seen: Float64Array = new Float64Array(1);
  readonly #counts: Rows<Uint16Array>;

  /** @param scaler of the selected key; this scorer does not update it */
  constructor(options: FleetScorerOptions, scaler: RobustScaler) {
    this.#options = options;
    this.#scaler = scaler;
    this.#channels = Array.from({ length: options.dimensions }, () => ({
      residual: new LightTail(),
      value: new LightTail(),
      smoothed: new MovingAverage(SMOOTHED),
    }));
    this.#counts = new Rows(2 * LIGHT_TAIL_BINS * options.dimensions, (length) => new Uint16Array(length));
    this.parts = [
      ranged(this.#seen, COUNT),
      ...this.#channels.flatMap(({ residual, value, smoothed }) => [
        residual.memory,
        value.memory,
        smoothed.memory(LARGEST_RATIO),
      ]),
    ];
  }

  /** Initialises `slot` for a new key. */
  clear(slot: number): void {
    this.#counts.clear(slot);
  }

  /** Selects the key in `slot`. */
  select(slot: number): void {
    const counts = this.#counts.chunk(slot);
    let at = this.#counts.offset(slot);
    for (const { residual, value } of this.#channels) {
      residual.bind(counts, at);
      value.bind(counts, at + LIGHT_TAIL_BINS);
      at += 2 * LIGHT_TAIL_BINS;
    }
  }

  /** A key's counters, as a view. */
  counts(slot: number): Uint16Array {
    return this.#counts.row(slot);
  }

  score(prediction: Prediction, observation: Observation): Score {
    const evidence = this.#channels.map(({ residual, value, smoothed }, d) => {
      if (Number.isNaN(observation.value[d])) return 0;
      const error = Math.abs(smoothed.with(standardResidual(prediction, observation, d)));
      return (
        (this.#surprise(residual, error) ** NORM +
          this.#surprise(value, this.#size(observation, d)) ** NORM) /
        2
      );
    });
    const joint = evidence.reduce((sum, part) => sum + part, 0) ** (1 / NORM);
    const surprise = Math.max(0, joint - Math.log10(evidence.length));
    return { score: surprise / (surprise + this.#options.surprise), attribution: attribute(evidence) };
  }

  /** Learns from every observation equally, whatever the weight: an unlearnt anomaly would make the tails too thin. */
  learn(prediction: Prediction, observation: Observation): void {
    this.#seen[0]++;
    if (this.#seen[0] <= UNSCALED) return;
    for (const [d, { residual, value, smoothed }] of this.#channels.entries()) {
      if (Number.isNaN(observation.value[d])) continue;
      const error = standardResidual(prediction, observation, d);
      residual.learn(Math.abs(smoothed.with(error)));
      smoothed.learn(error);
      value.learn(this.#size(observation, d));
    }
  }

  /** The shared part: nothing but the configuration. */
  snapshot(): Snapshot {
    return seal('FleetScorer', 1, { ...this.#options }, null);
  }

  restore(snapshot: Snapshot): void {
    this.prepareRestore(snapshot);
  }

  prepareRestore(snapshot: Snapshot): () => void {
    if (unseal(snapshot, 'FleetScorer', 1, { ...this.#options }) !== null)
      throw badSnapshot('snapshot of FleetScorer: it has a state, and should have none');
    return () => {};
  }

  #size(observation: Observation, d: number): number {
    return Math.min(LARGEST_Z, Math.abs(this.#scaler.standardise(d, observation.value[d])));
  }

  /** While few records were seen, p is mixed with that of a power-law tail of exponent 2.5 around the median. */
  #surprise(tail: LightTail, statistic: number): number {
    const seen = this.#seen[0];
    if (seen < UNKNOWN) return 0;
    const trust = 1 - Math.exp(-seen / YOUNG);
    const above = Math.exp(Math.log(statistic + 0.05) - tail.medianLevel());
    const prior = 2.5 * Math.log10(1 + (above / 1.55) ** 2);
    return Math.max(0, trust * tail.surprise(statistic) + (1 - trust) * prior);
  }
}

interface Channels {
  readonly residual: LightTail;
  readonly value: LightTail;
  readonly smoothed: MovingAverage;
}

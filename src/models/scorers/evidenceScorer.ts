import { optionChecks } from '../../core/options.ts';
import { DimensionEvidence } from '../evidence/dimensionEvidence.ts';
import type { Prediction } from '../forecaster.ts';
import type { Observation } from '../observation.ts';
import { RobustScaler } from '../robustScaler.ts';
import { attribute, type Score, type Scorer } from '../scorer.ts';
import { type Json, packVectors, type Snapshot, seal, unpackInto, unseal } from '../snapshot.ts';

/** How easily an {@link EvidenceScorer} is surprised. */
export interface EvidenceScorerOptions {
  /** D. */
  readonly dimensions: number;
  /** Surprise, −log10 of a probability, that gives the score 0.5. Higher: fewer alerts. @default 2.25 */
  readonly surprise?: number;
}

const NORM = 3; // between the mean (1), which no channel moves alone, and the maximum (∞), which any does
const MATURE = 1000; // records

/**
 * The default scorer: several kinds of evidence per dimension (the value, its level against the season, the residual of
 * the forecast at each horizon, volatility), each as −log10 p in the tail of its own past, combined by a power mean of
 * degree 3. What lies outside everything seen before counts on top, and so does a value that no longer moves. From one to many dimensions, less the logarithm of
 * their number (Bonferroni). score = S / (S + surprise).
 */
export class EvidenceScorer implements Scorer {
  readonly name = 'evidence';
  readonly #dimensions: number;
  readonly #surprise: number;
  readonly #scaler: RobustScaler;
  readonly #evidence: readonly DimensionEvidence[]; // D
  readonly #seen: Float64Array = new Float64Array(1);

  constructor(options: EvidenceScorerOptions) {
    const check = optionChecks('EvidenceScorer');
    check.known(options, ['dimensions', 'surprise']);
    this.#dimensions = check.positiveInteger('dimensions', options.dimensions);
    this.#surprise = check.positive('surprise', options.surprise ?? 2.25);
    this.#scaler = new RobustScaler({ dimensions: this.#dimensions });
    this.#evidence = Array.from({ length: this.#dimensions }, () => new DimensionEvidence(NORM));
  }

  score(prediction: Prediction, observation: Observation): Score {
    const { value } = observation;
    const seen = this.#seen[0];
    const evidence = new Array<number>(this.#dimensions);
    let sum = 0;
    for (let d = 0; d < this.#dimensions; d++) {
      const part = Number.isNaN(value[d])
        ? 0
        : this.#evidence[d].surprise(
            prediction,
            observation,
            d,
            this.#scaler.standardise(d, value[d]),
            seen,
          ) ** NORM;
      evidence[d] = part;
      sum += part;
    }
    const joint = sum ** (1 / NORM);
    const surprise = Math.max(0, joint - Math.log10(this.#dimensions) - reserve(seen + 1));
    return { score: surprise / (surprise + this.#surprise), attribution: attribute(evidence) };
  }

  /** Learns from every observation alike, whatever the weight: an unlearnt anomaly would make the tails too thin. */
  learn(prediction: Prediction, observation: Observation): void {
    const { value } = observation;
    for (let d = 0; d < this.#dimensions; d++) {
      if (Number.isNaN(value[d])) continue;
      this.#evidence[d].learn(prediction, observation, d, this.#scaler.standardise(d, value[d]));
    }
    this.#scaler.learn(value, 1);
    this.#seen[0]++;
  }

  snapshot(): Snapshot {
    return seal('EvidenceScorer', 1, this.#config(), packVectors(this.#carried()));
  }

  restore(snapshot: Snapshot): void {
    unpackInto(this.#carried(), unseal(snapshot, 'EvidenceScorer', 1, this.#config()));
    for (const dimension of this.#evidence) dimension.refresh();
  }

  #carried(): Record<string, Float64Array> {
    const carried: Record<string, Float64Array> = { seen: this.#seen, scaler: this.#scaler.state };
    for (const [d, dimension] of this.#evidence.entries()) {
      for (const [name, vector] of Object.entries(dimension.carried())) carried[`${d}.${name}`] = vector;
    }
    return carried;
  }

  #config(): Json {
    return { dimensions: this.#dimensions, surprise: this.#surprise };
  }
}

/**
 * Decades of probability held back for the stream's age, in records. Before 1,000 the tails are half guesswork; after,
 * an event as rare is less remarkable, because there were more chances for it.
 */
function reserve(age: number): number {
  const decades = Math.log10(age / MATURE);
  return decades < 0 ? -decades / 2 : Math.min(0.5, decades);
}

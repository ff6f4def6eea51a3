import { exp } from '../../core/math/exp.ts';

const LIMIT = 6; // of compressed values
const REACH = 3; // up to here classes are of one width; 3.7 standard deviations, expanded

/** The probability that a value lies in a range, in units of the value; the outermost ranges are unbounded. */
export interface ClassProbability {
  readonly from: number;
  readonly to: number;
  readonly probability: number;
}

/**
 * Compressed values as classes: the first and the last cover the tails, those between have equal width. Reads the
 * distribution that a head's logits describe, with the probability spread evenly within each class.
 */
export class ClassHead {
  /** (K − 1) where classes meet, compressed. */
  readonly edges: readonly number[];
  /** (K) middles of the classes, compressed. */
  readonly centres: readonly number[];
  readonly #bounds: readonly number[]; // (K + 1)

  /** @param classes K, at least 3 */
  constructor(classes: number) {
    const width = (2 * REACH) / (classes - 2);
    this.edges = Array.from({ length: classes - 1 }, (_, k) => -REACH + k * width);
    this.#bounds = [-LIMIT, ...this.edges, LIMIT];
    this.centres = Array.from({ length: classes }, (_, k) => (this.#bounds[k] + this.#bounds[k + 1]) / 2);
  }

  /**
   * (K) probability of each class: the softmax of the target's logits.
   *
   * @param output (K, P) logits
   * @param targets P
   */
  probabilities(output: Float64Array, target: number, targets: number): number[] {
    const logits = this.centres.map((_, k) => output[k * targets + target]);
    const greatest = Math.max(...logits);
    const shares = logits.map((logit) => exp(logit - greatest));
    const sum = shares.reduce((total, share) => total + share, 0);
    return shares.map((share) => share / sum);
  }

  /** The 2.5 % quantile, the median and the 97.5 % quantile, compressed. */
  band(output: Float64Array, target: number, targets: number): [low: number, middle: number, high: number] {
    const probabilities = this.probabilities(output, target, targets);
    return [
      this.#quantile(probabilities, 0.025),
      this.#quantile(probabilities, 0.5),
      this.#quantile(probabilities, 0.975),
    ];
  }

  #quantile(probabilities: readonly number[], p: number): number {
    let below = 0;
    for (let k = 0; k < probabilities.length; k++) {
      const share = probabilities[k];
      if (below + share >= p && share > 0) {
        const width = this.#bounds[k + 1] - this.#bounds[k];
        return this.#bounds[k] + width * ((p - below) / share);
      }
      below += share;
    }
    return LIMIT;
  }
}

import { ResidualScale } from '../scaling/residualScale.ts';
import type { RangedVector } from '../snapshot/vectors.ts';

/**
 * One forecast from several candidates for each step: their mean, each weighted by its usual error at that step to the power
 * of −8 (close to the exponentially weighted average forecaster, Vovk 1990). The best candidate has most of the weight, and one
 * that is a third worse a tenth of it. A step of which no forecast has arrived yet has the weights of the step before, of the
 * candidates that expect something there, too.
 */
export class PathMixture {
  readonly #errors: ResidualScale; // (C·H·D)
  readonly #candidates: number;
  readonly #size: number; // H·D
  readonly #dimensions: number;

  /** @param halfLife comparisons after which one counts half */
  constructor(candidates: number, steps: number, dimensions: number, halfLife: number) {
    this.#errors = new ResidualScale(candidates * steps * dimensions, halfLife);
    this.#candidates = candidates;
    this.#size = steps * dimensions;
    this.#dimensions = dimensions;
  }

  /** For a snapshot. */
  get memory(): RangedVector {
    return this.#errors.memory;
  }

  /**
   * Updates with a value and what the candidates expected of it.
   *
   * @param paths (C, H, D)
   * @param target of the value's step and dimension, within (H, D)
   */
  learn(paths: Float64Array, target: number, value: number, weight: number): void {
    for (let c = 0, at = target; c < this.#candidates; c++, at += this.#size)
      this.#errors.learnOne(at, paths[at], value, weight);
  }

  /**
   * @param paths (C, H, D)
   * @param into (H, D) the forecast; NaN where no candidate expects anything
   */
  mix(paths: Float64Array, into: Float64Array): void {
    for (let d = 0; d < this.#dimensions; d++) {
      let known = -1;
      for (let target = d; target < this.#size; target += this.#dimensions) {
        if (this.#isKnown(target)) known = target;
        into[target] = this.#mixed(paths, target, known);
      }
    }
  }

  #isKnown(target: number): boolean {
    for (let at = target; at < this.#candidates * this.#size; at += this.#size)
      if (this.#errors.mean(at) > 0) return true;
    return false;
  }

  /** @param known the target whose errors count; −1 where none are known: the first candidate then counts alone */
  #mixed(paths: Float64Array, target: number, known: number): number {
    if (known < 0 || this.#candidates === 1) return paths[target];
    let least = Number.POSITIVE_INFINITY;
    for (let from = 0; from < paths.length; from += this.#size) {
      if (Number.isNaN(paths[from + target] + paths[from + known])) continue;
      least = Math.min(least, this.#errors.mean(from + known));
    }
    let [sum, weights] = [0, 0];
    for (let from = 0; from < paths.length; from += this.#size) {
      const expected = paths[from + target];
      // Without an expectation at the known step it has no error there: it would pass for one that is never wrong.
      if (Number.isNaN(expected + paths[from + known])) continue;
      const error = this.#errors.mean(from + known);
      const weight = error === least ? 1 : eighthPower(least / error);
      sum += weight * expected;
      weights += weight;
    }
    return sum / weights;
  }
}

function eighthPower(x: number): number {
  const square = x * x;
  const fourth = square * square;
  return fourth * fourth;
}

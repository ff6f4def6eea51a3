import { ResidualScale } from '../scaling/residualScale.ts';

/** Compressed: one standard deviation, before the first change. */
const UNKNOWN = 1;
/** Compressed: smaller steps are treated as a constant stream. */
const LEAST = 1e-3;
/** Compressed: changes of white noise are 1.13 deviations on average, those of predictable streams less. */
const MOST = 1.5;
const HALF_LIFE = 100; // changes

/**
 * By how much compressed values usually change within each horizon. For a network that predicts changes in this unit
 * the last value is zero, and its errors are of the size of the expected changes: in units of the values themselves,
 * the noise of learning hid the steps of a stream that moves slowly in a wide range.
 */
export class ChangeScale {
  readonly #usual: ResidualScale;

  /** @param targets K·D: horizons times dimensions */
  constructor(targets: number) {
    this.#usual = new ResidualScale(targets, HALF_LIFE);
  }

  /** By how much each target usually changes, before bounds. */
  get usual(): ResidualScale {
    return this.#usual;
  }

  get state(): Float64Array {
    return this.#usual.state;
  }

  /** The unit of the target. */
  of(target: number): number {
    const usual = this.#usual.mean(target);
    return usual > 0 ? Math.max(LEAST, Math.min(MOST, usual)) : UNKNOWN;
  }

  /** Updates with a change of the target. */
  learn(target: number, from: number, to: number, weight: number): void {
    this.#usual.learnOne(target, from, to, weight);
  }
}

import { ResidualScale } from '../scaling/residualScale.ts';

/** Squashed: one standard deviation, while nothing has changed yet. */
const UNKNOWN = 1;
/** Squashed: a stream whose every step is smaller is told from one that stands still by nothing that matters. */
const LEAST = 1e-3;
/** Squashed: changes of white noise are 1.13 deviations on average, those of what can be foretold less. */
const MOST = 1.5;
const HALF_LIFE = 100; // changes

/**
 * By how much compressed values usually change within each horizon. A network that foretells changes in this unit has the
 * last value for its zero, and its errors are as large as those that are to be expected: in units of the values
 * themselves, the rounding noise of its learning drowned the steps of a stream that moves slowly in a wide range.
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

  /** The unit for that target. */
  of(target: number): number {
    const usual = this.#usual.mean(target);
    return usual > 0 ? Math.max(LEAST, Math.min(MOST, usual)) : UNKNOWN;
  }

  /** Takes in a change of the target. */
  learn(target: number, from: number, to: number, weight: number): void {
    this.#usual.learnOne(target, from, to, weight);
  }
}

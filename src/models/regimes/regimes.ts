import { fields, packVectors, prepareVectors, type State, trusted } from '../snapshot.ts';
import { type RegimeChange, RegimeWatch } from './regimeWatch.ts';
import type { Restartable } from './restartable.ts';

/** Another regime that a dimension was in and may return to. */
interface Parked {
  readonly scale: Float64Array;
  /** (models) */
  readonly states: readonly State[];
}

/** One dimension. */
interface Dimension {
  readonly watch: RegimeWatch;
  /** Values since the last restart or return; values, less others, that belong to the parked regime. */
  readonly figures: Float64Array;
  parked: Parked | undefined;
}

/**
 * Keeps models from being blind after a change of regime: watches each dimension, and where one has become another begins
 * the models anew in it from the newest values. What they knew is parked, and back when its values are. While values are
 * far out and may return, nothing is learnt from them.
 */
export class Regimes {
  readonly #models: readonly Restartable[];
  readonly #dimensions: readonly Dimension[];

  /**
   * @param dimensions D
   * @param models that are begun anew, in the order in which their states are parked
   * @param lasting values far out, less others, that are a new regime @default 100
   */
  constructor(dimensions: number, models: readonly Restartable[], lasting?: number) {
    this.#models = models;
    this.#dimensions = Array.from({ length: dimensions }, () => ({
      watch: new RegimeWatch(lasting),
      figures: Float64Array.of(Number.POSITIVE_INFINITY, 0),
      parked: undefined,
    }));
  }

  /** Whether no dimension can be scored yet after a restart. */
  get warmingUp(): boolean {
    return this.#dimensions.every(({ figures }) => figures[SINCE] < WARM_UP);
  }

  /**
   * Before an observation is learnt by the models: begins them anew, or takes them back, where it is of another regime.
   *
   * @param value (D) NaN for what is missing
   * @returns (D) the values that are to be learnt, NaN for others; and the kind of change, if there was one
   */
  learn(value: readonly number[]): {
    readonly value: readonly number[];
    readonly change: RegimeChange | undefined;
  } {
    let change: RegimeChange | undefined;
    let kept: number[] | undefined;
    for (let d = 0; d < value.length; d++) {
      if (!Number.isFinite(value[d])) continue;
      const dimension = this.#dimensions[d];
      dimension.figures[SINCE]++;
      const finding = this.#returns(d, dimension, value[d]) ?? dimension.watch.learn(value[d]);
      if (finding === 'suspended') {
        kept ??= [...value];
        kept[d] = Number.NaN;
      } else if (finding !== 'ordinary') {
        change = finding;
      }
      if (finding === 'level' || finding === 'scale') this.#restart(d, dimension);
    }
    return { value: kept ?? value, change };
  }

  state(): State {
    return this.#dimensions.map(({ watch, figures, parked }) => ({
      vectors: packVectors({ ...watch.carried(), since: figures }),
      parked: parked === undefined ? null : { scale: parked.scale.slice(), states: parked.states },
    }));
  }

  /** @throws RxAnomalyError BAD_SNAPSHOT */
  prepareRestore(state: State | undefined): () => void {
    const all = this.#dimensions.map((dimension, d) => {
      const { vectors, parked } = fields(trusted<State[]>(state)?.[d]);
      const apply = prepareVectors(
        { ...dimension.watch.carried(), since: dimension.figures },
        vectors,
        MAY_BE,
      );
      const kept = parked === null ? undefined : this.#readParked(d, parked, dimension);
      return () => {
        apply();
        dimension.parked = kept;
      };
    });
    return () => {
      for (const apply of all) apply();
    };
  }

  #readParked(d: number, state: State | undefined, { watch }: Dimension): Parked {
    const { scale, states } = fields(state);
    const into = { scale: watch.scale };
    prepareVectors(into, { scale })();
    const parked = this.#models.map((model, m) => {
      const part = trusted<State[]>(states)?.[m];
      model.prepareResume(d, part);
      return part;
    });
    return { scale: into.scale, states: parked };
  }

  /** Whether the parked regime is back, and taken up again. */
  #returns(d: number, dimension: Dimension, x: number): 'ordinary' | undefined {
    const { watch, figures, parked } = dimension;
    if (parked === undefined) return undefined;
    const [mean, deviation] = [parked.scale[0], SIGMA * parked.scale[1]];
    const belongs = Math.abs(x - mean) <= NEAR * deviation && watch.isGross(x);
    figures[BACK] = Math.max(0, figures[BACK] + (belongs ? 1 : -1));
    if (figures[SINCE] > FORGOTTEN) dimension.parked = undefined;
    if (figures[BACK] < RETURNED) return undefined;
    // The other way round: regimes may alternate.
    const left = this.#park(d, dimension);
    for (const [m, model] of this.#models.entries()) model.prepareResume(d, parked.states[m])();
    watch.restart(parked.scale);
    dimension.parked = left;
    figures[SINCE] = WARM_UP;
    figures[BACK] = 0;
    return undefined;
  }

  #restart(d: number, dimension: Dimension): void {
    const { watch, figures } = dimension;
    const scale = watch.candidate;
    dimension.parked = this.#park(d, dimension);
    for (const model of this.#models) model.restart(d, scale);
    watch.restart(scale);
    figures[SINCE] = 0;
    figures[BACK] = 0;
  }

  #park(d: number, { watch }: Dimension): Parked {
    return { scale: watch.scale, states: this.#models.map((model) => model.park(d)) };
  }
}

const SINCE = 0;
const BACK = 1;
const MAY_BE = { figures: 'any', since: 'any' } as const;

const WARM_UP = 50; // values: as long as the residuals of a forecaster that has begun anew say nothing
const RETURNED = 20; // values, less others, that are the parked regime
const NEAR = 5; // deviations within which a value belongs to a regime
const FORGOTTEN = 5000; // values after which a parked regime that did not return is given up
const SIGMA = Math.sqrt(Math.PI / 2); // standard deviation of a normal distribution over its mean absolute one

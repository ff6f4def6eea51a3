import { pooled, pooledOf } from '../../numerics/pooled.ts';
import type { Restartable } from '../forecaster.ts';
import { RobustScaler } from '../scaling/robustScaler.ts';
import { fields, list, type State } from '../snapshot/state.ts';
import {
  COUNT,
  type Layout,
  orElse,
  packFloats,
  packVectors,
  prepareVectors,
  ranged,
  wholeWithin,
} from '../snapshot/vectors.ts';
import { type RegimeChange, RegimeWatch } from './regimeWatch.ts';

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
 * Restarts models after a change of regime: watches each dimension, and after a change restarts the models in it from the
 * newest values. Their old state is parked, and restored when the old regime returns. While values are far out and may
 * return, nothing is learnt from them but from the first 29.
 */
export class Regimes {
  readonly #models: readonly Restartable[];
  readonly #dimensions: readonly Dimension[];
  /** Index into `CHANGES` of what the newest observation brought. */
  readonly #change: Float64Array = pooled(1);

  /**
   * @param dimensions D
   * @param models to restart, in the order in which their states are parked
   * @param lasting values far out, minus others, that make a new regime @default 100
   */
  constructor(dimensions: number, models: readonly Restartable[], lasting?: number) {
    this.#models = models;
    this.#dimensions = Array.from({ length: dimensions }, () => ({
      watch: new RegimeWatch(lasting),
      figures: pooledOf(Number.POSITIVE_INFINITY, 0),
      parked: undefined,
    }));
  }

  /** (D) the regimes that may return, as an opaque whole; undefined where there are none. */
  get parked(): readonly unknown[] | undefined {
    const all = this.#dimensions;
    return all.some(({ parked }) => parked !== undefined) ? all.map(({ parked }) => parked) : undefined;
  }

  set parked(parked: readonly unknown[] | undefined) {
    for (const [d, dimension] of this.#dimensions.entries())
      dimension.parked = parked?.[d] as Parked | undefined;
  }

  /** Whether no dimension can be scored yet after a restart. */
  get warmingUp(): boolean {
    return this.#dimensions.every(({ figures }) => figures[SINCE] < WARM_UP);
  }

  /** How a dimension changed at the newest observation, if the models were restarted. */
  get change(): RegimeChange | undefined {
    return CHANGES[this.#change[0]];
  }

  /**
   * To be called before the models learn an observation: restarts or restores them if it is of another regime.
   *
   * @param value (D) NaN for what is missing
   * @returns (D) the values to learn from; NaN for the others
   */
  learn(value: readonly number[]): readonly number[] {
    let kept: number[] | undefined;
    this.#change[0] = 0;
    for (let d = 0; d < value.length; d++) {
      if (!Number.isFinite(value[d])) continue;
      const dimension = this.#dimensions[d];
      dimension.figures[SINCE]++;
      if (this.#isBack(dimension, value[d])) this.#takeBack(d, dimension);
      const finding = dimension.watch.learn(value[d]);
      if (finding === 'suspended') {
        kept ??= [...value];
        kept[d] = Number.NaN;
      } else if (finding !== 'ordinary') {
        this.#change[0] = CHANGES.indexOf(finding);
        this.#restart(d, dimension);
      }
    }
    return kept ?? value;
  }

  /** `parked` for a snapshot: null for a dimension without one. */
  parkedState(): State {
    return this.#dimensions.map(({ parked }) => parkedState(parked));
  }

  /** What `parked` was when `parkedState` gave this. @throws RxAnomalyError BAD_SNAPSHOT */
  readAllParked(state: State | undefined): readonly unknown[] {
    const saved = list('parked', state, this.#dimensions.length);
    return this.#dimensions.map((dimension, d) =>
      saved[d] === null ? undefined : this.#readParked(d, saved[d], dimension),
    );
  }

  state(): State {
    const dimensions = this.#dimensions.map(({ watch, figures, parked }) => ({
      vectors: packVectors({ ...watch.carried(), since: ranged(figures, SINCE_LAYOUT) }),
      parked: parkedState(parked),
    }));
    return { change: packFloats(this.#change), dimensions };
  }

  /**
   * @returns a function that restores `state` and cannot fail
   * @throws RxAnomalyError BAD_SNAPSHOT
   */
  prepareRestore(state: State | undefined): () => void {
    const { change, dimensions } = fields(state, ['change', 'dimensions']);
    const all = [ranged(this.#change, wholeWithin(0, CHANGES.length - 1)).prepare(change, 'change')];
    const saved = list('dimensions', dimensions, this.#dimensions.length);
    for (const [d, dimension] of this.#dimensions.entries()) {
      const { watch, figures } = dimension;
      const { vectors, parked } = fields(saved[d], ['vectors', 'parked']);
      const since = ranged(figures, SINCE_LAYOUT);
      all.push(prepareVectors({ ...watch.carried(), since }, vectors));
      const kept = parked === null ? undefined : this.#readParked(d, parked, dimension);
      all.push(() => {
        dimension.parked = kept;
      });
    }
    return () => {
      for (const apply of all) apply();
    };
  }

  #readParked(d: number, state: State | undefined, { watch }: Dimension): Parked {
    const { scale, states } = fields(state, ['scale', 'states']);
    const into = watch.scale;
    ranged(into, RobustScaler.partLayout).prepare(scale, 'scale')();
    const kept = list('states', states, this.#models.length);
    const parked = this.#models.map((model, m) => {
      const part = kept[m];
      model.prepareResume(d, part);
      return part;
    });
    return { scale: into, states: parked };
  }

  /** Whether the parked regime is back: enough values that do not belong to the current one belong to it. */
  #isBack(dimension: Dimension, x: number): boolean {
    const { watch, figures, parked } = dimension;
    if (parked === undefined) return false;
    const [mean, deviation] = parked.scale;
    const belongs = watch.isGross(x) && Math.abs(x - mean) <= NEAR * SIGMA * deviation;
    figures[BACK] = Math.max(0, figures[BACK] + (belongs ? 1 : -1));
    if (figures[SINCE] > FORGOTTEN && figures[BACK] === 0) dimension.parked = undefined;
    return figures[BACK] >= RETURNED;
  }

  /** Restores the parked regime and parks the current one: they may alternate. */
  #takeBack(d: number, dimension: Dimension): void {
    const { scale, states } = dimension.parked!;
    dimension.parked = this.#park(d, dimension);
    for (const [m, model] of this.#models.entries()) model.prepareResume(d, states[m])();
    dimension.watch.restart(scale);
    dimension.figures.set([WARM_UP, 0]);
  }

  #restart(d: number, dimension: Dimension): void {
    const { watch, figures } = dimension;
    const scale = watch.candidate;
    dimension.parked = this.#park(d, dimension);
    for (const model of this.#models) model.restart(d, scale);
    watch.restart(scale);
    figures.fill(0);
  }

  #park(d: number, { watch }: Dimension): Parked {
    return { scale: watch.scale, states: this.#models.map((model) => model.park(d)) };
  }
}

function parkedState(parked: Parked | undefined): State {
  return parked === undefined ? null : { scale: parked.scale.slice(), states: parked.states };
}

const CHANGES: readonly (RegimeChange | undefined)[] = [undefined, 'level', 'scale'];

const SINCE = 0;
const BACK = 1;
const SINCE_LAYOUT: Layout = [
  [1, orElse(COUNT, Number.POSITIVE_INFINITY)],
  [1, COUNT],
];

const WARM_UP = 50; // values: as long as the residuals of a forecaster that has begun anew say nothing
const RETURNED = 20; // values, less others, that are the parked regime
const NEAR = 5; // deviations within which a value belongs to a regime
const FORGOTTEN = 5000; // values after which a parked regime that did not return is given up
const SIGMA = Math.sqrt(Math.PI / 2); // standard deviation of a normal distribution over its mean absolute one

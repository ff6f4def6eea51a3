import { pow } from '../../core/math/pow.ts';
import { pooledOf } from '../../numerics/pooled.ts';
import { COUNT, type Layout, orElse, type RangedVector, ranged } from '../snapshot/vectors.ts';
/**
 * When the weights of a forecaster learn, and how fast. Every `stride` events there is an update (TBPTT's k1), and half as
 * many events again lie between two once 2,000 were learnt: on labelled streams that finds as much. The first ones are
 * faster, and the learning rate then settles. After a boost, every event gets one for a while, at twice the rate.
 */
export class UpdateSchedule {
  /** (3) observations learnt, updates dropped, observations learnt at the last boost. */
  readonly state: Float64Array = pooledOf(0, 0, -Infinity);
  readonly #stride: number;
  readonly #settled: number;

  /** @param settled the learning rate in the end */
  constructor(stride: number, settled: number) {
    this.#stride = stride;
    this.#settled = settled;
  }

  /** The state and its ranges, for a snapshot. */
  get memory(): RangedVector {
    return ranged(this.state, COUNTS);
  }

  /** Observations learnt. */
  get events(): number {
    return this.state[0];
  }

  /** Updates that were dropped. */
  get dropped(): number {
    return this.state[1];
  }

  /** Whether an update is due at the next observation. */
  get isDue(): boolean {
    return this.events % this.#strideNow() === 0;
  }

  /** Learning rate of the update at the next observation. */
  get rate(): number {
    return (
      this.#settled * Math.max(excess(INITIAL_FACTOR, this.events), excess(BOOST, this.#eventsSinceBoost()))
    );
  }

  /** Counts one more observation. */
  advance(): void {
    this.state[0]++;
  }

  /** Counts a dropped update. */
  drop(): void {
    this.state[1]++;
  }

  /** Boosts learning again, as after a change of the stream. */
  boostLearningRate(): void {
    this.state[BOOSTED] = this.state[0];
  }

  #strideNow(): number {
    if (this.#eventsSinceBoost() < BOOST_EVENTS) return 1;
    return this.events < YOUNG ? this.#stride : Math.ceil(1.5 * this.#stride);
  }

  /** Infinity if there was none. */
  #eventsSinceBoost(): number {
    return this.events - this.state[BOOSTED];
  }
}

/** `factor` for the first events, then falling to 1. */
function excess(factor: number, events: number): number {
  return 1 + (factor - 1) * pow(2, -Math.max(0, events - INITIAL_EVENTS) / HALVING_EVENTS);
}

/** Where in the state the last boost stands: −∞ if there was none. */
const BOOSTED = 2;
const COUNTS: Layout = [
  [2, COUNT],
  [1, orElse(COUNT, Number.NEGATIVE_INFINITY)],
];
const INITIAL_EVENTS = 100; // events learnt with INITIAL_FACTOR times the rate
export const INITIAL_FACTOR = 5;
/** After a change: more than twice the rate unlearns more than it learns, measured on labelled streams. */
const BOOST = 2;
const BOOST_EVENTS = 200; // that get an update each
const YOUNG = 2000; // events after which updates are rarer
const HALVING_EVENTS = 150; // events in which the excess rate halves

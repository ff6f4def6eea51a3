import { cos, sin } from '../../core/math/trigonometry.ts';
import { pooled } from '../../numerics/pooled.ts';
import { compress } from '../scaling/laplaceBand.ts';
import type { ChangeScale } from './changeScale.ts';

const DAY = 86_400_000; // ms
const WEEK = 7 * DAY;

/**
 * The network's inputs at one event: the newest values, those of the `lags` events before, the newest changes (one
 * for every second lag), and the time of day and of the week (zeros in a stream without times).
 */
export class LstmInputs {
  /** I: numbers per event. */
  readonly size: number;
  /** (I) the inputs of the newest event; the lags of the next one are taken from here. */
  readonly state: Float64Array;
  readonly #dimensions: number;
  readonly #lags: number;
  readonly #changes: number;
  readonly #calendar: boolean;

  constructor(dimensions: number, lags: number, calendar: boolean) {
    this.#dimensions = dimensions;
    this.#lags = lags;
    this.#changes = Math.ceil(lags / 2);
    this.#calendar = calendar;
    this.size = dimensions * (1 + lags + this.#changes) + (calendar ? 4 : 0);
    this.state = pooled(this.size);
  }

  /**
   * @param x (D) newest values, compressed
   * @param time milliseconds since 1970 or undefined
   * @param scale the unit of changes: its targets start with the next values
   * @returns (I) a buffer that the next call overwrites
   */
  next(x: Float64Array, time: number | undefined, scale: ChangeScale): Float64Array {
    const D = this.#dimensions;
    const { state } = this;
    const values = D * (1 + this.#lags);
    // Moved one by one: for so few, the calls that move many take longer.
    if (this.#changes > 0) {
      for (let k = values + D * this.#changes - 1; k >= values + D; k--) state[k] = state[k - D];
      for (let d = 0; d < D; d++) state[values + d] = compress((x[d] - state[d]) / scale.of(d));
    }
    for (let k = values - 1; k >= D; k--) state[k] = state[k - D];
    for (let d = 0; d < D; d++) state[d] = x[d];
    if (this.#calendar) {
      const at = this.size - 4;
      phaseInto(state, at, time, DAY);
      phaseInto(state, at + 2, time, WEEK);
    }
    return state;
  }
}

function phaseInto(out: Float64Array, at: number, time: number | undefined, period: number): void {
  const known = time !== undefined && Number.isFinite(time);
  const angle = known ? (2 * Math.PI * (time % period)) / period : Number.NaN;
  out[at] = known ? sin(angle) : 0;
  out[at + 1] = known ? cos(angle) : 0;
}

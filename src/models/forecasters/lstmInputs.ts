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
    const values = D * (1 + this.#lags);
    if (this.#changes > 0) {
      this.state.copyWithin(values + D, values, values + D * (this.#changes - 1));
      for (let d = 0; d < D; d++) this.state[values + d] = compress((x[d] - this.state[d]) / scale.of(d));
    }
    this.state.copyWithin(D, 0, D * this.#lags);
    this.state.set(x);
    if (this.#calendar) {
      const at = this.size - 4;
      phaseInto(this.state, at, time, DAY);
      phaseInto(this.state, at + 2, time, WEEK);
    }
    return this.state;
  }
}

function phaseInto(out: Float64Array, at: number, time: number | undefined, period: number): void {
  const known = time !== undefined && Number.isFinite(time);
  const angle = known ? (2 * Math.PI * (time % period)) / period : Number.NaN;
  out[at] = known ? Math.sin(angle) : 0;
  out[at + 1] = known ? Math.cos(angle) : 0;
}

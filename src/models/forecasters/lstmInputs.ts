const DAY = 86_400_000; // ms
const WEEK = 7 * DAY;

/**
 * What the network is fed at one event: the newest values, those of the `lags` events before, and where in the day and
 * in the week the event lies (zeros in a stream without times).
 */
export class LstmInputs {
  /** I: numbers per event. */
  readonly size: number;
  /** (I) the inputs of the newest event; the lags of the next one come from here. */
  readonly state: Float64Array;
  readonly #dimensions: number;
  readonly #lags: number;
  readonly #calendar: boolean;

  constructor(dimensions: number, lags: number, calendar: boolean) {
    this.#dimensions = dimensions;
    this.#lags = lags;
    this.#calendar = calendar;
    this.size = dimensions * (1 + lags) + (calendar ? 4 : 0);
    this.state = new Float64Array(this.size);
  }

  /**
   * @param x (D) newest values, squashed
   * @param time milliseconds since 1970 or undefined
   * @returns (I) a buffer that the next call overwrites
   */
  next(x: Float64Array, time: number | undefined): Float64Array {
    const values = this.#dimensions * this.#lags;
    this.state.copyWithin(this.#dimensions, 0, values);
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

import type { AheadPrediction } from '../../models/ahead/aheadForecaster.ts';

interface Made {
  readonly event: number;
  readonly last: readonly number[];
  /** (steps) */
  readonly ahead: readonly AheadPrediction[];
}

/** How forecasts of some steps turned out: what their outermost quantiles held, and their errors. Sums over all dimensions. */
export class AheadOutcome {
  readonly steps: readonly number[]; // (K)
  /** (K) values of which there was a forecast. */
  readonly count: Float64Array;
  /** (K) those of them between the outermost quantiles. */
  readonly held: Float64Array;
  /** (K) those of them at or below the uppermost quantile. */
  readonly below: Float64Array;
  /** (K) values that differ from the one before them. */
  readonly changed: Float64Array;
  readonly changedHeld: Float64Array;
  /** (K) sums of absolute errors. */
  readonly error: Float64Array;
  /** (K) the same of the last value at the time of the forecast. */
  readonly naive: Float64Array;
  readonly #last: number[]; // (D) NaN before the first
  #made: Made[] = [];
  #events = 0;

  /** @param steps ascending */
  constructor(steps: readonly number[], dimensions: number) {
    const sums = (): Float64Array => new Float64Array(steps.length);
    this.steps = steps;
    this.count = sums();
    this.held = sums();
    this.below = sums();
    this.changed = sums();
    this.changedHeld = sums();
    this.error = sums();
    this.naive = sums();
    this.#last = new Array<number>(dimensions).fill(Number.NaN);
  }

  /** Compares what was forecast of the next event with it. @param value (D) NaN where it is missing */
  arrive(value: readonly number[]): void {
    const event = this.#events++;
    const furthest = this.steps.at(-1)!;
    if (this.#made.length > 0 && event - this.#made[0].event > furthest) this.#made.shift();
    for (const { event: origin, last, ahead } of this.#made) {
      const k = this.steps.indexOf(event - origin);
      if (k >= 0) for (let d = 0; d < value.length; d++) this.#compare(k, d, value[d], last[d], ahead[k]);
    }
    for (let d = 0; d < value.length; d++) if (!Number.isNaN(value[d])) this.#last[d] = value[d];
  }

  /** Notes what is forecast after the newest event. @param ahead from step 1 to the furthest */
  note(ahead: readonly AheadPrediction[]): void {
    const picked = this.steps.map((step) => ahead[step - 1]);
    this.#made.push({ event: this.#events - 1, last: [...this.#last], ahead: picked });
  }

  #compare(
    k: number,
    d: number,
    value: number,
    last: number,
    { expected, quantiles }: AheadPrediction,
  ): void {
    const error = Math.abs(value - expected[d]);
    if (!(error >= 0)) return;
    const isBelow = value <= quantiles.at(-1)![d];
    const isHeld = isBelow && value >= quantiles[0][d] ? 1 : 0;
    this.count[k]++;
    this.held[k] += isHeld;
    if (isBelow) this.below[k]++;
    this.error[k] += error;
    this.naive[k] += Math.abs(value - last);
    if (value === this.#last[d]) return;
    this.changed[k]++;
    this.changedHeld[k] += isHeld;
  }
}

// A forecaster of your own in the place of the LSTM: here the straight line through the last two values.
import { detectAnomalies, type Observation, PointForecaster } from 'rx-anomaly';
import { filter, map, range } from 'rxjs';

class LineForecaster extends PointForecaster {
  readonly name = 'line';
  readonly #last: Float64Array; // (2D) the last value, then the one before

  constructor(dimensions: number) {
    const last = new Float64Array(2 * dimensions).fill(Number.NaN);
    super('LineForecaster', { dimensions, halfLife: 500 }, last); // what is in `last` goes into snapshots
    this.#last = last;
  }

  protected expect(): number[] {
    const [last, before] = [this.#last.subarray(0, this.dimensions), this.#last.subarray(this.dimensions)];
    return Array.from(last, (value, d) => (Number.isNaN(before[d]) ? value : 2 * value - before[d]));
  }

  protected absorb({ value }: Observation): void {
    for (const [d, number] of value.entries()) {
      if (Number.isNaN(number)) continue; // missing: leaves everything as it was
      this.#last[this.dimensions + d] = this.#last[d];
      this.#last[d] = number;
    }
  }
}

const level$ = range(0, 1000).pipe(
  map((minute) => 50 + 20 * Math.sin(minute / 40) + 0.05 * Math.sin(7 * minute * minute)),
  map((level, minute) => (minute >= 800 ? level - 6 : level)), // the float slips
);

level$
  .pipe(
    detectAnomalies({ forecaster: (dimensions) => new LineForecaster(dimensions) }),
    filter((verdict) => verdict.startOfIncident),
  )
  .subscribe(({ value, expected }) => console.log(`${value.toFixed(2)}, expected ${expected.toFixed(2)}`));

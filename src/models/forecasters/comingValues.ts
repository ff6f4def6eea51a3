import type { RobustScaler } from '../scaling/robustScaler.ts';

/** The inputs of a network with a look-ahead: those of the past and present, then the coming values. */
export class ComingValues {
  /** Numbers per coming observation: its values, and 1 where there is one. */
  readonly width: number;
  /** Maximum number of them. */
  readonly steps: number;
  /** (own + steps · width) the last inputs. */
  readonly state: Float64Array;

  /** @param own inputs of the past and present */
  constructor(dimensions: number, steps: number, own: number) {
    this.width = dimensions + 1;
    this.steps = steps;
    this.state = new Float64Array(own + steps * this.width);
  }

  /** Stores the coming values, the nearest first; fewer than `steps` at the end of a stream. */
  see(values: readonly (readonly number[])[], scaler: RobustScaler): void {
    const own = this.state.length - this.steps * this.width;
    this.state.fill(0, own);
    for (const [step, value] of values.entries()) {
      const at = own + step * this.width;
      for (const [d, number] of value.entries()) {
        if (Number.isNaN(number)) continue; // as if it were the mean
        this.state[at + d] = scaler.compressed(d, number);
        this.state[at + this.width - 1] = 1;
      }
    }
  }

  /** `own` inputs with the coming values behind them: a buffer that the next call overwrites. */
  behind(own: Float64Array): Float64Array {
    this.state.set(own);
    return this.state;
  }
}

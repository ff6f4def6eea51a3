/** Exponential moving average that starts without bias: its weights sum to 1 from the first value on. */
export class MovingAverage {
  /** Average with the weight still missing at its start, and the accumulated weight. */
  readonly state: Float64Array = new Float64Array(2);
  readonly #rate: number;

  /** @param length values over which it averages; the newest counts 1 / length */
  constructor(length: number) {
    this.#rate = 1 / length;
  }

  /** What the average would be with `value` in it. Pure. */
  with(value: number): number {
    const weight = this.state[1] + this.#rate * (1 - this.state[1]);
    return (this.state[0] + this.#rate * (value - this.state[0])) / weight;
  }

  /** The average of what was learnt, shrunk to 0 while that is little. */
  get shrunk(): number {
    return this.state[0];
  }

  learn(value: number): void {
    this.state[0] += this.#rate * (value - this.state[0]);
    this.state[1] += this.#rate * (1 - this.state[1]);
  }
}

/** Exponential moving average of a vector that starts without bias, like `MovingAverage` of a number. */
export class MovingVector {
  /** (n + 1) averages with the weight still missing at their start, and the accumulated weight. */
  readonly state: Float64Array;
  readonly #size: number;
  readonly #rate: number;

  /**
   * @param size n
   * @param length vectors over which it averages; the newest counts 1 / length
   */
  constructor(size: number, length: number) {
    this.state = new Float64Array(size + 1);
    this.#size = size;
    this.#rate = 1 / length;
  }

  /** What the average would be with `vector` in it. @param out (n) */
  withInto(out: Float64Array, vector: Float64Array): void {
    const weight = this.state[this.#size] + this.#rate * (1 - this.state[this.#size]);
    for (let i = 0; i < this.#size; i++) {
      out[i] = (this.state[i] + this.#rate * (vector[i] - this.state[i])) / weight;
    }
  }

  learn(vector: Float64Array): void {
    for (let i = 0; i < this.#size; i++) this.state[i] += this.#rate * (vector[i] - this.state[i]);
    this.state[this.#size] += this.#rate * (1 - this.state[this.#size]);
  }
}

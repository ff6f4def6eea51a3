/** Turns gradients into steps. Its state is in `state`: flat vectors that a snapshot can copy out and in. */
export interface Optimizer {
  readonly state: Readonly<Record<string, Float64Array>>;
  /** Moves `parameters` against `gradient` with learning rate `rate`. */
  step(parameters: Float64Array, gradient: Float64Array, rate: number): void;
}

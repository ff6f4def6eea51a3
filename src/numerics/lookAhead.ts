import type { Cell, CellWeights } from './cells/cell.ts';

/** The shape of the coming events. */
export interface LookAheadShape {
  /** Coming events, at least 1. */
  readonly steps: number;
  /** Numbers per event, at least 1. */
  readonly width: number;
}

/** The weights of a `LookAhead`, or their gradients. */
export interface LookAheadWeights {
  readonly layer: CellWeights;
  readonly head: Float64Array; // (O, H)
}

/** What `forward` keeps for `backward`. */
export interface LookAheadTape {
  readonly inputs: readonly Float64Array[]; // steps × (width), the furthest first
  readonly states: readonly Float64Array[]; // (steps + 1) × (S·H)
  readonly kept: readonly Float64Array[]; // steps × (kept·H)
}

/**
 * The backward half of a bidirectional network (Schuster & Paliwal 1997), over a bounded future: a layer of its own reads
 * the coming events from the furthest to the nearest, from zero state, and its last state goes to the head together
 * with the
 * hidden state of the past. The events are the last `steps · width` numbers of the input, the nearest first.
 */
export class LookAhead {
  readonly #cell: Cell;
  readonly #hidden: number;
  readonly #shape: LookAheadShape;
  readonly #dx: Float64Array; // (width)
  readonly #scratch: Float64Array; // (2·G·H)
  #dNext: Float64Array; // (S·H)
  #dState: Float64Array; // (S·H)

  constructor(cell: Cell, hidden: number, shape: LookAheadShape) {
    this.#cell = cell;
    this.#hidden = hidden;
    this.#shape = shape;
    this.#dx = new Float64Array(shape.width);
    this.#scratch = new Float64Array(2 * cell.gates * hidden);
    this.#dNext = new Float64Array(cell.states * hidden);
    this.#dState = new Float64Array(cell.states * hidden);
  }

  createTape(): LookAheadTape {
    const { steps, width } = this.#shape;
    const rows = (count: number, length: number): Float64Array[] =>
      Array.from({ length: count }, () => new Float64Array(length));
    return {
      inputs: rows(steps, width),
      states: rows(steps + 1, this.#cell.states * this.#hidden),
      kept: rows(steps, this.#cell.kept * this.#hidden),
    };
  }

  /**
   * @param x (I) inputs, the coming events last
   * @param output (O) result: the layer's share is added
   */
  forward(
    { layer, head }: LookAheadWeights,
    x: Float64Array,
    output: Float64Array,
    { inputs, states, kept }: LookAheadTape,
  ): void {
    const { steps, width } = this.#shape;
    const H = this.#hidden;
    for (let t = 0; t < steps; t++) {
      const from = x.length - (t + 1) * width;
      for (let k = 0; k < width; k++) inputs[t][k] = x[from + k];
      this.#cell.forward(layer, inputs[t], states[t], states[t + 1], kept[t]);
    }
    const h = states[steps];
    for (let o = 0; o < output.length; o++) {
      for (let j = 0; j < H; j++) output[o] += head[o * H + j] * h[j];
    }
  }

  /**
   * The backward pass of {@link forward}.
   *
   * @param gradients result: ∂loss/∂weights is added
   * @param dOutput (O) ∂loss/∂output
   * @param dx (I) result: ∂loss/∂x of the coming events, overwritten; the rest is left alone
   */
  backward(
    { layer, head }: LookAheadWeights,
    gradients: LookAheadWeights,
    { inputs, states, kept }: LookAheadTape,
    dOutput: Float64Array,
    dx: Float64Array,
  ): void {
    const { steps, width } = this.#shape;
    const H = this.#hidden;
    const h = states[steps];
    this.#dNext.fill(0);
    for (let o = 0; o < dOutput.length; o++) {
      for (let j = 0; j < H; j++) {
        gradients.head[o * H + j] += dOutput[o] * h[j];
        this.#dNext[j] += dOutput[o] * head[o * H + j];
      }
    }
    for (let t = steps - 1; t >= 0; t--) {
      this.#cell.backward(
        layer,
        gradients.layer,
        inputs[t],
        states[t],
        states[t + 1],
        kept[t],
        this.#dNext,
        this.#dState,
        this.#dx,
        this.#scratch,
      );
      dx.set(this.#dx, dx.length - (t + 1) * width);
      [this.#dNext, this.#dState] = [this.#dState, this.#dNext];
    }
  }
}

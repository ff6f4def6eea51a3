/** The recurrent cells. */
export type CellName = 'lstm' | 'gru' | 'peephole' | 'coupled' | 'budget' | 'ema' | 'rnn';

/** {@link CellName}s, for option checks. */
export const CELL_NAMES: readonly CellName[] = ['lstm', 'gru', 'peephole', 'coupled', 'budget', 'ema', 'rnn'];

/** The weights of one recurrent layer, or their gradients: views into one flat vector. */
export interface CellWeights {
  readonly inputs: number; // I
  readonly hidden: number; // H
  readonly weightIh: Float64Array; // (G·H, I)
  readonly weightHh: Float64Array; // (G·H, H)
  readonly biasIh: Float64Array; // (G·H)
  readonly biasHh: Float64Array; // (G·H)
  readonly peephole: Float64Array; // (peepholes·H), empty for most cells
}

/**
 * A recurrent cell: one event of one series through one layer, forward and backward.
 * Both are pure functions of their arguments and write only into the buffers named as results.
 */
export interface Cell {
  readonly name: CellName;
  /** G: rows of each weight matrix per hidden unit. */
  readonly gates: number;
  /** The one that keeps the state, and so starts with the forget bias; undefined where none does. */
  readonly forgetGate: number | undefined;
  /** Weights per hidden unit from the cell state to the gates. */
  readonly peepholes: number;
  /** S: vectors of length H carried from event to event; the first is the hidden state h. */
  readonly states: number;
  /** Numbers per hidden unit that `forward` keeps for `backward`. */
  readonly kept: number;

  /**
   * @param x (I) input
   * @param state (S·H) state before the event
   * @param next (S·H) result: state after the event
   * @param kept (kept·H) result: activations for `backward`
   */
  forward(
    weights: CellWeights,
    x: Float64Array,
    state: Float64Array,
    next: Float64Array,
    kept: Float64Array,
  ): void;

  /**
   * @param gradients result: ∂loss/∂weights is added
   * @param dNext (S·H) ∂loss/∂next
   * @param dState (S·H) result: ∂loss/∂state, overwritten
   * @param dx (I) result: ∂loss/∂x, overwritten
   * @param scratch (2·G·H) room for ∂loss/∂pre-activations, of the inputs and of the recurrence
   */
  backward(
    weights: CellWeights,
    gradients: CellWeights,
    x: Float64Array,
    state: Float64Array,
    next: Float64Array,
    kept: Float64Array,
    dNext: Float64Array,
    dState: Float64Array,
    dx: Float64Array,
    scratch: Float64Array,
  ): void;
}

import type { CellName } from './cell.ts';

/**
 * Where a cell keeps its gates: the block of H rows in its weight matrices, which is also the block of H numbers in
 * what `forward` keeps. Undefined where the cell has no such gate.
 */
export interface GateRows {
  readonly forget: number;
  readonly candidate: number;
  /** Undefined where it is tied to the forget gate. */
  readonly input: number | undefined;
  readonly output: number | undefined;
  readonly reset: number | undefined;
  /** How far the input gate is open. @param own what is kept in the input gate's block; NaN without one */
  inputOf(forget: number, own: number): number;
}

const FOUR = { input: 0, forget: 1, candidate: 2, output: 3, reset: undefined };
const TIED = { input: undefined, forget: 0, candidate: 1, output: 2, reset: undefined };
const own = (_forget: number, input: number): number => input;
const rest = (forget: number): number => 1 - forget;

/** By cell; undefined for one without gates. */
export const GATE_ROWS: Readonly<Record<CellName, GateRows | undefined>> = {
  lstm: { ...FOUR, inputOf: own },
  peephole: { ...FOUR, inputOf: own },
  budget: { ...FOUR, inputOf: (forget, share) => (1 - forget) * share },
  coupled: { ...TIED, inputOf: rest },
  ema: { ...TIED, inputOf: rest },
  gru: { input: undefined, forget: 1, candidate: 2, output: undefined, reset: 0, inputOf: rest },
  rnn: undefined,
};

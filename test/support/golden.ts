import type { CellName } from '../../src/numerics/cells/cell.ts';

/** A tensor as JSON has it. */
export type Nested = number | readonly Nested[];
export type Tensors = Readonly<Record<string, Nested>>;

/** One file of PyTorch's outputs, gradients and optimiser steps. */
export interface Golden {
  readonly cell: CellName;
  readonly D: number;
  readonly H: number;
  readonly T: number;
  readonly B: number;
  readonly layers: number;
  readonly x: number[][][]; // (T + 1, B, D)
  readonly h0: number[][][]; // (L, B, H)
  readonly c0?: number[][][];
  readonly params: Tensors;
  readonly hidden: number[][][]; // (T, B, H)
  readonly h_last: number[][][];
  readonly c_last?: number[][][];
  readonly pred: number[][][]; // (T, B, D)
  readonly loss: number;
  readonly grads: Tensors;
  readonly grad_x: number[][][];
  readonly grad_h0: number[][][];
  readonly grad_c0?: number[][][];
  readonly grad_global_norm: number;
  readonly clip: number;
  readonly adam: {
    lr: number;
    betas: [number, number];
    eps: number;
    steps: { loss_after: number; params: Tensors }[];
  };
}

/** A tensor's numbers, row-major. */
export function flatten(value: Nested): number[] {
  return typeof value === 'number' ? [value] : value.flatMap(flatten);
}

import { exp } from '../../core/math/exp.ts';
/** The activations a gate can have. */
export type GateName = 'sigmoid' | 'hardSigmoid';

/** {@link GateName}s, for option checks. */
export const GATE_NAMES: readonly GateName[] = ['sigmoid', 'hardSigmoid'];

/** How far a gate opens, 0 … 1. */
export interface Gate {
  open(z: number): number;
  /** ∂open/∂z, from the value of `open`. */
  slope(opened: number): number;
}

const HARD_SLOPE = 1 / 6; // PyTorch's and Keras 3's

/**
 * `'hardSigmoid'` is clamp(z/6 + ½, 0, 1) (Courbariaux et al. 2015, with PyTorch's slope): it reaches 0 and 1, so a cell
 * can keep its state and the gradient unchanged; but a gate that is fully shut or open no longer learns.
 */
export const GATES: Readonly<Record<GateName, Gate>> = {
  sigmoid: { open: sigmoid, slope: (opened) => opened * (1 - opened) },
  hardSigmoid: {
    open: (z) => Math.min(1, Math.max(0, z * HARD_SLOPE + 0.5)),
    slope: (opened) => (opened > 0 && opened < 1 ? HARD_SLOPE : 0),
  },
};

/** The logistic function 1 / (1 + e^−z); exact 0 and 1 at −∞ and +∞. */
export function sigmoid(z: number): number {
  return 1 / (1 + exp(-z));
}

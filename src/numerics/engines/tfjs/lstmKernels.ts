import type { Tensor } from './tfjs.ts';

/** One recurrent layer's weights in the form of TensorFlow's LSTM kernels. */
export interface LayerTensors {
  readonly weight: Tensor; // (I + H, 4H) rows x, then h; columns i, g, f, o
  readonly bias: Tensor; // (4H) both biases together
}

/** State of one layer, all series. */
export interface LayerState {
  readonly h: Tensor; // (B, H)
  readonly c: Tensor; // (B, H)
}

/** What T steps keep for the backward pass: each (T, B, H). */
export type LayerTape = Readonly<Record<'i' | 'f' | 'g' | 'o' | 'c' | 'shown' | 'h', Tensor>>; // shown: tanh(c)

export interface LayerGradients {
  readonly dx: Tensor; // (T, B, I)
  readonly dWeight: Tensor; // (I + H, 4H)
  readonly dBias: Tensor; // (4H)
}

/**
 * The LSTM of `cells/lstm.ts` on tensors, B series at a time. Called inside `Tfjs.tidy`, which disposes of what is
 * not kept.
 */
export interface LstmKernels {
  /** One event: from `x` (B, I) and the state before it to the state after. */
  step(layer: LayerTensors, x: Tensor, state: LayerState): LayerState;
  /** T steps over `x` (T, B, I). */
  forward(layer: LayerTensors, x: Tensor, state: LayerState): LayerTape;
  /** @param dh (T, B, H) ∂loss/∂h of each step, as the layers above see it */
  backward(layer: LayerTensors, x: Tensor, state: LayerState, tape: LayerTape, dh: Tensor): LayerGradients;
  dispose(): void;
}

import type { ReferenceConfig } from '../networkConfig.ts';
import type { FastEngine } from './networkFor.ts';

/** The result of one update. */
export interface LearnReport {
  /** Mean loss over the window's targets, before the step. */
  readonly loss: number;
  /** Global L2 norm of the gradient, before clipping. */
  readonly gradientNorm: number;
  /** False when the loss or the gradient was not finite: the update was dropped and the weights are unchanged. */
  readonly applied: boolean;
}

/** The whole state of an engine, as flat vectors by name in its own precision: what a snapshot stores. */
export type EngineState = Readonly<Record<string, Float64Array | Float32Array>>;

/**
 * Where the arithmetic is done. A call is a whole event or a whole window, never one matrix product: per-call
 * overhead would cancel the gain of a native engine. Two engines with the same parameters and the same calls agree to
 * their stated precision.
 */
export interface Engine {
  readonly name: string;
  readonly precision: 'float64' | 'float32';
  readonly config: ReferenceConfig;

  /**
   * Advances all B series by one event: updates h and c.
   *
   * @param output (B, O) result: per series P locations, then, for a distribution, P log scales; or per class P logits
   * @param x (B, I) inputs
   */
  advanceInto(output: Float64Array, x: Float64Array): void;

  /**
   * One update by truncated back-propagation through time over the T steps that end `delay` steps before the newest,
   * from the state stored at the window's start: forward, backward, clip, optimiser step. The carried state does not
   * move. Loss and gradient are means over the B·T·P targets, so a weight below 1 makes a smaller step.
   *
   * @param targets (B, T, P) what the outputs of these steps should have predicted
   * @param weights (B, T, P) 0 leaves a target out (it may then be NaN)
   * @param rate learning rate
   */
  learn(targets: Float64Array, weights: Float64Array, rate: number): LearnReport;

  /** True once T + delay events have been advanced, so that `learn` has a whole window. */
  readonly canLearn: boolean;

  /** The parameters as one vector in the order of `createParameters`; a copy. */
  readParameters(): Float64Array;
  writeParameters(flat: Float64Array): void;

  /** A copy of the whole state. `load(save())` continues bit for bit. */
  save(): EngineState;
  /** Restores what `save` returned; throws when a vector is missing or of another length. */
  load(state: EngineState): void;
  dispose(): void;
}

/** Creates the engine of a network at once: what had to be loaded is. */
export interface EngineFactory {
  (config: ReferenceConfig): Engine;
  /** Which of the engines that run some networks only it creates: others are refused when options are checked. */
  readonly engineName?: FastEngine;
}

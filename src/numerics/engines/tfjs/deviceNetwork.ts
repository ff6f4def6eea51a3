import { createLoss } from '../../losses/createLoss.ts';
import type { Loss } from '../../losses/loss.ts';
import type { NetworkConfig } from '../../networkConfig.ts';
import { outputCount } from '../../parameters.ts';
import { coreLstm } from './coreLstm.ts';
import type { LayerState, LayerTape, LstmKernels } from './lstmKernels.ts';
import { nativeLstm } from './nativeLstm.ts';
import { hasNativeOps } from './nativeOps.ts';
import { type NetworkTensors, networkTensors, tensorsOf } from './networkTensors.ts';
import type { Tensor, Tfjs } from './tfjs.ts';

/**
 * The stack of layers and the head on tensors: one event forward, and the gradient of a window. Outputs come back to
 * the host for the same loss code as in the reference engine: they are a few numbers per event, and the gradient
 * needs their derivative only.
 */
export class DeviceNetwork {
  readonly #tf: Tfjs;
  readonly #config: NetworkConfig;
  readonly #sizes: readonly number[];
  readonly #kernels: LstmKernels;
  readonly #loss: Loss;
  readonly #outputs: number; // O
  readonly #output: Float64Array; // (T, B, O)
  readonly #dOutput: Float64Array; // (T, B, O)
  readonly #upload: Float32Array; // (T, B, O) the same, as the device takes it
  #tensors: NetworkTensors | undefined;

  /** @param sizes lengths of the parameter vector's parts, from `nativeOrder` */
  constructor(tf: Tfjs, config: NetworkConfig, sizes: readonly number[]) {
    this.#tf = tf;
    this.#config = config;
    this.#sizes = sizes;
    this.#loss = createLoss(config.loss);
    this.#outputs = outputCount(config);
    this.#output = new Float64Array(config.window * config.series * this.#outputs);
    this.#dOutput = new Float64Array(this.#output.length);
    this.#upload = new Float32Array(this.#output.length);
    this.#kernels = hasNativeOps(tf) ? nativeLstm(tf, config) : coreLstm(tf, config);
  }

  /** Takes the parameters for the next calls. */
  use(parameters: Tensor): void {
    this.#disposeTensors();
    this.#tensors = networkTensors(this.#tf, this.#config, this.#sizes, parameters);
    for (const tensor of tensorsOf(this.#tensors)) this.#tf.keep(tensor);
  }

  /** One event, `x` (B, I): the states after it, and the output (B, O). */
  step(
    x: Tensor,
    states: readonly LayerState[],
  ): { readonly states: readonly LayerState[]; readonly output: Tensor } {
    const { layers } = this.#tensors!;
    let below = x;
    const next = layers.map((layer, l) => {
      const state = this.#kernels.step(layer, below, states[l]);
      below = state.h;
      return state;
    });
    return { states: next, output: this.#headForward(below, x) };
  }

  /**
   * Loss and gradient of a window, means over its B·T·P targets.
   *
   * @param x (T, B, I)
   * @param states before the first of the steps
   * @param targets (B, T, P)
   * @param weights (B, T, P)
   * @returns gradient as a vector in the order of the parameters
   */
  gradient(
    x: Tensor,
    states: readonly LayerState[],
    targets: Float64Array,
    weights: Float64Array,
  ): { readonly loss: number; readonly gradient: Tensor } {
    const tf = this.#tf;
    const { series, window, hidden, inputs } = this.#config;
    const { layers, head } = this.#tensors!;
    const rows = window * series;
    const tapes: LayerTape[] = [];
    let below = x;
    for (const [l, layer] of layers.entries()) {
      tapes.push(this.#kernels.forward(layer, below, states[l]));
      below = tapes[l].h;
    }
    const flatX = head.skip ? tf.reshape(x, [rows, inputs]) : x; // used by the skip path only
    const flatH = tf.reshape(below, [rows, hidden]);
    this.#output.set(this.#headForward(flatH, flatX).dataSync());
    const loss = this.#lossAndDerivative(targets, weights);

    const dOutput = tf.tensor(this.#upload, [rows, this.#outputs]);
    const parts = this.#headGradient(dOutput, flatH, flatX);
    let dh = tf.reshape(tf.matMul(dOutput, head.weight), [window, series, hidden]);
    for (let l = layers.length - 1; l >= 0; l--) {
      const input = l === 0 ? x : tapes[l - 1].h;
      const { dx, dWeight, dBias } = this.#kernels.backward(layers[l], input, states[l], tapes[l], dh);
      parts.unshift(tf.reshape(dWeight, [-1]), dBias, dBias); // both biases see the same
      dh = dx;
    }
    return { loss, gradient: tf.concat(parts) };
  }

  dispose(): void {
    this.#disposeTensors();
    this.#kernels.dispose();
  }

  #headForward(h: Tensor, x: Tensor): Tensor {
    const { weight, bias, skip } = this.#tensors!.head;
    const output = this.#tf.add(this.#tf.matMul(h, weight, false, true), bias);
    return skip ? this.#tf.add(output, this.#tf.matMul(x, skip, false, true)) : output;
  }

  #headGradient(dOutput: Tensor, h: Tensor, x: Tensor): Tensor[] {
    const tf = this.#tf;
    const { targets, inputs } = this.#config;
    const parts = [tf.reshape(tf.matMul(dOutput, h, true), [-1]), tf.sum(dOutput, 0)];
    if (this.#tensors!.head.skip) {
      const dSkip = tf.reshape(tf.matMul(dOutput, x, true), [-1]); // (O, I); only the locations have a skip path
      parts.push(tf.slice(dSkip, [0], [targets * inputs]));
    }
    return parts;
  }

  /** Fills #dOutput and #upload from #output; returns the mean loss. */
  #lossAndDerivative(targets: Float64Array, weights: Float64Array): number {
    const { series, window, targets: count } = this.#config;
    const dOutput = this.#dOutput.fill(0);
    const mean = 1 / targets.length;
    let loss = 0;
    for (let t = 0; t < window; t++) {
      for (let b = 0; b < series; b++) {
        const row = (t * series + b) * this.#outputs;
        const from = (b * window + t) * count;
        for (let p = 0; p < count; p++) {
          const weight = weights[from + p] * mean;
          if (weight !== 0)
            loss += this.#loss.accumulate(this.#output, dOutput, row + p, count, targets[from + p], weight);
        }
      }
    }
    this.#upload.set(dOutput);
    return loss;
  }

  #disposeTensors(): void {
    if (this.#tensors) for (const tensor of tensorsOf(this.#tensors)) tensor.dispose();
  }
}

import type { Loss } from './losses/loss.ts';
import type { LayerStates, Network, StepTape } from './network.ts';

/**
 * One series unrolled over T steps: forward with every activation kept, then back-propagation through time
 * (Werbos 1990). Truncated, because it starts from a given state and no gradient goes beyond it
 * (Williams & Peng 1990). All buffers are allocated once.
 */
export class Window {
  readonly inputs: readonly Float64Array[]; // T × (I); the caller fills them
  readonly states: readonly LayerStates[]; // T + 1; the caller fills states[0]
  /** ∂loss/∂inputs, T × (I); valid after `backward`. */
  readonly dInputs: readonly Float64Array[];
  readonly #network: Network;
  readonly #tapes: readonly StepTape[];
  readonly #dOutputs: readonly Float64Array[]; // T × (O)
  #dNext: LayerStates;
  #dStates: LayerStates;

  constructor(network: Network, inputs: number, steps: number) {
    const perStep = <T>(make: () => T): T[] => Array.from({ length: steps }, make);
    this.#network = network;
    this.inputs = perStep(() => new Float64Array(inputs));
    this.dInputs = perStep(() => new Float64Array(inputs));
    this.states = [network.createStates(), ...perStep(() => network.createStates())];
    this.#tapes = perStep(() => network.createTape());
    this.#dOutputs = perStep(() => new Float64Array(network.outputs));
    this.#dNext = network.createStates();
    this.#dStates = network.createStates();
  }

  /** ∂loss/∂states[0]; valid after `backward`. */
  get dInitialStates(): LayerStates {
    return this.#dNext;
  }

  /** (O) the head's output at `step`; valid after `forward`. */
  output(step: number): Float64Array {
    return this.#tapes[step].output;
  }

  forward(): void {
    for (let t = 0; t < this.inputs.length; t++) {
      this.#network.step(this.inputs[t], this.states[t], this.states[t + 1], this.#tapes[t]);
    }
  }

  /**
   * Σ weight · loss over the window, and its derivative by the outputs for `backward`.
   *
   * @param targets (T, P) from `offset`, one step every `stride` numbers
   * @param weights like `targets`; 0 leaves a target out, NaN targets need weight 0
   */
  loss(
    loss: Loss,
    targets: Float64Array,
    weights: Float64Array,
    offset: number,
    stride: number,
    count: number,
  ): number {
    let sum = 0;
    for (let t = 0; t < this.inputs.length; t++) {
      const dOutput = this.#dOutputs[t].fill(0);
      const output = this.#tapes[t].output;
      for (let p = 0; p < count; p++) {
        const at = offset + t * stride + p;
        if (weights[at] !== 0) sum += loss.accumulate(output, dOutput, p, count, targets[at], weights[at]);
      }
    }
    return sum;
  }

  /** Adds ∂loss/∂parameters to the network's gradient; needs `forward` and `loss` before it. */
  backward(): void {
    for (const layer of this.#dNext) layer.fill(0);
    for (let t = this.inputs.length - 1; t >= 0; t--) {
      this.#network.stepBack(
        this.inputs[t],
        this.states[t],
        this.states[t + 1],
        this.#tapes[t],
        this.#dOutputs[t],
        this.#dNext,
        this.#dStates,
        this.dInputs[t],
      );
      [this.#dNext, this.#dStates] = [this.#dStates, this.#dNext];
    }
  }
}

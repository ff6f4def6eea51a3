import { type LayerStates, Network, type StepTape } from '../network.ts';
import type { ReferenceConfig } from '../networkConfig.ts';
import { views } from '../parameters.ts';
import type { Engine } from './engine.ts';

/** One step of one series in detail; the next reading overwrites it. */
export interface StepRead {
  readonly x: Float64Array; // (I)
  readonly before: LayerStates;
  readonly after: LayerStates;
  readonly tape: StepTape;
}

/**
 * Reads what happened in an engine at the newest event of its first series, on any engine: fast ones keep no
 * activations. The step is repeated by the readable cell, in float64, from the input and the previous state that
 * every engine keeps for TBPTT. Copies the engine's whole state, which costs more than the step itself.
 */
export class StepReader {
  /** With the parameters of the engine at the last reading. */
  readonly network: Network;
  readonly #steps: number; // T + delay
  readonly #inputs: number; // I
  readonly #sizes: readonly number[]; // of the states
  readonly #step: StepRead;

  constructor(config: ReferenceConfig) {
    const network = new Network(config);
    this.network = network;
    this.#steps = config.window + config.delay;
    this.#inputs = config.inputs;
    this.#step = {
      x: new Float64Array(config.inputs),
      before: network.createStates(),
      after: network.createStates(),
      tape: network.createTape(),
    };
    this.#sizes = this.#step.before.map(({ length }) => length);
  }

  /**
   * @param engine created with the reader's configuration
   * @returns undefined before the first event
   */
  read(engine: Engine): StepRead | undefined {
    const { advanced, parameters, 'series.0': series } = engine.save();
    const events = advanced[0];
    if (events === 0) return undefined;
    this.network.parameters.flat.set(parameters);
    // The layout of every engine: a series' states, then a ring of inputs, each with the states before it.
    const state = this.#sizes.reduce((sum, size) => sum + size, 0);
    const slot = state + ((events - 1) % this.#steps) * (this.#inputs + state);
    const [x, ...before] = views(Float64Array.from(series.subarray(slot)), [this.#inputs, ...this.#sizes]);
    const step = this.#step;
    step.x.set(x);
    for (const [layer, values] of before.entries()) step.before[layer].set(values);
    this.network.step(step.x, step.before, step.after, step.tape);
    return step;
  }
}

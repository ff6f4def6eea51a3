import type { Network, StepTape } from '../network.ts';
import type { NetworkConfig } from '../networkConfig.ts';
import type { NetworkRunner, SeriesStates } from './networkRunner.ts';
import { ReferenceLearner } from './referenceLearner.ts';

/** In plain float64 TypeScript: the definition of correct. */
export class ReferenceRunner implements NetworkRunner {
  readonly name = 'reference';
  readonly precision = 'float64';
  readonly stateSize: number;
  readonly #network: Network;
  readonly #tape: StepTape;
  readonly #inputs: number;
  readonly #before: readonly Float64Array[]; // per layer, one vector after the other
  readonly #after: readonly Float64Array[];

  constructor(config: NetworkConfig, parameters: Float64Array) {
    this.#network = new ReferenceLearner(config).network;
    this.#network.parameters.flat.set(parameters);
    this.#tape = this.#network.createTape();
    this.#inputs = config.inputs;
    this.#before = this.#network.createStates();
    this.#after = this.#network.createStates();
    this.stateSize = this.#before.reduce((sum, state) => sum + state.length, 0);
  }

  advanceInto(
    output: Float64Array,
    states: SeriesStates,
    from: number,
    series: Int32Array,
    x: Float64Array,
    count: number,
  ): void {
    for (let n = 0; n < count; n++) {
      let at = from + series[n] * this.stateSize;
      for (const layer of this.#before) {
        layer.set(states.subarray(at, at + layer.length));
        at += layer.length;
      }
      const event = x.subarray(n * this.#inputs, (n + 1) * this.#inputs);
      this.#network.step(event, this.#before, this.#after, this.#tape);
      output.set(this.#tape.output, n * this.#network.outputs);
      at = from + series[n] * this.stateSize;
      for (const layer of this.#after) {
        states.set(layer, at);
        at += layer.length;
      }
    }
  }
}

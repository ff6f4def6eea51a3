import type { Network, StepTape } from '../../network.ts';
import type { NetworkConfig } from '../../networkConfig.ts';
import { ReferenceLearner } from '../referenceLearner.ts';
import { loadKernel } from '../wasm/loadKernel.ts';
import { WasmRunner } from '../wasm/wasmRunner.ts';
import type { FleetEngineName } from './createFleet.ts';

/** States of series, S numbers each: h, then c where the cell has one. */
export type SeriesStates = Float32Array | Float64Array;

/** Runs a network whose weights stay as they are. States of series are the caller's, in a vector of its precision. */
export interface NetworkRunner {
  readonly name: FleetEngineName;
  readonly precision: 'float32' | 'float64';
  /** S: numbers of a series' state. */
  readonly stateSize: number;
  /**
   * Advances `count` series by one event each.
   *
   * @param output (count, O) result
   * @param states of all series; those that advance are overwritten
   * @param series (count) all different
   * @param x (count, I) inputs
   */
  advanceInto(
    output: Float64Array,
    states: SeriesStates,
    series: Int32Array,
    x: Float64Array,
    count: number,
  ): void;
}

export function createRunner(
  name: FleetEngineName,
  config: NetworkConfig,
  parameters: Float64Array,
): NetworkRunner {
  return name === 'wasm'
    ? new WasmRunner(config, parameters, loadKernel())
    : new ReferenceRunner(config, parameters);
}

class ReferenceRunner implements NetworkRunner {
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
    series: Int32Array,
    x: Float64Array,
    count: number,
  ): void {
    for (let n = 0; n < count; n++) {
      let at = series[n] * this.stateSize;
      for (const layer of this.#before) {
        layer.set(states.subarray(at, at + layer.length));
        at += layer.length;
      }
      const event = x.subarray(n * this.#inputs, (n + 1) * this.#inputs);
      this.#network.step(event, this.#before, this.#after, this.#tape);
      output.set(this.#tape.output, n * this.#network.outputs);
      at = series[n] * this.stateSize;
      for (const layer of this.#after) {
        states.set(layer, at);
        at += layer.length;
      }
    }
  }
}

import { createCell } from '../../cells/createCell.ts';
import type { NetworkConfig } from '../../networkConfig.ts';
import type { NetworkRunner, SeriesStates } from '../networkRunner.ts';
import type { Kernel, KernelName } from './kernel.ts';
import { SlotStepper } from './slotStepper.ts';
import { WasmEngine } from './wasmEngine.ts';

/** Series that the kernel takes side by side. */
const BLOCK = 8;
/** Series from which on a block with empty lanes is faster than one after the other. */
const LEAST_IN_BLOCK = 7;

/** In float32 SIMD: one series or eight at a time; the outputs of a series are the same bits in either. */
export class WasmRunner implements NetworkRunner {
  readonly name: KernelName;
  readonly precision = 'float32';
  readonly stateSize: number;
  readonly #single: SlotStepper;
  readonly #block: SlotStepper;
  #states: Float32Array = new Float32Array(0); // of the present call
  #from = 0;
  readonly #table: {
    readonly chunk: () => Float32Array;
    readonly stateAt: (series: number) => number;
    readonly note: () => void;
  };

  constructor(config: NetworkConfig, parameters: Float64Array, kernel: Kernel) {
    const network = { ...config, series: 1, window: 1 };
    this.name = kernel.name;
    const source = new WasmEngine(network, kernel);
    source.writeParameters(parameters);
    this.#single = new SlotStepper(network, 1, kernel);
    this.#block = new SlotStepper(network, BLOCK, kernel);
    this.#single.shareWeights(source.net);
    this.#block.shareWeights(source.net);
    source.dispose();
    const size = createCell(config.cell).states * config.hidden * config.layers;
    this.stateSize = size;
    this.#table = {
      chunk: () => this.#states,
      stateAt: (series) => this.#from + series * size,
      note: () => {},
    };
  }

  advanceInto(
    output: Float64Array,
    states: SeriesStates,
    from: number,
    series: Int32Array,
    x: Float64Array,
    count: number,
  ): void {
    this.#states = states as Float32Array;
    this.#from = from;
    for (let first = 0; first < count; ) {
      const left = count - first;
      const stepper = left < LEAST_IN_BLOCK ? this.#single : this.#block;
      const taken = Math.min(left, stepper.series);
      stepper.step(this.#table, output, series, x, first, taken);
      first += taken;
    }
  }
}

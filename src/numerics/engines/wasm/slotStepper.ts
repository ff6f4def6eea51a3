import { createCell } from '../../cells/createCell.ts';
import type { NetworkConfig } from '../../networkConfig.ts';
import type { Kernel } from './kernel.ts';
import { WasmEngine } from './wasmEngine.ts';

/** Where the states of slots are. */
export interface StateTable {
  /** The array that holds a slot's state from `stateAt` on. */
  chunk(slot: number): Float32Array;
  stateAt(slot: number): number;
  /** Called with the inputs of the slot's next event, which are in `x` from `from` on. */
  note(slot: number, x: Float64Array, from: number): void;
}

/**
 * A network of N series in the kernel that advances slots, which live outside: the states of up to N slots are put into
 * it, all take one step, and are taken back.
 */
export class SlotStepper {
  readonly series: number; // N
  readonly #kernel: Kernel;
  readonly #engine: WasmEngine;
  readonly #hidden: number;
  readonly #lanes: number; // from one of a series' numbers to the next
  readonly #before: readonly number[]; // per layer h, and c where the cell has one: where the first series' state before the step stands in f32
  readonly #after: readonly number[];
  readonly #weights: number; // numbers of all weights
  readonly #inputs: number; // I

  constructor(network: NetworkConfig, series: number, kernel: Kernel) {
    const { exports } = kernel;
    const { inputs, hidden, layers, targets } = network;
    this.series = series;
    this.#kernel = kernel;
    this.#engine = new WasmEngine({ ...network, series, window: 1 }, kernel);
    this.#hidden = hidden;
    const { net } = this.#engine;
    this.#lanes = exports.lanesOf(net, 0);
    const hasCellState = createCell(network.cell).states > 1;
    const states = (step: number): number[] =>
      Array.from({ length: layers }, (_, layer) => [
        exports.hiddenAt(net, 0, layer, step) / 4,
        ...(hasCellState ? [exports.cellAt(net, 0, layer, step) / 4] : []),
      ]).flat();
    this.#before = states(1);
    this.#after = states(2);
    const skip = network.skip ? targets * ((inputs + 3) & ~3) : 0;
    this.#weights = (exports.weightsAt(net, layers + 2) - exports.partAt(net, 0)) / 4 + skip;
    this.#inputs = inputs;
  }

  /**
   * Advances the `count` ≤ N slots that stand in `slots` from `first` on.
   *
   * @param output (…, O) result, by the same places; x (…, I) likewise
   */
  step(
    table: StateTable,
    output: Float64Array,
    slots: Int32Array,
    x: Float64Array,
    first: number,
    count: number,
  ): void {
    const inputs = this.#inputs;
    for (let n = 0; n < count; n++) {
      const slot = slots[first + n];
      table.note(slot, x, (first + n) * inputs);
      this.#put(n, table.chunk(slot), table.stateAt(slot));
    }
    this.#kernel.exports.rewind(this.#engine.net);
    this.#engine.advanceRows(output, x, first, count);
    for (let n = 0; n < count; n++) {
      const slot = slots[first + n];
      this.#take(n, table.chunk(slot), table.stateAt(slot));
    }
  }

  /** Takes over the weights of another net, which are laid out alike. */
  shareWeights(net: number): void {
    const { f32, exports } = this.#kernel;
    const from = exports.partAt(net, 0) / 4;
    f32.copyWithin(exports.partAt(this.#engine.net, 0) / 4, from, from + this.#weights);
  }

  dispose(): void {
    this.#engine.dispose();
  }

  /** To series n the state of a slot, consecutive runs of H numbers in `carried`. */
  #put(n: number, carried: Float32Array, from: number): void {
    const { f32 } = this.#kernel;
    const places = this.#before;
    const hidden = this.#hidden;
    const lanes = this.#lanes;
    let at = from;
    for (let p = 0; p < places.length; p++) {
      let k = 0;
      let to = places[p] + n;
      // Four at once: half the time.
      for (; k + 3 < hidden; k += 4, at += 4, to += 4 * lanes) {
        f32[to] = carried[at];
        f32[to + lanes] = carried[at + 1];
        f32[to + 2 * lanes] = carried[at + 2];
        f32[to + 3 * lanes] = carried[at + 3];
      }
      for (; k < hidden; k++, at++, to += lanes) f32[to] = carried[at];
    }
  }

  /** The inverse of {@link #put}. */
  #take(n: number, carried: Float32Array, to: number): void {
    const { f32 } = this.#kernel;
    const places = this.#after;
    const hidden = this.#hidden;
    const lanes = this.#lanes;
    let at = to;
    for (let p = 0; p < places.length; p++) {
      let k = 0;
      let from = places[p] + n;
      for (; k + 3 < hidden; k += 4, at += 4, from += 4 * lanes) {
        carried[at] = f32[from];
        carried[at + 1] = f32[from + lanes];
        carried[at + 2] = f32[from + 2 * lanes];
        carried[at + 3] = f32[from + 3 * lanes];
      }
      for (; k < hidden; k++, at++, from += lanes) carried[at] = f32[from];
    }
  }
}

import { createCell } from '../../cells/createCell.ts';
import { outputCount } from '../../parameters.ts';
import type { EngineState, LearnReport } from '../engine.ts';
import { checkFleetConfig, type FleetConfig, type FleetEngine, networkOf } from '../fleet/fleetEngine.ts';
import { SlotTable } from '../fleet/slotTable.ts';
import { loadShared, saveShared, TrainingBatch } from '../fleet/trainingBatch.ts';
import type { Kernel, KernelName } from './kernel.ts';
import { SlotStepper } from './slotStepper.ts';
import { WasmEngine } from './wasmEngine.ts';

/** Series that the kernel takes side by side. */
const BLOCK = 8;
/** Slots from which on a block with empty lanes is faster than one after the other: 7 took 0.91 to 0.99 of the time. */
const LEAST_IN_BLOCK = 7;

/**
 * A fleet in float32 SIMD. Slots live outside the kernel's memory, which stays small however many there are: a call takes
 * its slots' states, 8 by 8, into a network of 8 series there and back again (those left over into one of one series;
 * a slot's outputs are the same bits in either), an update the R segments into a network of R series. All three networks
 * have the same weights.
 */
export class WasmFleet implements FleetEngine {
  readonly name: KernelName;
  readonly precision = 'float32';
  readonly config: FleetConfig;
  readonly #kernel: Kernel;
  readonly #slots: SlotTable;
  readonly #trainingBatch: TrainingBatch;
  readonly #single: SlotStepper; // one series
  readonly #block: SlotStepper; // 8
  readonly #learner: WasmEngine; // R series, T steps
  readonly #hasCellState: boolean;

  /** @param kernel from `loadKernel`, or from `compileKernel` of bytes */
  constructor(config: FleetConfig, kernel: Kernel) {
    this.config = checkFleetConfig(config);
    const network = networkOf(config);
    const { exports } = kernel;
    this.name = kernel.name;
    this.#kernel = kernel;
    this.#hasCellState = createCell(config.cell).states > 1;
    this.#slots = new SlotTable(config);
    this.#trainingBatch = new TrainingBatch(config, this.#slots.stateSize);
    this.#learner = new WasmEngine(network, kernel);
    this.#single = new SlotStepper(network, 1, kernel);
    this.#block = new SlotStepper(network, BLOCK, kernel);
    // The learner's history holds no events of its own: the batchSize are put in their place.
    const none = new Float64Array(config.batchSize * Math.max(config.inputs, outputCount(network)));
    for (let t = 0; t < config.window; t++) this.#learner.advanceInto(none, none.fill(0));
    exports.rewind(this.#learner.net);
  }

  get size(): number {
    return this.#slots.size;
  }

  get sampleCount(): number {
    return this.#trainingBatch.count;
  }

  acquire(): number {
    return this.#slots.acquire();
  }

  release(slot: number): void {
    this.#slots.release(slot);
  }

  steps(slot: number): number {
    return this.#slots.steps(slot);
  }

  advanceInto(output: Float64Array, slots: Int32Array, x: Float64Array, count: number): void {
    let first = 0;
    while (first < count) {
      const left = count - first;
      const stepper = left < LEAST_IN_BLOCK ? this.#single : this.#block;
      const taken = Math.min(left, stepper.series);
      stepper.step(this.#slots, output, slots, x, first, taken);
      first += taken;
    }
  }

  addSample(slot: number, targets: Float64Array, weights: Float64Array): void {
    this.#slots.addSample(slot, this.#trainingBatch, targets, weights);
  }

  learn(rate: number): LearnReport {
    this.#trainingBatch.take();
    const { f32, exports } = this.#kernel;
    const { batchSize, window, inputs, hidden, layers } = this.config;
    const { states, targets, weights } = this.#trainingBatch;
    const { net } = this.#learner;
    for (let r = 0, x = 0, s = 0; r < batchSize; r++) {
      const lanes = exports.lanesOf(net, r);
      for (let layer = 0; layer < layers; layer++) {
        const h = exports.hiddenAt(net, r, layer, 0) / 4;
        for (let k = 0; k < hidden; k++) f32[h + k * lanes] = states[s++];
        if (!this.#hasCellState) continue;
        const c = exports.cellAt(net, r, layer, 0) / 4;
        for (let k = 0; k < hidden; k++) f32[c + k * lanes] = states[s++];
      }
      for (let t = 0; t < window; t++) {
        const to = exports.historyInputAt(net, r, t) / 4;
        for (let k = 0; k < inputs; k++) f32[to + k * lanes] = this.#trainingBatch.inputs[x++];
      }
    }
    exports.forget(net);
    const report = this.#learner.learn(targets, weights, rate);
    this.#shareWeights();
    return report;
  }

  readParameters(): Float64Array {
    return this.#learner.readParameters();
  }

  writeParameters(flat: Float64Array): void {
    this.#learner.writeParameters(flat);
    this.#shareWeights();
  }

  save(): EngineState {
    return saveShared(this.#learner, this.#trainingBatch);
  }

  load(state: EngineState): void {
    loadShared(this.#learner, this.#trainingBatch, state);
    this.#shareWeights();
  }

  saveSlot(slot: number): Float64Array {
    return this.#slots.save(slot);
  }

  loadSlot(slot: number, saved: Float64Array): void {
    this.#slots.load(slot, saved);
  }

  dispose(): void {
    this.#learner.dispose();
    this.#single.dispose();
    this.#block.dispose();
  }

  /** To the steppers what the learner has. */
  #shareWeights(): void {
    this.#single.shareWeights(this.#learner.net);
    this.#block.shareWeights(this.#learner.net);
  }
}

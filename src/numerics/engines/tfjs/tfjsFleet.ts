import { outputCount } from '../../parameters.ts';
import type { EngineState, LearnReport } from '../engine.ts';
import { checkFleetConfig, type FleetConfig, type FleetEngine, networkOf } from '../fleet/fleetEngine.ts';
import { SlotTable } from '../fleet/slotTable.ts';
import { loadShared, saveShared, TrainingBatch } from '../fleet/trainingBatch.ts';
import type { LayerState } from './lstmKernels.ts';
import type { Tensor, Tfjs } from './tfjs.ts';
import { TfjsEngine } from './tfjsEngine.ts';

/**
 * A fleet on TensorFlow's kernels, for many slots of many hidden units a call. Weights and optimiser stay on the device;
 * slots are stored here, because every call names others, and their states are transferred.
 */
export class TfjsFleet implements FleetEngine {
  readonly name = 'tfjs';
  readonly precision = 'float32';
  readonly config: FleetConfig;
  readonly #tf: Tfjs;
  readonly #slots: SlotTable;
  readonly #trainingBatch: TrainingBatch;
  readonly #learner: TfjsEngine; // R series
  readonly #outputs: number; // O

  constructor(config: FleetConfig, tf: Tfjs) {
    this.config = checkFleetConfig(config);
    this.#tf = tf;
    this.#slots = new SlotTable(config);
    this.#trainingBatch = new TrainingBatch(config, this.#slots.stateSize);
    this.#learner = new TfjsEngine(networkOf(config), tf);
    this.#outputs = outputCount(networkOf(config));
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
    const { inputs } = this.config;
    for (let n = 0; n < count; n++) this.#slots.note(slots[n], x, n * inputs);
    this.#tf.tidy(() => {
      const input = this.#tf.tensor(Float32Array.from(x.subarray(0, count * inputs)), [count, inputs]);
      const states = this.#states(count, (n) => [this.#slots.chunk(slots[n]), this.#slots.stateAt(slots[n])]);
      const next = this.#learner.step(input, states);
      const values = next.output.dataSync();
      for (let k = 0; k < count * this.#outputs; k++) output[k] = values[k];
      this.#keep(next.states, slots, count);
    });
  }

  addSample(slot: number, targets: Float64Array, weights: Float64Array): void {
    this.#slots.addSample(slot, this.#trainingBatch, targets, weights);
  }

  learn(rate: number): LearnReport {
    this.#trainingBatch.take();
    const { targets, weights } = this.#trainingBatch;
    return this.#learner.learnFrom(() => this.#window(), targets, weights, rate);
  }

  readParameters(): Float64Array {
    return this.#learner.readParameters();
  }

  writeParameters(flat: Float64Array): void {
    this.#learner.writeParameters(flat);
  }

  save(): EngineState {
    return saveShared(this.#learner, this.#trainingBatch);
  }

  load(state: EngineState): void {
    loadShared(this.#learner, this.#trainingBatch, state);
  }

  saveSlot(slot: number): Float64Array {
    return this.#slots.save(slot);
  }

  loadSlot(slot: number, saved: Float64Array): void {
    this.#slots.load(slot, saved);
  }

  dispose(): void {
    this.#learner.dispose();
  }

  /** Inputs (T, R, I) and states (R, H) of the segments added. */
  #window(): { readonly x: Tensor; readonly states: readonly LayerState[] } {
    const { batchSize, window, inputs } = this.config;
    const x = new Float32Array(this.#trainingBatch.inputs.length);
    for (let r = 0, from = 0; r < batchSize; r++) {
      for (let t = 0; t < window; t++) {
        const to = (t * batchSize + r) * inputs;
        for (let k = 0; k < inputs; k++) x[to + k] = this.#trainingBatch.inputs[from++];
      }
    }
    const { states } = this.#trainingBatch;
    return {
      x: this.#tf.tensor(x, [window, batchSize, inputs]),
      states: this.#states(batchSize, (r) => [states, r * this.#slots.stateSize]),
    };
  }

  /** The states of `count` series as tensors; `carried` says in which array, from where on, a series' h, c, h, c … lie. */
  #states(
    count: number,
    carried: (n: number) => readonly [Float32Array | Float64Array, number],
  ): readonly LayerState[] {
    const { hidden, layers } = this.config;
    const parts = Array.from({ length: 2 * layers }, () => new Float32Array(count * hidden));
    for (let n = 0; n < count; n++) {
      const [from, at] = carried(n);
      for (const [p, part] of parts.entries()) {
        for (let k = 0; k < hidden; k++) part[n * hidden + k] = from[at + p * hidden + k];
      }
    }
    const tensors = parts.map((part) => this.#tf.tensor(part, [count, hidden]));
    return Array.from({ length: layers }, (_, layer) => ({
      h: tensors[2 * layer],
      c: tensors[2 * layer + 1],
    }));
  }

  /** Writes states back to their slots. */
  #keep(states: readonly LayerState[], slots: Int32Array, count: number): void {
    const { hidden } = this.config;
    const parts = states.flatMap(({ h, c }) => [h.dataSync(), c.dataSync()]);
    for (let n = 0; n < count; n++) {
      const chunk = this.#slots.chunk(slots[n]);
      const at = this.#slots.stateAt(slots[n]);
      for (const [p, part] of parts.entries()) {
        for (let k = 0; k < hidden; k++) chunk[at + p * hidden + k] = part[n * hidden + k];
      }
    }
  }
}

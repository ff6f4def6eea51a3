import { copyStates, type LayerStates, type Network, type StepTape } from '../../network.ts';
import { views } from '../../parameters.ts';
import type { Window } from '../../window.ts';
import type { EngineState, LearnReport } from '../engine.ts';
import { copyState, restoreState } from '../engineState.ts';
import { ReferenceLearner } from '../referenceLearner.ts';
import { checkFleetConfig, type FleetConfig, type FleetEngine, networkOf } from './fleetEngine.ts';
import { SlotPool } from './slotTable.ts';
import { misuse, TrainingBatch } from './trainingBatch.ts';

/** A fleet in plain float64 TypeScript: the definition of correct for every other fleet engine. */
export class ReferenceFleet implements FleetEngine {
  readonly name = 'reference';
  readonly precision = 'float64';
  readonly config: FleetConfig;
  readonly #network: Network;
  readonly #learner: ReferenceLearner;
  readonly #tape: StepTape;
  readonly #trainingBatch: TrainingBatch;
  readonly #pool: SlotPool = new SlotPool();
  readonly #slots: Slot[] = [];

  constructor(config: FleetConfig) {
    this.config = checkFleetConfig(config);
    this.#learner = new ReferenceLearner(networkOf(config));
    this.#network = this.#learner.network;
    this.#tape = this.#network.createTape();
    this.#trainingBatch = new TrainingBatch(
      config,
      this.#network.createStates().reduce((sum, state) => sum + state.length, 0),
    );
  }

  get size(): number {
    return this.#pool.size;
  }

  get sampleCount(): number {
    return this.#trainingBatch.count;
  }

  acquire(): number {
    const slot = this.#pool.acquire();
    this.#slots[slot] = new Slot(this.#network, this.config);
    return slot;
  }

  release(slot: number): void {
    this.#pool.release(slot);
  }

  steps(slot: number): number {
    return this.#slots[slot].steps[0];
  }

  advanceInto(output: Float64Array, slots: Int32Array, x: Float64Array, count: number): void {
    const { inputs, window } = this.config;
    for (let n = 0; n < count; n++) {
      const slot = this.#slots[slots[n]];
      if (slot.steps[0] === window) slot.steps[0] = 0;
      if (slot.steps[0] === 0) copyStates(slot.start, slot.states);
      const event = slot.inputs[slot.steps[0]++];
      event.set(x.subarray(n * inputs, (n + 1) * inputs));
      copyStates(slot.before, slot.states);
      this.#network.step(event, slot.before, slot.states, this.#tape);
      output.set(this.#tape.output, n * this.#network.outputs);
    }
  }

  addSample(slot: number, targets: Float64Array, weights: Float64Array): void {
    const { steps, flat, start, inputs } = this.#slots[slot];
    if (steps[0] < this.config.window) throw misuse('addSample was called before the segment was full');
    this.#trainingBatch.add(flat, start[0].byteOffset / 8, inputs[0].byteOffset / 8, targets, weights);
    steps[0] = 0;
  }

  learn(rate: number): LearnReport {
    this.#trainingBatch.take();
    const { batchSize, window: steps, inputs: size } = this.config;
    const { states, inputs, targets, weights } = this.#trainingBatch;
    const begin = (window: Window, r: number): void => {
      let at = (r * states.length) / batchSize;
      for (const state of window.states[0]) {
        state.set(states.subarray(at, at + state.length));
        at += state.length;
      }
      for (let t = 0; t < steps; t++) {
        const from = (r * steps + t) * size;
        window.inputs[t].set(inputs.subarray(from, from + size));
      }
    };
    return this.#learner.learn(begin, targets, weights, rate);
  }

  readParameters(): Float64Array {
    return this.#network.parameters.flat.slice();
  }

  writeParameters(flat: Float64Array): void {
    this.#network.parameters.flat.set(flat);
  }

  save(): EngineState {
    return copyState(this.#carried());
  }

  load(state: EngineState): void {
    restoreState(this.#carried(), state, 'fleet engine');
  }

  saveSlot(slot: number): Float64Array {
    return this.#slots[slot].flat.slice();
  }

  loadSlot(slot: number, saved: Float64Array): void {
    restoreState({ slot: this.#slots[slot].flat }, { slot: saved }, 'fleet engine');
  }

  dispose(): void {}

  #carried(): EngineState {
    const { parameters, ...optimizer } = this.#learner.carried();
    return { parameters, ...this.#trainingBatch.carried(), ...optimizer };
  }
}

/** The state of one series. */
class Slot {
  /** Everything in one vector, for snapshots; the rest are views of it. */
  readonly flat: Float64Array;
  readonly steps: Float64Array; // (1)
  readonly states: LayerStates;
  readonly start: LayerStates; // at the segment's start
  readonly inputs: readonly Float64Array[]; // T × (I)
  /** Room for the state before a step. */
  readonly before: LayerStates;

  constructor(network: Network, { inputs, window }: FleetConfig) {
    this.before = network.createStates();
    const sizes = this.before.map((state) => state.length);
    const all = [1, ...sizes, ...sizes, ...new Array<number>(window).fill(inputs)];
    this.flat = new Float64Array(all.reduce((sum, size) => sum + size, 0));
    const parts = views(this.flat, all);
    this.steps = parts[0];
    this.states = parts.slice(1, 1 + sizes.length);
    this.start = parts.slice(1 + sizes.length, 1 + 2 * sizes.length);
    this.inputs = parts.slice(1 + 2 * sizes.length);
  }
}

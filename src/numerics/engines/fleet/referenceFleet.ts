import { createLoss } from '../../losses/createLoss.ts';
import type { Loss } from '../../losses/loss.ts';
import { type LayerStates, Network, type StepTape } from '../../network.ts';
import { clipByGlobalNorm } from '../../optim/clip.ts';
import { createOptimizer } from '../../optim/createOptimizer.ts';
import type { Optimizer } from '../../optim/optimizer.ts';
import { views } from '../../views.ts';
import { Window } from '../../window.ts';
import type { EngineState, LearnReport } from '../engine.ts';
import { checkFleetConfig, type FleetConfig, type FleetEngine, networkOf } from './fleetEngine.ts';
import { checkState, Lessons, misuse } from './lessons.ts';
import { SlotPool } from './slotPool.ts';

/** A fleet in plain float64 TypeScript: the definition of correct for every other fleet engine. */
export class ReferenceFleet implements FleetEngine {
  readonly name = 'reference';
  readonly precision = 'float64';
  readonly config: FleetConfig;
  readonly #network: Network;
  readonly #loss: Loss;
  readonly #optimizer: Optimizer;
  readonly #window: Window;
  readonly #tape: StepTape;
  readonly #lessons: Lessons;
  readonly #pool: SlotPool = new SlotPool();
  readonly #slots: Slot[] = [];

  constructor(config: FleetConfig) {
    this.config = checkFleetConfig(config);
    this.#network = new Network(networkOf(config));
    this.#loss = createLoss(config.loss);
    this.#optimizer = createOptimizer(config.optimizer, this.#network.parameters.flat.length);
    this.#window = new Window(this.#network, config.inputs, config.window);
    this.#tape = this.#network.createTape();
    this.#lessons = new Lessons(
      config,
      this.#network.createStates().reduce((sum, state) => sum + state.length, 0),
    );
  }

  get size(): number {
    return this.#pool.size;
  }

  get studied(): number {
    return this.#lessons.count;
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

  study(slot: number, targets: Float64Array, weights: Float64Array): void {
    const { steps, flat, start, inputs } = this.#slots[slot];
    if (steps[0] < this.config.window) throw misuse('study was called before the segment was full');
    this.#lessons.add(flat, start[0].byteOffset / 8, inputs[0].byteOffset / 8, targets, weights);
    steps[0] = 0;
  }

  learn(rate: number): LearnReport {
    this.#lessons.take();
    const { lessons, window: steps, targets: count, inputs } = this.config;
    const { states, targets, weights } = this.#lessons;
    const window = this.#window;
    const gradient = this.#network.gradient.flat.fill(0);
    let loss = 0;
    for (let r = 0; r < lessons; r++) {
      let at = (r * states.length) / lessons;
      for (const state of window.states[0]) {
        state.set(states.subarray(at, at + state.length));
        at += state.length;
      }
      for (let t = 0; t < steps; t++) {
        const from = (r * steps + t) * inputs;
        window.inputs[t].set(this.#lessons.inputs.subarray(from, from + inputs));
      }
      window.forward();
      loss += window.loss(this.#loss, targets, weights, r * steps * count, count, count);
      window.backward();
    }
    const mean = 1 / (lessons * steps * count);
    for (let k = 0; k < gradient.length; k++) gradient[k] *= mean;
    const gradientNorm = clipByGlobalNorm(gradient, this.config.clipNorm);
    const applied = Number.isFinite(loss) && Number.isFinite(gradientNorm);
    if (applied) this.#optimizer.step(this.#network.parameters.flat, gradient, rate);
    return { loss: loss * mean, gradientNorm, applied };
  }

  readParameters(): Float64Array {
    return this.#network.parameters.flat.slice();
  }

  writeParameters(flat: Float64Array): void {
    this.#network.parameters.flat.set(flat);
  }

  save(): EngineState {
    return Object.fromEntries(
      Object.entries(this.#carried()).map(([name, vector]) => [name, vector.slice()]),
    );
  }

  load(state: EngineState): void {
    const carried = this.#carried();
    checkState(state, carried);
    for (const [name, vector] of Object.entries(carried)) vector.set(state[name]);
  }

  saveSlot(slot: number): Float64Array {
    return this.#slots[slot].flat.slice();
  }

  loadSlot(slot: number, saved: Float64Array): void {
    const { flat } = this.#slots[slot];
    checkState({ slot: saved }, { slot: flat });
    flat.set(saved);
  }

  dispose(): void {}

  #carried(): EngineState {
    const carried: Record<string, Float64Array> = {
      parameters: this.#network.parameters.flat,
      ...this.#lessons.carried(),
    };
    for (const [name, vector] of Object.entries(this.#optimizer.state)) carried[`optimizer.${name}`] = vector;
    return carried;
  }
}

/** What one series carries. */
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

function copyStates(to: LayerStates, from: LayerStates): void {
  for (let layer = 0; layer < from.length; layer++) to[layer].set(from[layer]);
}

import { outputCount } from '../../parameters.ts';
import type { EngineState, LearnReport } from '../engine.ts';
import { checkFleetConfig, type FleetConfig, type FleetEngine, networkOf } from '../fleet/fleetEngine.ts';
import { checkState, Lessons, weightsOf } from '../fleet/lessons.ts';
import { SlotTable } from '../fleet/slotTable.ts';
import type { Kernel } from './kernel.ts';
import { WasmEngine } from './wasmEngine.ts';

/**
 * A fleet in float32 SIMD. Slots live outside the kernel's memory, which stays small however many there are: an event
 * takes its slot's state into a network of one series there and back again (2·S numbers, a tenth of a microsecond), an
 * update the R segments into a network of R series. Both networks have the same weights.
 */
export class WasmFleet implements FleetEngine {
  readonly name = 'wasm';
  readonly precision = 'float32';
  readonly config: FleetConfig;
  readonly #kernel: Kernel;
  readonly #slots: SlotTable;
  readonly #lessons: Lessons;
  readonly #stepper: WasmEngine; // one series, one step
  readonly #learner: WasmEngine; // R series, T steps
  readonly #before: readonly number[]; // per layer h, c: where the stepper's state before a step stands in f32
  readonly #after: readonly number[];
  readonly #weights: number; // numbers of all weights
  readonly #x: Float64Array; // (I)
  readonly #output: Float64Array; // (O)

  /** @param kernel from `loadKernel` (Node) or `compileKernel` (any runtime) */
  constructor(config: FleetConfig, kernel: Kernel) {
    this.config = checkFleetConfig(config);
    const network = networkOf(config);
    const { exports } = kernel;
    this.#kernel = kernel;
    this.#slots = new SlotTable(config);
    this.#lessons = new Lessons(config, this.#slots.stateSize);
    this.#learner = new WasmEngine(network, kernel);
    this.#stepper = new WasmEngine({ ...network, series: 1, window: 1 }, kernel);
    const { net } = this.#stepper;
    const states = (step: number): number[] =>
      Array.from({ length: 2 * config.layers }, (_, k) => {
        const layer = k >> 1;
        return (
          (k % 2 === 0 ? exports.hiddenAt(net, 0, layer, step) : exports.cellAt(net, 0, layer, step)) / 4
        );
      });
    this.#before = states(1);
    this.#after = states(2);
    const skip = config.skip ? config.targets * ((config.inputs + 3) & ~3) : 0;
    this.#weights = (exports.weightsAt(net, config.layers + 2) - exports.partAt(net, 0)) / 4 + skip;
    this.#x = new Float64Array(config.inputs);
    this.#output = new Float64Array(outputCount(network));
    // The learner's history holds no events of its own: the lessons are put in their place.
    const none = new Float64Array(config.lessons * Math.max(config.inputs, this.#output.length));
    for (let t = 0; t < config.window; t++) this.#learner.advanceInto(none, none.fill(0));
    exports.rewind(this.#learner.net);
  }

  get size(): number {
    return this.#slots.size;
  }

  get studied(): number {
    return this.#lessons.count;
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
    const { f32, exports } = this.#kernel;
    const { net } = this.#stepper;
    const { inputs, hidden } = this.config;
    const own = this.#x;
    const outputs = this.#output.length;
    for (let n = 0; n < count; n++) {
      const slot = slots[n];
      this.#slots.note(slot, x, n * inputs);
      for (let k = 0; k < inputs; k++) own[k] = x[n * inputs + k];
      const carried = this.#slots.chunk(slot);
      const at = this.#slots.stateAt(slot);
      put(f32, this.#before, carried, at, hidden);
      exports.rewind(net);
      this.#stepper.advanceInto(this.#output, own);
      take(f32, this.#after, carried, at, hidden);
      for (let k = 0; k < outputs; k++) output[n * outputs + k] = this.#output[k];
    }
  }

  study(slot: number, targets: Float64Array, weights: Float64Array): void {
    this.#slots.study(slot, this.#lessons, targets, weights);
  }

  learn(rate: number): LearnReport {
    this.#lessons.take();
    const { f32, exports } = this.#kernel;
    const { lessons, window, inputs, hidden, layers } = this.config;
    const { states, targets, weights } = this.#lessons;
    const { net } = this.#learner;
    for (let r = 0, x = 0, s = 0; r < lessons; r++) {
      const lanes = exports.lanesOf(net, r);
      for (let layer = 0; layer < layers; layer++) {
        const h = exports.hiddenAt(net, r, layer, 0) / 4;
        const c = exports.cellAt(net, r, layer, 0) / 4;
        for (let k = 0; k < hidden; k++) f32[h + k * lanes] = states[s + k];
        for (let k = 0; k < hidden; k++) f32[c + k * lanes] = states[s + hidden + k];
        s += 2 * hidden;
      }
      for (let t = 0; t < window; t++) {
        const to = exports.historyInputAt(net, r, t) / 4;
        for (let k = 0; k < inputs; k++) f32[to + k * lanes] = this.#lessons.inputs[x++];
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
    const lessons = Object.entries(this.#lessons.carried()).map(([name, vector]) => [name, vector.slice()]);
    return { ...weightsOf(this.#learner.save()), ...Object.fromEntries(lessons) };
  }

  load(state: EngineState): void {
    const whole = this.#learner.save();
    const carried = this.#lessons.carried();
    checkState(state, { ...weightsOf(whole), ...carried });
    this.#learner.load({ ...whole, ...weightsOf(state) });
    for (const [name, vector] of Object.entries(carried)) vector.set(state[name]);
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
    this.#stepper.dispose();
  }

  /** To the stepper what the learner has. Both lay out their weights alike. */
  #shareWeights(): void {
    const { f32, exports } = this.#kernel;
    const from = exports.partAt(this.#learner.net, 0) / 4;
    f32.copyWithin(exports.partAt(this.#stepper.net, 0) / 4, from, from + this.#weights);
  }
}

/** From consecutive runs of `size` numbers in `carried` to the places in the kernel's memory. */
function put(
  f32: Float32Array,
  places: readonly number[],
  carried: Float32Array,
  from: number,
  size: number,
): void {
  for (let p = 0; p < places.length; p++) {
    const to = places[p];
    const at = from + p * size;
    for (let k = 0; k < size; k++) f32[to + k] = carried[at + k];
  }
}

/** The way back of {@link put}. */
function take(
  f32: Float32Array,
  places: readonly number[],
  carried: Float32Array,
  to: number,
  size: number,
): void {
  for (let p = 0; p < places.length; p++) {
    const from = places[p];
    const at = to + p * size;
    for (let k = 0; k < size; k++) carried[at + k] = f32[from + k];
  }
}

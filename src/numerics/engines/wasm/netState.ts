import { createCell } from '../../cells/createCell.ts';
import type { NetworkConfig } from '../../networkConfig.ts';
import type { EngineState } from '../engine.ts';
import { checkState } from '../engineState.ts';
import type { Kernel } from './kernel.ts';
import { kernelOptimizer } from './kernelOptions.ts';
import { packedIndices } from './packing.ts';

const PARAMETERS = 0; // the part of the kernel's memory that the parameters are in
const STEPS = 3; // where in its report the kernel counts Adam's updates

/**
 * Reads and writes the state of a net, in the order and under the names of the reference engine. Not for every event.
 */
export class NetState {
  readonly #kernel: Kernel;
  readonly #net: number;
  readonly #config: NetworkConfig;
  readonly #indices: Uint32Array;
  readonly #memory: readonly [name: string, part: number][];
  readonly #states: number; // S: vectors carried per layer

  constructor(kernel: Kernel, net: number, config: NetworkConfig) {
    const { exports } = kernel;
    const origin = exports.partAt(net, PARAMETERS);
    const length = config.layers + 3;
    const starts = Array.from({ length }, (_, k) => (exports.weightsAt(net, k) - origin) / 4);
    const peepholes = Array.from(
      { length: config.layers },
      (_, k) => (exports.peepholeAt(net, k) - origin) / 4,
    );
    this.#kernel = kernel;
    this.#net = net;
    this.#config = config;
    this.#states = createCell(config.cell).states;
    this.#indices = indicesOf(config, starts, peepholes);
    this.#memory = Object.entries(kernelOptimizer(config.optimizer).memory);
  }

  readParameters(): Float64Array {
    return Float64Array.from(this.#read(PARAMETERS));
  }

  writeParameters(flat: Float64Array): void {
    this.#write(PARAMETERS, flat);
    this.#kernel.exports.forget(this.#net);
  }

  /** @param advanced events so far */
  save(advanced: number): EngineState {
    const { f32, f64, exports } = this.#kernel;
    const state: Record<string, Float64Array | Float32Array> = {
      advanced: Float64Array.of(advanced),
      parameters: this.#read(PARAMETERS),
    };
    for (const [name, part] of this.#memory) state[`optimizer.${name}`] = this.#read(part);
    if (this.#config.optimizer.name === 'adam') {
      state['optimizer.steps'] = Float64Array.of(f64[exports.reportAt(this.#net) / 8 + STEPS]);
    }
    for (let b = 0; b < this.#config.series; b++) {
      const flat = new Float32Array(this.#seriesLength());
      this.#exchange(b, advanced, (k, index) => {
        flat[k] = f32[index];
      });
      state[`series.${b}`] = flat;
    }
    return state;
  }

  /** Throws BAD_SNAPSHOT, and changes nothing, when a vector is missing or of another length. Returns the events so far. */
  load(state: EngineState): number {
    this.#check(state);
    const { f32, f64, exports } = this.#kernel;
    const advanced = state.advanced[0];
    this.#write(PARAMETERS, state.parameters);
    for (const [name, part] of this.#memory) this.#write(part, state[`optimizer.${name}`]);
    if (this.#config.optimizer.name === 'adam') {
      f64[exports.reportAt(this.#net) / 8 + STEPS] = state['optimizer.steps'][0];
    }
    exports.rewind(this.#net);
    for (let b = 0; b < this.#config.series; b++) {
      const flat = state[`series.${b}`];
      this.#exchange(b, advanced, (k, index) => {
        f32[index] = flat[k];
      });
    }
    return advanced;
  }

  #read(part: number): Float32Array {
    const { f32, exports } = this.#kernel;
    const origin = exports.partAt(this.#net, part) / 4;
    const flat = new Float32Array(this.#indices.length); // Float32Array.from goes through an iterator, at many times the cost
    for (let k = 0; k < flat.length; k++) flat[k] = f32[origin + this.#indices[k]];
    return flat;
  }

  #write(part: number, flat: Float64Array | Float32Array): void {
    const { f32, exports } = this.#kernel;
    const origin = exports.partAt(this.#net, part) / 4;
    for (let k = 0; k < flat.length; k++) f32[origin + this.#indices[k]] = flat[k];
  }

  /** T + delay: steps that the reference engine remembers. */
  #steps(): number {
    return this.#config.window + this.#config.delay;
  }

  /** Numbers in a series' vector: the carried state, then for every step remembered the inputs and the state before. */
  #seriesLength(): number {
    const state = this.#states * this.#config.hidden * this.#config.layers;
    return state + this.#steps() * (this.#config.inputs + state);
  }

  /**
   * Goes through all that `series` carries in the order of the reference engine, where event e of those remembered
   * stands at place e mod (T + delay). `visit` gets each number's index there and in the kernel's memory.
   */
  #exchange(series: number, advanced: number, visit: (k: number, index: number) => void): void {
    const { exports } = this.#kernel;
    const { hidden, inputs, layers } = this.#config;
    const net = this.#net;
    const steps = this.#steps();
    const newest = exports.positionOf(net);
    const lanes = exports.lanesOf(net, series);
    let next = 0;
    const part = (at: number, size: number): void => {
      for (let k = 0; k < size; k++) visit(next++, at / 4 + k * lanes);
    };
    const states = (step: number): void => {
      for (let layer = 0; layer < layers; layer++) {
        part(exports.hiddenAt(net, series, layer, step), hidden);
        if (this.#states > 1) part(exports.cellAt(net, series, layer, step), hidden);
      }
    };
    states(newest);
    for (let place = 0; place < steps; place++) {
      const behind = (advanced - 1 - place) % steps; // events between that one and the newest; negative: not yet seen
      const step = newest - 1 - (behind < 0 ? behind + steps : behind);
      part(exports.historyInputAt(net, series, step), inputs);
      states(step);
    }
  }

  #check(state: EngineState): void {
    const parameters = { length: this.#indices.length };
    const expected: Record<string, { length: number }> = { advanced: { length: 1 }, parameters };
    for (const [name] of this.#memory) expected[`optimizer.${name}`] = parameters;
    if (this.#config.optimizer.name === 'adam') expected['optimizer.steps'] = { length: 1 };
    const series = { length: this.#seriesLength() };
    for (let b = 0; b < this.#config.series; b++) expected[`series.${b}`] = series;
    checkState(state, expected);
  }
}

/** By network: many streams have the same. */
const known: Map<string, Uint32Array> = new Map();
const MOST_KNOWN = 16;

function indicesOf(
  config: NetworkConfig,
  starts: readonly number[],
  peepholes: readonly number[],
): Uint32Array {
  const key = JSON.stringify([config, starts, peepholes]);
  const found = known.get(key);
  if (found !== undefined) return found;
  const indices = packedIndices(config, starts, peepholes);
  if (known.size >= MOST_KNOWN) known.clear();
  known.set(key, indices);
  return indices;
}

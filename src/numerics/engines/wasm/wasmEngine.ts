import { RxAnomalyError } from '../../../core/errors.ts';
import { badOption } from '../../../core/options.ts';
import { checkNetworkConfig, type NetworkConfig } from '../../networkConfig.ts';
import { outputCount } from '../../parameters.ts';
import type { Engine, EngineState, LearnReport } from '../engine.ts';
import type { Kernel } from './kernel.ts';
import { kernelLoss, kernelOptimizer } from './kernelOptions.ts';
import { packedIndices } from './packing.ts';

/**
 * The LSTM in float32 SIMD: one call into WebAssembly per event and one per update, nothing allocated in either. The
 * report that `learn` returns is the same object every time. `dispose` gives the memory back; without it, it stays taken.
 */
export class WasmEngine implements Engine {
  readonly name = 'wasm';
  readonly precision = 'float32';
  readonly config: NetworkConfig;
  readonly #kernel: Kernel;
  #net: number;
  readonly #steps: number; // T + delay
  readonly #memory: Readonly<Record<string, number>>; // the optimiser's vectors: name to part
  readonly #x: number; // as the other three: index into the kernel's float64 memory
  readonly #output: number;
  readonly #lesson: number;
  readonly #report: number;
  readonly #inputCount: number; // B·I
  readonly #outputCount: number; // B·O
  readonly #targetCount: number; // B·T·P
  readonly #learnt: { loss: number; gradientNorm: number; applied: boolean } = {
    loss: 0,
    gradientNorm: 0,
    applied: false,
  };
  #advanced = 0;

  /** @param kernel from `loadKernel` (Node) or `compileKernel` (any runtime) */
  constructor(config: NetworkConfig, kernel: Kernel) {
    this.config = checkNetworkConfig(config);
    if (config.cell !== 'lstm') throw badOption('wasm engine', 'cell', "'lstm'", config.cell);
    const { inputs, hidden, layers, targets, skip, series, window, delay } = config;
    const outputs = outputCount(config);
    const loss = kernelLoss(config.loss);
    const optimizer = kernelOptimizer(config.optimizer);
    const { exports } = kernel;
    const net = kernel.create(
      inputs,
      hidden,
      layers,
      targets,
      outputs > targets,
      skip,
      series,
      window,
      delay,
    );
    exports.setLoss(net, ...loss);
    exports.setOptimizer(net, ...optimizer.constants, config.clipNorm);
    this.#kernel = kernel;
    this.#net = net;
    this.#steps = window + delay;
    this.#memory = optimizer.memory;
    this.#x = exports.inputAt(net) / 8;
    this.#output = exports.outputAt(net) / 8;
    this.#lesson = exports.lessonAt(net) / 8;
    this.#report = exports.reportAt(net) / 8;
    this.#inputCount = series * inputs;
    this.#outputCount = series * outputs;
    this.#targetCount = series * window * targets;
  }

  get canLearn(): boolean {
    return this.#advanced >= this.#steps;
  }

  advanceInto(output: Float64Array, x: Float64Array): void {
    const { f64, exports } = this.#kernel;
    const net = this.#alive();
    for (let k = 0, at = this.#x; k < this.#inputCount; k++) f64[at + k] = x[k];
    exports.advance(net);
    for (let k = 0, at = this.#output; k < this.#outputCount; k++) output[k] = f64[at + k];
    this.#advanced++;
  }

  learn(targets: Float64Array, weights: Float64Array, rate: number): LearnReport {
    if (!this.canLearn)
      throw new RxAnomalyError('BAD_DATA', 'engine: learn was called before a whole window was seen');
    const { f64, exports } = this.#kernel;
    const net = this.#alive();
    const count = this.#targetCount;
    for (let k = 0, at = this.#lesson; k < count; k++) {
      f64[at + k] = targets[k];
      f64[at + count + k] = weights[k];
    }
    f64[this.#report] = rate;
    this.#learnt.applied = exports.learn(net) === 1;
    this.#learnt.loss = f64[this.#report + 1];
    this.#learnt.gradientNorm = f64[this.#report + 2];
    return this.#learnt;
  }

  readParameters(): Float64Array {
    return this.#readPart(0, this.#indices());
  }

  writeParameters(flat: Float64Array): void {
    this.#writePart(0, this.#indices(), flat);
    this.#kernel.exports.forget(this.#net);
  }

  /** Laid out as the reference engine's, so that a state can change engines. */
  save(): EngineState {
    const { f64 } = this.#kernel;
    const indices = this.#indices();
    const state: Record<string, Float64Array> = {
      advanced: Float64Array.of(this.#advanced),
      parameters: this.#readPart(0, indices),
    };
    for (const [name, part] of Object.entries(this.#memory)) {
      state[`optimizer.${name}`] = this.#readPart(part, indices);
    }
    if (this.config.optimizer.name === 'adam')
      state['optimizer.steps'] = f64.slice(this.#report + 3, this.#report + 4);
    for (let b = 0; b < this.config.series; b++) {
      const flat = new Float64Array(this.#seriesLength());
      this.#exchange(b, flat, (carried, own) => carried.set(own));
      state[`series.${b}`] = flat;
    }
    return state;
  }

  load(state: EngineState): void {
    const indices = this.#indices();
    this.#check(state, indices.length);
    this.#advanced = state.advanced[0];
    this.#writePart(0, indices, state.parameters);
    for (const [name, part] of Object.entries(this.#memory)) {
      this.#writePart(part, indices, state[`optimizer.${name}`]);
    }
    if (this.config.optimizer.name === 'adam')
      this.#kernel.f64[this.#report + 3] = state['optimizer.steps'][0];
    this.#kernel.exports.rewind(this.#net);
    for (let b = 0; b < this.config.series; b++) {
      this.#exchange(b, state[`series.${b}`], (carried, own) => own.set(carried));
    }
  }

  dispose(): void {
    if (this.#net !== 0) this.#kernel.exports.destroy(this.#net);
    this.#net = 0;
  }

  #alive(): number {
    if (this.#net === 0) throw new RxAnomalyError('BAD_DATA', 'wasm engine: used after dispose');
    return this.#net;
  }

  #indices(): Uint32Array {
    const net = this.#alive();
    const { exports } = this.#kernel;
    const origin = exports.partAt(net, 0);
    const starts = Array.from(
      { length: this.config.layers + 3 },
      (_, k) => (exports.weightsAt(net, k) - origin) / 4,
    );
    return packedIndices(this.config, starts);
  }

  #readPart(part: number, indices: Uint32Array): Float64Array {
    const { f32, exports } = this.#kernel;
    const origin = exports.partAt(this.#net, part) / 4;
    return Float64Array.from(indices, (index) => f32[origin + index]);
  }

  #writePart(part: number, indices: Uint32Array, flat: Float64Array): void {
    const { f32, exports } = this.#kernel;
    const origin = exports.partAt(this.#net, part) / 4;
    for (let k = 0; k < indices.length; k++) f32[origin + indices[k]] = flat[k];
  }

  /** Numbers in a series' vector: the carried state, then T + delay times the inputs and the state before them. */
  #seriesLength(): number {
    const state = 2 * this.config.hidden * this.config.layers;
    return state + this.#steps * (this.config.inputs + state);
  }

  /**
   * Goes through all that `series` carries, in the order of the reference engine: there event e of the history stands
   * at place e mod (T + delay). `visit` gets each part of `flat` and where the kernel keeps it.
   */
  #exchange(
    series: number,
    flat: Float64Array,
    visit: (carried: Float64Array, own: Float32Array) => void,
  ): void {
    const { f32, exports } = this.#kernel;
    const { hidden, inputs, layers } = this.config;
    const net = this.#net;
    const newest = exports.positionOf(net);
    let offset = 0;
    const part = (at: number, size: number): void => {
      visit(flat.subarray(offset, offset + size), f32.subarray(at / 4, at / 4 + size));
      offset += size;
    };
    const states = (step: number): void => {
      for (let layer = 0; layer < layers; layer++) {
        part(exports.hiddenAt(net, series, layer, step), hidden);
        part(exports.cellAt(net, series, layer, step), hidden);
      }
    };
    states(newest);
    for (let place = 0; place < this.#steps; place++) {
      const behind = (this.#advanced - 1 - place) % this.#steps; // how long before the newest event; −n: not yet
      const step = newest - 1 - (behind < 0 ? behind + this.#steps : behind);
      part(exports.historyInputAt(net, series, step), inputs);
      states(step);
    }
  }

  #check(state: EngineState, parameters: number): void {
    const lengths: Record<string, number> = { advanced: 1, parameters };
    for (const name of Object.keys(this.#memory)) lengths[`optimizer.${name}`] = parameters;
    if (this.config.optimizer.name === 'adam') lengths['optimizer.steps'] = 1;
    for (let b = 0; b < this.config.series; b++) lengths[`series.${b}`] = this.#seriesLength();
    for (const [name, length] of Object.entries(lengths)) {
      if (state[name]?.length !== length) {
        throw new RxAnomalyError('BAD_SNAPSHOT', `engine state: ${name} is missing or of another size`);
      }
    }
  }
}

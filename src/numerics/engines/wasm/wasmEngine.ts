import { RxAnomalyError } from '../../../core/errors.ts';
import { checkNetworkConfig, type NetworkConfig } from '../../networkConfig.ts';
import { outputCount } from '../../parameters.ts';
import type { Engine, EngineState, LearnReport } from '../engine.ts';
import { networkFor } from '../networkFor.ts';
import type { Kernel, KernelName } from './kernel.ts';
import { KERNEL_CELLS, kernelLoss, kernelOptimizer } from './kernelOptions.ts';
import { NetState } from './netState.ts';

/**
 * The LSTM and some of its relatives in float32 SIMD: one call into WebAssembly per event and one per update, nothing allocated in either. The
 * report that `learn` returns is the same object every time. `dispose` gives the memory back; without it, it stays taken.
 */
export class WasmEngine implements Engine {
  readonly name: KernelName;
  readonly precision = 'float32';
  readonly config: NetworkConfig;
  readonly #kernel: Kernel;
  #net: number;
  readonly #steps: number; // T + delay
  readonly #x: number; // as the other three: index into the kernel's float64 memory
  readonly #output: number;
  readonly #batch: number;
  readonly #report: number;
  readonly #inputs: number; // I
  readonly #outputs: number; // O
  readonly #targetCount: number; // B·T·P
  readonly #learnt: { loss: number; gradientNorm: number; applied: boolean } = {
    loss: 0,
    gradientNorm: 0,
    applied: false,
  };
  #advanced = 0;

  /** @param kernel from `loadKernel`, or from `compileKernel` of bytes */
  constructor(config: NetworkConfig, kernel: Kernel) {
    this.config = networkFor('wasm', checkNetworkConfig(config));
    const { inputs, hidden, layers, targets, skip, series, window, delay } = config;
    const { learnEvery = Number.POSITIVE_INFINITY } = config;
    const outputs = outputCount(config);
    const loss = kernelLoss(config.loss);
    const optimizer = kernelOptimizer(config.optimizer);
    const { exports } = kernel;
    const net = kernel.create(
      KERNEL_CELLS.indexOf(config.cell),
      inputs,
      hidden,
      layers,
      targets,
      outputs > targets,
      skip,
      series,
      window,
      delay,
      learnEvery >= window + delay,
    );
    exports.setLoss(net, ...loss);
    exports.setOptimizer(net, ...optimizer.constants, config.clipNorm);
    this.name = kernel.name;
    this.#kernel = kernel;
    this.#net = net;
    this.#steps = window + delay;
    this.#x = exports.inputAt(net) / 8;
    this.#output = exports.outputAt(net) / 8;
    this.#batch = exports.batchAt(net) / 8;
    this.#report = exports.reportAt(net) / 8;
    this.#inputs = inputs;
    this.#outputs = outputs;
    this.#targetCount = series * window * targets;
  }

  get canLearn(): boolean {
    return this.#advanced >= this.#steps;
  }

  /** The net's address, for those who put its series' states in place themselves. */
  get net(): number {
    return this.#alive();
  }

  advanceInto(output: Float64Array, x: Float64Array): void {
    this.advanceRows(output, x, 0, this.config.series);
  }

  /**
   * The same with the inputs and outputs of the first `count` series, which stand from row `first` on; the inputs of the
   * others are those of the call before.
   */
  advanceRows(output: Float64Array, x: Float64Array, first: number, count: number): void {
    const { f64, exports } = this.#kernel;
    const net = this.#alive();
    const inputs = count * this.#inputs;
    for (let k = 0, to = this.#x, from = first * this.#inputs; k < inputs; k++) f64[to + k] = x[from + k];
    exports.advance(net);
    const outputs = count * this.#outputs;
    for (let k = 0, from = this.#output, to = first * this.#outputs; k < outputs; k++)
      output[to + k] = f64[from + k];
    this.#advanced++;
  }

  learn(targets: Float64Array, weights: Float64Array, rate: number): LearnReport {
    if (!this.canLearn)
      throw new RxAnomalyError('BAD_DATA', 'engine: learn was called before a whole window was seen');
    const { f64, exports } = this.#kernel;
    const net = this.#alive();
    const count = this.#targetCount;
    for (let k = 0, at = this.#batch; k < count; k++) {
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
    return this.#state().readParameters();
  }

  writeParameters(flat: Float64Array): void {
    this.#state().writeParameters(flat);
  }

  /** Laid out as the reference engine's, so that a state can change engines. */
  save(): EngineState {
    return this.#state().save(this.#advanced);
  }

  load(state: EngineState): void {
    this.#advanced = this.#state().load(state);
  }

  dispose(): void {
    if (this.#net !== 0) this.#kernel.exports.destroy(this.#net);
    this.#net = 0;
  }

  #alive(): number {
    if (this.#net === 0) throw new RxAnomalyError('BAD_DATA', 'wasm engine: used after dispose');
    return this.#net;
  }

  #state(): NetState {
    return new NetState(this.#kernel, this.#alive(), this.config);
  }
}

import { RxAnomalyError } from '../../../core/errors.ts';
import { checkNetworkConfig, type NetworkConfig, type ReferenceConfig } from '../../networkConfig.ts';
import type { Engine, EngineFactory, EngineState, LearnReport } from '../engine.ts';
import { checkState } from '../engineState.ts';
import { networkFor } from '../networkFor.ts';
import { coreVector } from './coreVector.ts';
import { DeviceHistory } from './deviceHistory.ts';
import { DeviceNetwork } from './deviceNetwork.ts';
import { hasNativeOps } from './nativeOps.ts';
import { type NativeOrder, nativeOrder, toCanonical, toNative } from './nativeOrder.ts';
import { nativeVector } from './nativeVector.ts';
import { asTfjs, type Tensor, type Tfjs } from './tfjs.ts';
import { stepSize, type TrainedVector, type UpdateRule, updateRule } from './updateRule.ts';

/**
 * Loads TensorFlow's native kernels, and gives what creates engines on them at once: for the option `engine` of
 * `lstmForecast`, `detectAnomalies` and `LstmForecaster`.
 *
 * @throws RxAnomalyError NO_ENGINE when the native binding cannot be loaded
 */
export async function tfjsEngine(): Promise<EngineFactory>;
/**
 * An engine on TensorFlow.js. Only this function is asynchronous, because it loads the native binding.
 *
 * @param tf the TensorFlow.js namespace, on the current backend, which must stay set.
 *   @default `@tensorflow/tfjs-node`
 * @throws RxAnomalyError NO_ENGINE when the native binding cannot be loaded; BAD_OPTION for a network it cannot run
 */
export async function tfjsEngine(config: NetworkConfig, tf?: object): Promise<TfjsEngine>;
export async function tfjsEngine(config?: NetworkConfig, tf?: object): Promise<TfjsEngine | EngineFactory> {
  const loaded = tf === undefined ? await loadNative() : asTfjs(tf);
  if (config !== undefined) return new TfjsEngine(config, loaded);
  const create = (each: ReferenceConfig): Engine => new TfjsEngine(networkFor('tfjs', each), loaded);
  return Object.assign(create, { engineName: 'tfjs' as const });
}

/** On Node only; the engine itself runs in browsers too. */
async function loadNative(): Promise<Tfjs> {
  const { loadTfjsNode } = await import('./loadTfjsNode.ts');
  return await loadTfjsNode();
}

/**
 * Many series under one set of weights, on TensorFlow's fused LSTM kernels in `@tensorflow/tfjs-node` and on
 * elementary operations with any other backend. Weights, optimiser and states stay on the device.
 */
export class TfjsEngine implements Engine {
  readonly name = 'tfjs';
  readonly precision = 'float32';
  readonly config: NetworkConfig;
  readonly #tf: Tfjs;
  readonly #order: NativeOrder;
  readonly #rule: UpdateRule;
  readonly #parameters: TrainedVector;
  readonly #network: DeviceNetwork;
  readonly #history: DeviceHistory;
  #updates = 0; // applied so far

  constructor(config: NetworkConfig, tf: Tfjs) {
    this.config = networkFor('tfjs', checkNetworkConfig(config));
    this.#tf = tf;
    this.#rule = updateRule(config.optimizer);
    this.#order = nativeOrder(config);
    const createVector = hasNativeOps(tf) ? nativeVector : coreVector;
    this.#parameters = createVector(tf, this.#order.canonical.length, this.#rule);
    this.#network = new DeviceNetwork(tf, config, this.#order.sizes);
    this.#history = new DeviceHistory(tf, config);
    tf.tidy(() => this.#network.use(this.#parameters.read()));
  }

  get canLearn(): boolean {
    return this.#history.advanced >= this.config.window + this.config.delay;
  }

  advanceInto(output: Float64Array, x: Float64Array): void {
    this.#tf.tidy(() => {
      const next = this.#network.step(this.#history.note(x), this.#history.current);
      this.#history.advance(next.states);
      output.set(next.output.dataSync());
    });
  }

  learn(targets: Float64Array, weights: Float64Array, rate: number): LearnReport {
    if (!this.canLearn)
      throw new RxAnomalyError('BAD_DATA', 'engine: learn was called before a whole window was seen');
    const { window, delay } = this.config;
    const first = this.#history.advanced - delay - window;
    const report = { loss: NaN, gradientNorm: NaN, applied: false };
    this.#tf.tidy(() => {
      const { x, states } = this.#history.window(first);
      const { loss, gradient } = this.#network.gradient(x, states, targets, weights);
      report.loss = loss;
      report.gradientNorm = Math.sqrt(this.#tf.sum(this.#tf.square(gradient)).dataSync()[0]);
      report.applied = Number.isFinite(loss) && Number.isFinite(report.gradientNorm);
      if (report.applied) this.#update(gradient, report.gradientNorm, rate);
    });
    return report;
  }

  readParameters(): Float64Array {
    const vector = this.#parameters.read();
    const values = toCanonical(this.#order, vector.dataSync());
    vector.dispose();
    return values;
  }

  writeParameters(flat: Float64Array): void {
    this.#tf.tidy(() => {
      this.#parameters.write(toNative(this.#order, flat));
      this.#network.use(this.#parameters.read());
    });
  }

  save(): EngineState {
    const saved: Record<string, Float64Array> = {
      advanced: Float64Array.of(this.#history.advanced),
      parameters: this.readParameters(),
    };
    if (this.config.optimizer.name === 'adam') saved['optimizer.steps'] = Float64Array.of(this.#updates);
    for (const [name, values] of Object.entries(this.#parameters.readMemory())) {
      saved[`optimizer.${name}`] = toCanonical(this.#order, values);
    }
    for (const [b, vector] of this.#history.read().entries()) saved[`series.${b}`] = vector;
    return saved;
  }

  load(state: EngineState): void {
    const own = this.save();
    checkState(state, own);
    const memory = Object.keys(this.#parameters.readMemory()).map((name) => [
      name,
      toNative(this.#order, new Float64Array(state[`optimizer.${name}`])),
    ]);
    this.#parameters.writeMemory(Object.fromEntries(memory));
    this.writeParameters(new Float64Array(state.parameters));
    this.#updates = state['optimizer.steps']?.[0] ?? 0;
    const series = Object.keys(own).filter((name) => name.startsWith('series.'));
    this.#history.write(
      series.map((name) => new Float64Array(state[name])),
      state.advanced[0],
    );
  }

  dispose(): void {
    this.#network.dispose();
    this.#history.dispose();
    this.#parameters.dispose();
  }

  #update(gradient: Tensor, norm: number, rate: number): void {
    const { clipNorm, optimizer } = this.config;
    const scale = clipNorm / (norm + 1e-6); // as in clipByGlobalNorm
    const clipped = scale < 1 ? this.#tf.mul(gradient, scale) : gradient;
    this.#parameters.update(clipped, stepSize(optimizer, this.#rule, rate, ++this.#updates));
    this.#network.use(this.#parameters.read());
  }
}

import { RxAnomalyError } from '../../core/errors.ts';
import { createLoss } from '../losses/createLoss.ts';
import type { Loss } from '../losses/loss.ts';
import { type LayerStates, Network, type StepTape } from '../network.ts';
import { checkNetworkConfig, type ReferenceConfig } from '../networkConfig.ts';
import { clipByGlobalNorm } from '../optim/clip.ts';
import { createOptimizer } from '../optim/createOptimizer.ts';
import type { Optimizer } from '../optim/optimizer.ts';
import { views } from '../views.ts';
import { Window } from '../window.ts';
import type { Engine, EngineState, LearnReport } from './engine.ts';

/** Plain float64 TypeScript: short, readable, and the definition of correct for every other engine. */
export class ReferenceEngine implements Engine {
  readonly name = 'reference';
  readonly precision = 'float64';
  readonly config: ReferenceConfig;
  readonly #network: Network;
  readonly #loss: Loss;
  readonly #optimizer: Optimizer;
  readonly #window: Window;
  readonly #tape: StepTape;
  readonly #series: readonly SeriesHistory[];
  readonly #advanced: Float64Array = new Float64Array(1); // events advanced so far

  constructor(config: ReferenceConfig) {
    this.config = checkNetworkConfig(config);
    this.#network = new Network(config);
    this.#loss = createLoss(config.loss);
    this.#optimizer = createOptimizer(config.optimizer, this.#network.parameters.flat.length);
    this.#window = new Window(this.#network, config.inputs, config.window);
    this.#tape = this.#network.createTape();
    const steps = config.window + config.delay;
    this.#series = Array.from(
      { length: config.series },
      () => new SeriesHistory(this.#network, config.inputs, steps),
    );
  }

  get canLearn(): boolean {
    return this.#advanced[0] >= this.config.window + this.config.delay;
  }

  advanceInto(output: Float64Array, x: Float64Array): void {
    const { inputs } = this.config;
    const outputs = this.#network.outputs;
    for (const [b, series] of this.#series.entries()) {
      const slot = series.slot(this.#advanced[0]);
      slot.x.set(x.subarray(b * inputs, (b + 1) * inputs));
      copyStates(slot.states, series.states);
      this.#network.step(slot.x, slot.states, series.states, this.#tape);
      output.set(this.#tape.output, b * outputs);
    }
    this.#advanced[0]++;
  }

  learn(targets: Float64Array, weights: Float64Array, rate: number): LearnReport {
    if (!this.canLearn)
      throw new RxAnomalyError('BAD_DATA', 'engine: learn was called before a whole window was seen');
    const { window: steps, delay, targets: count } = this.config;
    const window = this.#window;
    const gradient = this.#network.gradient.flat.fill(0);
    const first = this.#advanced[0] - delay - steps;
    let loss = 0;
    for (const [b, series] of this.#series.entries()) {
      copyStates(window.states[0], series.slot(first).states);
      for (let t = 0; t < steps; t++) window.inputs[t].set(series.slot(first + t).x);
      window.forward();
      loss += window.loss(this.#loss, targets, weights, b * steps * count, count, count);
      window.backward();
    }
    const mean = 1 / (this.#series.length * steps * count);
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
    for (const [name, vector] of Object.entries(carried)) {
      if (state[name]?.length !== vector.length) {
        throw new RxAnomalyError('BAD_SNAPSHOT', `engine state: ${name} is missing or of another size`);
      }
    }
    for (const [name, vector] of Object.entries(carried)) vector.set(state[name]);
  }

  dispose(): void {}

  #carried(): Record<string, Float64Array> {
    const carried: Record<string, Float64Array> = {
      advanced: this.#advanced,
      parameters: this.#network.parameters.flat,
    };
    for (const [name, vector] of Object.entries(this.#optimizer.state)) carried[`optimizer.${name}`] = vector;
    for (const [b, series] of this.#series.entries()) carried[`series.${b}`] = series.flat;
    return carried;
  }
}

/** One series' state, and a ring of the inputs and states that came before: what TBPTT starts from. */
class SeriesHistory {
  /** Everything in one vector, for snapshots; the rest are views of it. */
  readonly flat: Float64Array;
  readonly states: LayerStates;
  readonly #slots: readonly { readonly x: Float64Array; readonly states: LayerStates }[];

  constructor(network: Network, inputs: number, steps: number) {
    const sizes = network.createStates().map((state) => state.length);
    const perSlot = [inputs, ...sizes];
    const all = [...sizes, ...Array.from({ length: steps }, () => perSlot).flat()];
    this.flat = new Float64Array(all.reduce((sum, size) => sum + size, 0));
    const parts = views(this.flat, all);
    this.states = parts.splice(0, sizes.length);
    this.#slots = Array.from({ length: steps }, () => {
      const [x, ...states] = parts.splice(0, perSlot.length);
      return { x, states };
    });
  }

  slot(event: number): { readonly x: Float64Array; readonly states: LayerStates } {
    return this.#slots[event % this.#slots.length];
  }
}

function copyStates(to: LayerStates, from: LayerStates): void {
  for (let layer = 0; layer < from.length; layer++) to[layer].set(from[layer]);
}

import { RxAnomalyError } from '../../core/errors.ts';
import { copyStates, type LayerStates, type Network, type StepTape } from '../network.ts';
import { checkNetworkConfig, type ReferenceConfig } from '../networkConfig.ts';
import { views } from '../parameters.ts';
import type { Window } from '../window.ts';
import type { Engine, EngineState, LearnReport } from './engine.ts';
import { copyState, restoreState } from './engineState.ts';
import { ReferenceLearner } from './referenceLearner.ts';

/** Plain float64 TypeScript: short, readable, and the definition of correct for every other engine. */
export class ReferenceEngine implements Engine {
  readonly name = 'reference';
  readonly precision = 'float64';
  readonly config: ReferenceConfig;
  readonly #network: Network;
  readonly #learner: ReferenceLearner;
  readonly #tape: StepTape;
  readonly #series: readonly SeriesHistory[];
  readonly #advanced: Float64Array = new Float64Array(1); // events advanced so far

  constructor(config: ReferenceConfig) {
    this.config = checkNetworkConfig(config);
    this.#learner = new ReferenceLearner(config);
    this.#network = this.#learner.network;
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
    const { window: steps, delay } = this.config;
    const first = this.#advanced[0] - delay - steps;
    const begin = ({ states, inputs }: Window, b: number): void => {
      const series = this.#series[b];
      copyStates(states[0], series.slot(first).states);
      for (let t = 0; t < steps; t++) inputs[t].set(series.slot(first + t).x);
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
    restoreState(this.#carried(), state);
  }

  dispose(): void {}

  #carried(): EngineState {
    const series = this.#series.map(({ flat }, b) => [`series.${b}`, flat]);
    return { advanced: this.#advanced, ...this.#learner.carried(), ...Object.fromEntries(series) };
  }
}

/** One series' state, and a ring of the earlier inputs and states that TBPTT starts from. */
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

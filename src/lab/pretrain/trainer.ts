import { Random } from '../../core/random.ts';
import { HORIZONS } from '../../models/pretrained/contextInputs.ts';
import { type PretrainedShape, pretrainedNetwork } from '../../models/pretrained/pretrainedNetwork.ts';
import type { Engine, EngineState } from '../../numerics/engines/engine.ts';
import { initialise } from '../../numerics/initialise.ts';
import type { NetworkConfig } from '../../numerics/networkConfig.ts';
import { createParameters } from '../../numerics/parameters.ts';
import { type BatchShape, TrainingData } from './trainingData.ts';

/** What decides the weights, with the engine. */
export interface TrainingPlan extends PretrainedShape, BatchShape {
  readonly seed: number;
  /** Batches in all; the learning rate falls over them. */
  readonly batches: number;
}

export const FIRST_RATE = 2e-3;
export const LAST_RATE = 2e-5;
export const FORGET_BIAS = 1.5;
const WARM_UP = 100; // updates over which the rate rises
const INITIAL_LOG_SCALE = -0.3;
const HELD_OUT = 0x5eed_0000; // seeds of batches that are never learnt from

/** Trains a network on simulated series. What comes next depends on the plan and the batches done alone. */
export class Trainer {
  readonly plan: TrainingPlan;
  /** Mean loss of each batch done. */
  readonly losses: number[] = [];
  readonly #engine: Engine;
  readonly #data: TrainingData;
  readonly #output: Float64Array;
  /** The state of all series before their first event. */
  readonly #rest: EngineState;

  /** @param create the engine of the network */
  constructor(plan: TrainingPlan, create: (config: NetworkConfig) => Engine) {
    const config = pretrainedNetwork(plan, plan.series, plan.window);
    this.plan = plan;
    this.#engine = create(config);
    this.#rest = this.#engine.save();
    this.#engine.writeParameters(firstWeights(config, plan.seed));
    this.#data = new TrainingData(plan);
    this.#output = new Float64Array(plan.series * 2 * HORIZONS.length);
  }

  /** Batches done. */
  get done(): number {
    return this.losses.length;
  }

  get isDone(): boolean {
    return this.done >= this.plan.batches;
  }

  get weights(): Float64Array {
    return this.#engine.readParameters();
  }

  /** Learns from the next batch. @returns its mean loss */
  trainBatch(): number {
    const { plan } = this;
    this.#data.fill(plan.seed * 1_000_003 + this.done);
    const windows = plan.steps / plan.window;
    const updates = plan.batches * windows;
    const loss = this.#run((targets, weights, w) => {
      const update = this.done * windows + w;
      return this.#engine.learn(targets, weights, rateAt(update, updates)).loss;
    });
    this.losses.push(loss);
    return loss;
  }

  /** Mean loss on batches that are never learnt from; the weights stay. */
  evaluate(batches: number): number {
    const state = this.#engine.save();
    let sum = 0;
    for (let k = 0; k < batches; k++) {
      this.#data.fill(HELD_OUT + k);
      sum += this.#run((targets, weights) => this.#engine.learn(targets, weights, 0).loss);
    }
    this.#engine.load(state);
    return sum / batches;
  }

  /** All that is needed to continue: weights and the optimiser's memory, to the bit. */
  save(): EngineState {
    const shared = Object.entries(this.#engine.save()).filter(([name]) => isShared(name));
    return Object.fromEntries(shared);
  }

  /** @throws RxAnomalyError BAD_SNAPSHOT where it is the state of another network */
  load(state: EngineState, losses: readonly number[]): void {
    this.#engine.load({ ...this.#rest, ...state });
    this.losses.splice(0, this.losses.length, ...losses);
  }

  dispose(): void {
    this.#engine.dispose();
  }

  /** Takes the batch through the network from rest, and calls `learn` after each window. @returns its mean */
  #run(learn: (targets: Float64Array, weights: Float64Array, w: number) => number): number {
    const { steps, window } = this.plan;
    this.#engine.load({ ...this.#rest, ...this.save() });
    let sum = 0;
    for (let t = 0; t < steps; t++) {
      this.#engine.advanceInto(this.#output, this.#data.inputs[t]);
      if ((t + 1) % window > 0) continue;
      const w = (t + 1) / window - 1;
      sum += learn(this.#data.targets[w], this.#data.weights[w], w);
    }
    return sum / (steps / window);
  }
}

/** Rises over the first updates, then falls by a cosine (Loshchilov & Hutter 2017). */
export function rateAt(update: number, updates: number): number {
  const cosine = (1 + Math.cos((Math.PI * update) / updates)) / 2;
  return (LAST_RATE + (FIRST_RATE - LAST_RATE) * cosine) * Math.min(1, (update + 1) / WARM_UP);
}

function isShared(name: string): boolean {
  return name === 'parameters' || name.startsWith('optimizer.');
}

function firstWeights(config: NetworkConfig, seed: number): Float64Array {
  const parameters = createParameters(config);
  initialise(parameters, new Random(seed), FORGET_BIAS);
  parameters.head.bias.fill(INITIAL_LOG_SCALE, config.targets);
  return parameters.flat;
}

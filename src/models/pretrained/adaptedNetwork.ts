import { createEngine, type EngineName } from '../../numerics/engines/createEngine.ts';
import type { Engine } from '../../numerics/engines/engine.ts';
import { pooled, scratch } from '../../numerics/pooled.ts';
import { engineMemory } from '../forecasters/lstmNetwork.ts';
import { compress } from '../scaling/laplaceBand.ts';
import { fields, type State } from '../snapshot/state.ts';
import {
  COUNT,
  type Memory,
  packVectors,
  prepareVectors,
  ranged,
  SHARE,
  within,
} from '../snapshot/vectors.ts';
import { type ContextInputs, HORIZONS, INPUTS } from './contextInputs.ts';
import { pretrainedNetwork } from './pretrainedNetwork.ts';
import type { PretrainedWeights } from './pretrainedWeights.ts';

const K = HORIZONS.length;
const LONGEST = HORIZONS.at(-1)!;
const OUTPUTS = 2 * K;

// Chosen by forecast error for its time, on simulated series and both halves at hand: a window of 96 every 8 events costs four
// times as much and is better by 0.2 %; 64 every 64 costs 3 µs less an event and is worse by 0.3 %.
/** Steps of back-propagation. */
export const WINDOW = 48;
/** Events between two updates. */
export const STRIDE = 32;
const RATE = 6e-4; // a third of the rate at which a network learns from scratch: at 1.5e-3 it forgets more than it learns

const RECENT = 0.003; // rate of the two recent errors
const DOUBT = 1.02; // recent error of a network that has not learnt anything yet, by that of the frozen one,
const PRIOR = 30; // and for how many events it counts
const STEEPNESS = 40; // a recent error smaller by 5 % has 8 times the say
const MOST = 100; // of an output: beyond, it means nothing

// Of an event, per horizon: the unit of changes, the change that came, in that unit and compressed, how much to learn from it,
// and the change that was forecast by the frozen network and by this one.
const [UNIT, TARGET, WEIGHT, FROZEN, OWN, KEPT] = [0, K, 2 * K, 3 * K, 4 * K, 5 * K];
/** Events that are kept: those of a window, and those whose targets are to come. */
const ROOM = WINDOW + LONGEST;

/**
 * A stream's own copy of the pre-trained network, one series per dimension, whose weights go on learning online by truncated
 * back-propagation through time (Williams & Peng 1990). Its forecasts are mixed with those of the network as it was trained, by
 * the recent errors of both (exponentially weighted average forecaster: Vovk 1990), so that learning cannot harm for long.
 */
export class AdaptedNetwork {
  readonly #engine: Engine;
  readonly #clipNorm: number;
  readonly #dimensions: number;
  readonly #x: Float64Array; // (D, I)
  readonly #output: Float64Array; // (D, O) of the newest event, until it is mixed
  readonly #past: Float64Array; // (D, ROOM, KEPT)
  readonly #errors: Float64Array; // (D, 2, K) recent, of the frozen network and of this one
  readonly #targets: Float64Array; // (D, T, K)
  readonly #weights: Float64Array; // (D, T, K)
  readonly #events: Float64Array; // (1)

  constructor(weights: PretrainedWeights, engine: EngineName, dimensions: number) {
    const network = pretrainedNetwork(weights, dimensions, WINDOW);
    this.#engine = createEngine(engine, { ...network, delay: LONGEST - 1, learnEvery: STRIDE });
    this.#engine.writeParameters(weights.parameters);
    this.#clipNorm = network.clipNorm;
    this.#dimensions = dimensions;
    this.#x = scratch('own x', dimensions * INPUTS);
    this.#output = scratch('own output', dimensions * OUTPUTS);
    this.#past = pooled(dimensions * ROOM * KEPT);
    this.#errors = pooled(dimensions * 2 * K);
    for (let at = 0; at < this.#errors.length; at++) this.#errors[at] = at % (2 * K) < K ? 1 : DOUBT;
    this.#targets = scratch('own targets', dimensions * WINDOW * K);
    this.#weights = scratch('own weights', dimensions * WINDOW * K);
    this.#events = pooled(1);
  }

  /** Takes a value after the newest event as the target of earlier ones, before the context learns it. */
  learn(d: number, context: ContextInputs, value: number, weight: number): void {
    const past = this.#past;
    for (let k = 0; k < K; k++) {
      const event = this.#events[0] - HORIZONS[k];
      const at = this.#placeOf(d, event);
      const unit = past[at + UNIT + k];
      if (event < 0 || unit === 0) continue;
      const change = context.arrived(k, value);
      past[at + TARGET + k] = compress(change / unit);
      past[at + WEIGHT + k] = weight;
      const rate = weight * Math.max(RECENT, 1 / (event + PRIOR));
      const recent = 2 * K * d + k;
      this.#errors[recent] += rate * (Math.abs(past[at + FROZEN + k] - change) - this.#errors[recent]);
      this.#errors[recent + K] += rate * (Math.abs(past[at + OWN + k] - change) - this.#errors[recent + K]);
    }
  }

  /** Advances by one event, after an update of the weights where one is due. @param contexts (D) */
  advance(contexts: readonly ContextInputs[]): void {
    if (this.#engine.canLearn && this.#events[0] % STRIDE === 0) this.#update();
    for (let d = 0; d < this.#dimensions; d++) this.#x.set(contexts[d].inputs, d * INPUTS);
    this.#engine.advanceInto(this.#output, this.#x);
    for (let d = 0; d < this.#dimensions; d++) {
      const at = this.#placeOf(d, this.#events[0]);
      this.#past.fill(0, at, at + KEPT);
    }
    this.#events[0]++;
  }

  /**
   * Mixes what this network gave at the newest event into what the frozen one did.
   *
   * @param output from `from` on, K locations, then K log scales
   */
  mix(d: number, context: ContextInputs, output: Float64Array, from: number): void {
    const past = this.#past;
    const at = this.#placeOf(d, this.#events[0] - 1);
    for (let k = 0; k < K; k++) {
      const own = this.#output[d * OUTPUTS + k];
      const logScale = this.#output[d * OUTPUTS + K + k];
      const isUsable = Math.abs(own) < MOST && Math.abs(logScale) < MOST;
      past[at + UNIT + k] = context.changes.of(k);
      past[at + FROZEN + k] = context.change(k, output[from + k]);
      past[at + OWN + k] = isUsable ? context.change(k, own) : past[at + FROZEN + k];
      const share = isUsable ? this.#share(d, k) : 0;
      output[from + k] += share * (own - output[from + k]);
      output[from + K + k] += share * (logScale - output[from + K + k]);
    }
  }

  /** How much this network is believed at a horizon, the rest being the frozen one's. */
  #share(d: number, k: number): number {
    const [frozen, own] = [this.#errors[2 * K * d + k], this.#errors[2 * K * d + K + k]];
    return frozen === 0 ? 0 : 1 / (1 + (own / frozen) ** STEEPNESS);
  }

  state(): State {
    return { vectors: packVectors(this.#memory), engine: packVectors(this.#engine.save()) };
  }

  /** @returns a function that restores `state`. @throws RxAnomalyError BAD_SNAPSHOT */
  prepareRestore(state: State | undefined): () => void {
    const saved = fields(state, ['vectors', 'engine']);
    const engine = this.#engine.save();
    const apply = prepareVectors(this.#memory, saved.vectors);
    const applyEngine = prepareVectors(engineMemory(engine, this.#clipNorm), saved.engine);
    return () => {
      apply();
      applyEngine();
      this.#engine.load(engine);
    };
  }

  dispose(): void {
    this.#engine.dispose();
  }

  /** One update over the newest window whose targets are known. */
  #update(): void {
    const newest = this.#events[0] - LONGEST;
    for (let d = 0; d < this.#dimensions; d++) {
      for (let t = 0; t < WINDOW; t++) {
        const from = this.#placeOf(d, newest - WINDOW + 1 + t);
        const to = (d * WINDOW + t) * K;
        for (let k = 0; k < K; k++) {
          this.#targets[to + k] = this.#past[from + TARGET + k];
          this.#weights[to + k] = this.#past[from + WEIGHT + k];
        }
      }
    }
    this.#engine.learn(this.#targets, this.#weights, RATE);
  }

  get #memory(): Memory {
    return {
      past: ranged(this.#past, [
        [K, within(0, 1e6)],
        [K, within(-1e6, 1e6)],
        [K, SHARE],
        [2 * K, within(-1e6, 1e6)],
      ]),
      errors: ranged(this.#errors, within(0, 1e6)),
      events: ranged(this.#events, COUNT),
    };
  }

  #placeOf(d: number, event: number): number {
    return (d * ROOM + (((event % ROOM) + ROOM) % ROOM)) * KEPT;
  }
}

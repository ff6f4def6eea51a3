import { createEngine, type EngineName } from '../../numerics/engines/createEngine.ts';
import type { Engine } from '../../numerics/engines/engine.ts';
import { pooled, scratch } from '../../numerics/pooled.ts';
import { engineMemory } from '../forecasters/lstmNetwork.ts';
import { COMPRESSED, compress } from '../scaling/laplaceBand.ts';
import { fields, type State } from '../snapshot/state.ts';
import {
  COUNT,
  type Memory,
  packVectors,
  prepareVectors,
  ranged,
  SHARE,
  SIZE,
  VALUE,
  within,
} from '../snapshot/vectors.ts';
import { type ContextInputs, HORIZONS, INPUTS } from './contextInputs.ts';
import { pretrainedNetwork } from './pretrainedNetwork.ts';
import type { PretrainedWeights } from './pretrainedWeights.ts';
import { RecentErrors } from './recentErrors.ts';

const K = HORIZONS.length;
const LONGEST = HORIZONS.at(-1)!;
const OUTPUTS = 2 * K;

// Chosen by forecast error for its time, on simulated series and both halves at hand: a window of 96 every 8 events costs four
// times as much and is better by 0.2 %; 64 every 64 costs 3 µs less an event and is worse by 0.3 %.
/** Steps of back-propagation. */
export const WINDOW = 48;
/** Events between two updates. */
export const STRIDE = 32;
const RATE = 6e-4; // at half of it less is learnt; with four times as many updates 16 events ahead are forecast worse

const DOUBT = 1.1; // error of a network that has not learnt anything yet, by that of the frozen one
const MOST = 100; // of an output: beyond, it means nothing

// Of an event: its compressed value, mean and deviation by which values were standardised (a deviation of 0: there was none yet);
// then for each horizon the unit of changes, the change that came, in that unit and compressed, how much to learn from it, and the
// value that the frozen network forecast, and this one.
const [X, MEAN, DEVIATION, UNIT] = [0, 1, 2, 3];
const [TARGET, WEIGHT, FROZEN, OWN, KEPT] = [
  UNIT + K,
  UNIT + 2 * K,
  UNIT + 3 * K,
  UNIT + 4 * K,
  UNIT + 5 * K,
];
/** Events that are kept: those of a window, and those whose targets are to come. */
const ROOM = WINDOW + LONGEST;

/**
 * A stream's own copy of the pre-trained network, one series per dimension, whose weights go on learning online by truncated
 * back-propagation through time (Williams & Peng 1990). Its forecasts are mixed with those of the network as it was trained, by
 * the {@link RecentErrors} of both.
 */
export class AdaptedNetwork {
  readonly #engine: Engine;
  readonly #clipNorm: number;
  readonly #dimensions: number;
  readonly #x: Float64Array; // (D, I)
  readonly #output: Float64Array; // (D, O) of the newest event, until it is mixed
  readonly #past: Float64Array; // (D, ROOM, KEPT)
  readonly #errors: readonly RecentErrors[]; // (D)
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
    this.#errors = Array.from({ length: dimensions }, () => new RecentErrors(DOUBT));
    this.#targets = scratch('own targets', dimensions * WINDOW * K);
    this.#weights = scratch('own weights', dimensions * WINDOW * K);
    this.#events = pooled(1);
  }

  /** Takes a value after the newest event as the target of earlier ones, before the context learns it. */
  learn(d: number, { scaler }: ContextInputs, value: number, weight: number): void {
    const past = this.#past;
    const x = scaler.compressed(0, value);
    for (let k = 0; k < K; k++) {
      const event = this.#events[0] - HORIZONS[k];
      const at = this.#placeOf(d, event);
      if (event < 0 || past[at + DEVIATION] === 0) continue;
      const seen = compress((value - past[at + MEAN]) / past[at + DEVIATION]);
      past[at + TARGET + k] = compress((seen - past[at + X]) / past[at + UNIT + k]);
      past[at + WEIGHT + k] = weight;
      const frozen = Math.abs(scaler.compressed(0, past[at + FROZEN + k]) - x);
      const own = Math.abs(scaler.compressed(0, past[at + OWN + k]) - x);
      this.#errors[d].learn(k, frozen, own, event, weight);
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
    const { inputs, scaler, changes } = context;
    const past = this.#past;
    const at = this.#placeOf(d, this.#events[0] - 1);
    past[at + X] = inputs[0];
    past[at + MEAN] = scaler.mean(0);
    past[at + DEVIATION] = scaler.hasSpread(0) ? scaler.deviation(0) : 0;
    for (let k = 0; k < K; k++) {
      const [location, own] = [output[from + k], this.#output[d * OUTPUTS + k]];
      const logScale = this.#output[d * OUTPUTS + K + k];
      const isUsable = Math.abs(own) < MOST && Math.abs(logScale) < MOST;
      past[at + UNIT + k] = changes.of(k);
      past[at + FROZEN + k] = context.located(k, location);
      past[at + OWN + k] = isUsable ? context.located(k, own) : past[at + FROZEN + k];
      const share = isUsable ? this.#errors[d].share(k) : 0;
      output[from + k] += share * (own - location);
      output[from + K + k] += share * (logScale - output[from + K + k]);
    }
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
        [1, COMPRESSED],
        [1, VALUE],
        [1, SIZE],
        [2 * K, within(-1e6, 1e6)],
        [K, SHARE],
        [2 * K, VALUE],
      ]),
      ...Object.fromEntries(this.#errors.map(({ memory }, d) => [`errors.${d}`, memory])),
      events: ranged(this.#events, COUNT),
    };
  }

  #placeOf(d: number, event: number): number {
    return (d * ROOM + (((event % ROOM) + ROOM) % ROOM)) * KEPT;
  }
}

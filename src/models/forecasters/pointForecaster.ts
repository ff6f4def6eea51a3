import type { Forecaster, Observation, Prediction } from '../forecaster.ts';
import { laplaceBand } from '../scaling/laplaceBand.ts';
import { NonNegative } from '../scaling/nonNegative.ts';
import { ResidualScale } from '../scaling/residualScale.ts';
import { type Snapshot, seal, unseal } from '../snapshot/snapshot.ts';
import type { Json } from '../snapshot/state.ts';
import {
  type Memory,
  type NotFinite,
  notFiniteIn,
  packVectors,
  prepareVectors,
  type RangedVector,
} from '../snapshot/vectors.ts';

/** Configuration of a baseline: the dimensions, the half-life of its band, and its own options. */
export type PointConfig = {
  readonly dimensions: number;
  readonly halfLife: number;
  readonly [option: string]: Json;
};

/**
 * Base of the simple forecasters: a point forecast from a few numbers of state, with a band learnt from its errors. A
 * subclass implements the forecast (`expect`) and the update (`absorb`).
 */
export abstract class PointForecaster implements Forecaster {
  abstract readonly name: string;
  readonly dimensions: number;
  readonly #kind: string;
  readonly #config: Json;
  readonly #state: Float64Array | RangedVector;
  readonly #band: ResidualScale;
  readonly #nonNegative: NonNegative;
  readonly #notFinite: NotFinite;

  /**
   * @param kind name of the class, for snapshots
   * @param state everything that `expect` and `absorb` remember. Of a plain vector, a number that is NaN or infinite now
   *   may be so in a snapshot; one that is finite may not
   */
  protected constructor(kind: string, config: PointConfig, state: Float64Array);
  /** @internal */
  protected constructor(kind: string, config: PointConfig, state: Float64Array | RangedVector);
  protected constructor(kind: string, config: PointConfig, state: Float64Array | RangedVector) {
    this.dimensions = config.dimensions;
    this.#kind = kind;
    this.#config = config;
    this.#state = state;
    this.#band = new ResidualScale(config.dimensions, config.halfLife);
    this.#nonNegative = new NonNegative(config.dimensions);
    this.#notFinite = notFiniteIn({ point: state });
  }

  /** (D) the forecast; NaN for an unknown dimension. Pure. */
  protected abstract expect(): number[];
  /** Updates with an observation. Missing values (NaN) must leave their dimension unchanged. */
  protected abstract absorb(observation: Observation, weight: number): void;

  predict(): Prediction {
    const expected = this.expect();
    return this.#nonNegative.bound(laplaceBand([...expected], this.#band.scale(expected)));
  }

  learn(observation: Observation, weight: number): void {
    this.#band.learn(this.expect(), observation.value, weight);
    this.#nonNegative.learn(observation.value);
    this.absorb(observation, weight);
  }

  snapshot(): Snapshot {
    return seal(this.#kind, 1, this.#config, packVectors(this.#carried()));
  }

  restore(snapshot: Snapshot): void {
    this.prepareRestore(snapshot)();
  }

  prepareRestore(snapshot: Snapshot): () => void {
    return prepareVectors(this.#carried(), unseal(snapshot, this.#kind, 1, this.#config), this.#notFinite);
  }

  dispose(): void {}

  #carried(): Memory {
    return { point: this.#state, band: this.#band.memory, nonNegative: this.#nonNegative.memory };
  }
}

import { type Detection, Detector } from '../detector.ts';
import type { Observation } from '../forecaster.ts';
import type { State } from '../snapshot/state.ts';
import { packFloats, unpackFloats, wholeWithin } from '../snapshot/vectors.ts';
import { FleetForecaster } from './fleetForecaster.ts';
import type { ResolvedFleetOptions } from './fleetOptions.ts';
import { FleetScorer } from './fleetScorer.ts';
import { KeyRecords } from './keyRecords.ts';
import { FULL } from './lightTail.ts';

/** What a key has in the tables. */
export type SavedKey = { readonly [name in (typeof SAVED_KEY)[number]]: State };

export const SAVED_KEY = ['forecaster', 'engine', 'scorer', 'records'] as const;

/**
 * The models that are shared by all keys, and the tables of each key's state: a slot of the engine, a row of numbers
 * of the forecaster, and one of scorer and threshold.
 */
export class FleetModels {
  readonly dimensions: number;
  /** Whether values are numbers, not lists of one. */
  readonly scalar: boolean;
  readonly forecaster: FleetForecaster;
  readonly #scorer: FleetScorer;
  readonly #detector: Detector;
  readonly #records: KeyRecords; // of scorer and threshold

  /** @param beforeUpdate called before the weights change; has to call the forecaster's `flush` */
  constructor(dimensions: number, scalar: boolean, options: ResolvedFleetOptions, beforeUpdate: () => void) {
    const { threshold, recurring, surprise } = options;
    const forecaster = new FleetForecaster(dimensions, options, beforeUpdate);
    const scorer = new FleetScorer({ dimensions, surprise }, forecaster.scaler);
    this.dimensions = dimensions;
    this.scalar = scalar;
    this.forecaster = forecaster;
    this.#scorer = scorer;
    this.#detector = new Detector({
      dimensions,
      forecaster: () => forecaster,
      scorer: () => scorer,
      threshold,
      drift: false, // it would have to be looked for key by key, and the weights are everybody's
      recurring,
    });
    this.#records = new KeyRecords([...scorer.parts, ...this.#detector.parts]);
  }

  /** A slot for a new key. */
  acquire(): number {
    const slot = this.forecaster.acquire();
    this.#scorer.clear(slot);
    this.#records.clear(slot);
    return slot;
  }

  /** Releases the slot of a key of which no event waits. */
  release(slot: number): void {
    this.forecaster.release(slot);
  }

  /** Detects in an observation of the key in `slot`, of which no event waits, and learns from it. Then one waits. */
  process(slot: number, observation: Observation): Detection {
    this.forecaster.select(slot);
    this.#scorer.select(slot);
    this.#records.load(slot);
    const detection = this.#detector.process(observation);
    this.#records.store(slot);
    this.forecaster.put();
    return detection;
  }

  /** What the key in `slot` has in the tables. */
  save(slot: number): SavedKey {
    return {
      ...this.forecaster.saveSlot(slot),
      scorer: packFloats(this.#scorer.counts(slot)),
      records: packFloats(this.#records.row(slot)),
    };
  }

  /**
   * A slot for a key with the state that `save` returned.
   *
   * @throws RxAnomalyError BAD_SNAPSHOT when it is not from such models; then no slot is taken
   */
  resume({ forecaster, engine, scorer, records }: SavedKey): number {
    const slot = this.acquire();
    const counts = this.#scorer.counts(slot);
    try {
      const counted = unpackFloats(scorer, counts.length, wholeWithin(0, FULL - 1));
      const row = this.#records.check(records);
      this.forecaster.loadSlot(slot, forecaster, engine);
      counts.set(counted);
      this.#records.row(slot).set(row);
    } catch (error) {
      this.release(slot);
      throw error;
    }
    return slot;
  }

  dispose(): void {
    this.forecaster.dispose();
  }
}

import { RxAnomalyError } from '../../core/errors.ts';
import type { Incident } from '../../core/reading.ts';
import { RareDetector, resolveRare } from '../rare/rareDetector.ts';
import type { DetectRareOptions, ResolvedRare } from '../rare/rareOptions.ts';
import { nest, nestedSnapshot, type Snapshot, seal, unseal } from '../snapshot/snapshot.ts';
import { fields, type Json, list, type State, trusted } from '../snapshot/state.ts';
import type { DurableEvents } from './durableEvents.ts';
import { type DurablePlace, type DurableVerdict, readOpenIncident, refusedState } from './durableState.ts';
import { takenTree } from './extraParts.ts';
import { VerdictHistory } from './verdictHistory.ts';

const KIND = 'DurableRare';

const PARTS = ['position', 'open', 'detector'] as const;

type Place = Pick<DurablePlace, 'store' | 'name' | 'config' | 'extraState'>;

/** A RareDetector, its open incidents and the position in the stream, in a store as one state. */
export class DurableRare<E> implements DurableEvents<E, number> {
  readonly due: number = Number.POSITIVE_INFINITY; // silence is not looked for
  readonly #place: Place;
  readonly #config: Json;
  readonly #detector: RareDetector<E>;
  readonly #history: VerdictHistory<E, number>;
  #position: () => Json = () => null;
  #extraState: State | undefined;
  #saving: Promise<void> | undefined;

  /**
   * Opens the state that the store has.
   *
   * @throws RxAnomalyError BAD_SNAPSHOT when it is damaged, or of another configuration
   */
  static async open<E>(where: string, options: DetectRareOptions<E>, place: Place): Promise<DurableRare<E>> {
    const opened = new DurableRare(where, resolveRare(where, options), place);
    const saved = await place.store?.load(place.name);
    if (saved === undefined) return opened;
    try {
      opened.#resume(saved);
    } catch (error) {
      if (!(error instanceof RxAnomalyError) || error.code !== 'BAD_SNAPSHOT') throw error;
      throw refusedState(place.name, error);
    }
    return opened;
  }

  private constructor(where: string, resolved: ResolvedRare<E>, place: Place) {
    const { hold } = resolved.threshold;
    this.#place = place;
    this.#config = { hold, given: place.config };
    this.#detector = new RareDetector<E>(resolved, where);
    this.#history = new VerdictHistory(hold, undefined);
  }

  /** Position in the stream to resume from; undefined at its beginning. */
  get position(): Json | undefined {
    return this.#position() ?? undefined;
  }

  /** What the state had in addition; undefined at its beginning. */
  get extraState(): State | undefined {
    return this.#extraState;
  }

  /** The open incidents, oldest first. */
  get open(): readonly Incident<E, number>[] {
    return this.#history.open;
  }

  fetch(): undefined {
    return undefined; // all streams are in memory
  }

  process(event: E, position: () => Json): DurableVerdict<E, number> | undefined {
    const verdict = this.#detector.process(event);
    this.#position = position;
    return verdict && this.#history.add(verdict);
  }

  passed(position: () => Json): void {
    this.#position = position;
  }

  look(): never[] {
    return [];
  }

  excuse(): void {}

  /** Takes the state as it is now; what it returns saves it, and resolves when it is safe. */
  capture(): () => Promise<void> {
    const { extraState } = this.#place;
    const state: State = {
      position: this.#position(),
      ...(extraState === undefined ? {} : { extraState: takenTree(extraState()) }),
      ...this.#history.save(),
      detector: nest(this.#detector.snapshot()),
    };
    return () => {
      const { store, name } = this.#place;
      this.#saving = store?.save(name, seal(KIND, 1, this.#config, state)) ?? Promise.resolve();
      return this.#saving;
    };
  }

  /** Resolves when pending work is over. */
  async close(): Promise<void> {
    await this.#saving?.catch(() => {}); // reported by the returned promise
  }

  #resume(saved: Snapshot): void {
    const state = fields(unseal(saved, KIND, 1, this.#config), PARTS, ['extraState']);
    const { position, open, detector, extraState } = state;
    this.#detector.restore(nestedSnapshot(detector));
    this.#history.resume({ open: list('open', open).map(readOpenIncident<E, number>), changes: undefined });
    this.#extraState = extraState;
    const resumed = trusted<Json>(position); // the user's
    this.#position = () => resumed;
  }
}

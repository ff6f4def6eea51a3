import { RxAnomalyError } from '../../core/errors.ts';
import type { Incident, Value, Verdict } from '../../core/reading.ts';
import { defaultKey } from '../../core/selectors.ts';
import type { Feedback } from '../decision/feedback.ts';
import { IncidentMerger } from '../decision/incidentMerger.ts';
import { resolveThresholdOptions } from '../decision/threshold.ts';
import type { Detector } from '../detector.ts';
import {
  asJson,
  fields,
  type Json,
  nest,
  nestedSnapshot,
  type Snapshot,
  type State,
  seal,
  trusted,
  unseal,
} from '../snapshot.ts';
import { StreamDetector } from '../streamDetector.ts';
import type { StreamDetectorOptions } from '../streamDetectorOptions.ts';
import type { CheckpointStore } from './checkpointStore.ts';
import { EvictedModels } from './evictedModels.ts';
import { type Run, Timeline } from './timeline.ts';

/** A verdict with what it means to the incidents of its stream, which outlive a restart. */
export interface DurableVerdict<E = unknown, V extends Value = Value> extends Verdict<E, V> {
  /** The incident that a flagged verdict belongs to, as far as it has come; undefined where it is not flagged. */
  readonly incident: Incident<E, V> | undefined;
  /** The incidents that ended with this verdict. */
  readonly ended: readonly Incident<E, V>[];
}

/** Where and as what a state is kept. */
export interface DurablePlace {
  readonly store: CheckpointStore;
  readonly name: string;
  /** What else the verdicts depend on. */
  readonly config: Json;
  /** Of this run, unlike all others. */
  readonly run: string;
  /** What else belongs to a state, as JSON; asked whenever one is taken, between two events. @default nothing */
  readonly extraState?: () => State;
}

/** Open incidents at a time, as the operator `incidents` has it. */
const MAX_OPEN = 10_000;

/**
 * A StreamDetector, the incidents that go on and the place in the stream, in a store as one unit. Models that are let go
 * are put there too and come back with their key.
 */
export class DurableDetector<E, V extends Value> {
  readonly #place: DurablePlace;
  readonly #detector: StreamDetector<E, V>;
  readonly #merger: IncidentMerger<E, V>;
  readonly #keyOf: (event: E) => string | undefined;
  readonly #hold: number;
  readonly #evicted: EvictedModels;
  readonly #timeline: Timeline;
  /** What was saved extraState the state that this one goes on from; undefined where there was nothing. */
  readonly extraState: State | undefined;
  #kept: readonly number[];
  #position: () => Json;
  #saving: Promise<void> | undefined;
  #isClosed = false;

  /** @throws RxAnomalyError BAD_SNAPSHOT when what the store has is damaged, or of another configuration */
  static async open<E, V extends Value>(
    where: string,
    options: StreamDetectorOptions<E, V>,
    place: DurablePlace,
  ): Promise<DurableDetector<E, V>> {
    const saved = await place.store.load(place.name);
    try {
      return new DurableDetector(where, options, place, saved);
    } catch (error) {
      if (!(error instanceof RxAnomalyError) || error.code !== 'BAD_SNAPSHOT') throw error;
      const advice = 'go on with what it was saved with, or under another name to start afresh';
      throw new RxAnomalyError('BAD_SNAPSHOT', `checkpoint ${place.name}: ${error.message}; ${advice}`, {
        cause: error,
      });
    }
  }

  private constructor(
    where: string,
    options: StreamDetectorOptions<E, V>,
    place: DurablePlace,
    saved: Snapshot | undefined,
  ) {
    this.#place = place;
    this.#hold = resolveThresholdOptions(where, options).hold;
    this.#keyOf = options.key ?? defaultKey;
    this.#merger = new IncidentMerger({ hold: this.#hold, maxOpen: MAX_OPEN });
    const state = saved === undefined ? FRESH : fields(unseal(saved, KIND, 1, this.#config()));
    this.extraState = state.extraState;
    this.#position = () => trusted<Json>(state.position ?? null);
    this.#kept = trusted(state.kept);
    this.#timeline = new Timeline(trusted<Run[]>(state.runs), this.#kept[0] ?? 0, place.run);
    this.#evicted = new EvictedModels(place.store, place.name, this.#timeline, this.#kept);
    this.#detector = new StreamDetector<E, V>(
      {
        ...options,
        onEvict: (eviction) => {
          this.#evicted.put(eviction.key, this.#detector.events, eviction.snapshot());
          options.onEvict?.(eviction);
        },
        onReturn: (key) => this.#evicted.take(key),
      },
      where,
    );
    if (saved === undefined) return;
    this.#detector.restore(nestedSnapshot(state.detector));
    this.#merger.resume(trusted(state.open));
  }

  /** Where in the stream to go on; undefined at its beginning. */
  get position(): Json | undefined {
    return this.#position() ?? undefined;
  }

  /** Events of the stream so far, of all runs. */
  get events(): number {
    return this.#detector.events;
  }

  /** The incidents that go on, oldest first. */
  get open(): readonly Incident<E, V>[] {
    return this.#merger.open;
  }

  /** The detector of a key whose model is alive, for those who want to look inside. */
  detector(key?: string): Detector | undefined {
    return this.#detector.detector(key);
  }

  /** What to wait for before this event can be processed: the model of its key; undefined when it is here. */
  fetch(event: E): Promise<void> | undefined {
    return this.#fetch(this.#keyOf(event));
  }

  /**
   * The verdict on an event that need not be waited for.
   *
   * @param position where to go on after it, as JSON; asked when a state is saved
   */
  process(event: E, position: () => Json): DurableVerdict<E, V> | undefined {
    const verdict = this.#detector.process(event);
    this.#position = position;
    if (verdict === undefined) return undefined;
    const ended = this.#merger.add(verdict);
    return { ...verdict, incident: verdict.isAnomaly ? this.#merger.of(verdict.key) : undefined, ended };
  }

  /**
   * Takes in what a person says, see {@link StreamDetector.takeFeedback}; resolves when the model has it, which may have to
   * come from the store.
   */
  async takeFeedback(feedback: Feedback): Promise<void> {
    for (let pending = this.#fetch(feedback.key); pending !== undefined; pending = this.#fetch(feedback.key))
      await pending;
    this.#detector.takeFeedback(feedback);
  }

  /** Takes the state as it is now; what it returns saves it, and resolves when it is safe. */
  capture(): () => Promise<void> {
    const { events } = this.#detector;
    const kept = [events, ...this.#kept.slice(0, 1)]; // this one, and the one that a damaged one falls back to
    const state = seal(KIND, 1, this.#config(), {
      position: this.#position(),
      kept,
      runs: asJson(this.#timeline.runs),
      open: asJson(this.#merger.save()),
      detector: nest(this.#detector.snapshot()),
      ...(this.#place.extraState === undefined ? {} : { extraState: this.#place.extraState() }),
    });
    this.#evicted.keepFor([events, ...this.#kept]); // from now on, as nobody knows whether a save that fails was done
    return () => {
      this.#saving = this.#save(state, kept);
      return this.#saving;
    };
  }

  /** Lets every model go, and saves nothing more; resolves when what is under way is over. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#detector.dispose();
    await this.#evicted.close();
    await this.#saving?.catch(() => {}); // told to whom it was returned
  }

  #fetch(key: string | undefined): Promise<void> | undefined {
    return this.#detector.has(key) ? undefined : this.#evicted.fetch(key);
  }

  async #save(state: Snapshot, kept: readonly number[]): Promise<void> {
    await this.#evicted.flush(); // first: this state does without them
    if (this.#isClosed) return;
    await this.#place.store.save(this.#place.name, state);
    this.#kept = kept;
    this.#evicted.keepFor(kept);
  }

  #config(): Json {
    return { hold: this.#hold, given: this.#place.config };
  }
}

const KIND = 'DurableDetector';
const FRESH: { readonly [name: string]: State } = { position: null, kept: [], runs: [], open: [] };

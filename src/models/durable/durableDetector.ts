import { RxAnomalyError } from '../../core/errors.ts';
import type { Incident, Value } from '../../core/reading.ts';
import { keyOf } from '../../core/selectors.ts';
import { AbsenceWatch } from '../decision/absenceWatch.ts';
import type { Feedback } from '../decision/feedback.ts';
import type { Detector } from '../detector.ts';
import { decodeSnapshot } from '../snapshot/decodeSnapshot.ts';
import { nest, nestedSnapshot } from '../snapshot/snapshot.ts';
import { asJson, type Json, type State } from '../snapshot/state.ts';
import { StreamDetector } from '../streamDetector.ts';
import {
  type ResolvedStreamDetector,
  resolveStreamDetector,
  type StreamDetectorOptions,
  withCallbacks,
} from '../streamDetectorOptions.ts';
import { type WarmUp, type WarmUpOptions, warmUpWhile } from '../warmUp.ts';
import {
  configOf,
  type DurablePlace,
  type DurableState,
  type DurableVerdict,
  FRESH,
  readDurableState,
  refusedState,
  sealDurableState,
} from './durableState.ts';
import { EvictedModels, Timeline } from './evictedModels.ts';
import { ExtraParts, type ExtraTree, loadExtra } from './extraParts.ts';
import { KeptStates } from './keptStates.ts';
import { type Cut, LiveModels, type Pause } from './liveModels.ts';
import { DamagedPart, type LoadedModels, loadModels } from './loadModels.ts';
import { VerdictHistory } from './verdictHistory.ts';

/**
 * A StreamDetector, the open incidents and the position in the stream, in a store as one unit. Models that are evicted are
 * saved there too and come back with their key.
 */
export class DurableDetector<E, V extends Value> {
  readonly #place: DurablePlace;
  readonly #detector: StreamDetector<E, V>;
  readonly #history: VerdictHistory<E, V>;
  readonly #keyOf: (event: E) => string | undefined;
  readonly #config: Json;
  readonly #evicted: EvictedModels | undefined; // undefined: nothing is kept
  readonly #timeline: Timeline;
  /** What was saved with the state that this one resumes from; undefined where there was nothing. */
  readonly extraState: State | undefined;
  readonly #live: LiveModels | undefined;
  readonly #extra: ExtraParts = new ExtraParts();
  readonly #kept: KeptStates;
  readonly #absences: AbsenceWatch<E, V> | undefined;
  readonly #clock: () => number;
  #position: () => Json;
  #saving: Promise<void> | undefined;
  #isClosed = false;

  /**
   * Opens the state that the store has; where a part of it is damaged, the state before it.
   *
   * @throws RxAnomalyError BAD_SNAPSHOT when what the store has is damaged, or of another configuration
   */
  static async open<E, V extends Value>(
    where: string,
    options: StreamDetectorOptions<E, V> | ResolvedStreamDetector<E, V>,
    place: DurablePlace,
  ): Promise<DurableDetector<E, V>> {
    const { store, name } = place;
    const resolved = resolveStreamDetector(where, options);
    let saved = await store?.load(name);
    try {
      const restore = async (): Promise<DurableDetector<E, V>> => {
        const state = saved && readDurableState<E, V>(saved, configOf(resolved, place));
        const models = store && state && (await loadModels(store, name, state.models));
        const extra = store && state && (await loadExtra(store, name, state.extraState));
        return new DurableDetector(where, resolved, place, state, models, extra);
      };
      return await restore().catch(async (damage: unknown) => {
        if (!(damage instanceof DamagedPart)) throw damage;
        saved = await store?.loadPrevious?.(name, damage);
        if (saved === undefined) throw damage;
        return await restore();
      });
    } catch (error) {
      if (!(error instanceof RxAnomalyError) || error.code !== 'BAD_SNAPSHOT') throw error;
      throw refusedState(name, error);
    }
  }

  private constructor(
    where: string,
    resolved: ResolvedStreamDetector<E, V>,
    place: DurablePlace,
    saved: DurableState<E, V> | undefined,
    loaded: LoadedModels | undefined,
    restored: Awaited<ReturnType<typeof loadExtra>> | undefined,
  ) {
    this.#place = place;
    this.#config = configOf(resolved, place);
    this.#keyOf = keyOf(resolved.key);
    this.#history = new VerdictHistory(resolved.threshold.hold, place.changes);
    const state: DurableState<E, V> = saved ?? FRESH;
    this.#clock = resolved.clock ?? (() => 0);
    if (place.absentAfter !== undefined) {
      this.#absences = new AbsenceWatch(place.absentAfter, resolved.maxKeys);
      if (state.absences !== undefined) this.#absences.resume(state.absences, this.#clock());
    }
    this.extraState = restored?.extra;
    this.#position = () => state.position ?? null;
    const { kept } = state;
    const slots = [...(loaded?.parts.keys() ?? []), ...(restored?.slots ?? [])];
    this.#kept = new KeptStates(kept, slots, state.reserved);
    this.#timeline = new Timeline(state.runs, kept[0] ?? 0, place.run);
    const { store, name, run } = place;
    if (store !== undefined) this.#evicted = new EvictedModels(store, name, this.#timeline, kept);
    this.#detector = new StreamDetector<E, V>(
      withCallbacks(resolved, {
        onEvict: (eviction) => {
          if (this.#evicted !== undefined) {
            const snapshot = eviction.snapshot();
            this.#live?.evicted(eviction.key, snapshot);
            this.#evicted.put(eviction.key, this.#detector.events, snapshot);
          }
          // One that made room, and is in the store, may be back with the next event.
          if (eviction.reason === 'idle') this.#history.end(eviction.key, 'expired');
          else if (store === undefined) this.#history.end(eviction.key, 'evicted');
          resolved.onEvict?.(eviction);
        },
        ...(store === undefined ? {} : { onReturn: (key) => this.#evicted?.take(key) }),
      }),
      where,
    );
    if (store !== undefined) this.#live = new LiveModels(store, name, run, this.#detector, loaded);
    if (loaded === undefined) return;
    this.#detector.restore(nestedSnapshot(state.detector));
    for (const [key, { bytes, lastSeen }] of loaded.models)
      this.#detector.resumeLater(key, () => decodeSnapshot(bytes), lastSeen);
    // One at once, so that a state of another configuration is refused here; the others are of the same one.
    if (loaded.models.size > 0) this.#detector.detector([...loaded.models.keys()][0]);
    this.#history.resume(state);
  }

  /** Position in the stream to resume from; undefined at its beginning. */
  get position(): Json | undefined {
    return this.#position() ?? undefined;
  }

  /** Events of the stream so far, of all runs. */
  get events(): number {
    return this.#detector.events;
  }

  /** The open incidents, oldest first. */
  get open(): readonly Incident<E, V>[] {
    return this.#history.open;
  }

  /** The detector of a key whose model is alive, for inspection. */
  detector(key?: string): Detector | undefined {
    return this.#detector.detector(key);
  }

  /**
   * Learns from history, see {@link StreamDetector.warmUp}; without incidents and absences. Only of a detector that has no
   * state yet, and before its first event.
   *
   * @param pause asked after each event what to wait for
   */
  async warmUp(events: Iterable<E>, options: WarmUpOptions, pause: Pause): Promise<WarmUp> {
    const steps = this.#detector.warmUpSteps(events, options);
    return await warmUpWhile(steps, pause, (event) => this.fetch(event));
  }

  /** What to wait for before this event can be processed: the model of its key; undefined when it is loaded. */
  fetch(event: E): Promise<void> | undefined {
    return this.#fetch(this.#keyOf(event));
  }

  /**
   * The verdict on an event for which {@link DurableDetector} has no need to wait.
   *
   * @param position where to resume after it, as JSON; read when a state is saved
   * @param onAbsence called before with the verdict on each key that the event shows to be absent
   */
  process(
    event: E,
    position: () => Json,
    onAbsence: (verdict: DurableVerdict<E, V>) => void = () => {},
  ): DurableVerdict<E, V> | undefined {
    this.#live?.touch(this.#keyOf(event));
    const detected = this.#detector.process(event);
    this.#position = position;
    if (detected === undefined) return undefined;
    const noticed = this.#absences?.add(detected, this.#clock());
    for (const absence of noticed?.began ?? []) onAbsence(this.#history.add(absence));
    const verdict = noticed?.ended === undefined ? detected : { ...detected, absence: noticed.ended };
    return this.#history.add(this.#place.revise?.(verdict, !this.#history.isOpen(verdict.key)) ?? verdict);
  }

  /** Notes that the stream was read up to there, without an event to process. @param position as of {@link process} */
  passed(position: () => Json): void {
    this.#position = position;
  }

  /** When a key may be absent by the clock; infinite while none can. */
  get due(): number {
    return this.#absences?.due ?? Number.POSITIVE_INFINITY;
  }

  /** The verdicts on keys that are absent by now. @param now milliseconds of the clock */
  look(now: number): DurableVerdict<E, V>[] {
    return (this.#absences?.look(now) ?? []).map((verdict) => this.#history.add(verdict));
  }

  /** The reading of events was held up: on the clock all silence begins now. */
  excuse(now: number): void {
    this.#absences?.excuse(now);
  }

  /**
   * Applies a person's feedback, see {@link StreamDetector.takeFeedback}; resolves when the model has it, which may have to
   * come from the store.
   */
  async takeFeedback(feedback: Feedback): Promise<void> {
    for (let pending = this.#fetch(feedback.key); pending !== undefined; pending = this.#fetch(feedback.key))
      await pending;
    this.#live?.touch(feedback.key);
    this.#detector.takeFeedback(feedback);
  }

  /**
   * Takes the state as it is now; what it returns saves it, and resolves when it is safe. Events may be processed while it
   * is being saved: a model that is about to change gives its state first. One state is saved after another.
   */
  capture(): (pause?: Pause) => Promise<void> {
    const { events } = this.#detector;
    const state: { readonly [name: string]: State } = {
      position: this.#position(),
      runs: asJson(this.#timeline.runs),
      ...this.#history.save(),
      ...(this.#absences && { absences: this.#absences.save(this.#clock()) }),
      detector: nest(this.#detector.snapshot([])),
    };
    const extra = this.#place.extraState?.();
    const cut = this.#live?.cut();
    this.#evicted?.keepFor([events, ...this.#kept.events]);
    return (pause = () => undefined) => {
      this.#saving = cut === undefined ? Promise.resolve() : this.#save(state, extra, events, cut, pause);
      return this.#saving;
    };
  }

  /** Disposes of every model, and saves nothing more; resolves when pending work is over. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#detector.dispose();
    await this.#evicted?.close();
    await this.#saving?.catch(() => {}); // reported by the returned promise
  }

  #fetch(key: string | undefined): Promise<void> | undefined {
    return this.#detector.has(key) ? undefined : this.#evicted?.fetch(key);
  }

  async #save(
    state: { readonly [name: string]: State },
    extra: ExtraTree | undefined,
    events: number,
    cut: Cut,
    pause: Pause,
  ): Promise<void> {
    const { store, name } = this.#place;
    const [live, kept] = [this.#live, this.#kept];
    const isOver = (): boolean => this.#isClosed;
    await this.#evicted?.flush(); // first: this state does without them
    if (store === undefined || live === undefined) return;
    const models = await live.save(cut, (slot) => kept.needs(slot), isOver, pause);
    if (models === undefined || this.#isClosed) return;
    const isUsed = (slot: number): boolean => models.slots.has(slot) || kept.needs(slot);
    const id = `${this.#place.run} ${cut.clock}`;
    const saved =
      extra === undefined
        ? undefined
        : await this.#extra.save(extra, { store, name, id, isUsed, isOver, pause });
    if (this.#isClosed) return;
    const next = kept.next(events, new Set([...models.slots, ...(saved?.slots ?? [])]));
    const whole = {
      ...{ ...state, models: models.state, kept: next.events, reserved: next.reserved },
      ...(saved === undefined ? {} : { extraState: saved.state }),
    };
    await store.save(name, sealDurableState(this.#config, whole));
    models.adopt();
    saved?.adopt();
    const unneeded = next.succeeded();
    this.#evicted?.keepFor(kept.events);
    await live.remove(unneeded);
  }
}

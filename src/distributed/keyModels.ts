import type { Incident, Value } from '../core/reading.ts';
import type { Feedback } from '../models/decision/feedback.ts';
import type { DurableVerdict } from '../models/durable/durableState.ts';
import { borrowed } from '../models/snapshot/vectors.ts';
import { StreamDetector } from '../models/streamDetector.ts';
import { withCallbacks } from '../models/streamDetectorOptions.ts';
import { Overtaken, type Position, type UnsavedState } from './contract.ts';
import { EventClock } from './eventClock.ts';
import { ExpiredStates } from './expiredStates.ts';
import {
  beyond,
  type Dirty,
  type Entry,
  type Key,
  type KeyModelsContext,
  MOST_WAITING,
  type Removed,
  unsaved,
} from './keyEntry.ts';
import { merged, mergerOf } from './keyIncidents.ts';
import { OpenIncidents } from './openIncidents.ts';
import { decodeKey, encodeKey, nameOf, type PartitionRecord } from './records.ts';

/** States in one request, and about how many bytes of them. */
const MOST_STATES = 64;
const MOST_BYTES = 4 << 20;

/**
 * The models of one partition's keys: loaded by the key's first event, let go when others need the memory, saved when they
 * have changed. Each has a position of its own, so that no moment is common to all.
 */
export class KeyModels<E, V extends Value, P extends Position> {
  readonly #context: KeyModelsContext<E, V, P>;
  readonly #detector: StreamDetector<E, V>;
  readonly #entries: Map<Key, Entry<E, V, P>> = new Map();
  /** Keys that differ from their saved states, those that have for longest first. */
  readonly #dirty: Map<Key, Dirty<P>> = new Map();
  #evicted: Set<Key> = new Set(); // in the batch at hand
  #batch: ReadonlySet<Key> = new Set(); // the keys in it
  #events = 0;
  readonly #clock: EventClock<E> | undefined;
  #time: number | undefined; // of the clock, after the last event
  readonly #expired: ExpiredStates<E, V, P> | undefined;
  readonly #open: OpenIncidents = new OpenIncidents();
  #position: P | undefined;
  /** Whether no state is needed: the log is read from its beginning, and no key was forgotten. */
  #knowsAll: boolean;
  #keys: number;
  #bytes: number;
  #saves = 0;
  #savedAt = 0; // events
  #early = 0; // states that may be saved before they are due

  /** @param from where the partition is read from, and what is known of its states */
  constructor(
    context: KeyModelsContext<E, V, P>,
    from: Pick<PartitionRecord<P>, 'floor' | 'keys' | 'bytes' | 'clock' | 'swept'>,
  ) {
    this.#context = context;
    this.#position = from.floor;
    this.#knowsAll = from.floor === undefined && from.keys === 0;
    this.#keys = from.keys;
    this.#bytes = from.bytes;
    const { keepStates, detect } = context;
    this.#time = from.clock;
    if (keepStates !== undefined) {
      this.#clock = new EventClock(keepStates, detect.reader.time, from.clock);
      this.#expired = new ExpiredStates(context, this.#clock, from.swept);
    }
    this.#detector = new StreamDetector<E, V>(
      withCallbacks(context.detect, {
        packsRows: context.detect.fleet,
        onEvict: (eviction) => {
          const entry = this.#entries.get(eviction.key)!;
          this.#evicted.add(eviction.key);
          if (this.#dirty.has(eviction.key) || this.#batch.has(eviction.key))
            entry.stream = eviction.snapshot();
        },
        onReturn: (key) => {
          const entry = this.#entries.get(key);
          const stream = entry?.stream;
          delete entry?.stream;
          return stream;
        },
      }),
      'distribute',
    );
  }

  get #hold(): number {
    return this.#context.detect.threshold.hold;
  }

  /** Models in memory. */
  get size(): number {
    return this.#detector.size;
  }

  /** Events so far. */
  get events(): number {
    return this.#events;
  }

  /** States saved so far. */
  get saves(): number {
    return this.#saves;
  }

  /** Keys with a saved state and the bytes of them all, as far as is known. */
  get stored(): { readonly keys: number; readonly bytes: number } {
    // Another worker may have saved other states meanwhile: it is an estimate, and below 0 no record takes it.
    return { keys: this.#keys, bytes: Math.max(0, this.#bytes) };
  }

  /** Of the partition's record: time at the floor, and when the states were looked through last. */
  get times(): { readonly clock: number | undefined; readonly swept: number | undefined } {
    const [dirty] = this.#dirty.values();
    return { clock: dirty === undefined ? this.#time : dirty.clock, swept: this.#expired?.since };
  }

  /** Of the partition's record: keys whose saved states may have an open incident. */
  get open(): readonly Key[] {
    return this.#open.keys((key) => this.#dirty.has(key));
  }

  /** Every event up to it is in the saved state of its key; undefined before all. */
  get floor(): P | undefined {
    for (const { before } of this.#dirty.values()) return before;
    return this.#position;
  }

  /** To be called first. @param open as in the partition's record */
  async resume(open: readonly Key[]): Promise<void> {
    const { partition, states, print, retried } = this.#context;
    for (let at = 0; at < open.length; at += MOST_STATES) {
      const keys = open.slice(at, at + MOST_STATES);
      const found = await retried(() => states.load(partition, keys.map(nameOf)));
      for (const [k, key] of keys.entries()) {
        const stored = found[k];
        const state = stored && decodeKey<E, V, P>(print, key, stored.state);
        if (state !== undefined && state.open.length > 0) this.#open.set(key, state.openClock);
      }
    }
  }

  /**
   * Loads what the events of a batch need.
   *
   * @param newest of each key in it the position of its newest event
   * @param delivered no state may have more than this
   * @param events of the batch
   */
  async load(newest: ReadonlyMap<Key, P>, delivered: P | undefined, events: readonly E[]): Promise<void> {
    const { partition, states, compare, print, refreshed, retried } = this.#context;
    const expiring = this.#clock === undefined ? [] : this.#open.expired(this.#clock.after(events));
    this.#batch = new Set([...newest.keys(), ...expiring]);
    const wanted = [...newest].flatMap(([key, position]) => {
      const entry = this.#entries.get(key);
      if (entry === undefined) {
        if (this.#knowsAll) this.#entries.set(key, unsaved());
        return this.#knowsAll ? [] : [key];
      }
      const isHere =
        this.#detector.has(key) ||
        this.#dirty.has(key) ||
        entry.stream !== undefined ||
        entry.saved === undefined;
      return isHere || compare(position, entry.upTo!) <= 0 ? [] : [key];
    });
    for (const key of expiring) if (!this.#entries.has(key) && !newest.has(key)) wanted.push(key);
    for (let at = 0; at < wanted.length; at += MOST_STATES) {
      const keys = wanted.slice(at, at + MOST_STATES);
      const found = await retried(() => states.load(partition, keys.map(nameOf)));
      for (const [k, key] of keys.entries()) {
        const stored = found[k];
        const entry: Entry<E, V, P> = unsaved();
        this.#entries.set(key, entry);
        if (stored === undefined) continue;
        const { upTo, stream, open, openClock, waiting, clock, verdict } = decodeKey<E, V, P>(
          print,
          key,
          stored.state,
        );
        if (delivered === undefined || compare(upTo, delivered) > 0) {
          // Another process may have delivered and saved since the end was read.
          const end = await refreshed();
          if (end === undefined || compare(upTo, end) > 0) throw beyond(partition, key, upTo, end);
        }
        Object.assign(entry, { upTo, saved: upTo, revision: stored.revision, bytes: stored.state.length });
        if (clock !== undefined) Object.assign(entry, { clock, verdict });
        if (stream !== undefined) entry.stream = stream;
        if (waiting.length > 0) entry.waiting = [...waiting];
        if (open.length === 0) continue;
        mergerOf(entry, this.#hold).resume(open);
        if (this.#clock !== undefined) this.#open.set(key, openClock);
      }
    }
  }

  /**
   * The verdict on an event; undefined when the model of its key has it already, or when it has none.
   *
   * @param key for which `load` was called
   */
  process(event: E, key: Key, position: P): DurableVerdict<E, V> | undefined {
    this.#clock?.advance(event);
    const entry = this.#begin(key, position);
    if (entry === undefined) {
      const { verdict } = this.#entries.get(key)!;
      if (verdict !== undefined && this.#context.compare(position, verdict) <= 0) this.#endExpired(position); // as was delivered then
      return undefined;
    }
    for (const feedback of entry.waiting ?? []) this.#detector.takeFeedback(feedback);
    delete entry.waiting;
    const verdict = this.#detector.process(event);
    if (verdict === undefined) return undefined;
    const result = merged(entry, verdict, this.#hold, this.#endExpired(position, entry));
    if (this.#clock === undefined) return result;
    entry.verdict = position;
    if (entry.merger === undefined) this.#open.end(key);
    else this.#open.set(key, this.#clock.now);
    return result;
  }

  /** Applies feedback on a key, at the first event where it has none. @throws RxAnomalyError BAD_OPTION */
  takeFeedback(feedback: Feedback, position: P): void {
    const { key } = feedback;
    const entry = this.#begin(key, position);
    if (entry === undefined) return;
    if (this.#detector.has(key) || entry.stream !== undefined) this.#detector.takeFeedback(feedback);
    else entry.waiting = [...(entry.waiting ?? []), feedback].slice(-MOST_WAITING);
  }

  /** To be called after each event, of whatever kind. */
  passed(position: P): void {
    this.#events++;
    this.#position = position;
    this.#time = this.#clock?.now;
  }

  /**
   * Saves the states of keys that have differed from them for many events, and of those whose models were let go. Everything
   * must be delivered.
   *
   * @param events to be unsaved at most; 0 saves all
   */
  async save(events: number): Promise<void> {
    const due = new Set<Key>();
    // Keys that have begun together would be due together: some are saved early.
    if (events > 0) this.#early += (this.#dirty.size * (this.#events - this.#savedAt)) / events;
    this.#savedAt = this.#events;
    for (const [key, { since }] of this.#dirty) {
      if (since > this.#events - events && events > 0 && due.size + 1 > this.#early) break;
      due.add(key);
    }
    this.#early = Math.max(0, this.#early - due.size);
    for (const key of this.#evicted) if (this.#dirty.has(key)) due.add(key);
    let part = new Map<Key, Uint8Array>();
    let bytes = 0;
    for (const key of due) {
      const { upTo, saved } = this.#entries.get(key)!;
      if (saved !== undefined && this.#context.compare(upTo!, saved) <= 0) {
        this.#dirty.delete(key); // somebody else is ahead
        continue;
      }
      const state = this.#encoded(key);
      part.set(key, state);
      bytes += state.length;
      if (part.size < MOST_STATES && bytes < MOST_BYTES) continue;
      await this.#savePart(part);
      [part, bytes] = [new Map(), 0];
    }
    await this.#savePart(part);
    for (const key of this.#evicted) this.#forget(key);
    for (const key of this.#batch) this.#forget(key);
    this.#evicted = new Set();
    this.#batch = new Set();
    await this.#expired?.step(this);
  }

  /** Whether it knows what is saved of a key. */
  keeps(key: Key): boolean {
    return this.#entries.has(key);
  }

  /** Forgets a key that begins anew with its next event, if nothing of it is unsaved. */
  letGo(key: Key): Removed | undefined {
    const { clock, revision, bytes, merger } = this.#entries.get(key)!;
    if (this.#dirty.has(key) || revision === undefined || merger !== undefined) return undefined;
    if (this.#clock?.isExpired(clock) !== true) return undefined;
    this.#detector.forget(key);
    this.#entries.delete(key);
    return { name: nameOf(key), revision, bytes };
  }

  /** Counts states that were removed. */
  removed(states: readonly Removed[]): void {
    this.#keys = Math.max(0, this.#keys - states.length); // others may have removed them, too
    for (const { bytes } of states) this.#bytes -= bytes;
    this.#knowsAll = false;
  }

  dispose(): void {
    this.#detector.dispose();
    this.#entries.clear();
  }

  /** Undefined where the model has the event already. */
  #begin(key: Key, position: P): Entry<E, V, P> | undefined {
    const entry = this.#entries.get(key)!;
    if (entry.upTo !== undefined && this.#context.compare(position, entry.upTo) <= 0) return undefined;
    this.#changes(key, entry, position);
    if (this.#clock === undefined) return entry;
    if (this.#clock.isExpired(entry.clock)) this.#beginAnew(key, entry);
    entry.clock = this.#clock.now;
    if (entry.merger !== undefined && !this.#clock.isExpired(this.#open.clockOf(key)))
      this.#open.set(key, entry.clock);
    return entry;
  }

  #changes(key: Key, entry: Entry<E, V, P>, position: P): void {
    if (!this.#dirty.has(key))
      this.#dirty.set(key, { since: this.#events, before: this.#position, clock: this.#time });
    entry.upTo = position;
  }

  /** An open incident stays until its end is delivered. */
  #beginAnew(key: Key, entry: Entry<E, V, P>): void {
    this.#detector.forget(key);
    for (const part of ['stream', 'waiting'] as const) delete entry[part];
  }

  /** Ends the incidents of keys whose states are expired. @param own of the event at hand; undefined: the model of its key has it */
  #endExpired(position: P, own?: Entry<E, V, P>): Incident<E, V>[] {
    if (this.#clock === undefined) return [];
    return this.#open.expired(this.#clock).flatMap((key) => {
      const entry = this.#entries.get(key);
      const upTo = entry === own ? undefined : entry?.upTo;
      if (upTo !== undefined && this.#context.compare(position, upTo) <= 0) return []; // somebody else is ahead
      this.#open.end(key);
      const incident = entry?.merger?.of(key);
      if (entry === undefined || incident === undefined) return []; // its state was removed since it was delivered
      delete entry.merger;
      this.#changes(key, entry, position);
      if (this.#clock!.isExpired(entry.clock)) this.#beginAnew(key, entry);
      return [{ ...incident, endedBy: 'expired' as const }];
    });
  }

  #encoded(key: Key): Uint8Array {
    const { upTo, stream, merger, waiting, clock, verdict } = this.#entries.get(key)!;
    return borrowed(() =>
      encodeKey<E, V, P>(this.#context.print, key, {
        upTo: upTo!,
        stream: this.#detector.has(key) ? this.#detector.snapshotOf(key) : stream,
        open: merger?.save() ?? [],
        openClock: merger === undefined ? undefined : this.#open.clockOf(key),
        waiting: waiting ?? [],
        clock,
        verdict,
      }),
    );
  }

  async #savePart(part: Map<Key, Uint8Array>): Promise<void> {
    const { partition, states, retried } = this.#context;
    while (part.size > 0) {
      const unsaved = Array.from(part, ([key, state]): UnsavedState => {
        return { name: nameOf(key), state, revision: this.#entries.get(key)!.revision };
      });
      try {
        const revisions = await retried(() => states.save(partition, unsaved));
        for (const [k, [key, state]] of [...part].entries()) {
          const entry = this.#entries.get(key)!;
          this.#saved(key, entry.upTo!, revisions[k]!, state.length);
          part.delete(key);
        }
      } catch (error) {
        if (!(error instanceof Overtaken)) throw error;
        await this.#adopt(part);
      }
    }
  }

  /** Takes those for saved that somebody else has saved as far, and the revisions of the others. */
  async #adopt(part: Map<Key, Uint8Array>): Promise<void> {
    const { partition, states, compare, print, retried } = this.#context;
    const keys = [...part.keys()];
    const found = await retried(() => states.load(partition, keys.map(nameOf)));
    for (const [k, key] of keys.entries()) {
      const entry = this.#entries.get(key)!;
      const stored = found[k];
      if (stored?.revision === entry.revision) continue;
      entry.revision = stored?.revision;
      if (stored === undefined) continue;
      const { upTo } = decodeKey<E, V, P>(print, key, stored.state);
      if (compare(upTo, entry.upTo!) < 0) {
        entry.saved = upTo;
        continue;
      }
      this.#saved(key, upTo, stored.revision, stored.state.length);
      part.delete(key);
    }
  }

  #saved(key: Key, upTo: P, revision: string, bytes: number): void {
    const entry = this.#entries.get(key)!;
    if (entry.saved === undefined) this.#keys++;
    this.#bytes = Math.max(0, this.#bytes + bytes - entry.bytes); // others may have counted the old ones
    this.#saves++;
    Object.assign(entry, { saved: upTo, revision, bytes });
    this.#dirty.delete(key);
  }

  /** What can be loaded again need not be kept, but for where the saved state is ahead. */
  #forget(key: Key): void {
    const entry = this.#entries.get(key);
    if (entry === undefined || this.#dirty.has(key) || this.#detector.has(key)) return;
    delete entry.stream;
    const { saved } = entry;
    const position = this.#position;
    if (saved !== undefined && position !== undefined && this.#context.compare(saved, position) > 0) return;
    this.#entries.delete(key);
    this.#knowsAll = false;
  }
}

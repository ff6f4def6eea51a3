import { nest, nestedSnapshot, type Snapshot, seal, unseal } from '../snapshot/snapshot.ts';
import { count, fields, list, text } from '../snapshot/state.ts';
import type { CheckpointStore } from './checkpointStore.ts';

/** An evicted model. */
interface Put extends Moment {
  readonly model: Snapshot;
}

/** Models that may wait to be written: each takes some 130 kB, of several dimensions more. */
const MAX_WAITING = 64;

/**
 * Evicted models, in a store. A key's newest few are kept, because a run that resumes from a checkpoint needs those
 * of that moment, and not those that were saved between the checkpoint and the crash.
 */
export class EvictedModels {
  readonly #store: CheckpointStore;
  readonly #name: string;
  readonly #timeline: Timeline;
  readonly #waiting: Map<string | undefined, Put[]> = new Map(); // to be written, oldest first
  readonly #fetched: Map<string | undefined, Snapshot | undefined> = new Map();
  readonly #fetching: Map<string | undefined, Promise<void>> = new Map();
  #kept: readonly number[];
  #writing: Promise<void> | undefined;
  #isClosed = false;

  /** @param kept event counts of the checkpoints that may be resumed from */
  constructor(store: CheckpointStore, name: string, timeline: Timeline, kept: readonly number[]) {
    this.#store = store;
    this.#name = name;
    this.#timeline = timeline;
    this.#kept = kept;
  }

  /** Adds the model of a key that was evicted after so many events of the stream. */
  put(key: string | undefined, events: number, model: Snapshot): void {
    const puts = this.#waiting.get(key) ?? [];
    puts.push({ ...this.#timeline.at(events), model });
    this.#waiting.set(key, puts);
    this.#write().catch(() => {}); // reported by the next flush, which tries again
  }

  /** The model of a key for which there is no reason to wait, see {@link fetch}; undefined when it never had one. */
  take(key: string | undefined): Snapshot | undefined {
    const waiting = this.#waiting.get(key)?.at(-1)?.model;
    const fetched = this.#fetched.get(key);
    this.#fetched.delete(key);
    return waiting ?? fetched;
  }

  /** What to wait for before {@link take}; undefined when it need not be waited for. */
  fetch(key: string | undefined): Promise<void> | undefined {
    if (this.#waiting.size > MAX_WAITING) return this.flush();
    if (this.#waiting.has(key) || this.#fetched.has(key)) return undefined;
    const fetching = this.#fetching.get(key) ?? this.#load(key);
    this.#fetching.set(key, fetching);
    return fetching;
  }

  /** Resolves when all evicted models are in the store. */
  async flush(): Promise<void> {
    while (this.#waiting.size > 0 && !this.#isClosed) await this.#write();
  }

  /** Writes nothing more; resolves when pending work is over. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#writing?.catch(() => {});
  }

  /** Updates the checkpoints that may be resumed from: what only older ones need is not kept. */
  keepFor(events: readonly number[]): void {
    this.#kept = events;
  }

  async #load(key: string | undefined): Promise<void> {
    try {
      this.#fetched.set(key, (await this.#past(key)).at(-1)?.model);
    } finally {
      this.#fetching.delete(key);
    }
  }

  /** One after another: two writes of the same key must not overtake each other. */
  #write(): Promise<void> {
    this.#writing ??= this.#writeAll().finally(() => {
      this.#writing = undefined;
    });
    return this.#writing;
  }

  async #writeAll(): Promise<void> {
    for (const [key, puts] of this.#waiting) {
      if (this.#isClosed) return;
      const count = puts.length;
      const past = [...(await this.#past(key)), ...puts.slice(0, count)];
      const needed = new Set([past.at(-1), ...this.#kept.map((kept) => newestUpTo(past, kept))]);
      const entries = past
        .filter((put) => needed.has(put))
        .map((put) => ({ ...put, model: nest(put.model) }));
      if (this.#isClosed) return;
      await this.#store.save(this.#nameOf(key), seal('EvictedModel', 1, null, { entries }));
      puts.splice(0, count);
      if (puts.length === 0) this.#waiting.delete(key);
    }
  }

  async #past(key: string | undefined): Promise<Put[]> {
    const stored = await this.#store.load(this.#nameOf(key));
    if (stored === undefined) return [];
    const { entries } = fields(unseal(stored, 'EvictedModel', 1, null), ['entries']);
    return list('entries', entries)
      .map((entry) => {
        const { run, events, model } = fields(entry, ['run', 'events', 'model']);
        return { run: text('run', run), events: count('events', events), model: nestedSnapshot(model) };
      })
      .filter((entry) => this.#timeline.isPast(entry));
  }

  #nameOf(key: string | undefined): string {
    return key === undefined ? `${this.#name}/` : `${this.#name}/=${key}`;
  }
}

function newestUpTo(past: readonly Put[], events: number): Put | undefined {
  return past.filter((put) => put.events <= events).at(-1);
}

/** One run of a program over a stream: its id, and after how many events of the stream it began. */
export interface Run {
  readonly id: string;
  readonly from: number;
}

/** When something was saved: by which run, after how many events of the stream. */
export interface Moment {
  readonly run: string;
  readonly events: number;
}

/**
 * Which moments belong to the past of this run. A run resumes from a checkpoint: what the previous one did after that
 * checkpoint does not count, though some of it may be in the store.
 */
export class Timeline {
  readonly runs: readonly Run[];
  readonly #run: Run;

  /**
   * @param before the runs that led to the checkpoint; empty for a fresh start
   * @param from events up to the checkpoint
   * @param id of this run, unique
   */
  constructor(before: readonly Run[], from: number, id: string) {
    this.#run = { id, from };
    this.runs = [...before, this.#run];
  }

  at(events: number): Moment {
    return { run: this.#run.id, events };
  }

  isPast({ run, events }: Moment): boolean {
    const place = this.runs.findIndex(({ id }) => id === run);
    return place >= 0 && this.runs.slice(place + 1).every(({ from }) => events <= from);
  }
}

import { decodeSnapshot } from '../snapshot/decodeSnapshot.ts';
import { encodeSnapshot } from '../snapshot/encodeSnapshot.ts';
import { type Snapshot, seal, unseal } from '../snapshot/snapshot.ts';
import { badSnapshot, count, fields, list, type State, text } from '../snapshot/state.ts';
import type { CheckpointStore } from './checkpointStore.ts';

/** An evicted model. */
interface Put extends Moment {
  /** What `encodeSnapshot` made of its snapshot. */
  readonly model: Uint8Array;
}

/** Bytes of models that may wait to be written: some 3,500 of a fleet, 600 others. */
const MOST_WAITING = 1 << 25;
/** Models that are written at a time: a store spends most of it waiting for the disk. */
const WRITERS = 8;

/**
 * Evicted models, in a store. They wait in memory for the next state, or until they are too many: a key that returns before
 * that has cost the store nothing. A key's newest few are kept, because a run that resumes from a checkpoint needs those
 * of that moment, and not those that were saved between the checkpoint and the crash.
 */
export class EvictedModels {
  readonly #store: CheckpointStore;
  readonly #name: string;
  readonly #timeline: Timeline;
  readonly #mostWaiting: number;
  readonly #waiting: Map<string | undefined, readonly Put[]> = new Map(); // to be written, oldest first
  #bytes = 0; // of those
  readonly #fetched: Map<string | undefined, Uint8Array | undefined> = new Map();
  readonly #fetching: Map<string | undefined, Promise<void>> = new Map();
  #kept: readonly number[];
  #writing: Promise<void> | undefined;
  #isClosed = false;

  /**
   * @param kept event counts of the checkpoints that may be resumed from
   * @param mostWaiting bytes of models that may wait to be written
   */
  constructor(
    store: CheckpointStore,
    name: string,
    timeline: Timeline,
    kept: readonly number[],
    mostWaiting: number = MOST_WAITING,
  ) {
    this.#store = store;
    this.#name = name;
    this.#timeline = timeline;
    this.#kept = kept;
    this.#mostWaiting = mostWaiting;
  }

  /** Adds the model of a key that was evicted after so many events of the stream. */
  put(key: string | undefined, events: number, model: Snapshot): void {
    const put = { ...this.#timeline.at(events), model: encodeSnapshot(model) };
    this.#wait(key, [...this.#neededOf(key), put]);
    // Reported by the next flush, which tries again. Begun early, so that nobody has to wait.
    if (this.#bytes > this.#mostWaiting / 2) this.#write().catch(() => {});
  }

  /** The model of a key for which there is no reason to wait, see {@link fetch}; undefined when it never had one. */
  take(key: string | undefined): Snapshot | undefined {
    const model = this.#waiting.get(key)?.at(-1)?.model ?? this.#fetched.get(key);
    this.#fetched.delete(key);
    this.#wait(key, this.#neededOf(key));
    return model === undefined ? undefined : decodeSnapshot(model);
  }

  /** What to wait for before {@link take}; undefined when it need not be waited for. */
  fetch(key: string | undefined): Promise<void> | undefined {
    if (this.#bytes > this.#mostWaiting) return this.flush();
    if (this.#waiting.has(key) || this.#fetched.has(key)) return undefined;
    const fetching = this.#fetching.get(key) ?? this.#load(key);
    this.#fetching.set(key, fetching);
    return fetching;
  }

  /** Resolves when all models that wait now are in the store. */
  async flush(): Promise<void> {
    await this.#writing?.catch(() => {}); // it may have begun before the newest were put
    await this.#write();
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

  /** What waits of a key, but for what no checkpoint needs. */
  #neededOf(key: string | undefined): readonly Put[] {
    const waiting = this.#waiting.get(key) ?? [];
    return waiting.filter((put) => this.#kept.some((kept) => newestUpTo(waiting, kept) === put));
  }

  #wait(key: string | undefined, puts: readonly Put[]): void {
    this.#bytes += bytesOf(puts) - bytesOf(this.#waiting.get(key) ?? []);
    if (puts.length === 0) this.#waiting.delete(key);
    else this.#waiting.set(key, puts);
  }

  async #load(key: string | undefined): Promise<void> {
    try {
      this.#fetched.set(key, (await this.#past(key)).at(-1)?.model);
    } finally {
      this.#fetching.delete(key);
    }
  }

  /** Writes what waits now. One after another: two writes of the same key must not overtake each other. */
  #write(): Promise<void> {
    this.#writing ??= this.#writeAll().finally(() => {
      this.#writing = undefined;
    });
    return this.#writing;
  }

  async #writeAll(): Promise<void> {
    const keys = this.#waiting.keys();
    const pending = Array.from({ length: this.#waiting.size }, () => keys.next().value);
    const work = async (): Promise<void> => {
      while (pending.length > 0 && !this.#isClosed) await this.#writeOne(pending.pop());
    };
    const works = await Promise.allSettled(Array.from({ length: WRITERS }, work));
    for (const each of works) if (each.status === 'rejected') throw each.reason;
  }

  async #writeOne(key: string | undefined): Promise<void> {
    const stored = await this.#past(key);
    const puts = this.#waiting.get(key) ?? []; // none: it has returned
    if (puts.length === 0 || this.#isClosed) return;
    const past = [...stored, ...puts];
    const needed = new Set([past.at(-1), ...this.#kept.map((kept) => newestUpTo(past, kept))]);
    const entries = past.filter((put) => needed.has(put)).map((put) => ({ ...put }));
    await this.#store.save(this.#nameOf(key), seal('EvictedModel', 1, null, { entries }));
    const written = new Set(puts);
    this.#wait(
      key,
      (this.#waiting.get(key) ?? []).filter((put) => !written.has(put)),
    );
  }

  async #past(key: string | undefined): Promise<Put[]> {
    const stored = await this.#store.load(this.#nameOf(key));
    if (stored === undefined) return [];
    const { entries } = fields(unseal(stored, 'EvictedModel', 1, null), ['entries']);
    return list('entries', entries)
      .map(readPut)
      .filter((entry) => this.#timeline.isPast(entry));
  }

  #nameOf(key: string | undefined): string {
    return key === undefined ? `${this.#name}/` : `${this.#name}/=${key}`;
  }
}

function readPut(saved: State): Put {
  const { run, events, model } = fields(saved, ['run', 'events', 'model']);
  if (!(model instanceof Uint8Array)) throw badSnapshot('snapshot: a model is not there as bytes');
  return { run: text('run', run), events: count('events', events), model };
}

function bytesOf(puts: readonly Put[]): number {
  return puts.reduce((sum, { model }) => sum + model.length, 0);
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

import { Random } from '../../core/random.ts';
import { badSnapshot, count, fields, list, type State, text } from '../snapshot/state.ts';
import { CountTable } from './countTable.ts';

/** Parts of the day that events are counted in. */
export const PARTS = 8;
const WIDTH = 1 + PARTS; // all events of a category, and those of each part of the day

/** What is known of a category before an event of it is added. */
export interface Known {
  /** Its events, and all of them. */
  readonly count: number;
  readonly of: number;
  readonly chance: number;
}

/**
 * A sample of the events so far, by category and part of the day. It is bounded: at `events` events or at `categories` categories each event
 * is kept with a chance of one half. So what was long ago counts less and less, a category of which nothing is left
 * is forgotten, and the sample stays exchangeable with the next event, which is all that {@link CountTable.chance} asks for.
 */
export class EventBag {
  readonly #mostEvents: number;
  readonly #mostCategories: number;
  readonly #onForget: (category: string) => void;
  #counts: Map<string, Uint32Array> = new Map(); // (WIDTH) each
  #all = new CountTable();
  #parts: readonly CountTable[] = tables();
  #halvings = 0;
  #forgotten = 0;

  /** @param onForget called with each category of which nothing is left */
  constructor(mostEvents: number, mostCategories: number, onForget: (category: string) => void = () => {}) {
    this.#mostEvents = mostEvents;
    this.#mostCategories = mostCategories;
    this.#onForget = onForget;
  }

  /** Events in the sample. */
  get events(): number {
    return this.#all.events;
  }

  get categories(): number {
    return this.#counts.size;
  }

  /** Categories that were forgotten so far; one that comes back and is forgotten again counts twice. */
  get forgotten(): number {
    return this.#forgotten;
  }

  /** Of all events. */
  known(category: string): Known {
    const count = this.#counts.get(category)?.[0] ?? 0;
    return { count, of: this.#all.events, chance: this.#all.chance(count) };
  }

  /** Of the events in a part of the day, 0 … PARTS − 1. */
  knownIn(part: number, category: string): Known {
    const table = this.#parts[part]!;
    const count = this.#counts.get(category)?.[1 + part] ?? 0;
    return { count, of: table.events, chance: table.chance(count) };
  }

  /** @param part of the day; undefined where the time is not known */
  add(category: string, part: number | undefined): void {
    let row = this.#counts.get(category);
    if (row === undefined) {
      row = new Uint32Array(WIDTH);
      this.#counts.set(category, row);
    }
    this.#all.add(row[0]!);
    row[0]!++;
    if (part !== undefined) {
      this.#parts[part]!.add(row[1 + part]!);
      row[1 + part]!++;
    }
    while (this.events >= this.#mostEvents || this.categories > this.#mostCategories) this.#halve();
  }

  /** The events of `from` are of `to` from now on. */
  merge(from: string, to: string): void {
    const [gone, left] = [this.#counts.get(from), this.#counts.get(to)];
    if (gone === undefined) return;
    this.#counts.delete(from);
    if (left === undefined) {
      this.#counts.set(to, gone);
      return;
    }
    this.#all.merge(gone[0]!, left[0]!);
    for (let part = 0; part < PARTS; part++) this.#parts[part]!.merge(gone[1 + part]!, left[1 + part]!);
    for (let at = 0; at < WIDTH; at++) left[at]! += gone[at]!;
  }

  save(): State {
    const counts = new Uint32Array(WIDTH * this.#counts.size);
    let at = 0;
    for (const row of this.#counts.values()) {
      counts.set(row, at);
      at += WIDTH;
    }
    return {
      ...{ categories: [...this.#counts.keys()], counts },
      ...{ halvings: this.#halvings, forgotten: this.#forgotten },
    };
  }

  /** Takes back what `save` gave. @throws RxAnomalyError BAD_SNAPSHOT */
  resume(saved: State | undefined): void {
    const state = fields(saved, ['categories', 'counts', 'halvings', 'forgotten']);
    const names = list('categories', state.categories).map((name) => text('categories', name));
    const counts = state.counts;
    if (!(counts instanceof Uint32Array) || counts.length !== WIDTH * names.length)
      throw badSnapshot('snapshot: the counts of categories are missing or of another length');
    if (names.length > this.#mostCategories || new Set(names).size !== names.length)
      throw badSnapshot('snapshot: there are too many categories, or one is there twice');
    const rows = new Map(
      names.map((name, at) => {
        const row = counts.slice(WIDTH * at, WIDTH * (at + 1));
        const timed = row.subarray(1).reduce((sum, each) => sum + each, 0);
        if (row[0] === 0 || timed > row[0]!)
          throw badSnapshot('snapshot: the counts of a category contradict each other');
        return [name, row] as const;
      }),
    );
    this.#halvings = count('halvings', state.halvings);
    this.#forgotten = count('forgotten', state.forgotten);
    this.#take(rows);
  }

  #halve(): void {
    const random = new Random(this.#halvings++);
    const left = new Map<string, Uint32Array>();
    for (const [category, row] of this.#counts) {
      let untimed = row[0]!;
      let sum = 0;
      for (let at = 1; at < WIDTH; at++) {
        untimed -= row[at]!;
        row[at] = halfOf(row[at]!, random);
        sum += row[at]!;
      }
      row[0] = sum + halfOf(untimed, random);
      if (row[0] > 0) left.set(category, row);
      else {
        this.#forgotten++;
        this.#onForget(category);
      }
    }
    this.#take(left);
  }

  #take(rows: Map<string, Uint32Array>): void {
    this.#counts = rows;
    this.#all = new CountTable();
    this.#parts = tables();
    for (const row of rows.values()) {
      this.#all.add(0, row[0]);
      for (let part = 0; part < PARTS; part++)
        if (row[1 + part]! > 0) this.#parts[part]!.add(0, row[1 + part]);
    }
  }
}

function tables(): CountTable[] {
  return Array.from({ length: PARTS }, () => new CountTable());
}

/** How many of `events` are kept, each with a chance of one half: the ones among so many random bits. */
function halfOf(events: number, random: Random): number {
  let kept = 0;
  for (let left = events; left > 0; left -= 32) {
    let bits = random.uint32();
    if (left < 32) bits &= (1 << left) - 1;
    for (; bits !== 0; bits &= bits - 1) kept++;
  }
  return kept;
}

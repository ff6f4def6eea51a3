import { type Fan, unpackFan } from '../../charts/fan.ts';
import { timeResolution } from '../../charts/formatTime.ts';
import type { TimeResolution } from '../../charts/packed.ts';
import { type Dimension, unpackColumn } from '../../charts/unpackStream.ts';
import type { WireAhead, WirePoints } from './wire.ts';

const RESOLUTIONS: readonly TimeResolution[] = ['day', 'minute', 'second', 'millisecond'];

/** The records of the selected stream: columns that grow at the end and are cut at the beginning. */
export class LiveColumns {
  /** Number in its stream of the record at index 0. */
  first = 0;
  records = 0;
  /** Whether x is the time: all are known, never decrease and are not all the same. */
  xIsTime = false;
  resolution: TimeResolution = 'day';
  readonly #names: readonly string[];
  readonly #most: number;
  /** Capacity is 1.25 × `most`: the excess is dropped when the capacity is reached, not at each record. */
  readonly #room: Float64Array[]; // times, numbers, score, then value, expected, lower, upper of each dimension
  #timesAreSound = true;
  #categories: string[] = []; // of the records; empty where values are measurements
  #ahead: WireAhead | undefined;
  #fan: { readonly fan: Fan | undefined } | undefined; // once it was asked for, until something changes

  /** @param most maximum number of records */
  constructor(names: readonly string[], most: number) {
    this.#names = names;
    this.#most = most;
    const length = Math.ceil(most * 1.25);
    this.#room = Array.from({ length: 3 + 4 * names.length }, () => new Float64Array(length));
  }

  get times(): Float64Array {
    return this.#column(0);
  }

  /** What the x axis shows: the times, or the number of the record from 1. Never decreases. */
  get x(): Float64Array {
    return this.#column(this.xIsTime ? 0 : 1);
  }

  get score(): Float64Array {
    return this.#column(2);
  }

  dimension(d: number): Dimension {
    const [value, expected, lower, upper] = [0, 1, 2, 3].map((part) => this.#column(3 + 4 * d + part));
    return { name: this.#names[d]!, value: value!, expected: expected!, lower: lower!, upper: upper! };
  }

  /** Whether values are −log10 of the chance of a category. */
  get isRare(): boolean {
    return this.#categories.length > 0;
  }

  /** What a record was, where values are of categories. */
  category(index: number): string | undefined {
    return this.#categories[index];
  }

  /** Steps after the newest record; undefined where nothing is expected of them. */
  get fan(): Fan | undefined {
    const last = this.x.at(-1);
    if (this.#ahead === undefined || last === undefined) return undefined;
    this.#fan ??= { fan: unpackFan(this.#ahead, this.xIsTime, last) };
    return this.#fan.fan;
  }

  /** Takes what is expected of the next events. */
  addAhead(ahead: WireAhead): void {
    this.#ahead = ahead;
    this.#fan = undefined;
  }

  /** Appends the next records, or replaces all. */
  add(points: WirePoints): void {
    const times = unpackColumn(points.times);
    this.#fan = undefined;
    const columns = [
      times,
      times.map((_, i) => points.first + i + 1),
      unpackColumn(points.score),
      ...points.dimensions.flatMap(({ value, expected, lower, upper }) =>
        [value, expected, lower, upper].map(unpackColumn),
      ),
    ];
    if (points.fresh) this.#clear(points.first);
    const skip = Math.max(0, this.first + this.records - points.first); // received twice
    const count = Math.min(times.length - skip, this.#most);
    if (count <= 0) return;
    this.#makeRoom(count);
    for (const [c, room] of this.#room.entries())
      room.set(columns[c]!.subarray(columns[c]!.length - count), this.records);
    if (points.categories !== undefined) {
      const { names, of } = points.categories;
      while (this.#categories.length < this.records) this.#categories.push('');
      for (const n of unpackColumn(of).slice(-count)) this.#categories.push(names[n] ?? '');
    }
    this.records += count;
    this.#checkTimes(this.records - count);
  }

  #clear(first: number): void {
    this.first = first;
    this.records = 0;
    this.#categories = [];
    this.xIsTime = false;
    this.resolution = 'day';
    this.#timesAreSound = true;
  }

  #makeRoom(count: number): void {
    if (this.records + count <= this.#room[0]!.length) return;
    const gone = Math.max(0, this.records + count - this.#most);
    for (const room of this.#room) room.copyWithin(0, gone, this.records);
    this.#categories.splice(0, gone);
    this.records -= gone;
    this.first += gone;
  }

  #checkTimes(from: number): void {
    const times = this.#column(0);
    for (let i = Math.max(1, from); this.#timesAreSound && i < times.length; i++)
      this.#timesAreSound = times[i]! >= times[i - 1]!; // false next to a NaN
    this.xIsTime = this.#timesAreSound && times[0]! < times.at(-1)!;
    const finest = Math.max(
      RESOLUTIONS.indexOf(this.resolution),
      RESOLUTIONS.indexOf(timeResolution(times.subarray(from))),
    );
    this.resolution = RESOLUTIONS[finest]!;
  }

  #column(c: number): Float64Array {
    return this.#room[c]!.subarray(0, this.records);
  }
}

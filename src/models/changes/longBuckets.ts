import {
  COUNT,
  FLAG,
  type Layout,
  type Memory,
  orElse,
  ranged,
  TIME,
  VALUE,
  wholeWithin,
  within,
} from '../snapshot/vectors.ts';

/** Buckets that are remembered: four weeks of hours. */
export const ROOM = 672;

export const HOUR = 3_600_000; // ms
const LATE = 24 * HOUR; // that an event may be before the newest
const SETTLED = 16; // events by whose distance the width is chosen
const EVENTS = 4; // in a bucket at first, at the least, where buckets are shorter than an hour
const TRIMMED = 8; // events of a bucket from which on its extremes are left out
const WIDEST = 64; // events of a bucket without times

/** One dimension of the buckets. */
export interface LongValues {
  /** (ROOM) mean of each bucket, without the extremes where it has many events. */
  readonly means: Float64Array;
  /** (ROOM) mean distance of its values from the mean of their neighbours. */
  readonly roughness: Float64Array;
  /** See the names of its places below. */
  readonly figures: Float64Array;
}

/**
 * A stream in buckets that become wider, by doubling, when there is no room: until they are an hour, or 64 events where there are no times.
 * Memory and time of an event do not grow.
 */
export class LongBuckets {
  /** (ROOM) where each begins: milliseconds, or events where there are no times; and the number of its first event. */
  readonly begins: Float64Array = new Float64Array(ROOM);
  readonly firsts: Float64Array = new Float64Array(ROOM);
  readonly dimensions: readonly LongValues[];
  readonly #f: Float64Array = new Float64Array(FIGURES);

  constructor(dimensions: number) {
    this.dimensions = Array.from({ length: dimensions }, () => ({
      means: new Float64Array(ROOM),
      roughness: new Float64Array(ROOM),
      figures: new Float64Array(OWN).fill(Number.NaN),
    }));
  }

  /** Complete buckets. */
  get size(): number {
    return this.#f[SIZE];
  }

  /** How many have been completed, those that are forgotten or have become one with others included. */
  get completed(): number {
    return this.#f[COMPLETED];
  }

  /** Of a bucket, in the unit of the beginnings; 0 while it is unknown. */
  get width(): number {
    return this.#f[WIDTH];
  }

  get isTimed(): boolean {
    return this.#f[TIMED] === 1;
  }

  /**
   * Adds an event to the bucket that is open, or to a new one.
   *
   * @param now its number, from 0
   * @param time NaN without one
   * @param times ring of the times of the last events
   * @param isWide whether no dimension gains by wider buckets, where there are no times
   * @returns whether that has completed a bucket
   */
  add(
    value: readonly number[],
    now: number,
    time: number,
    times: Float64Array,
    isWide: () => boolean,
  ): boolean {
    const f = this.#f;
    if (f[WIDTH] === 0 && !this.#choose(now, times)) return false;
    const place = f[TIMED] === 0 ? now : Number.isNaN(time) ? f[OPEN] : time;
    if (place < f[OPEN] - LATE) {
      // Times that begin again: nothing is known of the stream.
      this.drop(f[SIZE]);
      f[FILLED] = 0;
    }
    const completes = f[FILLED] > 0 && place >= f[OPEN] + f[WIDTH];
    if (completes) this.#complete(isWide);
    if (f[FILLED] === 0) {
      f[OPEN] = Math.floor(place / f[WIDTH]) * f[WIDTH];
      f[OPEN_FIRST] = now;
    }
    for (const [d, { figures: g }] of this.dimensions.entries()) {
      if (Number.isNaN(g[LAST])) {
        if (!Number.isFinite(value[d])) continue;
        // The first value: as if it had been so before, when all were missing.
        g.fill(0);
        g[LAST] = value[d];
        this.dimensions[d].means.fill(value[d], 0, f[SIZE]);
        g[SUM] = f[FILLED] * value[d];
        g[LOW] = value[d];
        g[HIGH] = value[d];
      }
      const x = Number.isFinite(value[d]) ? value[d] : g[LAST];
      if (f[FILLED] === 0) {
        g[SUM] = 0;
        g[ROUGH] = 0;
        g[LOW] = x;
        g[HIGH] = x;
      }
      g[SUM] += x;
      g[LOW] = Math.min(g[LOW], x);
      g[HIGH] = Math.max(g[HIGH], x);
      // Of the event before, as its neighbours are known now.
      if (f[ADDED] > 1) g[ROUGH] += Math.abs(g[LAST] - (g[PREVIOUS] + x) / 2);
      g[PREVIOUS] = g[LAST];
      g[LAST] = x;
    }
    f[ADDED]++;
    f[FILLED]++;
    return completes;
  }

  /** Events of a bucket, on average. */
  get events(): number {
    return (this.firsts[this.size - 1] - this.firsts[0]) / Math.max(1, this.size - 1);
  }

  /**
   * The first event at or after a place, in buckets and parts of them, as far as events are evenly distributed in a bucket.
   *
   * @param now the number of the newest event
   * @returns its number, and its time: NaN without times
   */
  eventAt(place: number, now: number): { readonly number: number; readonly time: number } {
    const { begins, firsts, size } = this;
    const i = Math.max(0, Math.min(size - 1, Math.floor(place)));
    const events = (i + 1 < size ? firsts[i + 1] : this.#f[OPEN_FIRST]) - firsts[i];
    const later = Math.max(0, Math.min(now - 1 - firsts[i], Math.round((place - i) * events)));
    const time = this.isTimed ? Math.round(begins[i] + (later / events) * this.width) : Number.NaN;
    return { number: firsts[i] + later, time };
  }

  /** Forgets the oldest. */
  drop(count: number): void {
    if (count <= 0) return;
    for (const ring of this.#rings()) ring.copyWithin(0, count);
    this.#f[SIZE] -= count;
  }

  memory(): Memory {
    const memory: Record<string, Memory[string]> = {
      'long.begins': ranged(this.begins, TIME),
      'long.firsts': ranged(this.firsts, COUNT),
      'long.figures': ranged(this.#f, LAYOUT),
    };
    for (const [d, { means, roughness, figures }] of this.dimensions.entries()) {
      memory[`long.means.${d}`] = ranged(means, VALUE);
      memory[`long.roughness.${d}`] = ranged(roughness, VALUE);
      memory[`long.figures.${d}`] = ranged(figures, orElse(VALUE, Number.NaN));
    }
    return memory;
  }

  /** Chooses the width by the distance of the first events: a part of an hour. */
  #choose(now: number, times: Float64Array): boolean {
    const f = this.#f;
    if (now + 1 < SETTLED) return false;
    const steps: number[] = [];
    for (let t = 1; t < SETTLED; t++) {
      const step = times[(now - t + 1) % times.length] - times[(now - t) % times.length];
      if (step > 0) steps.push(step);
    }
    if (2 * steps.length < SETTLED) {
      f[WIDTH] = 1;
      return true;
    }
    steps.sort((a, b) => a - b);
    const step = steps[steps.length >> 1];
    f[TIMED] = 1;
    f[WIDTH] = HOUR;
    while (f[WIDTH] / 2 >= EVENTS * step) f[WIDTH] /= 2;
    return true;
  }

  #complete(isWide: () => boolean): void {
    const f = this.#f;
    if (f[SIZE] === ROOM) {
      if (f[TIMED] === 1 ? f[WIDTH] < HOUR : f[WIDTH] < WIDEST && !isWide()) this.#widen();
      else this.drop(1);
    }
    const count = f[FILLED];
    const at = this.#append(f[OPEN], f[OPEN_FIRST]);
    for (const { means, roughness, figures: g } of this.dimensions) {
      if (Number.isNaN(g[LAST])) {
        put(means, at, 0);
        put(roughness, at, 0);
        continue;
      }
      const mean = count < TRIMMED ? g[SUM] / count : (g[SUM] - g[LOW] - g[HIGH]) / (count - 2);
      put(means, at, mean);
      put(roughness, at, g[ROUGH] / count);
    }
    f[FILLED] = 0;
    f[COMPLETED]++;
  }

  /** Makes the buckets twice as wide. */
  #widen(): void {
    const f = this.#f;
    const size = f[SIZE];
    f[WIDTH] *= 2;
    f[SIZE] = 0;
    for (let i = 0; i < size; i++) {
      const at = this.#append(this.begins[i], this.firsts[i]);
      for (const { means, roughness } of this.dimensions) {
        put(means, at, means[i]);
        put(roughness, at, roughness[i]);
      }
    }
  }

  /** @returns where the bucket is put: −1 − place where it becomes one with the last, which begins there */
  #append(begin: number, first: number): number {
    const f = this.#f;
    const floor = Math.floor(begin / f[WIDTH]) * f[WIDTH];
    if (f[SIZE] > 0 && this.begins[f[SIZE] - 1] === floor) return -f[SIZE];
    this.begins[f[SIZE]] = floor;
    this.firsts[f[SIZE]] = first;
    return f[SIZE]++;
  }

  #rings(): Float64Array[] {
    return [
      this.begins,
      this.firsts,
      ...this.dimensions.flatMap(({ means, roughness }) => [means, roughness]),
    ];
  }
}

function put(ring: Float64Array, at: number, value: number): void {
  if (at >= 0) ring[at] = value;
  else ring[-at - 1] = (ring[-at - 1] + value) / 2;
}

const WIDTH = 0; // of a bucket; 0 while it is unknown
const TIMED = 1; // whether they are of times
const OPEN = 2; // where the open bucket begins
const OPEN_FIRST = 3; // the number of its first event
const FILLED = 4; // its events
const SIZE = 5; // complete buckets that are remembered
const COMPLETED = 6; // and all
const ADDED = 7; // events
const FIGURES = 8;
const LAYOUT: Layout = [
  [1, within(0, HOUR)],
  [1, FLAG],
  [1, TIME],
  [2, COUNT],
  [1, wholeWithin(0, ROOM)],
  [2, COUNT],
];

const SUM = 0; // of the open bucket, of its values
const LOW = 1;
const HIGH = 2;
const ROUGH = 3; // and of how far each is from the mean of its neighbours
const LAST = 4; // the newest value, and the one before
const PREVIOUS = 5;
const OWN = 6;

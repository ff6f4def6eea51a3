import { FLAG, type Layout, type Memory, ranged, VALUE, wholeWithin, within } from '../snapshot/vectors.ts';
import { HOUR, LongBuckets, type LongValues } from './longBuckets.ts';
import { type LongAround, type LongCandidate, logsOf, longCandidates } from './longCandidates.ts';
import { certaintyOfLong } from './longCertainty.ts';
import { type Buckets, deseason, longPeriodOf, withoutLevel } from './longCycle.ts';
import { roughnessOf } from './noiseCandidate.ts';

const DAY = 24 * HOUR;
const WEEK = 7; // days
const SKILL = 0.7; // of the mean distance from the level that a cycle may leave
const SHORTEST = 12; // buckets of a day
const LONG = 96; // events of a period without times; a shorter one is taken off without buckets
const STRIDE = 6; // buckets between two looks; four times as many where they are single events
const LONGEST = 5; // days before the newest bucket that a change is looked for in
const REST = 1.5; // days after a change without another one
const CHOICE = 72; // buckets between two choices of the cycle
const SEARCH = 96; // buckets between two searches for a period

/** A lasting change of a stream with a long cycle, by numbers of events. */
export interface LongFinding extends Omit<LongCandidate, 'at'> {
  /** Number of the first event after it, and its time; NaN without times. */
  readonly at: number;
  readonly time: number;
  readonly certainty: number;
}

/** What is found with this certainty or more. */
export type DecideLong = (
  found: readonly LongCandidate[],
) => (LongCandidate & { certainty: number }) | undefined;

export function decideLongBy(minCertainty: number): DecideLong {
  return (found) => {
    let best: (LongCandidate & { certainty: number }) | undefined;
    for (const candidate of found) {
      const certainty = certaintyOfLong(candidate);
      if (certainty >= Math.max(minCertainty, best?.certainty ?? 0)) best = { ...candidate, certainty };
    }
    return best;
  };
}

/**
 * The change points of streams with a day of many events, or another long cycle, by means of buckets: the values without the cycle are compared,
 * which is known of what was five days before alone. Before a week is known nothing is found: a weekend would be a change.
 */
export class LongWatch {
  readonly #buckets: LongBuckets;
  readonly #decide: DecideLong;
  readonly #own: readonly Float64Array[];

  constructor(dimensions: number, decide: DecideLong) {
    this.#buckets = new LongBuckets(dimensions);
    this.#decide = decide;
    this.#own = Array.from({ length: dimensions }, () => new Float64Array(FIGURES));
  }

  /** Whether a dimension has a long cycle. */
  knows(dimension: number): boolean {
    return this.#own[dimension][KNOWN] === 1;
  }

  /** @param times ring of the times of the last events @returns what is found, of each dimension in which something is */
  add(
    value: readonly number[],
    now: number,
    time: number,
    times: Float64Array,
  ): readonly { readonly dimension: number; readonly found: LongFinding }[] {
    const buckets = this.#buckets;
    const isComplete = buckets.add(value, now, time, times, () => this.#isWide());
    const stride = buckets.events < 2 ? 4 * STRIDE : STRIDE;
    if (!isComplete || buckets.completed % stride !== 0) return NONE;
    const all: { dimension: number; found: LongFinding }[] = [];
    for (const [d, dimension] of buckets.dimensions.entries()) {
      const found = this.#look(dimension, this.#own[d], now);
      if (found !== undefined) all.push({ dimension: d, found });
    }
    return all;
  }

  memory(): Memory {
    const memory: Record<string, Memory[string]> = { ...this.#buckets.memory() };
    for (const [d, own] of this.#own.entries()) memory[`long.own.${d}`] = ranged(own, LAYOUT);
    return memory;
  }

  /** Whether each dimension has a period of few buckets. */
  #isWide(): boolean {
    return this.#own.every((f) => f[PERIOD] > 0 && f[PERIOD] <= 26 * this.#buckets.width);
  }

  #look(dimension: LongValues, f: Float64Array, now: number): LongFinding | undefined {
    const around = this.#around(dimension, f);
    if (around === undefined) return undefined;
    const found = this.#decide(longCandidates(around));
    if (found === undefined) return undefined;
    const buckets = this.#buckets;
    const { at, before, after, size, kind } = found;
    adapt(dimension, found, around);
    f[EARLIEST] =
      buckets.begins[Math.min(buckets.size - 1, Math.floor(at))] + REST * around.day * buckets.width;
    const events = kind === 'slope' ? buckets.events : 1; // of a bucket
    const { number, time } = buckets.eventAt(at, now);
    const sizes = { before: before / events, after: after / events, size: size / events };
    return { ...found, ...sizes, at: number, time };
  }

  /** Searches for the period of a stream without times in what was before a change; one that is known stays. */
  #search(x: Float64Array, f: Float64Array): void {
    const { width } = this.#buckets;
    const known = f[PERIOD] / width;
    const to =
      known > 0
        ? Math.max(x.length - Math.round(LONGEST * known), Math.min(x.length, Math.round(4 * known)))
        : x.length;
    const period = longPeriodOf(x.subarray(0, to), SHORTEST) * width;
    if (period > 0) f[PERIOD] = period;
  }

  /** @returns the cycle that leaves least, in days: one, a week, or 0 for none */
  #choose(series: Buckets, to: number, length: number): number {
    let [best, least] = [0, SKILL];
    for (const days of [1, WEEK]) {
      const left = deseason(series, to, days * length)?.left ?? 1;
      if (left < least) [best, least] = [days, left];
    }
    return best;
  }

  /** In what is looked; undefined where no long cycle is known, or not for long enough. */
  #around({ means, roughness }: LongValues, f: Float64Array): LongAround | undefined {
    f[KNOWN] = 0;
    const buckets = this.#buckets;
    const { size: n, width, isTimed } = buckets;
    const x = means.subarray(0, n);
    if (!isTimed && buckets.completed % SEARCH === 0) this.#search(x, f);
    const length = isTimed ? DAY : f[PERIOD];
    const day = Math.round(length / width);
    if (!isTimed && length < LONG) return undefined;
    if (day < SHORTEST || n < 2 * day) return undefined;
    const begins = buckets.begins.subarray(0, n);
    const isYoung = n < 4 * day; // known, as that it is a cycle, and no more
    const to = isYoung
      ? n
      : Math.max(n - LONGEST * day, Math.min(n - 2 * day, 2 * WEEK * day), Math.min(n - 2 * day, 2 * day));
    const series = { begins, x, width };
    if (f[CHOSEN] === 0 || buckets.completed % CHOICE === 0) f[CHOSEN] = this.#choose(series, to, length);
    const cycle = f[CHOSEN] * length;
    const best = f[CHOSEN] === 0 ? undefined : deseason(series, to, cycle);
    if (best === undefined || best.left >= SKILL) {
      f[CHOSEN] = 0;
      return undefined;
    }
    f[KNOWN] = 1;
    if (isYoung) return undefined;
    let first = Math.max(to, WEEK * day);
    while (first < n && begins[first] < f[EARLIEST]) first++;
    const last = n - Math.round((cycle > length ? LASTS_IN_WEEK : LASTS) * day);
    if (first > last) return undefined;
    const { events } = buckets;
    // Of single events it is what is left of them that has no cycle.
    const rough = events < 2 ? roughnessOf(best.rest) : roughness.subarray(0, n);
    const noise = deseason({ ...series, x: logsOf(rough) }, to, length);
    return noise && { x, cycle: best, noise, events, day, first, last };
  }
}

/** Days that a change lasts, at the least: a holiday is none; and where there is a week: a long weekend is none. */
const LASTS = 1.25;
const LASTS_IN_WEEK = 3.1;

/** Makes everything before a change as if it had been as it is after it: how days usually differ is still known then. */
function adapt(
  { means, roughness }: LongValues,
  { way, at, before, after, size }: LongCandidate,
  { day, cycle }: LongAround,
): void {
  const end = Math.floor(at);
  if (way === 'level') for (let i = 0; i < at; i++) means[i] += size * Math.min(1, at - i);
  if (way === 'slope') for (let i = 0; i < end; i++) means[i] += size * (i - at);
  if (way !== 'noise' && way !== 'cycle') return;
  const part = way === 'noise' ? cycle.rest.subarray(0, end) : means.subarray(0, end);
  const flat = withoutLevel(part, end, day);
  for (let i = 0; i < end; i++) means[i] += flat[i] * (after / before - 1);
  if (way === 'noise') for (let i = 0; i < end; i++) roughness[i] *= after / before;
}

const NONE: readonly { readonly dimension: number; readonly found: LongFinding }[] = [];

const KNOWN = 0; // whether there is a long cycle
const PERIOD = 1; // its events, where there are no times; 0 without one
const EARLIEST = 2; // where the first bucket begins that may be the first after the next change
const CHOSEN = 3; // the cycle that is taken off, in days; 0 without one
const FIGURES = 4;
const LAYOUT: Layout = [
  [1, FLAG],
  [1, within(0, 1e9)],
  [1, VALUE],
  [1, wholeWithin(0, WEEK)],
];

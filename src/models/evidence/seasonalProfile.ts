import { pooled, pooledOf } from '../../numerics/pooled.ts';
import { fields, type State, type Vector } from '../snapshot/state.ts';
import { type Layout, orElse, prepareVectors, ranged, TIME, within } from '../snapshot/vectors.ts';

const HOUR = 3_600_000; // ms
const DAY_SLOTS = 24;
const WEEK_SLOTS = 7 * DAY_SLOTS;
const REACH = 3; // standard deviations; beyond, a value counts as if it lay there
const STEP_MEMORY = 0.05; // of the running estimate of the time step

/**
 * The usual value at this hour of the day and of the week, learnt online: running means per hour of day, refined per
 * hour of week as visits accumulate. 0, the overall mean, where nothing is known and in a stream without times.
 *
 * Both shrink to the coarser level like empirical-Bayes means (Efron & Morris 1973), with one and two prior visits.
 */
export class SeasonalProfile {
  /** (24, or 24 + 168) means. */
  readonly #means: Float32Array;
  /** (24, or 24 + 168) visits, in hours. */
  readonly #visits: Float32Array;
  /** Last time, typical time step: ms. */
  readonly #clock: Float64Array = pooledOf(Number.NaN, 0);

  /** @param reach `'day'`: without the hours of the week, in a seventh of the memory */
  constructor(reach: 'week' | 'day' = 'week') {
    const slots = reach === 'week' ? SLOTS : DAY_SLOTS;
    this.#means = pooled(slots, Float32Array);
    this.#visits = pooled(slots, Float32Array);
  }

  /** What it remembers, to be packed. */
  get state(): this {
    return this;
  }

  /** What is known of the slots that were visited. */
  pack(): State {
    let count = 0;
    for (let slot = 0; slot < this.#visits.length; slot++) if (this.#visits[slot] > 0) count++;
    const slots = new Uint8Array(count);
    const means = new Float32Array(count);
    const visits = new Float32Array(count);
    for (let slot = 0, k = 0; k < count; slot++) {
      if (!(this.#visits[slot] > 0)) continue;
      slots[k] = slot;
      means[k] = this.#means[slot];
      visits[k++] = this.#visits[slot];
    }
    return { slots, means, visits, clock: this.#clock.slice() };
  }

  /** What puts back what `pack` gave. @throws RxAnomalyError BAD_SNAPSHOT where it is something else */
  prepare(packed: State | undefined): () => void {
    const { slots: given, ...rest } = fields(packed, ['slots', 'means', 'visits', 'clock']);
    const most = this.#means.length;
    const count = given instanceof Uint8Array ? Math.min(most, given.length) : 0;
    const slots = new Uint8Array(count);
    const means = new Float32Array(count);
    const visits = new Float32Array(count);
    prepareVectors({ slots: ranged(slots, within(0, most - 1), areRising) }, { slots: given })();
    const ranges = {
      means: ranged(means, within(-1.01 * REACH, 1.01 * REACH)),
      visits: ranged(visits, within(Number.MIN_VALUE, MOST_VISITS)),
    };
    const { clock, ...numbers } = rest;
    prepareVectors(ranges, numbers)();
    const applyClock = prepareVectors({ clock: ranged(this.#clock, CLOCK) }, { clock });
    return () => {
      this.#means.fill(0);
      this.#visits.fill(0);
      for (let k = 0; k < count; k++) {
        this.#means[slots[k]] = means[k];
        this.#visits[slots[k]] = visits[k];
      }
      applyClock();
    };
  }

  /** The usual standardised value at `time`. Pure. */
  at(time: number | undefined): number {
    if (time === undefined) return 0;
    const hour = hourOfWeek(time);
    const day = hour % DAY_SLOTS;
    const dayVisits = this.#visits[day];
    const coarse = (this.#means[day] * dayVisits) / (dayVisits + 1);
    if (this.#means.length === DAY_SLOTS) return coarse;
    const weekVisits = this.#visits[DAY_SLOTS + hour];
    return coarse + ((this.#means[DAY_SLOTS + hour] - coarse) * weekVisits) / (weekVisits + 2);
  }

  /** @param x standardised value; NaN is ignored */
  learn(time: number | undefined, x: number): void {
    if (time === undefined || Number.isNaN(x)) return;
    const clock = this.#clock;
    const step = time - clock[LAST];
    if (step > 0) clock[STEP] += (clock[STEP] === 0 ? 1 : STEP_MEMORY) * (Math.min(step, HOUR) - clock[STEP]);
    clock[LAST] = time;
    const perHour = Math.max(1, Math.min(MOST_AN_HOUR, HOUR / (clock[STEP] || HOUR))); // records
    const hour = hourOfWeek(time);
    const bounded = Math.max(-REACH, Math.min(REACH, x));
    this.#move(hour % DAY_SLOTS, bounded, perHour, 0.1);
    if (this.#means.length > DAY_SLOTS) this.#move(DAY_SLOTS + hour, bounded, perHour, 0.2);
  }

  #move(slot: number, x: number, perHour: number, leastRate: number): void {
    this.#visits[slot] = Math.min(MOST_VISITS, this.#visits[slot] + 1 / perHour);
    const visits = this.#visits[slot];
    this.#means[slot] +=
      Math.max(1 / Math.max(1, visits * perHour), leastRate / perHour) * (x - this.#means[slot]);
  }
}

const SLOTS = DAY_SLOTS + WEEK_SLOTS;
const MOST_VISITS = 1e3; // hours; then as good as any number of them
const MOST_AN_HOUR = 1e6; // records; of more, an hour is the first million: 32 bits would not count them
const LAST = 0;
const STEP = 1;
const CLOCK: Layout = [
  [1, orElse(TIME, Number.NaN)],
  [1, within(0, HOUR)],
];

function areRising(slots: Vector): boolean {
  for (let k = 1; k < slots.length; k++) if (slots[k] <= slots[k - 1]) return false;
  return true;
}

/** 0 … 167, UTC; the week begins on a Thursday, as 1970 did. */
function hourOfWeek(time: number): number {
  const hour = Math.floor(time / HOUR) % WEEK_SLOTS;
  return hour < 0 ? hour + WEEK_SLOTS : hour;
}

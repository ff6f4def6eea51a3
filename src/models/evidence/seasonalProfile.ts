import { type Layout, orElse, type RangedVector, ranged, TIME, within } from '../snapshot/vectors.ts';

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
  /** (24 + 168) means, then (24 + 168) visits in hours, then the last time and the typical time step in ms. */
  readonly state: Float64Array = new Float64Array(2 * (DAY_SLOTS + WEEK_SLOTS) + 2);

  constructor() {
    this.state[LAST] = Number.NaN;
  }

  /** The state and its ranges, for a snapshot. */
  get memory(): RangedVector {
    return ranged(this.state, LAYOUT);
  }

  /** The usual standardised value at `time`. Pure. */
  at(time: number | undefined): number {
    if (time === undefined) return 0;
    const hour = hourOfWeek(time);
    const day = hour % DAY_SLOTS;
    const dayMean = this.state[day];
    const dayVisits = this.state[VISITS + day];
    const weekMean = this.state[DAY_SLOTS + hour];
    const weekVisits = this.state[VISITS + DAY_SLOTS + hour];
    const coarse = (dayMean * dayVisits) / (dayVisits + 1);
    return coarse + ((weekMean - coarse) * weekVisits) / (weekVisits + 2);
  }

  /** @param x standardised value; NaN is ignored */
  learn(time: number | undefined, x: number): void {
    if (time === undefined || Number.isNaN(x)) return;
    const state = this.state;
    const step = time - state[LAST];
    if (step > 0) state[STEP] += (state[STEP] === 0 ? 1 : STEP_MEMORY) * (Math.min(step, HOUR) - state[STEP]);
    state[LAST] = time;
    const perHour = Math.max(1, HOUR / (state[STEP] || HOUR)); // records
    const hour = hourOfWeek(time);
    const bounded = Math.max(-REACH, Math.min(REACH, x));
    this.#move(hour % DAY_SLOTS, bounded, perHour, 0.1);
    this.#move(DAY_SLOTS + hour, bounded, perHour, 0.2);
  }

  #move(slot: number, x: number, perHour: number, leastRate: number): void {
    this.state[VISITS + slot] += 1 / perHour;
    const visits = this.state[VISITS + slot];
    this.state[slot] +=
      Math.max(1 / Math.max(1, visits * perHour), leastRate / perHour) * (x - this.state[slot]);
  }
}

const VISITS = DAY_SLOTS + WEEK_SLOTS;
const LAST = 2 * VISITS;
const STEP = LAST + 1;
const LAYOUT: Layout = [
  [VISITS, within(-REACH, REACH)],
  [VISITS, within(0, Number.MAX_SAFE_INTEGER)],
  [1, orElse(TIME, Number.NaN)],
  [1, within(0, HOUR)],
];

/** 0 … 167, UTC; the week begins on a Thursday, as 1970 did. */
function hourOfWeek(time: number): number {
  const hour = Math.floor(time / HOUR) % WEEK_SLOTS;
  return hour < 0 ? hour + WEEK_SLOTS : hour;
}

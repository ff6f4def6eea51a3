import { pooled } from '../../numerics/pooled.ts';
import { COMPRESSED } from '../scaling/laplaceBand.ts';
import { COUNT, type Memory, orElse, ranged, TIME, within } from '../snapshot/vectors.ts';

const SLOT = 30 * 60_000; // ms
const DAY = 48; // slots
const HOUR = 2 * SLOT;
const WEEK = 168; // hours
const DAY_RATE = 0.1; // of the newest day
const WEEK_RATE = 0.25; // of the newest week

/**
 * What a stream is usually like at a time of the day and of the week: means of 48 half-hours, and by how much each of the
 * week's 168 hours deviates from them, drawn towards 0 while it was seen in few weeks. Streams that are denser than half a
 * slot are interpolated between the middles of slots. Constant time per event; nothing is allocated.
 */
export class ClockProfile {
  readonly #means: Float64Array; // (2, DAY) means, then visits
  readonly #deviations: Float64Array; // (2, WEEK) deviations, then visits
  readonly #clock: Float64Array; // (3) newest time, NaN before it; the step before; the usual step, ms

  constructor() {
    this.#means = pooled(2 * DAY);
    this.#deviations = pooled(2 * WEEK);
    this.#clock = pooled(3);
    this.#clock[0] = Number.NaN;
  }

  /** For a snapshot. */
  get memory(): Memory {
    const step = within(0, 2 * TIME.most);
    return {
      means: ranged(this.#means, [
        [DAY, COMPRESSED],
        [DAY, COUNT],
      ]),
      deviations: ranged(this.#deviations, [
        [WEEK, within(-2 * COMPRESSED.most, 2 * COMPRESSED.most)],
        [WEEK, COUNT],
      ]),
      clock: ranged(this.#clock, [
        [1, orElse(TIME, Number.NaN)],
        [2, step],
      ]),
    };
  }

  /** The profile `steps` usual steps after the newest event, compressed; NaN where that time was not seen before. */
  ahead(steps: number): number {
    return this.#at(this.#clock[0] + steps * this.#clock[2]);
  }

  /**
   * @param x compressed
   * @param time milliseconds since 1970 on the calendar of the stream; undefined leaves the profile as it is
   */
  learn(x: number, time: number | undefined, weight: number): void {
    if (time === undefined) return;
    const clock = this.#clock;
    const step = time - clock[0];
    // The shorter of the last two: a gap is not the usual step.
    if (step > 0) {
      clock[2] = clock[1] > 0 ? Math.min(step, clock[1]) : step;
      clock[1] = step;
    }
    clock[0] = time;
    if (weight === 0) return;
    const slot = slotOf(time);
    const hour = hourOf(time);
    const usual = Math.max(1, clock[2]);
    const means = this.#means;
    const deviations = this.#deviations;
    const mean = means[DAY + slot] === 0 ? x : means[slot];
    const visits = ++means[DAY + slot];
    const dayRate = weight * Math.max(DAY_RATE / Math.max(1, SLOT / usual), 1 / visits);
    means[slot] += dayRate * (x - means[slot]);
    const visitsOfHour = ++deviations[WEEK + hour];
    const weekRate = weight * Math.max(WEEK_RATE / Math.max(1, HOUR / usual), 1 / visitsOfHour);
    deviations[hour] += weekRate * (x - mean - deviations[hour]);
  }

  #at(time: number): number {
    if (Number.isNaN(time)) return Number.NaN;
    const step = this.#clock[2];
    if (step > SLOT / 2) return this.#slot(time);
    const from = Math.floor((time - SLOT / 2) / SLOT) * SLOT + SLOT / 2; // the middle of the slot before
    const [before, after] = [this.#slot(from), this.#slot(from + SLOT)];
    if (Number.isNaN(before)) return after;
    if (Number.isNaN(after)) return before;
    return before + ((time - from) / SLOT) * (after - before);
  }

  #slot(time: number): number {
    const slot = slotOf(time);
    if (this.#means[DAY + slot] === 0) return Number.NaN;
    const hour = hourOf(time);
    const perHour = Math.max(1, HOUR / Math.max(1, this.#clock[2]));
    const weeks = this.#deviations[WEEK + hour] / perHour;
    return this.#means[slot] + (this.#deviations[hour] * weeks) / (weeks + 1);
  }
}

function slotOf(time: number): number {
  const slot = Math.floor(time / SLOT) % DAY;
  return slot < 0 ? slot + DAY : slot;
}

function hourOf(time: number): number {
  const hour = Math.floor(time / HOUR) % WEEK;
  return hour < 0 ? hour + WEEK : hour;
}

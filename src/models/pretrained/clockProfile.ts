import { type Aside, inPlace, pooled, pooledAside } from '../../numerics/pooled.ts';
import { COMPRESSED } from '../scaling/laplaceBand.ts';
import { type Memory, orElse, ranged, TIME, wholeWithin, within } from '../snapshot/vectors.ts';

const SLOT = 30 * 60_000; // ms
const DAY = 48; // slots
const HOUR = 2 * SLOT;
const WEEK = 168; // hours
const DAY_RATE = 0.1; // of the newest day
const WEEK_RATE = 0.25; // of the newest week
const MOST_VISITS = 65_535;

// Scratch.
const STEPS = [0];
const ONE = new Float64Array(1);

/**
 * What a stream is usually like at a time of the day and of the week: means of 48 half-hours, and by how much each of the
 * week's 168 hours deviates from them, drawn towards 0 while it was seen in few weeks. Streams that are denser than half a
 * slot are interpolated between the middles of slots. Constant time per event; nothing is allocated.
 */
export class ClockProfile {
  readonly #means: Aside<Float32Array>; // (DAY)
  readonly #deviations: Aside<Float32Array>; // (WEEK)
  readonly #visits: Aside<Uint16Array>; // (DAY + WEEK) up to 65,535
  readonly #clock: Float64Array; // (3) newest time, NaN before it; the step before; the usual step, ms

  constructor() {
    this.#means = pooledAside(DAY, Float32Array);
    this.#deviations = pooledAside(WEEK, Float32Array);
    this.#visits = pooledAside(DAY + WEEK, Uint16Array);
    this.#clock = pooled(3);
    this.#clock[0] = Number.NaN;
  }

  /** For a snapshot. */
  get memory(): Memory {
    const step = within(0, 2 * TIME.most);
    return {
      means: ranged(inPlace(this.#means), COMPRESSED),
      deviations: ranged(inPlace(this.#deviations), within(-2 * COMPRESSED.most, 2 * COMPRESSED.most)),
      visits: ranged(inPlace(this.#visits), wholeWithin(0, MOST_VISITS)),
      clock: ranged(this.#clock, [
        [1, orElse(TIME, Number.NaN)],
        [2, step],
      ]),
    };
  }

  /** The profile `steps` usual steps after the newest event, compressed; NaN where that time was not seen before. */
  ahead(steps: number): number {
    STEPS[0] = steps;
    this.aheadInto(ONE, STEPS);
    return ONE[0];
  }

  /** The same for several numbers of steps: what lies between the same slots is looked up once. */
  aheadInto(out: Float64Array, steps: readonly number[]): void {
    const newest = this.#clock[0];
    const step = this.#clock[2];
    let from = Number.NaN; // the middle of a slot
    let before = Number.NaN;
    let after = Number.NaN;
    for (let k = 0; k < steps.length; k++) {
      const time = newest + steps[k] * step;
      if (Number.isNaN(time)) {
        out[k] = Number.NaN;
      } else if (step > SLOT / 2) {
        out[k] = this.#slot(time);
      } else {
        const middle = Math.floor((time - SLOT / 2) / SLOT) * SLOT + SLOT / 2; // of the slot before
        if (middle !== from) {
          before = middle === from + SLOT ? after : this.#slot(middle);
          after = this.#slot(middle + SLOT);
          from = middle;
        }
        if (Number.isNaN(before)) out[k] = after;
        else if (Number.isNaN(after)) out[k] = before;
        else out[k] = before + ((time - from) / SLOT) * (after - before);
      }
    }
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
    const { vector: means, at } = this.#means;
    const { vector: deviations, at: from } = this.#deviations;
    const mean = this.#visited(slot) === 0 ? x : means[at + slot];
    const visits = this.#visit(slot);
    const dayRate = weight * Math.max(DAY_RATE / Math.max(1, SLOT / usual), 1 / visits);
    means[at + slot] += dayRate * (x - means[at + slot]);
    const visitsOfHour = this.#visit(DAY + hour);
    const weekRate = weight * Math.max(WEEK_RATE / Math.max(1, HOUR / usual), 1 / visitsOfHour);
    deviations[from + hour] += weekRate * (x - mean - deviations[from + hour]);
  }

  #visited(place: number): number {
    return this.#visits.vector[this.#visits.at + place];
  }

  /** Counts one, and returns the count. */
  #visit(place: number): number {
    const { vector, at } = this.#visits;
    const visits = Math.min(MOST_VISITS, vector[at + place] + 1);
    vector[at + place] = visits;
    return visits;
  }

  #slot(time: number): number {
    const slot = slotOf(time);
    if (this.#visited(slot) === 0) return Number.NaN;
    const hour = hourOf(time);
    const perHour = Math.max(1, HOUR / Math.max(1, this.#clock[2]));
    const weeks = this.#visited(DAY + hour) / perHour;
    const mean = this.#means.vector[this.#means.at + slot];
    const deviation = this.#deviations.vector[this.#deviations.at + hour];
    return mean + (deviation * weeks) / (weeks + 1);
  }
}

function slotOf(time: number): number {
  return wrapped(Math.floor(time / SLOT), DAY);
}

function hourOf(time: number): number {
  return wrapped(Math.floor(time / HOUR), WEEK);
}

/** A whole number modulo another, from 0 on; unlike `%`, without a call of C's. */
function wrapped(count: number, of: number): number {
  return count - of * Math.floor(count / of);
}

import { pooled } from '../../numerics/pooled.ts';
import {
  COUNT,
  type Layout,
  orElse,
  type RangedVector,
  ranged,
  wholeWithin,
  within,
} from '../snapshot/vectors.ts';

const HOUR = 3_600_000; // ms
const HOURS = 24;
const KNOWN = 12; // known hours of the day before one is distinguished from the others
const PRIOR = 2; // days on which an hour was no more surprising than the others, as a prior
const PACE = 0.2; // minimum weight of the newest day
const LARGEST = 8; // decades; a larger surprise of a day counts as this

/**
 * Surprise that recurs at the same hour of every day, such as a backup at three in the morning: the usual amount at
 * that hour does not count. It is the hour's greatest surprise, averaged over the days, minus what an hour brings on
 * average; shrunk to nothing while there are few days (Efron & Morris 1973, as the seasonal profile). An event near
 * the end or the beginning of an hour may come a little later or earlier the next day: the nearer neighbour counts as
 * well.
 */
export class Routine {
  /**
   * (24) greatest surprise of each hour of the day (UTC), averaged; (24) days; greatest of the current hour; that
   * hour.
   */
  readonly state: Float64Array = pooled(2 * HOURS + 2);

  constructor() {
    this.state[UNDER_WAY] = Number.NaN;
  }

  /** The state and its ranges, for a snapshot. */
  get memory(): RangedVector {
    return ranged(this.state, LAYOUT);
  }

  /** Decades of usual surprise at `time`, in milliseconds since 1970; 0 in a stream without times. Pure. */
  at(time: number | undefined): number {
    if (time === undefined) return 0;
    let known = 0;
    let sum = 0;
    for (let hour = 0; hour < HOURS; hour++) {
      if (this.state[DAYS + hour] === 0) continue;
      known++;
      sum += this.state[hour];
    }
    if (known < KNOWN) return 0;
    const hour = hourOf(time);
    const isEarly = (((time % HOUR) + HOUR) % HOUR) * 2 < HOUR;
    const neighbour = (hour + (isEarly ? HOURS - 1 : 1)) % HOURS;
    return Math.max(0, Math.max(this.#usual(hour), this.#usual(neighbour)) - sum / known);
  }

  /** @param surprise in decades, including the usual part */
  learn(time: number | undefined, surprise: number): void {
    if (time === undefined) return;
    const { state } = this;
    const hour = hourOf(time);
    if (hour !== state[UNDER_WAY]) {
      if (!Number.isNaN(state[UNDER_WAY])) this.#close(state[UNDER_WAY]);
      state[UNDER_WAY] = hour;
      state[GREATEST] = 0;
    }
    state[GREATEST] = Math.max(state[GREATEST], Math.min(LARGEST, surprise));
  }

  #close(hour: number): void {
    const days = ++this.state[DAYS + hour];
    this.state[hour] += Math.max(1 / days, PACE) * (this.state[GREATEST] - this.state[hour]);
  }

  #usual(hour: number): number {
    const days = this.state[DAYS + hour];
    return (this.state[hour] * days) / (days + PRIOR);
  }
}

const DAYS = HOURS;
const GREATEST = 2 * HOURS;
const UNDER_WAY = GREATEST + 1;
const LAYOUT: Layout = [
  [HOURS, within(0, LARGEST)],
  [HOURS, COUNT],
  [1, within(0, LARGEST)],
  [1, orElse(wholeWithin(0, HOURS - 1), Number.NaN)],
];

/** 0 … 23, UTC. */
function hourOf(time: number): number {
  return ((Math.floor(time / HOUR) % HOURS) + HOURS) % HOURS;
}

const HOUR = 3_600_000; // ms
const HOURS = 24;
const KNOWN = 12; // hours of the day of which something is known, before one can be told from the others
const PRIOR = 2; // days on which an hour surprised no more than the others, as if there had been
const PACE = 0.2; // at least so much the newest day counts
const LARGEST = 8; // decades; beyond, a day's surprise counts as this

/**
 * Surprise that comes at the same hour of every day, such as a backup at three in the morning: as much of it as has been
 * usual then is routine. The greatest surprise of the hour, averaged over the days, less what an hour brings at large;
 * shrunk to nothing while there were few days (Efron & Morris 1973, as the seasonal profile is). An event near the
 * end of an hour, or its beginning, may come a little later or earlier the next day: the nearer neighbour counts as well.
 */
export class Routine {
  /** (24) greatest surprise of each hour of the day (UTC), averaged; (24) days; greatest of the hour under way; that hour. */
  readonly state: Float64Array = new Float64Array(2 * HOURS + 2);

  constructor() {
    this.state[UNDER_WAY] = Number.NaN;
  }

  /** Decades of surprise that are routine at `time`, in milliseconds since 1970; 0 in a stream without times. Pure. */
  at(time: number | undefined): number {
    if (time === undefined) return 0;
    let [known, sum] = [0, 0];
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

  /** @param surprise in decades, routine included */
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
/** Index in the state of what is NaN before the first value. */
export const ROUTINE_UNDER_WAY: number = UNDER_WAY;

/** 0 … 23, UTC. */
function hourOf(time: number): number {
  return ((Math.floor(time / HOUR) % HOURS) + HOURS) % HOURS;
}

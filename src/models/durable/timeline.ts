/** One run of a program over a stream: what it calls itself, and after how many events of the stream it began. */
export interface Run {
  readonly id: number;
  readonly from: number;
}

/** When something was put away: by which run, after how many events of the stream. */
export interface Moment {
  readonly run: number;
  readonly events: number;
}

/**
 * Which moments belong to the past of this run. A run goes on from a checkpoint: what the one before did after that
 * checkpoint has not happened, though some of it may be in the store.
 */
export class Timeline {
  readonly runs: readonly Run[];
  readonly #run: Run;

  /**
   * @param before the runs that led to the checkpoint; empty for a fresh start
   * @param from events up to the checkpoint
   * @param now milliseconds: tells this run from those that are not among `before`
   */
  constructor(before: readonly Run[], from: number, now: number) {
    this.#run = { id: Math.max(now, (before.at(-1)?.id ?? -1) + 1), from };
    this.runs = [...before, this.#run];
  }

  at(events: number): Moment {
    return { run: this.#run.id, events };
  }

  isPast({ run, events }: Moment): boolean {
    const place = this.runs.findIndex(({ id }) => id === run);
    return place >= 0 && this.runs.slice(place + 1).every(({ from }) => events <= from);
  }
}

/** One run of a program over a stream: its id, and after how many events of the stream it began. */
export interface Run {
  readonly id: string;
  readonly from: number;
}

/** When something was saved: by which run, after how many events of the stream. */
export interface Moment {
  readonly run: string;
  readonly events: number;
}

/**
 * Which moments belong to the past of this run. A run resumes from a checkpoint: what the previous one did after that
 * checkpoint does not count, though some of it may be in the store.
 */
export class Timeline {
  readonly runs: readonly Run[];
  readonly #run: Run;

  /**
   * @param before the runs that led to the checkpoint; empty for a fresh start
   * @param from events up to the checkpoint
   * @param id of this run, unique
   */
  constructor(before: readonly Run[], from: number, id: string) {
    this.#run = { id, from };
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

import { offsetsOf } from '../../../core/calendar.ts';
import { badOption } from '../../../core/options.ts';

const HOUR = 3_600_000;

/** What became of a time of the wall clock. */
export type ZonedKind = 'plain' | 'gap' | 'repeated';

/**
 * A time zone of the IANA database: from times of its wall clock to UTC. The hour that comes twice at the end of
 * summer time is distinguished by the order of the rows; a time in the hour that is left out in spring is read as if the
 * clock had not been set.
 */
export class Zone {
  readonly name: string;
  readonly #offsetAt: (time: number) => number;
  readonly #cache: Map<number, readonly [number, number]> = new Map();

  /** @throws RxAnomalyError BAD_OPTION if there is no such zone */
  constructor(name: string) {
    this.name = name;
    try {
      this.#offsetAt = offsetsOf(name);
    } catch {
      throw badOption('openCsv', 'timeZone', 'a zone of the IANA database, such as Europe/Berlin', name);
    }
  }

  /**
   * @param wall milliseconds on the wall clock
   * @param previous the time of the row before, UTC: the second pass through a repeated hour follows the first
   * @returns milliseconds UTC
   */
  toUtc(wall: number, previous: number | undefined): number {
    const [before, after] = this.#offsets(wall);
    if (before === after) return wall - before;
    const first = wall - before;
    const second = wall - after;
    const isFirst = this.#offsetAt(first) === before;
    const isSecond = this.#offsetAt(second) === after;
    if (isFirst && isSecond)
      return previous !== undefined && previous >= first && second >= previous ? second : first;
    return isSecond ? second : first;
  }

  /** Whether the wall clock shows this time never, once or twice. */
  kindOf(wall: number): ZonedKind {
    const [before, after] = this.#offsets(wall);
    if (before === after) return 'plain';
    const isFirst = this.#offsetAt(wall - before) === before;
    const isSecond = this.#offsetAt(wall - after) === after;
    return isFirst && isSecond ? 'repeated' : isFirst || isSecond ? 'plain' : 'gap';
  }

  /** The offsets half a day before and after, in milliseconds. */
  #offsets(wall: number): readonly [number, number] {
    const key = Math.floor(wall / HOUR);
    let found = this.#cache.get(key);
    if (found === undefined) {
      found = [this.#offsetAt(wall - 14 * HOUR), this.#offsetAt(wall + 14 * HOUR)];
      if (this.#cache.size > 10_000) this.#cache.clear();
      this.#cache.set(key, found);
    }
    return found;
  }
}

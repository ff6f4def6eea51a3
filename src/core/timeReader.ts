import { toMilliseconds } from './selectors.ts';

/** So many in a second. */
const UNITS = { seconds: 1, milliseconds: 1e3, microseconds: 1e6, nanoseconds: 1e9 };

/** The units, and what a reader may have decided on instead. */
export const TIME_UNITS: readonly (EpochUnit | 'unknown')[] = [
  ...(Object.keys(UNITS) as EpochUnit[]),
  'unknown',
];

/** In what a clock counts from 1970-01-01T00:00:00Z. */
export type EpochUnit = keyof typeof UNITS;

/** Times of 1985-11-05 to 2128-06-11, in seconds: no two units have a number in common there. */
const RANGE = { from: 5e8, to: 5e9 };

/** The unit in which a number is a time of 1985 to 2128; undefined where it is in none. */
export function epochUnit(time: number): EpochUnit | undefined {
  // One after the other: every event asks.
  if (!(time >= RANGE.from)) return undefined;
  if (time < RANGE.to) return 'seconds';
  if (isWithin(time, UNITS.milliseconds)) return 'milliseconds';
  if (isWithin(time, UNITS.microseconds)) return 'microseconds';
  return isWithin(time, UNITS.nanoseconds) ? 'nanoseconds' : undefined;
}

function isWithin(time: number, count: number): boolean {
  return time >= RANGE.from * count && time < RANGE.to * count;
}

/** A number of a unit, in milliseconds. */
export function fromEpoch(time: number, unit: EpochUnit): number {
  if (unit === 'milliseconds') return time;
  if (unit === 'seconds') return time * 1000;
  // Of nanoseconds since 1970 a double holds no more than about the microsecond.
  return unit === 'nanoseconds' ? Math.round(time / 1000) / 1000 : time / (UNITS[unit] / 1000);
}

/** A number as text, that is read as a moment: `"1700000000"`, `"1700000000.25"`. */
const EPOCH_TEXT = /^\d{9,19}(?:\.\d+)?$/;

const SHARED: Map<EpochUnit | 'unknown', TimeReader> = new Map();

/**
 * Reads the times of one stream. Dates and text (ISO 8601 and the like) are moments by themselves. Numbers, bigint and text
 * of digits count from 1970 in a unit that the first of them decides, by its size: seconds, milliseconds, microseconds or
 * nanoseconds where it is then a time of 1985 to 2128, else milliseconds, such as those of streams that begin at 0. A
 * later number that is a time of those years in another unit cannot be read.
 */
export class TimeReader {
  #unit: EpochUnit | 'unknown' | undefined;

  /** @param unit that another reader of the stream has decided on */
  constructor(unit?: EpochUnit | 'unknown') {
    this.#unit = unit;
  }

  /** What numbers count; undefined before the first. */
  get unit(): EpochUnit | 'unknown' | undefined {
    return this.#unit;
  }

  /**
   * Milliseconds since 1970-01-01T00:00:00Z; NaN for what is no time.
   *
   * @param last time before it in the stream, if it is known: a reader that is new to the stream keeps to its unit
   */
  read(raw: unknown, last?: number): number {
    const number = numberIn(raw);
    if (number === undefined) return toMilliseconds(raw);
    const unit = epochUnit(number);
    const fits = last === undefined || epochUnit(last) === 'milliseconds';
    this.#unit ??= (fits ? unit : undefined) ?? 'unknown';
    if (this.#unit === 'unknown') return toMilliseconds(number);
    return unit === undefined || unit === this.#unit
      ? toMilliseconds(fromEpoch(number, this.#unit))
      : Number.NaN;
  }

  /** A reader of this one's unit that others use too, once the unit is decided: it never changes. */
  get shared(): TimeReader {
    if (this.#unit === undefined) return this;
    const known = SHARED.get(this.#unit) ?? this;
    SHARED.set(this.#unit, known);
    return known;
  }

  /** What was expected instead of a time that cannot be read. */
  expected(raw: unknown): string {
    const number = numberIn(raw);
    if (number === undefined || this.#unit === undefined || this.#unit === 'unknown') return 'a time';
    const unit = epochUnit(number);
    return unit === undefined ? 'a time' : `a time in ${this.#unit} as before, not in ${unit}`;
  }
}

/** What a number, a bigint or text of digits counts. */
function numberIn(raw: unknown): number | undefined {
  if (typeof raw === 'number') return raw;
  if (typeof raw === 'bigint') return Number(raw);
  if (typeof raw !== 'string' || !EPOCH_TEXT.test(raw.trim())) return undefined;
  return epochUnit(Number(raw)) === undefined ? undefined : Number(raw); // 20240304123000 is a calendar time
}

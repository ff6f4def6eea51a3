import { RxAnomalyError } from './errors.ts';
import { show } from './options.ts';
import { parseTime } from './parseTime.ts';

/** Milliseconds: the latest time that a Date can have. */
export const LATEST: number = 8.64e15; // ECMA-262, section 21.4.1.1: 100 million days from 1970

/**
 * Selects an event's time: a Date, ISO 8601 text (UTC unless it names a zone), or a number that counts from 1970, also as
 * bigint or text, in the unit that the first of a stream has (see `TimeReader`): seconds, milliseconds, microseconds or
 * nanoseconds.
 */
export type TimeSelector<E> = (event: E) => number | bigint | Date | string | undefined;

/** Selects the stream of an event; a number names the stream of its digits, null and undefined the one without a name. */
export type KeySelector<E> = (event: E) => string | number | bigint | null | undefined;

/**
 * The value of an event when no selector is given: the event itself when it is a number or an array, else its field
 * `value`.
 */
export function defaultValue(event: unknown): unknown {
  return isRecord(event) ? event.value : event;
}

/**
 * The time of an event when no selector is given: its field `time`, if it has one. Where that is NaN, `timeText` has what a source
 * could not read.
 */
export function defaultTime(event: unknown): unknown {
  if (!isRecord(event)) return undefined;
  const { time } = event;
  return Number.isNaN(time) ? (event.timeText ?? time) : time;
}

/** The stream of an event when no selector is given: its field `key`, if it has one. @throws as `keyOf` */
export function defaultKey(event: unknown): string | undefined {
  return isRecord(event) ? toKey(event.key) : undefined;
}

/**
 * Reads the stream of an event: 1 is the key `'1'`.
 *
 * @returns a function that throws RxAnomalyError BAD_DATA for keys of other types
 */
export function keyOf<E>(select: KeySelector<E> | undefined): (event: E) => string | undefined {
  return select === undefined ? defaultKey : (event) => toKey(select(event));
}

function toKey(raw: unknown): string | undefined {
  if (typeof raw === 'string' || raw === undefined) return raw;
  if (raw === null) return undefined;
  if (typeof raw === 'bigint' || (typeof raw === 'number' && Number.isFinite(raw))) return String(raw);
  throw new RxAnomalyError(
    'BAD_DATA',
    `expected the key of an event to be text or a number, got ${show(raw)}`,
  );
}

/** Milliseconds since 1970-01-01T00:00:00Z; NaN for what is no time, or beyond what a Date can hold. */
export function toMilliseconds(time: unknown): number {
  if (typeof time === 'number') return Math.abs(time) <= LATEST ? time : Number.NaN;
  if (time instanceof Date) return time.getTime();
  return typeof time === 'string' ? parseTime(time.trim()) : Number.NaN;
}

/** A plain object, not an array. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value);
}

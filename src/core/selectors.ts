import { parseTime } from './parseTime.ts';

const LATEST = 8.64e15; // ECMA-262, section 21.4.1.1: 100 million days from 1970

/** Reads an event's time: milliseconds since 1970, a Date, or ISO 8601 text (UTC unless it names a zone). */
export type TimeSelector<E> = (event: E) => number | Date | string | undefined;

/**
 * The value of an event when no selector is given: the event itself when it is a number or an array, else its field
 * `value`.
 */
export function defaultValue(event: unknown): unknown {
  return isRecord(event) ? event.value : event;
}

/** The time of an event when no selector is given: its field `time`, if it has one. */
export function defaultTime(event: unknown): unknown {
  return isRecord(event) ? event.time : undefined;
}

/** The stream of an event when no selector is given: its field `key`, if that is text. */
export function defaultKey(event: unknown): string | undefined {
  return isRecord(event) && typeof event.key === 'string' ? event.key : undefined;
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

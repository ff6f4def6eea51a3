import { toNanoseconds } from '../../clients/influx/nanoseconds.ts';
import { parseDuration } from '../../core/duration.ts';
import { epochUnit } from '../../core/timeReader.ts';

const PER_SECOND = {
  seconds: 1n,
  milliseconds: 1_000n,
  microseconds: 1_000_000n,
  nanoseconds: 1_000_000_000n,
};

/**
 * A moment as text that `from` of fromInflux takes: ISO 8601; a duration before now, as InfluxQL writes it (`7d`, `1h30m`,
 * `now() - 7d`, `now()`); or digits that count from 1970 in seconds, milliseconds, microseconds or nanoseconds, whichever
 * makes them a time of 1985 to 2128.
 *
 * @param now milliseconds since 1970
 * @returns undefined for what is none
 */
export function parseSince(text: string, now: number): string | undefined {
  const trimmed = text.trim();
  if (/^now\(\)$/i.test(trimmed)) return new Date(now).toISOString();
  const ms = parseDuration(trimmed.replace(/^now\(\)\s*-\s*/i, ''));
  if (ms !== undefined) {
    const moment = new Date(now - ms);
    return Number.isNaN(moment.getTime()) ? undefined : moment.toISOString();
  }
  const unit = /^\d{9,19}$/.test(trimmed) ? epochUnit(Number(trimmed)) : undefined;
  if (unit !== undefined) {
    const ns = (BigInt(trimmed) * 1_000_000_000n) / PER_SECOND[unit];
    const digits = String(ns % 1_000_000_000n).padStart(9, '0');
    return `${new Date(Number(ns / 1_000_000_000n) * 1000).toISOString().slice(0, 19)}.${digits}Z`;
  }
  return toNanoseconds(trimmed) === undefined ? undefined : trimmed;
}

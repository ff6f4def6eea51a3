import { toMilliseconds } from '../../core/selectors.ts';

/**
 * Nanoseconds since 1970-01-01T00:00:00Z as decimal digits: a double holds only 2^53 of the 2^63 that InfluxDB counts,
 * and unlike a bigint, text goes through JSON.
 */
export type Nanoseconds = string;

/** A moment: milliseconds since 1970, a Date, ISO 8601 text (UTC unless it names a zone), or nanoseconds as a bigint. */
export type InfluxTime = number | Date | string | bigint;

const RFC_3339 = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?Z$/;

/** Parses a moment in full precision; undefined for anything else. */
export function toNanoseconds(time: InfluxTime): Nanoseconds | undefined {
  if (typeof time === 'bigint') return String(time);
  const found = typeof time === 'string' ? RFC_3339.exec(time) : null;
  if (found !== null && !Number.isNaN(Date.parse(`${found[1]}Z`))) return readTime(found[0]).ns;
  const ms = toMilliseconds(time);
  if (Number.isNaN(ms)) return undefined;
  const whole = Math.floor(ms);
  return String(BigInt(whole) * 1_000_000n + BigInt(Math.round((ms - whole) * 1e6)));
}

/** Milliseconds since 1970, with a fraction where it is finer, as far as a double holds it. */
export function nsToMilliseconds(ns: Nanoseconds): number {
  const whole = BigInt(ns) / 1_000_000n;
  return Number(whole) + Number(BigInt(ns) - whole * 1_000_000n) / 1e6;
}

/** Negative, 0 or positive, as `a` is before, at or after `b`. */
export function compareNs(a: Nanoseconds, b: Nanoseconds): number {
  if (a === b) return 0;
  if (a.length === b.length && a[0] !== '-' && b[0] !== '-') return a < b ? -1 : 1;
  return BigInt(a) < BigInt(b) ? -1 : 1;
}

/** How InfluxDB writes times in its answers, `2017-07-14T02:40:00.000000001Z`, read: both ways of counting. */
export function readTime(text: string): { readonly ms: number; readonly ns: Nanoseconds } {
  const second = secondsOf(text.slice(0, 19));
  const digits = text.length > 20 ? text.slice(20, -1).padEnd(9, '0') : '000000000';
  const ns =
    second > 0 ? `${second}${digits}` : String(BigInt(second) * 1_000_000_000n + BigInt(Number(digits)));
  return { ms: second * 1000 + Number(digits) / 1e6, ns };
}

// Neighbouring points mostly share their second, and Date.parse is what reading a point would spend most on.
let lastText = '1970-01-01T00:00:00';
let lastSecond = 0;

function secondsOf(text: string): number {
  if (text !== lastText) {
    lastSecond = Date.parse(`${text}Z`) / 1000;
    lastText = text;
  }
  return lastSecond;
}

/**
 * A time as labels write it: NAB's `2014-04-10 07:15:00.000000`, UTC, or ISO 8601 with `T` and a zone (`Z`, `+02:00`).
 * Seconds may be left out, as may the whole time of day (midnight).
 *
 * Digits below the millisecond are cut off, not rounded: cutting keeps the order, so a record at the very end of a
 * window whose own time was cut in the same way is still inside.
 *
 * @returns milliseconds since 1970-01-01T00:00:00Z, or undefined where the text is no such time
 */
export function parseLabelTime(text: string): number | undefined {
  const match = TIME.exec(text.trim());
  if (match === null) return undefined;
  const [, year, month, day, hour = '0', minute = '0', second = '0', fraction = '', zone = 'Z'] = match;
  const date = Date.UTC(Number(year), Number(month) - 1, Number(day));
  // Date.UTC makes 2 March of 30 February
  if (new Date(date).getUTCMonth() !== Number(month) - 1) return undefined;
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined;
  const seconds = Number(hour) * 3600 + Number(minute) * 60 + Number(second);
  return date + seconds * 1000 + Number(fraction.padEnd(3, '0').slice(0, 3)) - zoneOffset(zone);
}

const TIME =
  /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d+))?)?\s?(Z|[+-]\d{2}:?\d{2})?)?$/i;

/** Milliseconds ahead of UTC. */
function zoneOffset(zone: string): number {
  if (/^z$/i.test(zone)) return 0;
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(-2));
  return (zone.startsWith('-') ? -minutes : minutes) * 60_000;
}

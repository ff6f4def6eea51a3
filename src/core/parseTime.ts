const CLOCK = String.raw`(\d\d?):(\d\d)(?::(\d\d)(?:[.,](\d+))?)?\s*([AP]M)?\s*(Z|UTC|GMT|[+-]\d\d(?::?\d\d)?)?`;
const YEAR_FIRST = new RegExp(
  String.raw`^([+-]\d{6}|\d{4})[-/](\d\d?)(?:[-/](\d\d?)(?:(?:T|\s+)${CLOCK})?)?$`,
  'i',
);
const YEAR_LAST = new RegExp(String.raw`^(\d\d?)([-/.])(\d\d?)\2(\d{4})(?:(?:T|\s+)${CLOCK})?$`, 'i');
const COMPACT = /^(\d{4})(\d\d)(\d\d)(?:T?(\d\d)(\d\d)(?:(\d\d)(?:\.(\d+))?)?)?()(Z)?$/i;

const MINUTE = 60_000;
const FOUR_CENTURIES = 146_097 * 24 * 60 * MINUTE; // the Gregorian calendar repeats after 146,097 days

/**
 * Reads a calendar time: ISO 8601 (`2014-02-14T14:27:00.5+01:00`; a blank for the T, slashes for the dashes,
 * no clock or no day), its basic form (`20140214T142700Z`), and dates that end in the year (`14.02.2014 14:27`,
 * `2/14/2014 2:27 PM`). A time without a zone is UTC: unlike Date.parse, which would read some of these in the
 * zone of the machine, the result is the same everywhere.
 *
 * @param text without surrounding blanks
 * @param dayFirst whether 02/03/2014 is the second of March; with dots the day always comes first
 * @returns milliseconds since 1970-01-01T00:00:00Z, to the nanosecond as far as a double holds it; NaN if unreadable
 */
export function parseTime(text: string, dayFirst = false): number {
  let found = YEAR_FIRST.exec(text);
  if (found !== null) return toMilliseconds(found[1]!, found[2]!, found[3] ?? '1', found, 4);
  found = YEAR_LAST.exec(text);
  if (found !== null) {
    return dayFirst || found[2] === '.'
      ? toMilliseconds(found[4]!, found[3]!, found[1]!, found, 5)
      : toMilliseconds(found[4]!, found[1]!, found[3]!, found, 5);
  }
  found = COMPACT.exec(text);
  return found === null ? Number.NaN : toMilliseconds(found[1]!, found[2]!, found[3]!, found, 4);
}

/** @param at index in `found` of the hour; after it minute, second, fraction, AM or PM, zone, each maybe undefined */
function toMilliseconds(
  yearText: string,
  monthText: string,
  dayText: string,
  found: RegExpExecArray,
  at: number,
): number {
  const year = Number(yearText);
  const month = Number(monthText);
  const day = Number(dayText);
  const hour = hourOfDay(Number(found[at] ?? 0), found[at + 4]);
  const minute = Number(found[at + 1] ?? 0);
  const second = Number(found[at + 2] ?? 0);
  // Second 60 is a leap second; as in POSIX time it is the same as the next second.
  if (!(month >= 1 && month <= 12 && hour >= 0 && hour <= 23 && minute <= 59 && second <= 60))
    return Number.NaN;
  // Date.UTC takes the years 0 … 99 for 1900 … 1999.
  const shift = year >= 0 && year <= 99 ? 400 : 0;
  const midnight = Date.UTC(year + shift, month - 1, day) - (shift === 0 ? 0 : FOUR_CENTURIES);
  if (!(day >= 1 && day <= 31) || (day > 28 && new Date(midnight).getUTCDate() !== day)) return Number.NaN;
  const fraction = found[at + 3];
  // Whole nanoseconds first: 0.57 · 1000 would be 569.99….
  const subsecond = fraction === undefined ? 0 : Number(fraction.slice(0, 9).padEnd(9, '0')) / 1e6;
  return midnight + (hour * 60 + minute - zoneMinutes(found[at + 5])) * MINUTE + second * 1000 + subsecond;
}

function hourOfDay(hour: number, meridiem: string | undefined): number {
  if (meridiem === undefined || meridiem === '') return hour;
  if (hour < 1 || hour > 12) return Number.NaN;
  return (hour % 12) + (meridiem.toUpperCase() === 'PM' ? 12 : 0);
}

/** Minutes east of UTC. */
function zoneMinutes(zone: string | undefined): number {
  if (zone === undefined || !(zone.startsWith('+') || zone.startsWith('-'))) return 0;
  const hours = Number(zone.slice(1, 3));
  const minutes = Number(zone.slice(3).replace(':', ''));
  if (hours > 18 || minutes > 59) return Number.NaN;
  return (zone.startsWith('-') ? -1 : 1) * (hours * 60 + minutes);
}

import { badOption } from '../../../core/options.ts';
import { dayOfYear, readClock, readDate, type WallTime } from './calendar.ts';
import { monthOf, offsetOf } from './calendarWords.ts';

type Part =
  | 'year'
  | 'month'
  | 'day'
  | 'hour'
  | 'minute'
  | 'second'
  | 'fraction'
  | 'half'
  | 'offset'
  | 'dayOfYear';

const DIGITS = { one: String.raw`(\d{1,2})`, two: String.raw`(\d{2})`, name: String.raw`(\p{L}{3,10})\.?` };
const ZONE = String.raw`(Z|UTC|GMT|[A-Z]{2,4}|(?:UTC|GMT)?[+-]\d{1,2}(?::?\d{2})?)`;

/** What each sign of a pattern matches; of strftime (`%Y-%m-%d %H:%M:%S`) and of spreadsheets (`dd.MM.yyyy HH:mm:ss`). */
const SIGNS: readonly (readonly [RegExp, Part | undefined, string])[] = [
  [/^%Y|^yyyy|^YYYY/, 'year', String.raw`(\d{4})`],
  [/^%y|^yy|^YY/, 'year', DIGITS.two],
  [/^%[bB]|^MMMM?/, 'month', DIGITS.name],
  [/^%m|^MM?/, 'month', DIGITS.one],
  [/^%j|^DDD/, 'dayOfYear', String.raw`(\d{1,3})`],
  [/^%[de]|^dd?|^DD?/, 'day', DIGITS.one],
  [/^%[HIk]|^HH?|^hh?/, 'hour', DIGITS.one],
  [/^%M|^mm?/, 'minute', DIGITS.one],
  [/^%S|^ss?/, 'second', DIGITS.one],
  [/^%f|^S{1,9}/, 'fraction', String.raw`(\d{1,9})`],
  [/^%p|^a|^A|^tt/, 'half', String.raw`([AaPp]\.?[Mm]\.?)`],
  [/^%[zZ]|^[zZX]{1,3}/, 'offset', ZONE],
  [/^%[aA]|^EEEE?|^ddd/, undefined, String.raw`\p{L}{2,10}\.?`],
  [/^%%/, undefined, '%'],
];

/**
 * Compiles a pattern such as `%d.%m.%Y %H:%M` or `dd.MM.yyyy HH:mm`; text between single quotes stands for itself.
 *
 * @throws RxAnomalyError BAD_OPTION if it names no year, or no day of one
 */
export function timePattern(pattern: string): (text: string) => WallTime | undefined {
  const parts: Part[] = [];
  let source = '';
  let rest = pattern.replace('%F', '%Y-%m-%d').replace('%T', '%H:%M:%S').replace('%R', '%H:%M');
  // Letters stand for themselves between the signs of strftime.
  const signs = pattern.includes('%')
    ? SIGNS.map((each) => [percentOnly(each[0]), each[1], each[2]] as const)
    : SIGNS;
  while (rest !== '') {
    const quoted = /^'([^']*)'/.exec(rest);
    const sign = quoted === null ? signs.find(([start]) => start.test(rest)) : undefined;
    if (quoted !== null) {
      source += quoted[1]!.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
      rest = rest.slice(quoted[0].length);
    } else if (sign !== undefined) {
      if (sign[1] !== undefined) parts.push(sign[1]);
      source += sign[2];
      rest = rest.slice(sign[0].exec(rest)![0].length);
    } else {
      source += rest[0] === ' ' ? String.raw`\s+` : rest[0]!.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
      rest = rest.slice(1);
    }
  }
  if (!parts.includes('year') || new Set(parts).size < parts.length) {
    throw badOption(
      'openCsv',
      'timeFormat',
      "a pattern with a year, such as '%d.%m.%Y %H:%M' or 'dd.MM.yyyy HH:mm', or one of " +
        'seconds, milliseconds, microseconds, nanoseconds, excel',
      pattern,
    );
  }
  const matcher = new RegExp(`^${source}$`, 'u');
  return (text) => {
    const found = matcher.exec(text);
    if (found === null) return undefined;
    const part = (name: Part): string | undefined => {
      const at = parts.indexOf(name);
      return at === -1 ? undefined : found[at + 1];
    };
    const year = part('year')!;
    const monthText = part('month') ?? '1';
    const month = /^\d/.test(monthText) ? Number(monthText) : monthOf(monthText);
    const ofYear = part('dayOfYear');
    const fullYear = year.length === 2 ? Number(year) + (Number(year) < 69 ? 2000 : 1900) : Number(year);
    const date =
      ofYear === undefined
        ? readDate(`${fullYear}-${month ?? 0}-${part('day') ?? 1}`, 'dayFirst')
        : dayOfYear(fullYear, Number(ofYear));
    const fraction = part('fraction');
    const clock = readClock(
      `${part('hour') ?? 0}:${(part('minute') ?? '0').padStart(2, '0')}:${(part('second') ?? '0').padStart(2, '0')}` +
        `${fraction === undefined ? '' : `.${fraction}`}${part('half') ?? ''}`,
    );
    const wall = date + clock;
    const zone = part('offset');
    const offset = zone === undefined ? undefined : offsetOf(zone);
    if (Number.isNaN(wall) || (zone !== undefined && offset === undefined)) return undefined;
    return { wall, offset, zone: undefined };
  };
}

/** The part of an alternative of starts that is of strftime. */
function percentOnly(start: RegExp): RegExp {
  return new RegExp(`^(?=%)(?:${start.source})`);
}

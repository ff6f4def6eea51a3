import { isMissing } from '../numbers/writtenNumber.ts';
import { dayOfYear, readDate } from '../times/calendar.ts';
import { monthOf } from '../times/calendarWords.ts';
import type { ColumnProfile } from './profileColumns.ts';

/** The columns that make up the time of a row, and how: their text becomes one that a time format reads. */
export interface TimeColumns {
  readonly profiles: readonly ColumnProfile[];
  /** The text of the time from its cells. */
  readonly join: (cells: readonly string[]) => string;
}

type Part = 'year' | 'month' | 'day' | 'hour' | 'minute' | 'second' | 'dayOfYear' | 'clock';

const PART_NAMES: readonly (readonly [Part, RegExp])[] = [
  [
    'year',
    /^(?:#?\s?YY|yyyy|year|yr|jahr|ann[ée]e|año|anno|ano|vuosi|rok|år|jaar|yıl|év|год|年)$|^#?(?:yr)$/i,
  ],
  [
    'month',
    /^(?:MM|mo|month|mon|monat|mois|mes|mês|mese|kuukausi|miesi[aą]c|månad|måned|maand|ay|hó|месяц|月)$/,
  ],
  ['day', /^(?:DD|dd|dy|da|day|tag|jour|d[ií]a|giorno|dom|mday|päivä|dzie[nń]|dag|gün|nap|день|日)$/],
  ['hour', /^(?:hh|HH|hr|hour|hours|stunde|heure|hora|ora|tunti|godzina|timme|uur|saat|óra|час|時)$/],
  ['minute', /^(?:mm|mn|mi|min|minute|minutes|分)$/],
  ['second', /^(?:ss|sec|second|seconds|sekunde|秒)$/],
  ['clock', /^(?:hhmm|hhmn|hrmn|hour_?min(?:ute)?)$/i],
  ['dayOfYear', /^(?:doy|yday|jday|julian(?:[_ ]?day)?|day[_ ]?of[_ ]?(?:the[_ ]?)?year)$/i],
];

/** Year, month, day, hour … in a column each. */
export function guessParts(profiles: readonly ColumnProfile[]): TimeColumns | undefined {
  const found = new Map<Part, ColumnProfile>();
  for (const profile of profiles) {
    const name = profile.name.trim();
    const part = PART_NAMES.find(([, names]) => names.test(name) || names.test(uncapitalised(name)))?.[0];
    const isName = part === 'month' && profile.cells.length > 0 && profile.cells.every(isMonth);
    const isWhole = isName || (profile.numbers.length > 0 && profile.numbers.every(Number.isInteger));
    if (part !== undefined && isWhole && !found.has(part)) found.set(part, profile);
  }
  // `yyyy mm`: minutes have an hour.
  const minute = found.get('minute');
  if (minute?.name.trim() === 'mm' && found.has('year') && !found.has('hour') && !found.has('month')) {
    found.delete('minute');
    found.set('month', minute);
  }
  const day = found.get('day');
  // `Year,Day,Hour_Min` of loggers: no month has a day 64.
  if (day?.numbers.some((number) => number > 31) && !found.has('month') && !found.has('dayOfYear')) {
    found.delete('day');
    found.set('dayOfYear', day);
  }
  if (!found.has('year')) {
    for (const [part, profile] of partsWithoutNames(profiles)) found.set(part, profile);
  }
  const year = found.get('year');
  if (year === undefined || !year.numbers.every((number) => number >= 0 && number < 3000)) return undefined;
  const isOfYear = found.has('dayOfYear') && !found.has('month');
  const ofDay: readonly Part[] =
    found.has('clock') && !found.has('hour') ? ['clock'] : ['hour', 'minute', 'second'];
  const order: readonly Part[] = isOfYear
    ? ['year', 'dayOfYear', ...ofDay]
    : ['year', 'month', 'day', ...ofDay];
  // Without a month there are no days, without an hour no minutes.
  const until = order.findIndex((part) => !found.has(part));
  const used = order.slice(0, until === -1 ? order.length : until);
  if (used.length < 2) return undefined;
  return {
    profiles: used.map((part) => found.get(part)!),
    join: (cells) => {
      if (cells.some(isMissing)) return '';
      const [yearText, second, third, ...clock] = cells
        .map((cell) => `${monthOf(cell.replace(/\.$/, '')) ?? Number(cell)}`)
        .flatMap((cell, i) =>
          used[i] === 'clock' ? [`${Math.floor(Number(cell) / 100)}`, `${Number(cell) % 100}`] : [cell],
        );
      const full =
        yearText!.length <= 2 ? `${Number(yearText) + (Number(yearText) < 69 ? 2000 : 1900)}` : yearText;
      if (isOfYear) {
        const date = dayOfYear(Number(full), Number(second));
        if (Number.isNaN(date)) return cells.join(' ');
        const rest = [third, ...clock].filter((part) => part !== undefined);
        return withTime(new Date(date).toISOString().slice(0, 10), rest);
      }
      const date = `${full}-${second}-${third ?? 1}`;
      return Number.isNaN(readDate(date, 'dayFirst')) ? cells.join(' ') : withTime(date, clock);
    },
  };
}

function isMonth(cell: string): boolean {
  return monthOf(cell.replace(/\.$/, '')) !== undefined;
}

/** How tables without a header begin: Campbell's loggers write the day of the year and a clock such as 1430. */
const SHAPES: readonly (readonly Part[])[] = [
  ['year', 'month', 'day', 'hour', 'minute', 'second'],
  ['year', 'dayOfYear', 'hour', 'minute', 'second'],
  ['year', 'dayOfYear', 'clock'],
];
const RANGES: Readonly<Record<Part, readonly [low: number, high: number]>> = {
  year: [1600, 2199],
  month: [1, 12],
  day: [1, 31],
  hour: [0, 24],
  minute: [0, 59],
  second: [0, 60],
  dayOfYear: [1, 366],
  clock: [0, 2400],
};

/**
 * Of a table without a header: the columns, from the first or from one after the number of the station, that are parts
 * of times which never decrease. The last of them separates rows that those before it leave together.
 */
function partsWithoutNames(profiles: readonly ColumnProfile[]): readonly (readonly [Part, ColumnProfile])[] {
  const rows = profiles[0]?.numbers.length ?? 0;
  if (rows <= 12) return [];
  const isPart = (profile: ColumnProfile | undefined, part: Part): profile is ColumnProfile =>
    profile !== undefined &&
    profile.name === `column${profile.index + 1}` &&
    profile.numbers.length === rows &&
    profile.numbers.every(
      (n) =>
        Number.isInteger(n) &&
        n >= RANGES[part][0] &&
        n <= RANGES[part][1] &&
        (part !== 'clock' || n % 100 < 60),
    );
  const stations = new Set(profiles[0]!.numbers);
  const isStation = stations.size <= 10 && profiles[0]!.numbers.every(Number.isInteger);
  let best: readonly (readonly [Part, ColumnProfile])[] = [];
  for (const from of isStation ? [0, 1] : [0]) {
    for (const shape of SHAPES) {
      let found: readonly (readonly [Part, ColumnProfile])[] = [];
      const parts: (readonly [Part, ColumnProfile])[] = [];
      let keys = Array<number>(rows).fill(0);
      let together = rows - 1;
      for (const [i, part] of shape.entries()) {
        const profile = profiles[from + i];
        if (!isPart(profile, part) || profile.index !== from + i) break;
        if (together === 0 && !profile.cells.every((cell) => cell === '00')) break;
        keys = keys.map((key, row) => key * (RANGES[part][1] + 1) + profile.numbers[row]!);
        if (keys.some((key, row) => row > 0 && key < keys[row - 1]!)) break;
        parts.push([part, profile]);
        const left = keys.filter((key, row) => row > 0 && key === keys[row - 1]).length;
        const isZero = left === together && profile.cells.every((cell) => cell === '00');
        if (left < together || (isZero && i > 2)) found = [...parts];
        together = left;
      }
      const isEnough = together <= 0.05 * rows || (from === 1 && stations.size > 1);
      const years = profiles[from]?.numbers ?? [];
      // One year throughout could be any number, but for the years of loggers.
      const isYear = years[0] !== years.at(-1) || (years[0]! > 1970 && years[0]! < 2070);
      if (isEnough && isYear && found.length > Math.max(1, best.length)) best = found;
    }
  }
  return best;
}

/** Names in capitals are read as others, but for MM and HH, which are no minutes. */
function uncapitalised(name: string): string {
  const isPattern = /^(.)\1+$/.test(name);
  return /^\p{Lu}\p{Ll}/u.test(name) || (/^\p{Lu}{2,}$/u.test(name) && !isPattern)
    ? name.toLowerCase()
    : name;
}

function withTime(date: string, clock: readonly (string | undefined)[]): string {
  const [hour, minute = '0', second] = clock;
  if (hour === undefined) return date;
  return `${date} ${hour.padStart(2, '0')}:${minute.padStart(2, '0')}${second === undefined ? '' : `:${second.padStart(2, '0')}`}`;
}

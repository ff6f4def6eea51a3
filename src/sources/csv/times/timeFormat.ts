import { isMissing } from '../numbers/writtenNumber.ts';
import { type DateOrder, readCalendar, readClock, type WallTime } from './calendar.ts';
import { offsetOf } from './calendarWords.ts';
import { decideOrder, ORDER_WORDS } from './dateOrder.ts';
import { type NumericTime, namedNumericTime, numberOf, numericTime, type ReportCell } from './numericTime.ts';
import { timePattern } from './timePattern.ts';
import { Zone } from './zone.ts';

/** How the times of one file are written: decided once, from a sample, so that no row is read by another rule. */
export interface TimeFormat {
  /** As it is reported to a user: `epoch milliseconds`, `dates with the day first`; undefined for ISO 8601. */
  readonly note: string | undefined;
  /** Whether times are on the wall clock of a zone whose clocks are set. */
  readonly isZoned?: boolean;
  /** What the sample does not decide. */
  readonly warning: string | undefined;
  /**
   * Milliseconds since 1970-01-01T00:00:00Z; NaN if the text is no time.
   *
   * @param previous the time of the row before in the same series: it distinguishes the two passes of a repeated hour
   */
  read(text: string, previous: number | undefined): number;
  /** Why a text that is a date cannot be read here: it needs another order of day and month. */
  why(text: string): string | undefined;
}

/** What decides in addition to the cells. */
export interface TimeFormatOptions {
  /** Of the column: it may name a unit or a zone. */
  readonly name: string;
  readonly timeFormat: string | undefined;
  readonly dayFirst: boolean | undefined;
  readonly timeZone: string | undefined;
  /** Milliseconds since 1970 from which seconds from the start are counted, where the file tells. */
  readonly origin: number | undefined;
  /** Whether the file writes numbers as most of Europe does: then an open date has the day first. */
  readonly isEuropean: boolean;
  readonly report: ReportCell;
}

/** @throws RxAnomalyError BAD_OPTION where it is no way of writing times */
export function checkTimeFormat(timeFormat: string): void {
  if (namedNumericTime(timeFormat) === undefined) timePattern(timeFormat);
}

/** @param cells a sample of the column, without surrounding blanks; calendar times unless most are plain numbers */
export function guessTimeFormat(cells: readonly string[], options: TimeFormatOptions): TimeFormat {
  const { timeFormat, name } = options;
  const present = cells.filter((cell) => !isMissing(cell));
  if (timeFormat !== undefined) {
    const numeric = namedNumericTime(timeFormat);
    if (numeric?.isWall === true) return wallClock(numeric, options);
    if (numeric !== undefined) return { ...numeric, read: (text) => inRange(numeric.read(text)), why: never };
    const pattern = timePattern(timeFormat);
    return calendar(pattern, undefined, undefined, options);
  }
  if (areMonths(name, present)) {
    return calendar((text) => readCalendar(`${text}01`, 'dayFirst'), 'year and month', undefined, options);
  }
  const numbers = present.filter((cell) => Number.isFinite(numberOf(cell)));
  if (2 * numbers.length > present.length && !areCompactDates(present)) {
    const numeric = numericTime(numbers, name, options.report);
    const { origin } = options;
    if (origin !== undefined) {
      const note = `seconds from ${new Date(origin).toISOString()}`;
      return { note, warning: undefined, read: (text) => inRange(origin + numeric.read(text)), why: never };
    }
    if (numeric.isWall === true) return wallClock(numeric, options);
    return { ...numeric, read: (text) => inRange(numeric.read(text)), why: never };
  }
  const clocks = present.filter((cell) => !Number.isNaN(elapsed(cell)));
  if (2 * clocks.length > present.length) return clockTime();
  const usual = options.isEuropean ? 'dayFirst' : 'monthFirst';
  const decided = decideOrder(present, usual);
  // --day-first and --month-first are of dates whose year comes last.
  const isNamed = options.dayFirst !== undefined && decided.order !== 'yearDayFirst';
  const order = isNamed ? (options.dayFirst === true ? 'dayFirst' : 'monthFirst') : decided.order;
  const { matters, open, sample } = decided;
  const words = `dates with ${ORDER_WORDS[order]}`;
  const option =
    order === 'yearDayFirst'
      ? "--time-format decides, for example '%Y/%d/%m %H:%M' or '%Y/%m/%d %H:%M'"
      : '--day-first or --month-first decides';
  const orderWarning =
    open && !isNamed
      ? `dates such as ${JSON.stringify(sample)} can have the day or the month first; read with ${ORDER_WORDS[order]} (${option})`
      : undefined;
  const yearWarning = yearlessWarning(present);
  const zoneWarning = options.timeZone === undefined ? ambiguousZone(present) : undefined;
  return calendar(
    (text) => readCalendar(text, order),
    matters && !isNamed ? words : undefined,
    orderWarning ?? yearWarning ?? zoneWarning,
    options,
    order,
  );
}

/** `Oct 01`, `Oct 02`: days without a year look like a month and a year of two digits. */
function yearlessWarning(cells: readonly string[]): string | undefined {
  const months = cells.map((cell) => /^(\p{L}{3,10})\.?[-\s/']+\d{1,2}$/u.exec(cell)?.[1]);
  const same = months.filter((month, i) => i > 0 && month !== undefined && month === months[i - 1]).length;
  if (2 * same <= cells.length - 1 || cells.length < 2) return undefined;
  const [first] = cells;
  return (
    `${JSON.stringify(first)} is read as a month and a year; if it is a day, it lacks the year, which has to be written ` +
    "(--time-format decides, for example '%b %y')"
  );
}

const SEVERAL_ZONES = /\d\s?\(?(IST|CST)\b/;

/** IST and CST are of several countries, unless CDT comes too. */
function ambiguousZone(cells: readonly string[]): string | undefined {
  const cell = cells.find((each) => SEVERAL_ZONES.test(each));
  if (cell === undefined || cells.some((each) => /\bCDT\b/.test(each))) return undefined;
  const isIndian = cell.includes('IST');
  return (
    `${JSON.stringify(cell)}: ${isIndian ? 'IST is read as the time of India (UTC+05:30); it may be of Israel or Ireland' : 'CST is read as the time of the middle of North America (UTC-06:00); it may be of China'} ` +
    `(--time-zone decides, for example ${isIndian ? 'Asia/Kolkata or Asia/Jerusalem' : 'America/Chicago or Asia/Shanghai'})`
  );
}

/** Days of a spreadsheet: calendar times that are written as numbers. */
function wallClock({ note, warning, read }: NumericTime, options: TimeFormatOptions): TimeFormat {
  const parse = (text: string): WallTime | undefined => {
    const wall = read(text);
    return Number.isNaN(wall) ? undefined : { wall, offset: undefined, zone: undefined };
  };
  return calendar(parse, note, warning, options);
}

function calendar(
  parse: (text: string) => WallTime | undefined,
  note: string | undefined,
  warning: string | undefined,
  { name, timeZone, report }: TimeFormatOptions,
  order?: DateOrder,
): TimeFormat {
  const zones = new Map<string, Zone | undefined>();
  const zoneOf = (zoneName: string): Zone | undefined => {
    if (!zones.has(zoneName)) {
      try {
        zones.set(zoneName, new Zone(zoneName));
      } catch {
        zones.set(zoneName, undefined);
      }
    }
    return zones.get(zoneName);
  };
  const named = zoneInName(name);
  // UTC is exact; a name such as MEZ is often that of the place, summer time or not, which --time-zone tells better.
  const inName = timeZone === undefined || named?.isExact === true ? named : undefined;
  const ofOption = timeZone === undefined ? undefined : new Zone(timeZone);
  const zone =
    ofOption !== undefined
      ? inName === undefined
        ? ofOption
        : undefined
      : inName?.offset === undefined && inName !== undefined
        ? zoneOf(inName.label)
        : undefined;
  const columnOffset = inName?.offset ?? 0;
  const notes = [
    note,
    inName === undefined ||
    (inName.offset === 0 && timeZone === undefined) ||
    (inName.offset === undefined && zone === undefined)
      ? undefined
      : `${inName.label} by the column's name`,
  ];
  const zoned = (by: Zone, wall: number, text: string, previous: number | undefined): number => {
    if (by.kindOf(wall) === 'gap') {
      report(
        'gap',
        text,
        `${by.name} has no such time, for its clocks are set forward; read as an hour later`,
      );
    }
    return by.toUtc(wall, previous);
  };
  /** Cells of the column with a zone of their own, and without one. */
  const seen: (string | undefined)[] = [undefined, undefined];
  let areMixed = false;
  const watchZones = (text: string, hasZone: boolean): void => {
    const own = hasZone ? 1 : 0;
    seen[own] ??= text;
    if (areMixed || seen[1 - own] === undefined) return;
    areMixed = true;
    const others = JSON.stringify(seen[1 - own]);
    const as = zone?.name ?? inName?.label ?? 'UTC';
    report(
      'mixedZones',
      text,
      hasZone
        ? `has a zone, and cells such as ${others} have none, which are read as ${as} (--time-zone decides)`
        : `has no zone, unlike ${others}; read as ${as} (--time-zone decides)`,
    );
  };
  return {
    note: notes.some((line) => line !== undefined)
      ? notes.filter((line) => line !== undefined).join(', ')
      : undefined,
    warning,
    isZoned: zone !== undefined,
    read: (text, previous) => {
      const time = parse(text);
      if (time === undefined) return Number.NaN;
      // An abbreviation of several countries is what --time-zone names.
      const isOfZone = timeZone !== undefined && time.offset !== undefined && SEVERAL_ZONES.test(text);
      if (isOfZone) return inRange(zoned(ofOption!, time.wall, text, previous));
      watchZones(text, time.offset !== undefined || time.zone !== undefined);
      if (time.offset !== undefined) return inRange(time.wall - time.offset * 60_000);
      if (time.zone !== undefined) {
        const by = zoneOf(time.zone);
        return by === undefined ? Number.NaN : inRange(zoned(by, time.wall, text, previous));
      }
      if (zone !== undefined) return inRange(zoned(zone, time.wall, text, previous));
      return inRange(time.wall - columnOffset * 60_000);
    },
    why: (text) => {
      if (order === undefined) return undefined;
      const others = (['dayFirst', 'monthFirst', 'yearDayFirst'] as const).filter((each) => each !== order);
      const other = others.find((each) => readCalendar(text, each) !== undefined);
      if (other === undefined) return undefined;
      return `is no date with ${ORDER_WORDS[order]}, as those before were read (${order === 'yearDayFirst' || other === 'yearDayFirst' ? '--time-format' : `--${other === 'dayFirst' ? 'day' : 'month'}-first`} decides)`;
    },
  };
}

/**
 * `Date Time, GMT+01:00`, `Zeit (MEZ)`, `timestamp(Europe/Berlin)`, and the minutes west of UTC of Windows' counters:
 * `(PDH-CSV 4.0) (W. Europe Standard Time)(-60)`. Without an offset where it is a zone of the IANA database.
 */
function zoneInName(
  name: string,
): { readonly label: string; readonly offset?: number; readonly isExact?: boolean } | undefined {
  const west = /^\(PDH-[CT]SV [\d.]+\) \(.*\)\(([+-]?\d+)\)$/.exec(name);
  if (west !== null) {
    const offset = -Number(west[1]);
    const at = new Date(Math.abs(offset) * 60_000).toISOString().slice(11, 16);
    return { label: `UTC${offset < 0 ? '-' : '+'}${at}`, offset, isExact: true };
  }
  const zone = /(?<![\p{L}/])[A-Z][A-Za-z_]+(?:\/[A-Z][A-Za-z_+\-0-9]+){1,2}(?![\p{L}/])/u.exec(name);
  if (zone !== null && isZone(zone[0])) return { label: zone[0] };
  const found =
    /(?:UTC|GMT)\s?[+\-\u2212]\d{1,2}(?::?\d{2})?|\b(?:UTC|GMT|MESZ|MEZ|CES?T|[ECMP][SD]T|IST)\b/.exec(name);
  // `time_utc`, `datetimeUtc`
  if (found === null)
    return /(?:[_\s.-]|[a-z](?=U))(?:utc|gmt)(?![a-z])/i.test(name)
      ? { label: 'UTC', offset: 0, isExact: true }
      : undefined;
  const offset = offsetOf(found[0]);
  return offset === undefined
    ? undefined
    : { label: found[0], offset, isExact: /^(?:UTC|GMT)/.test(found[0]) };
}

function isZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/** Clocks without a date: each that is earlier than the one before is of the next day. */
function clockTime(): TimeFormat {
  let day = 0;
  let last = Number.NaN;
  return {
    note: 'times of day, counted from 1970-01-01',
    warning: undefined,
    read: (text) => {
      const time = elapsed(text);
      if (time < last - 43_200_000) day += 86_400_000;
      if (!Number.isNaN(time)) last = time;
      return day + time;
    },
    why: never,
  };
}

/** Milliseconds of `00:15:00`, `25:10:00.5`, `1 days 00:15:00`; NaN if the text is none. */
function elapsed(text: string): number {
  const clock = readClock(text.includes(':') ? text : '');
  if (!Number.isNaN(clock)) return clock;
  const found = /^(?:(\d+)\s?(?:days?|d),?\s)?(\d+):([0-5]\d)(?::([0-5]\d)(?:[.,](\d{1,9}))?)?$/.exec(text);
  if (found === null) return Number.NaN;
  const [, days = '0', hours, minutes, seconds = '0', fraction = ''] = found;
  const whole = ((Number(days) * 24 + Number(hours)) * 60 + Number(minutes)) * 60 + Number(seconds);
  return whole * 1000 + Number(fraction.padEnd(9, '0')) / 1e6;
}

const COMPACT_DATE = /^(?:1[89]|20)\d{6}(?:\d{2}|\d{4}|\d{6}|\d{9})?$/;

/** 199001 below `YearMonth`, `yyyymm`, `Period`. */
export function areMonths(name: string, cells: readonly string[]): boolean {
  return (
    cells.length > 0 &&
    /^(?:year[ _-]?month|y{2,4}[ _-]?mm|ym|month|month[ _-]?year|period|date|monat|jahr[ _-]?monat)$/i.test(
      name.trim(),
    ) &&
    cells.every((cell) => /^(?:1[5-9]|20)\d\d(?:0[1-9]|1[0-2])$/.test(cell))
  );
}

/** 20140214, 2014021410: numbers, but ones in which every sample reads as a day of these centuries. */
export function areCompactDates(cells: readonly string[]): boolean {
  return (
    cells.length > 0 &&
    cells.every((cell) => COMPACT_DATE.test(cell) && readCalendar(cell, 'dayFirst') !== undefined)
  );
}

function never(): undefined {
  return undefined;
}

/** Times beyond ±8.64e15 ms cannot be shown as a date. */
function inRange(time: number): number {
  return Math.abs(time) <= 8.64e15 ? time : Number.NaN;
}

import type { Notices } from '../notices.ts';
import { isMissing } from '../numbers/writtenNumber.ts';
import { readCalendar, readClock, startOfSpan } from '../times/calendar.ts';
import type { TimeColumns } from './dateParts.ts';
import type { ColumnProfile } from './profileColumns.ts';
import { words } from './words.ts';

type Join = TimeColumns['join'];

/** The clock of a date that has none of its own: `10:15`, 1015, or hours, minutes and seconds in a column each. */
export function withClock(time: TimeColumns, profiles: readonly ColumnProfile[]): TimeColumns {
  const date = time.profiles.at(-1)!;
  const isDay = time.profiles.length === 1 ? date.isDateOnly : isOfDay(time);
  if (!isDay || date.cells.length === 0) return time;
  const others = profiles.filter(
    (profile) => profile.cells.length > 0 && !time.profiles.some(({ index }) => index === profile.index),
  );
  const add = (columns: readonly ColumnProfile[], join: Join): TimeColumns => {
    const count = time.profiles.length;
    return {
      profiles: [...time.profiles, ...columns],
      join: (cells) =>
        cells.some(isMissing) ? '' : join([time.join(cells.slice(0, count)), ...cells.slice(count)]),
    };
  };
  const clocks = others.filter(isClockColumn);
  const clock =
    clocks.find(({ name, index }) => isClockName(name) && index === date.index + 1) ??
    clocks.find(({ name }) => isClockName(name) || isHourName(name)) ??
    clocks.find(({ index }) => Math.abs(index - date.index) === 1);
  if (clock !== undefined) {
    const thousandths = others.find(
      (profile) => /^(?:ms|msec|milli(?:s|seconds?)?)$/i.test(profile.name.trim()) && isWithin(profile, 999),
    );
    if (thousandths?.index !== clock.index + 1) return add([clock], clockJoin(clock));
    const join = clockJoin(clock);
    return add([clock, thousandths], (cells) => `${join(cells)}.${cells[2]!.padStart(3, '0')}`);
  }
  const isRepeated = date.cells.some((cell, i) => i > 0 && cell === date.cells[i - 1]);
  const hour =
    others.find(({ name }) => HOUR.test(name.trim())) ??
    others.find(({ name }) => isRepeated && (isHourName(name) || isOnlyClock(name))) ??
    others.find((profile) => isClockWithoutName(profile, date));
  if (hour === undefined || !isWithin(hour, 2359)) return time;
  if (!isWithin(hour, 25)) return isClockWithoutName(hour, date) ? add([hour], clockJoin(hour)) : time;
  const next = (after: ColumnProfile, names: RegExp, most: number): ColumnProfile | undefined =>
    others.find(
      (profile) =>
        profile.index === after.index + 1 && names.test(profile.name.trim()) && isWithin(profile, most),
    );
  const minute = next(hour, /^(?:mm|mn|min|mins|minutes?|minuto|minuut|minut)$/i, 59);
  const second =
    minute === undefined ? undefined : next(minute, /^(?:ss|secs?|seconds?|sekunde|segundo)$/i, 60);
  return add([hour, ...[minute, second].filter((each) => each !== undefined)], joinHour);
}

/** Whether parts of a date are those of a day, without an hour. */
function isOfDay({ profiles, join }: TimeColumns): boolean {
  const text = join(profiles.map(({ cells }) => cells[0] ?? ''));
  return !text.includes(':') && (profiles.length > 2 || /^\d{4}-\d\d-\d\d$/.test(text));
}

function isWithin({ isNumeric, numbers }: ColumnProfile, most: number): boolean {
  return isNumeric && numbers.every((n) => Number.isInteger(n) && n >= 0 && n <= most);
}

function isClockColumn(profile: ColumnProfile): boolean {
  const { name, cells, isClock, numbers } = profile;
  if (isClock) return true;
  // Numbers up to 24 are hours; 25 is the last of the day on which clocks are set back.
  const lastHour = isHourName(name) ? 25 : 24;
  if (!(isClockName(name) || isHourName(name)) || (numbers.length > 0 && isWithin(profile, lastHour)))
    return false;
  // `response_time` is a number like any other; one that reaches into the afternoon as 1430 does is a clock.
  if (profile.isNumeric && !isOnlyClock(name) && !numbers.some((number) => number >= 1300)) return false;
  const mayHavePoints = /^(?:time|clock|uhrzeit|zeit)$/i.test(name.trim());
  return (
    (mayHavePoints || !cells.some((cell) => cell.includes('.'))) &&
    cells.every((cell) => !Number.isNaN(readClock(padded(cell, widthOf(profile)))))
  );
}

/** The column after the date in a table without a header: hours or clocks such as 1430 that count up on each day. */
function isClockWithoutName(profile: ColumnProfile, date: ColumnProfile): boolean {
  const { name, index, numbers, cells } = profile;
  return (
    name === `column${index + 1}` &&
    index === date.index + 1 &&
    numbers.length === cells.length &&
    numbers.length === date.cells.length &&
    isWithin(profile, 2359) &&
    numbers.every((n) => n % 100 < 60) &&
    date.cells.some((cell, i) => i > 0 && cell === date.cells[i - 1]) &&
    date.cells.every((cell, i) => i === 0 || cell !== date.cells[i - 1] || numbers[i]! > numbers[i - 1]!)
  );
}

const HOUR = /^(?:hour|hr|hh|stunde|heure|hora|ora|hour of day|hour ?ending|he)$/i;
const HOUR_WORDS: ReadonlySet<string> = new Set(
  'hour hours hr hrs hh hourending stunde stunden heure heures hora horas ora ore godzina godz timme uur tunti saat óra'.split(
    ' ',
  ),
);

function isHourName(name: string): boolean {
  return words(name).some((word) => HOUR_WORDS.has(word));
}

function isClockName(name: string): boolean {
  return /time|zeit|clock|hora|heure|ora|tijd|^(?:hh[:_]?mm(?:[:_]?ss)?|hhmn|hrmn|hour_?min(?:ute)?)$|時刻|时间|시간/i.test(
    name,
  );
}

const CLOCK_WORDS: ReadonlySet<string> = new Set(
  (
    'time clock uhrzeit zeit hora heure ora tijd 時刻 时间 시간 hhmm hhmmss hh mm ss hhmn hrmn hour min minute start begin end from ' +
    'local utc gmt lst read reading obs observation sample sampling measurement event record of day date'
  ).split(' '),
);

/** Whether a column is called a clock, and nothing more that could make it a duration. */
function isOnlyClock(name: string): boolean {
  return words(name).every((word) => CLOCK_WORDS.has(word) || HOUR_WORDS.has(word));
}

/** Digits of a clock without signs: six where some are beyond 2400. */
function widthOf({ isNumeric, numbers }: ColumnProfile): number {
  return isNumeric && numbers.some((number) => number > 2400) ? 6 : 4;
}

/** Joins a date and the clock of that column. */
export function clockJoin(column: ColumnProfile): Join {
  const width = widthOf(column);
  return ([date, clock]) => {
    if (isMissing(date!) || isMissing(clock!)) return '';
    const text = padded(clock!, width);
    if (Number.isNaN(readClock(text))) return `${date} ${clock}`;
    return /^\d+$/.test(text)
      ? `${date} ${text.slice(0, 2)}:${text.slice(2, 4)}:${text.slice(4, 6) || '00'}`
      : `${date} ${text}`;
  };
}

/** 45 is a quarter to one where other rows have 1000; 14.30 is half past two; `10 - 11` begins at ten. */
function padded(clock: string, width: number): string {
  if (/^\d{1,2}\.\d\d$/.test(clock)) return clock.replace('.', ':');
  return /^\d{1,5}$/.test(clock) ? clock.padStart(width, '0') : startOfSpan(clock);
}

function joinHour(cells: readonly string[]): string {
  const [date, hour, minute = '0', second = '0'] = cells;
  return `${date} ${Number(hour)}:${minute.padStart(2, '0')}:${second.padStart(2, '0')}`;
}

/** AM and PM in a column of their own, of a time that says no more than twelve hours. */
export function withHalf(time: TimeColumns, profiles: readonly ColumnProfile[]): TimeColumns {
  const half = profiles.find((profile) => isHalf(profile) && !time.profiles.includes(profile));
  const hasClock = time.profiles.some(
    ({ isCalendar, isDateOnly, isClock, name, isNumeric }) =>
      isClock || (isCalendar && !isDateOnly) || (isNumeric && !isCalendar && /h|time|ora|zeit/i.test(name)),
  );
  const hasOwn = time.profiles.some(({ cells }) => cells.some((cell) => /[ap]\.?\s?m\.?$/i.test(cell)));
  if (half === undefined || !hasClock || hasOwn) return time;
  const last = time.profiles.length;
  return {
    profiles: [...time.profiles, half],
    join: (cells) => {
      const text = time.join(cells.slice(0, last));
      const isMorning = /^(?:a|午前|上午|오전)/i.test(cells[last]!);
      const hour = Number(/(?:^|[\sT])(\d{1,2})[:h]\d\d/.exec(text)?.[1]);
      // 13:00 PM adds nothing to 13:00.
      return hour > 12 && !isMorning ? text : `${text} ${isMorning ? 'AM' : 'PM'}`;
    },
  };
}

/** AM and PM that the columns which the user named leave out. */
export function warnOfHalf(time: TimeColumns, profiles: readonly ColumnProfile[], notices: Notices): void {
  const whole = withHalf(time, profiles);
  if (whole === time) return;
  notices.warn(
    'half',
    `column "${whole.profiles.at(-1)!.name}" holds AM and PM, and the named columns of the time do not; ` +
      `--time ${whole.profiles.map(({ name }) => name).join(',')} reads it with them`,
  );
}

/** Whether the cells are AM and PM, in any of their forms. */
export function isHalf({ name, cells }: ColumnProfile): boolean {
  const form = /^(?:am?[\s_/-]?pm?|a\/p|meridiem|ap)$/i.test(name.trim()) ? HALF_LETTER : HALF;
  return cells.length > 0 && cells.every((cell) => form.test(cell));
}

const HALF = /^(?:[ap]\.?\s?m\.?|午前|午後|上午|下午|오전|오후)$/i;
const HALF_LETTER = /^(?:[ap](?:\.?\s?m\.?)?|午前|午後|上午|下午|오전|오후)$/i;

/** `2024-03-04 10:00` with `EST`, or `Europe/Berlin`, in a column of its own. */
export function withZone(time: TimeColumns, profiles: readonly ColumnProfile[]): TimeColumns {
  const zone = profiles.find(isZone);
  // Epochs are UTC, and a time may have its own zone.
  const isWall = time.profiles.some(({ isCalendar }) => isCalendar) || time.profiles.length > 1;
  const isPlain = time.profiles[0]!.cells.every(
    (cell) => readCalendar(cell, 'dayFirst')?.offset === undefined,
  );
  if (zone === undefined || !isWall || !isPlain || time.profiles.includes(zone)) return time;
  const last = time.profiles.length;
  return {
    profiles: [...time.profiles, zone],
    join: (cells) => `${time.join(cells.slice(0, last))} ${zoneText(cells[last]!)}`,
  };
}

/** Whether the cells are zones of times. */
export function isZone({ name, cells }: ColumnProfile): boolean {
  return (
    /^(?:tz|tz[_ ]?cd|time[_ ]?zone|zone|utc[_ ]?offset|zeitzone|fuseau(?: horaire)?)$/i.test(name.trim()) &&
    cells.length > 0 &&
    cells.every((cell) => readCalendar(`2024-03-04 10:00 ${zoneText(cell)}`, 'dayFirst') !== undefined)
  );
}

/** `-5` as `-05:00` */
function zoneText(cell: string): string {
  const hours = /^([+-]?)(\d{1,2})$/.exec(cell);
  return hours === null || Number(hours[2]) > 14
    ? cell
    : `${hours[1] || '+'}${hours[2]!.padStart(2, '0')}:00`;
}

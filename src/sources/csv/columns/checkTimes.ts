import type { RxAnomalyError } from '../../../core/errors.ts';
import { medianOf } from '../../../core/math/median.ts';
import { show } from '../../../core/options.ts';
import type { CsvOptions } from '../csvTable.ts';
import type { Notices } from '../notices.ts';
import { guessTimeFormat, type TimeFormat } from '../times/timeFormat.ts';
import { Zone } from '../times/zone.ts';
import type { ColumnProfile } from './profileColumns.ts';
import { looksDated } from './words.ts';

/** The readable times of a sample, in its order; those of a zone follow from the ones before. */
export function readInOrder(times: readonly string[], format: TimeFormat): number[] {
  let previous: number | undefined;
  return times
    .map((text) => {
      const time = text === '' ? Number.NaN : format.read(text, previous);
      if (!Number.isNaN(time)) previous = time;
      return time;
    })
    .filter((time) => !Number.isNaN(time));
}

/** What cannot be the name of a measurement. */
const CALLED_TIME =
  /^(?:time|date|datetime|timestamp|datum|zeit|uhrzeit|millis|micros|epoch|unix(?:[ _]?time)?|ts|elapsed(?:[ _]?time)?)(?:[ _]?[([]?(?:s|sec|seconds|ms|us|µs|ns)[)\]]?)?$/i;

/**
 * A table without times in which a column seems to hold them: one that is modelled and called a time, or one of texts
 * that look like dates.
 *
 * @param guessed the columns that are modelled unless the user named them
 * @param others those that are left out
 */
export function warnOfNoTime(
  guessed: readonly ColumnProfile[],
  others: readonly ColumnProfile[],
  notices: Notices,
): void {
  const called = guessed.find(({ name }) => CALLED_TIME.test(name.trim()));
  if (called !== undefined) {
    notices.warn(
      'calledTime',
      `column "${called.name}": ${show(called.cells[0])} is modelled as a number, for its cells are no times in order; ` +
        `--time "${called.name}" with --time-format reads them as times, --value names the columns to model`,
    );
  }
  const dated = others.find(
    ({ cells, isNumeric, isCalendar }) =>
      !isNumeric && !isCalendar && 2 * cells.filter((cell) => looksDated(cell)).length > cells.length,
  );
  if (dated === undefined) return;
  notices.warn(
    'calledTime',
    `row ${dated.rows[0]!}: column "${dated.name}": ${show(dated.cells[0])} looks like a time and is not one that is recognised; ` +
      `left out (--time "${dated.name}" with --time-format reads it)`,
  );
}

/** A logger that starts before its clock is set writes 1970. */
export function warnOfUnsetClock(times: readonly number[], name: string, notices: Notices): void {
  const early = times.findIndex((time) => time < Date.UTC(1971, 0));
  if (early === -1 || !(medianOf(Float64Array.from(times)) > Date.UTC(1990, 0))) return;
  // A series may begin in 1970: then its next times follow soon.
  if (!times.some((time, i) => i > early && Math.abs(time - times[i - 1]!) > 10 * YEAR)) return;
  notices.warn(
    'unsetClock',
    `row ${early + 1}: column "${name}": a time of ${new Date(times[early]!).getUTCFullYear()}, far from the others: a clock that was not set? --skip-rows leaves out rows at the start`,
  );
}

/** Years of the Buddhist, the Persian or the Islamic calendar read as those of ours, and those of another unit. */
export function warnOfOtherCalendar(
  times: readonly number[],
  text: string | undefined,
  name: string,
  notices: Notices,
): void {
  const year = new Date(times[times.length >> 1] ?? 0).getUTCFullYear();
  if (year > 2700) {
    notices.warn(
      'calendar',
      `column "${name}": ${show(text)} is read as the year ${year}; --time-format names the unit of the times, or how they are written`,
    );
  }
  const what =
    year > 2400 && year < 2700
      ? 'of the Buddhist calendar, which is 543 years ahead'
      : year > 1300 && year < 1500
        ? 'of the Persian or the Islamic calendar, whose months are others too'
        : undefined;
  if (what === undefined || !/\D/.test(text ?? '')) return;
  notices.warn(
    'calendar',
    `column "${name}": ${show(text)} is read as the year ${year}; if it is ${what}, write the dates as those of the common era, or name another column with --time`,
  );
}

/**
 * The times as texts that are equal only where the moments are: in the hour that a wall clock shows twice, those of its second
 * time are others. There it goes back by half an hour or more; series that report in turn do not.
 */
export function withPasses(
  times: readonly string[],
  name: string,
  { timeZone, ...options }: CsvOptions,
  isEuropean: boolean,
): readonly string[] {
  const present = times.filter((text) => text !== '');
  if (present.length === 0) return times;
  const wall = guessTimeFormat(present, {
    ...{ name, isEuropean },
    timeFormat: options.timeFormat,
    dayFirst: options.dayFirst,
    timeZone: undefined,
    origin: undefined,
    report: () => {},
  });
  if (wall.isZoned === true) return times;
  const walls = times.map((text) => (text === '' ? Number.NaN : wall.read(text, undefined)));
  const isAgain =
    doubleRound(walls) ??
    (timeZone === undefined ? oneHourBack(walls) : passesOf(walls, new Zone(timeZone))) ??
    (() => false);
  return times.map((text, row) => (isAgain(row) ? `${text} again` : text));
}

/** Rows of the second time of the hour that is shown twice. */
type Again = (row: number) => boolean;

function passesOf(walls: readonly number[], zone: Zone): Again {
  let [pass, last] = [1, Number.NaN];
  const passes = walls.map((time) => {
    if (Number.isNaN(time)) return 1;
    if (zone.kindOf(time) !== 'repeated') [pass, last] = [1, Number.NaN];
    else {
      if (last - time >= HOUR / 2) pass = 2;
      last = time;
    }
    return pass;
  });
  return (row) => passes[row] === 2;
}

/** Without a zone: the one step back of up to an hour, at night, to a time between the first and the last. */
function oneHourBack(walls: readonly number[]): Again | undefined {
  const rows = walls.flatMap((time, row) => (Number.isNaN(time) ? [] : [row]));
  const backs = rows.flatMap((row, i) =>
    i > 0 && walls[rows[i - 1]!]! - walls[row]! >= HOUR / 2 ? [i] : [],
  );
  const [back] = backs;
  if (back === undefined || backs.length > 1) return undefined;
  const [first, last] = [walls[rows[back]!]!, walls[rows[back - 1]!]!];
  const end = rows.find((row, i) => i > back && walls[row]! > last);
  const isWithin = rows.some((row, i) => i < back && walls[row]! < first) && end !== undefined;
  if (!isWithin || last - first > HOUR || !isAtNight(first)) return undefined;
  return (row) => row >= rows[back]! && row < end;
}

/** Hours of several series: at one time, at night, there are twice as many rows as at any other. */
function doubleRound(walls: readonly number[]): Again | undefined {
  const starts = walls.flatMap((time, row) => (row === 0 || time !== walls[row - 1] ? [row] : []));
  const sizes = starts.map((start, i) => (starts[i + 1] ?? walls.length) - start);
  const usual = sizes[0]!;
  const doubled = sizes.findIndex((size) => size === 2 * usual);
  const isOne = doubled !== -1 && sizes.every((size, i) => size === (i === doubled ? 2 * usual : usual));
  if (usual < 2 || !isOne || !isAtNight(walls[starts[doubled]!]!)) return undefined;
  const middle = starts[doubled]! + usual;
  return (row) => row >= middle && row < middle + usual;
}

/** When clocks are set back. */
function isAtNight(wall: number): boolean {
  return new Date(wall).getUTCHours() <= 3;
}

const HOUR = 3_600_000;
const YEAR = 8766 * HOUR;

/**
 * A wall clock without a zone shows an hour twice at the end of summer time.
 *
 * @param times of one series
 * @param rows their places, from 0
 */
export function warnOfRepeatedHour(
  times: readonly number[],
  rows: readonly number[],
  name: string,
  { isZoned }: TimeFormat,
  notices: Notices,
): void {
  if (isZoned === true) return;
  const steps = times.map((time, i) => (i === 0 ? HOUR : time - times[i - 1]!));
  const backs = steps.filter((step) => step < 0);
  // Of hours one comes twice, on a Sunday.
  const areHours =
    steps.filter((step) => step === 0).length === 1 && steps.every((s) => s === 0 || s === HOUR);
  const at = steps.findIndex((step) => (areHours ? step === 0 : step < 0));
  const when = new Date(times[at] ?? 0);
  const isBack = areHours ? when.getUTCDay() === 0 : backs.length === 1 && backs[0]! >= -HOUR;
  if (!isBack || !isAtNight(when.getTime())) return;
  notices.warn(
    'clockSet',
    `row ${rows[at]! + 1}: column "${name}": ${areHours ? 'an hour comes twice' : 'the time goes back'}, as clocks do at the end of summer time; --time-zone names the zone of the times`,
  );
}

/** @throws RxAnomalyError BAD_INPUT where most of the sample are no times, naming the first of those */
export function requireMostTimes(
  times: readonly string[],
  name: string,
  format: TimeFormat,
  bad: (message: string) => RxAnomalyError,
): void {
  const present = times.map((text, i) => ({ text, row: i + 1 })).filter(({ text }) => text !== '');
  const unreadable = present.filter(({ text }) => Number.isNaN(format.read(text, undefined)));
  if (unreadable.length === 0 || 2 * unreadable.length < present.length) return;
  const { text, row } = unreadable[0]!;
  throw bad(
    `row ${row}: column "${name}": ${show(text)} is not a time, nor are most of the first rows; ` +
      '--time-format says how times are written, --time names another column',
  );
}

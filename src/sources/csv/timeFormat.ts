import { parseTime } from '../../core/parseTime.ts';
import { isMissing, parseNumber } from './parseNumber.ts';

/** Milliseconds since 1970-01-01T00:00:00Z; NaN if the text is no time. */
export type ReadTime = (text: string) => number;

/** How the times of one file are written: decided once, from a sample, so that no row is read by another rule. */
export interface TimeFormat {
  /** As it is told to a user: `epoch milliseconds`, `dates with the day first`; undefined for ISO 8601. */
  readonly note: string | undefined;
  readonly read: ReadTime;
}

/**
 * @param cells a sample of the column, without surrounding blanks; calendar times unless most are plain numbers
 * @param decimalComma whether `0,5` is a half
 */
export function guessTimeFormat(cells: readonly string[], decimalComma: boolean): TimeFormat {
  const present = cells.filter((cell) => !isMissing(cell));
  const numbers = present.map((cell) => parseNumber(cell, decimalComma)).filter(Number.isFinite);
  if (2 * numbers.length > present.length && !areCompactDates(present)) return epoch(numbers, decimalComma);
  const dayFirst = guessDayFirst(present);
  const note = dayFirst === undefined ? undefined : `dates with the ${dayFirst ? 'day' : 'month'} first`;
  return { note, read: (text) => inRange(parseTime(text, dayFirst)) };
}

const COMPACT_DATE = /^(?:19|20)\d{6}(?:\d{4}|\d{6})?$/;

/** 20140214: a number, but one in which every sample reads as a day of these centuries. */
export function areCompactDates(cells: readonly string[]): boolean {
  return cells.length > 0 && cells.every((cell) => COMPACT_DATE.test(cell) && !Number.isNaN(parseTime(cell)));
}

// A double holds today's nanoseconds to the nearest 256: the last three digits go before they blur the others.
const WHOLE = /^-?\d{4,}$/;

/**
 * The unit follows from the size: between 1973 and 5138 seconds have 9 to 11 digits, and each finer unit three
 * more. Smaller numbers are seconds too: the clock of an experiment that starts at 0.
 */
function epoch(numbers: readonly number[], decimalComma: boolean): TimeFormat {
  const sizes = numbers.map(Math.abs).sort((a, b) => a - b);
  const size = sizes[sizes.length >> 1]!;
  const read = (toMilliseconds: (time: number) => number): ReadTime => {
    return (text) => inRange(toMilliseconds(parseNumber(text, decimalComma)));
  };
  const readNanoseconds: ReadTime = (text) =>
    inRange(WHOLE.test(text) ? Number(text.slice(0, -3)) / 1e3 : parseNumber(text, decimalComma) / 1e6);
  // Seconds go by way of microseconds: 1600000000.123 · 1000 would fall just below …123.
  if (size < 1e11) return { note: 'epoch seconds', read: read((time) => Math.round(time * 1e6) / 1e3) };
  if (size < 1e14) return { note: 'epoch milliseconds', read: read((time) => time) };
  if (size < 1e17) return { note: 'epoch microseconds', read: read((time) => time / 1e3) };
  return { note: 'epoch nanoseconds', read: readNanoseconds };
}

/** Times beyond ±8.64e15 ms cannot be shown as a date. */
function inRange(time: number): number {
  return Math.abs(time) <= 8.64e15 ? time : Number.NaN;
}

/** Undefined where no date of the sample leaves it open which of day and month comes first. */
function guessDayFirst(cells: readonly string[]): boolean | undefined {
  const open = cells.filter((cell) => /^\d\d?([-/])\d\d?\1\d{4}/.test(cell));
  if (open.length === 0) return undefined;
  const [day, month] = [true, false].map((dayFirst) => {
    const times = open.map((cell) => parseTime(cell, dayFirst));
    const readable = times.filter((time) => !Number.isNaN(time));
    let travelled = 0; // read the wrong way round, neighbouring days lie a month apart
    for (let i = 1; i < readable.length; i++) travelled += Math.abs(readable[i]! - readable[i - 1]!);
    return { unreadable: times.length - readable.length, travelled };
  });
  if (day!.unreadable !== month!.unreadable) return day!.unreadable < month!.unreadable;
  return day!.travelled < month!.travelled;
}

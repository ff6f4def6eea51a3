import { type DateOrder, isOpenDate, readCalendar } from './calendar.ts';

export interface DecidedOrder {
  readonly order: DateOrder;
  /** Whether the sample has a date that another order would read as another day. */
  readonly matters: boolean;
  /** Whether the sample does not decide it. */
  readonly open: boolean;
  /** The first such date. */
  readonly sample: string | undefined;
}

const ORDERS: readonly DateOrder[] = ['monthFirst', 'dayFirst', 'yearFirst'];

/**
 * Finds out which part of 03/04/2024, or of 2024/03/04, is the day, over a whole sample: the order in which all dates exist; else the one
 * by which the rows lie closer together, since read the wrong way round neighbouring days lie a month apart.
 *
 * @param usual the order to take where the sample leaves it open
 */
export function decideOrder(cells: readonly string[], usual: DateOrder): DecidedOrder {
  const yearFirst = cells.filter((cell) => YEAR_FIRST.test(cell));
  if (2 * yearFirst.length > cells.length) return decideAfterYear(yearFirst, usual);
  const open = cells.filter(isOpenDate);
  if (open.length === 0) return { order: usual, matters: false, open: false, sample: undefined };
  const readings = ORDERS.map((order) => readIn(order, open));
  const fewest = Math.min(...readings.map(({ unreadable }) => unreadable));
  const all = readings.filter(({ unreadable }) => unreadable === fewest);
  const damaged = readings.find((reading) => all.every((each) => isDamaged(reading, each, open.length)));
  const possible = damaged === undefined ? all : [damaged];
  const [first] = possible;
  // Dates with points, or such as 04.03.2024 throughout, read the same whichever comes first.
  const different = possible.filter(
    ({ times }, i) => i === 0 || times.some((time, j) => !Object.is(time, first!.times[j])),
  );
  const sample = open[0];
  const pointed = open.every((cell) => /^\d{1,2}\s?\./.test(cell));
  if (different.length === 1) {
    const order = possible.some((each) => each.order === usual) ? usual : first!.order;
    return {
      order: possible.length > 1 && pointed ? 'dayFirst' : order,
      matters: !pointed,
      open: false,
      sample,
    };
  }
  // With points the day comes first, unless the year does.
  const nameOf = (order: DateOrder): DateOrder => (pointed && order === 'monthFirst' ? 'dayFirst' : order);
  const ranked = [...different].sort((a, b) => a.travelled - b.travelled);
  const [best, next] = ranked;
  if (2 * best!.travelled < next!.travelled) {
    return { order: nameOf(best!.order), matters: true, open: false, sample };
  }
  // Close to each other: the much more even steps, then what is usual; but not without a word.
  const near = ranked.filter(({ travelled }) => travelled <= 2 * best!.travelled);
  const even = Math.min(...near.map(({ unevenness }) => unevenness));
  const likely = near.filter(({ unevenness }) => unevenness <= 10 * even);
  const order = likely.some((each) => each.order === usual) ? usual : likely[0]!.order;
  return { order: nameOf(order), matters: true, open: true, sample };
}

const YEAR_FIRST = /^\d{4}([-/.])\d{1,2}\1\d{1,2}(?![\dT])/;

/** What dates such as 2024/03/04 are: the year and then the month, unless only the other order has all of them, or even steps. */
function decideAfterYear(cells: readonly string[], usual: DateOrder): DecidedOrder {
  const sample = cells[0];
  const month = readIn('monthFirst', cells);
  const day = readIn('yearDayFirst', cells);
  const isOnlyDay = day.unreadable < month.unreadable && !isDamaged(month, day, cells.length);
  // Days read as months lie a month apart, among steps of an hour.
  const isEven =
    day.unreadable === month.unreadable && month.unevenness > 20 && 10 * day.unevenness < month.unevenness;
  if (!isOnlyDay && !isEven) return { order: usual, matters: false, open: false, sample };
  return { order: 'yearDayFirst', matters: true, open: isEven, sample };
}

/**
 * Whether an order is right although another one reads more dates: one damaged date, such as 2024-15-04, does not
 * decide for all the others, which then would lie months apart.
 */
function isDamaged(order: Reading, other: Reading, count: number): boolean {
  return (
    order.unreadable > other.unreadable &&
    order.unreadable <= 0.05 * count &&
    4 * order.travelled < other.travelled
  );
}

interface Reading {
  readonly order: DateOrder;
  readonly times: readonly number[];
  readonly unreadable: number;
  /** Sum of the steps from row to row, in milliseconds. */
  readonly travelled: number;
  /** The longest step by the shortest. */
  readonly unevenness: number;
}

function readIn(order: DateOrder, cells: readonly string[]): Reading {
  const times = cells.map((cell) => readCalendar(cell, order)?.wall ?? Number.NaN);
  const readable = times.filter((time) => !Number.isNaN(time));
  let travelled = 0;
  let shortest = Number.POSITIVE_INFINITY;
  let longest = 0;
  for (let i = 1; i < readable.length; i++) {
    const step = Math.abs(readable[i]! - readable[i - 1]!);
    travelled += step;
    if (step !== 0) shortest = Math.min(shortest, step);
    longest = Math.max(longest, step);
  }
  return {
    order,
    times,
    unreadable: times.length - readable.length,
    travelled,
    unevenness: longest === 0 ? 1 : longest / shortest,
  };
}

export const ORDER_WORDS: Readonly<Record<DateOrder, string>> = {
  dayFirst: 'the day first',
  monthFirst: 'the month first',
  yearFirst: 'the year first',
  yearDayFirst: 'the year first and the day before the month',
};

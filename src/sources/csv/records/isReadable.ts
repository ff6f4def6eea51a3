import { parseBoolean } from '../numbers/cellWords.ts';
import { takeApart } from '../numbers/writtenNumber.ts';
import { readCalendar, readClock } from '../times/calendar.ts';

/** Whether a cell is a number, a truth value or a time, in any of the ways in which they are written. */
export function isReadable(cell: string): boolean {
  return (
    takeApart(cell) !== undefined ||
    /^[+-]?inf(?:inity)?$/i.test(cell) ||
    parseBoolean(cell) !== undefined ||
    readCalendar(cell, 'monthFirst') !== undefined ||
    readCalendar(cell, 'dayFirst') !== undefined ||
    (cell.includes(':') && !Number.isNaN(readClock(cell)))
  );
}

import { RxAnomalyError } from '../../../core/errors.ts';
import { show } from '../../../core/options.ts';
import type { Notices } from '../notices.ts';
import type { Header } from './findHeader.ts';
import { isReadable } from './headerRows.ts';

const SEPARATOR = '\u001f';

/** Rows at the end that may be of another width, such as totals, notes and `(220 rows)`. */
const LONGEST_FOOTER = 20;

/**
 * Lets the rows of data pass, and leaves out, with a warning, what else stands between and below them: repeated
 * headers, comments, footers. A row longer or shorter than the header is an error, for its cells would be read as
 * those of other columns.
 */
export class RowFilter {
  readonly #file: string;
  readonly #header: Header;
  readonly #comment: string;
  readonly #notices: Notices;
  readonly #above: ReadonlySet<string>;
  /** By the first character of a row, modulo 128: most rows begin with a digit, and need no closer look. */
  readonly #mayBeLeftOut: Uint8Array = new Uint8Array(128);
  /** Rows of another width that are a footer if nothing follows. */
  #held: (readonly string[])[] = [];
  /** Rows of empty cells that came last. */
  #empty = 0;
  /** Rows that have passed. */
  count = 0;

  /** @param above the records above the data, which may come again */
  constructor(
    file: string,
    header: Header,
    above: readonly (readonly string[])[],
    comment: string | undefined,
    notices: Notices,
  ) {
    this.#file = file;
    this.#header = header;
    this.#comment = comment ?? '#';
    this.#notices = notices;
    this.#above = new Set(above.map((record) => record.join(SEPARATOR)));
    for (const text of [this.#comment, ...above.map(([cell]) => cell!)])
      this.#mayBeLeftOut[text.charCodeAt(0) & 127] = 1;
    this.#mayBeLeftOut['$'.charCodeAt(0)] = 1;
  }

  /**
   * Adds the record to the rows, if it is a row of data: with as many cells as the table has columns.
   *
   * @throws RxAnomalyError BAD_INPUT for a row of another width once a row of data follows it
   */
  take(record: readonly string[], rows: (readonly string[])[]): void {
    const { width } = this.#header;
    if (record[0] === '' && record.every((cell) => cell === '')) {
      this.#empty += 1;
      return;
    }
    if (record.length !== width) {
      if (this.#isLeftOut(record)) return;
      const surplus = record.length > width && record.slice(width).every((cell) => cell === '');
      if (!surplus) {
        if (this.#held.length >= LONGEST_FOOTER || isReadable(record[0]!)) {
          throw this.#ragged(this.#held[0] ?? record);
        }
        this.#held.push(record);
        return;
      }
    } else if (this.#mayBeLeftOut[record[0]!.charCodeAt(0) & 127] === 1 && this.#isLeftOut(record)) {
      return;
    }
    if (this.#held.length > 0) throw this.#ragged(this.#held[0]!);
    // Rows without a single value are rows as long as others follow them.
    for (; this.#empty > 0; this.#empty--) {
      rows.push(Array<string>(width).fill(''));
      this.count += 1;
    }
    rows.push(record);
    this.count += 1;
  }

  /** A row that is none, for a reason that only its place in the input shows. */
  leaveOut(record: readonly string[], why: string): void {
    this.#notices.warn('footer', `after row ${this.count}: ${show(record.join(','))} left out: ${why}`);
  }

  /** The table has ended: what was held back is its footer. */
  end(): void {
    if (this.#empty > 0) {
      const rows = this.#empty === 1 ? 'a row' : `${this.#empty} rows`;
      this.#notices.warn('footer', `after row ${this.count}: ${rows} without any value left out`);
    }
    for (const record of this.#held.splice(0)) {
      this.#notices.warn(
        'footer',
        `after row ${this.count}: ${show(record.join(' '))} left out: not a row of the table`,
      );
    }
  }

  #isLeftOut(record: readonly string[]): boolean {
    if (this.#above.has(record.join(SEPARATOR))) {
      this.#notices.warn('repeatedHeader', `after row ${this.count}: the header again; left out`);
      return true;
    }
    const first = record[0]!;
    // WinCC ends its archives so, and where it was stopped.
    if (/^\$RT_[A-Z]+\$$/.test(first)) {
      this.#notices.warn(
        'comment',
        `after row ${this.count}: ${show(record.join(','))} left out: no value of a tag`,
      );
      return true;
    }
    if (!first.startsWith(this.#comment) || (this.#comment === '#' && this.#isFull(record))) return false;
    this.#notices.warn('comment', `after row ${this.count}: ${show(record.join(','))} left out: a comment`);
    return true;
  }

  /** Whether a row that begins like a comment holds data: its first column may be of texts such as `#1`. */
  #isFull(record: readonly string[]): boolean {
    return (
      record.length === this.#header.width && this.#header.startsWithText && record.slice(1).some(isReadable)
    );
  }

  #ragged(record: readonly string[]): RxAnomalyError {
    const { width } = this.#header;
    const cells = `${record.length} ${record.length === 1 ? 'cell' : 'cells'}`;
    const cause =
      record.length > width
        ? 'a comma in a number or a text that is not in quotes? --delimiter says what separates the cells'
        : 'is the row cut off? --comment leaves out rows that are no data';
    return new RxAnomalyError(
      'BAD_INPUT',
      `${this.#file}: row ${this.count + 1}: ${cells} where the table has ${width} columns: ${show(record.join(' '))}; ${cause}`,
    );
  }
}

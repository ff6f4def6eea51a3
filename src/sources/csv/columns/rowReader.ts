import { RxAnomalyError } from '../../../core/errors.ts';
import { show } from '../../../core/options.ts';
import type { CsvProblem, CsvRow } from '../csvTable.ts';
import type { Notices } from '../notices.ts';
import { isWrittenAsNumber } from '../numbers/numberFormat.ts';
import { isOpen } from '../numbers/separators.ts';
import { parseState } from '../numbers/stateWords.ts';
import { isMissing } from '../numbers/writtenNumber.ts';
import { isReadable } from '../records/headerRows.ts';
import type { ColumnPlan } from './chooseColumns.ts';
import { parseLabel } from './guessValues.ts';
import { cellAt, keyReader } from './keyOfRow.ts';
import { OutlierWatch } from './outlierWatch.ts';
import { otherUnit } from './refusals.ts';

const NO_PROBLEMS: readonly CsvProblem[] = Object.freeze([]);

/** First cells of rows below a table that sum it up. */
const FOOTER =
  /^(?:(?:grand |sub)?totals?|sum(?:me)?|gesamt(?:summe)?|summary|average|avg|mean|median|mittel(?:wert)?|durchschnitt|minimum|maximum|min|max|count|anzahl|somme|moyenne|media|promedio|std(?:ev)?|end(?: of (?:file|data|report))?|eof|ende)\b[\s:.]*$/i;

const EXACT = Number.MAX_SAFE_INTEGER;

/** `January Total`, `Zwischensumme März`, in the place of a time. */
const SUBTOTAL =
  /^(?:[\p{L}\d. ]{1,20} )?(?:sub[- ]?|grand |running )?totals?(?: (?:for |of )?[\p{L}\d. ]{1,20})?:?$|^(?:zwischen|gesamt)summe\b|^(?:[\p{L}\d. ]{1,20} )?(?:average|avg|mean|median|peak|minimum|maximum|mittelwert|durchschnitt|moyenne|promedio):?$|^sum(?:me|a)?(?: [\p{L}\d. ]{1,20})?:?$/iu;

/** Rows before a row without a time that may sum them up. */
const ENOUGH_TO_SUM = 5;

/** Keys whose last time is kept, for the repeated hour at the end of summer time. */
const MAX_KEYS = 10_000;

/** Reads one record of cells; `row` is its number, from 1. Undefined for a row that sums up those above. */
export type ReadRow = (record: readonly string[], row: number) => CsvRow | undefined;

/**
 * @param file name of the table in messages
 * @param missing what the user named as missing
 */
export function rowReader(
  file: string,
  plan: ColumnPlan,
  missing: ((cell: string) => boolean) | undefined,
  notices: Notices,
): ReadRow {
  const { time: timePlan, columns } = plan;
  const timeFormat = timePlan?.format;
  const isZoned = timeFormat?.isZoned === true;
  const timeAt = timePlan?.profiles.map((profile) => profile.index) ?? [];
  const isSingleTime = timeAt.length === 1;
  const keyAt = plan.key.map((profile) => profile.index);
  const keyOf = keyReader(plan.key);
  const labelAt = plan.label?.index ?? -1;
  const names = [...columns.value, ...(columns.covariates ?? [])];
  const values = columns.value.length;
  const hasCovariates = names.length > values;
  const categoryAt = plan.category?.index ?? -1;
  const valueAt = plan.value.map(({ profile }) => profile.index);
  const readers = plan.value.map(({ format }) => format.read);
  const watches = plan.value.map(({ profile }) => new OutlierWatch(profile.numbers));
  const constants = plan.constant.map((profile) => ({ ...profile, text: profile.cells[0]! }));
  const sums = readers.map(() => 0);
  let summed = 0;
  const lastTimes = new Map<string | undefined, number>();
  let lastTime: number | undefined;

  const refuse = (row: number, column: string, what: string): RxAnomalyError =>
    new RxAnomalyError('BAD_INPUT', `${file}: row ${row}: column "${column}": ${what}`);

  const isUndecided = plan.value.map(({ format }) => format.isUndecided);
  /** A number with a separator in a column whose first rows have none: which it is, a fraction or thousands, follows from the next or is a guess. */
  const decide = (row: number, i: number, text: string, number: number): void => {
    isUndecided[i] = false;
    if (!isOpen(text)) return;
    const both = `${show(text)} can be read as a fraction or as thousands`;
    if (plan.value[i]!.format.isWhole && !Number.isInteger(number))
      throw refuse(row, names[i]!, `${both}, and all numbers of the first rows are whole; --decimal decides`);
    notices.warn(
      'decimal',
      `row ${row}: column "${names[i]!}": ${both}; read as ${number}; --decimal decides`,
    );
  };

  return (record, row) => {
    // Made only where there is something to report: most rows of most files are sound.
    let problems: CsvProblem[] | undefined;
    const report = (kind: CsvProblem['kind'], column: string, what: string): void => {
      problems ??= [];
      problems.push({ kind, column, message: `row ${row}: column ${column}: ${what}` });
    };

    const key = keyOf(record);

    let timeText = '';
    let time: number | undefined;
    if (timeFormat !== undefined) {
      timeText = isSingleTime ? cellAt(record, timeAt[0]!) : joined(record);
      const previous = isZoned ? lastTimes.get(key) : undefined;
      const read = timeFormat.read(timeText, previous);
      if (!Number.isNaN(read)) {
        time = read;
        if (isZoned) {
          if (lastTimes.size >= MAX_KEYS) lastTimes.clear();
          lastTimes.set(key, read);
        }
      } else {
        if (isFooter(record) || SUBTOTAL.test(timeText) || isSum(record, timeText)) {
          notices.warn('footer', `row ${row}: ${show(record.join(' '))} left out: it sums up the rows above`);
          return undefined;
        }
        if (timeAt.some((at, i) => cellAt(record, at) === timePlan!.profiles[i]!.name)) {
          throw new RxAnomalyError(
            'BAD_INPUT',
            `${file}: row ${row}: ${show(record.join(','))} is the header of another table; split the file there`,
          );
        }
        if (isHeader(record)) {
          throw new RxAnomalyError(
            'BAD_INPUT',
            `${file}: row ${row}: ${show(record.join(','))} holds names where the rows above hold times and numbers: the header of another table? split the file there, or leave the row out with --comment`,
          );
        }
        const why = timeFormat.why(timeText);
        if (why !== undefined) throw refuse(row, columns.time!, `${show(timeText)} ${why}`);
        report('badTime', columns.time!, isMissing(timeText) ? 'no time' : `${show(timeText)} is not a time`);
        notices.strictly(`row ${row}: column "${columns.time!}": ${show(timeText)} is not a time`);
      }
    } else if (isFooter(record)) {
      notices.warn('footer', `row ${row}: ${show(record.join(' '))} left out: it sums up the rows above`);
      return undefined;
    }

    if (time !== undefined) summed += 1;
    const value: number[] = [];
    const valueText: string[] = [];
    for (let i = 0; i < valueAt.length; i++) {
      const text = cellAt(record, valueAt[i]!);
      valueText.push(text);
      if (missing?.(text) === true) {
        value.push(Number.NaN);
        report('missing', names[i]!, 'no value');
        continue;
      }
      let number = readers[i]!(text);
      if (Number.isNaN(number) && plan.stateKeys.has(key)) number = parseState(text) ?? Number.NaN;
      value.push(number);
      if (!Number.isNaN(number)) {
        sums[i]! += number;
        if (isUndecided[i]! && (!Number.isInteger(number) || text.includes(',')))
          decide(row, i, text, number);
        if ((number > EXACT || number < -EXACT) && !notices.isFull('digits'))
          warnOfDigits(row, i, text, number);
        const recurring = watches[i]!.add(number);
        if (recurring !== undefined) {
          notices.warn(
            'missingCode',
            `row ${row}: column "${names[i]!}": ${text} lies far outside of the other values and has come ${recurring} times: ` +
              `a code for missing values? --missing=${number} reads it as that`,
          );
        }
        continue;
      }
      if (isMissing(text)) report('missing', names[i]!, 'no value');
      else if (isWrittenAsNumber(text)) {
        const { format } = plan.value[i]!;
        const why = otherUnit(text, format);
        if (why !== undefined) throw refuse(row, names[i]!, why);
        throw refuse(
          row,
          names[i]!,
          `${show(text)} is not written as the other cells are, which are ${format.description}; ` +
            `--decimal names the decimal sign, --missing=${show(text)} reads it as missing`,
        );
      } else {
        report('notANumber', names[i]!, `${show(text)} is not a number`);
        notices.strictly(`row ${row}: column "${names[i]!}": ${show(text)} is not a number`);
      }
    }

    if (plan.category !== undefined) {
      const text = cellAt(record, categoryAt);
      const isNone = text === '' || missing?.(text) === true;
      valueText.push(isNone ? '' : text);
      if (isNone) report('missing', plan.category.name, 'no category');
    }

    for (let i = 0; i < constants.length; i++) {
      const constant = constants[i]!;
      const text = cellAt(record, constant.index);
      if (text === constant.text || text === '') continue;
      const change = `row ${row}: column "${constant.name}" changes from ${show(constant.text)} to ${show(text)}`;
      const isBack = keyAt.length === 0 && time !== undefined && lastTime !== undefined && time <= lastTime;
      if (isBack) {
        throw new RxAnomalyError(
          'BAD_INPUT',
          `${file}: ${change} and the time goes back: several series below each other? --key ${constant.name} separates them, --key none reads them as one`,
        );
      }
      notices.warn('constant', `${change}; if it names another series, use --key ${constant.name}`);
      constants.splice(i, 1);
      i -= 1;
    }
    if (time !== undefined) lastTime = time;

    return {
      row,
      time,
      key,
      value: hasCovariates ? value.slice(0, values) : value,
      ...(hasCovariates ? { covariates: value.slice(values) } : {}),
      label: labelAt === -1 ? undefined : parseLabel(cellAt(record, labelAt)),
      text: { time: timeText, value: hasCovariates ? valueText.slice(0, values) : valueText },
      problems: problems ?? NO_PROBLEMS,
    };
  };

  /** Whole numbers beyond 2^53 are read to the nearest that a double holds. */
  function warnOfDigits(row: number, column: number, text: string, number: number): void {
    // A double that a program has printed reads back as itself.
    const isOwn = `${number}` === text.replace('+', '');
    if (isOwn || !/^[+-]?\d+$/.test(text) || BigInt(text) === BigInt(number)) return;
    notices.warn(
      'digits',
      `row ${row}: column "${names[column]!}": ${text} has more digits than a number holds; read as ${BigInt(number)} ` +
        '(if it names something, --value leaves it out)',
    );
  }

  /** Words, each another, where there are times and numbers in the rows above. */
  function isHeader(record: readonly string[]): boolean {
    const cells = [...timeAt, ...valueAt].map((at) => cellAt(record, at));
    return (
      cells.length > 1 &&
      new Set(cells).size === cells.length &&
      cells.every((cell) => /^\p{L}/u.test(cell) && !isMissing(cell) && !isReadable(cell))
    );
  }

  /** A row without a time that holds the sum of a column: its total. */
  function isSum(record: readonly string[], timeText: string): boolean {
    return (
      isMissing(timeText) &&
      summed >= ENOUGH_TO_SUM &&
      valueAt.some((at, i) => {
        const sum = sums[i]!;
        const number = readers[i]!(cellAt(record, at));
        return sum !== 0 && Math.abs(number - sum) <= 1e-5 * Math.abs(sum);
      })
    );
  }

  function joined(record: readonly string[]): string {
    const cells = timeAt.map((at) => cellAt(record, at));
    return cells.some(isMissing) ? '' : timePlan!.join(cells);
  }

  function isFooter(record: readonly string[]): boolean {
    const words = record.filter((cell) => cell !== '').slice(0, 3);
    return (
      words.some((cell) => FOOTER.test(cell)) &&
      // `host,count` is the header of another table.
      (record.some((cell) => /\d/.test(cell)) || words.length < 2 || FOOTER.test(words[0]!)) &&
      keyAt.every((at) => !FOOTER.test(cellAt(record, at)) || timeAt.length > 0)
    );
  }
}

import { badOption, optionChecks } from '../../core/options.ts';
import type { CsvOptions } from './csvTable.ts';
import { plainNumber } from './numbers/numberFormat.ts';

const NAMES: readonly (keyof CsvOptions)[] = [
  'time',
  'value',
  'key',
  'covariates',
  'category',
  'label',
  'delimiter',
  'timeFormat',
  'dayFirst',
  'timeZone',
  'missing',
  'encoding',
  'skipRows',
  'headerRow',
  'comment',
  'decimal',
  'strict',
  'onWarning',
  'sampleRows',
];

/** @throws RxAnomalyError BAD_OPTION */
export function checkOptions(options: CsvOptions, where = 'openCsv'): void {
  const checks = optionChecks(where);
  checks.known(options, NAMES);
  const { comment, decimal, delimiter, encoding, onWarning, value, time } = options;
  if (delimiter !== undefined && (delimiter.length !== 1 || '"\r\n'.includes(delimiter))) {
    throw badOption(where, 'delimiter', 'one character, not a quote or a line break', delimiter);
  }
  if (Array.isArray(value) && value.length === 0) {
    throw badOption(where, 'value', 'one column or more', value);
  }
  if (Array.isArray(options.covariates) && options.covariates.length === 0)
    throw badOption(where, 'covariates', 'one column or more', options.covariates);
  if (options.category !== undefined && (value ?? options.covariates) !== undefined)
    throw badOption(where, 'category', 'given without value and covariates', options.category);
  if (Array.isArray(time) && time.length === 0) throw badOption(where, 'time', 'one column or more', time);
  if (comment === '') throw badOption(where, 'comment', 'one character or more', comment);
  if (decimal !== undefined) checks.oneOf('decimal', decimal, ['.', ',']);
  if (options.dayFirst !== undefined) checks.boolean('dayFirst', options.dayFirst);
  if (options.strict !== undefined) checks.boolean('strict', options.strict);
  if (options.skipRows !== undefined) checks.nonNegativeInteger('skipRows', options.skipRows);
  if (options.headerRow !== undefined) checks.nonNegativeInteger('headerRow', options.headerRow);
  if (options.sampleRows !== undefined) checks.positiveInteger('sampleRows', options.sampleRows);
  if (onWarning !== undefined && onWarning !== 'silent') checks.optionalFunction('onWarning', onWarning);
  if (encoding !== undefined) {
    try {
      new TextDecoder(encoding);
    } catch {
      throw badOption(where, 'encoding', 'an encoding such as utf-8, utf-16le or windows-1252', encoding);
    }
  }
}

/** Whether a cell is one of the missing ones: by its text, or by its number however it is written. */
export function missingTest(missing: CsvOptions['missing']): ((cell: string) => boolean) | undefined {
  if (missing === undefined || missing.length === 0) return undefined;
  const texts = new Set(missing.map(String));
  const numbers = new Set(
    missing.map((each) => plainNumber(String(each))).filter((each) => !Number.isNaN(each)),
  );
  return (cell) => texts.has(cell) || (numbers.size > 0 && numbers.has(plainNumber(cell.replace(',', '.'))));
}

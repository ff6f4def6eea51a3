import { InvalidArgumentError, Option } from 'commander';
import type { CsvOptions } from '../../sources/index.ts';
import { names, naturalNumber, type TableFlags } from './options.ts';

/** The options that say how a table is written. Most tables need none of them. */
export function tableOptions(): Option[] {
  return [
    new Option(
      '--time-format <pattern>',
      'how times are written: %d.%m.%Y %H:%M, dd.MM.yyyy HH:mm, or seconds, milliseconds, microseconds, ' +
        'nanoseconds, excel, matlab, labview, ticks',
    ),
    new Option('--day-first', '03/04/2024 is the third of April').conflicts('monthFirst'),
    new Option('--month-first', '03/04/2024 is the fourth of March'),
    new Option(
      '--time-zone <zone>',
      'whose clocks times without one and hours of the day go by, such as Europe/Berlin (default: UTC)',
    ),
    new Option('--missing <values>', 'what stands for a missing value, such as -9999,-200').argParser(names),
    new Option('--delimiter <sign>', 'between cells: one character, or tab, or blanks').argParser(delimiter),
    new Option('--encoding <name>', 'of the text (default: UTF-8, UTF-16 or Windows-1252, as it is)'),
    new Option('--skip-rows <n>', 'rows at the start to skip').argParser(rowNumber),
    new Option('--header-row <n>', 'which row holds the names of the columns; 0 for none').argParser(
      rowNumber,
    ),
    new Option('--comment <sign>', 'what rows that are no data begin with (default: #)'),
    new Option('--decimal <sign>', 'the decimal sign')
      .choices(['.', ',', 'point', 'comma'])
      .argParser(decimal),
    new Option('--strict', 'end with exit code 1 at the first warning about what a table holds'),
  ];
}

/** What the options say, for the reader of tables. */
export function readTableFlags(
  flags: { readonly [K in keyof TableFlags]: TableFlags[K] | undefined },
): CsvOptions {
  const { dayFirst, monthFirst, quiet, ...others } = flags;
  const { timeFormat, timeZone, missing, delimiter: sign, encoding, skipRows, headerRow, comment } = others;
  const { decimal: decimalSign, strict } = others;
  const order = dayFirst === true ? true : monthFirst === true ? false : undefined;
  const given = {
    timeFormat,
    timeZone,
    missing,
    delimiter: sign,
    encoding,
    skipRows,
    headerRow,
    comment,
    decimal: decimalSign,
    strict,
    dayFirst: order,
    onWarning: quiet === true ? ('silent' as const) : undefined,
  };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

function delimiter(text: string): string {
  const named: Record<string, string> = {
    tab: '\t',
    '\\t': '\t',
    blank: ' ',
    blanks: ' ',
    space: ' ',
    comma: ',',
    semicolon: ';',
  };
  const sign = named[text.toLowerCase()] ?? text;
  if (sign.length !== 1 || '"\r\n'.includes(sign)) {
    throw new InvalidArgumentError('Expected one character, not a quote, or tab, or blanks.');
  }
  return sign;
}

function rowNumber(text: string): number {
  return text.trim() === '0' ? 0 : naturalNumber(text);
}

function decimal(text: string): '.' | ',' {
  if (text === '.' || text === 'point') return '.';
  if (text === ',' || text === 'comma') return ',';
  throw new InvalidArgumentError('Expected . or , or point or comma.');
}

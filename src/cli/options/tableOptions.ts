import { InvalidArgumentError, Option } from 'commander';
import { timeZoneSpec } from '../../core/calendar.ts';
import { parseDuration } from '../../core/duration.ts';
import { messageOf } from '../../core/errors.ts';
import { STATISTICS, type Statistic, statistics } from '../../models/derived/statistics.ts';
import { checkOptions } from '../../sources/csv/checkOptions.ts';
import { checkTimeFormat } from '../../sources/csv/times/timeFormat.ts';
import type { Resampling } from '../run/derivation.ts';
import type { TableOptions } from '../run/table/openTable.ts';
import { TEXT, takes } from './optionForm.ts';
import type { TableFlags } from './options.ts';
import { names, naturalNumber, optionalColumn } from './parsers.ts';

/** The options that say how a table is written. Most tables need none of them. */
export function tableOptions(): Option[] {
  return [
    new Option(
      '--time-format <pattern>',
      'how times are written: %d.%m.%Y %H:%M, dd.MM.yyyy HH:mm, or seconds, milliseconds, microseconds, ' +
        'nanoseconds, excel, matlab, labview, ticks',
    ).argParser(timeFormat),
    new Option('--day-first', '03/04/2024 is the third of April').conflicts('monthFirst'),
    new Option('--month-first', '03/04/2024 is the fourth of March'),
    new Option(
      '--time-zone <zone>',
      'whose clocks times without one and hours of the day go by, such as Europe/Berlin (default: UTC)',
    ).argParser(timeZone),
    new Option('--missing <values>', 'what stands for a missing value, such as -9999,-200').argParser(
      missing,
    ),
    new Option('--delimiter <sign>', 'between cells: one character, or tab, or blanks').argParser(delimiter),
    new Option(
      '--encoding <name>',
      'of the text (default: UTF-8, UTF-16 or Windows-1252, as it is)',
    ).argParser(encoding),
    new Option('--skip-rows <n>', 'rows at the start to skip').argParser(rowNumber),
    new Option('--header-row <n>', 'which row holds the names of the columns; 0 for none').argParser(
      rowNumber,
    ),
    new Option('--comment <sign>', 'what rows that are no data begin with (default: #)').argParser(comment),
    new Option('--decimal <sign>', 'the decimal sign')
      .choices(['.', ',', 'point', 'comma'])
      .argParser(decimal),
    new Option('--rate <columns>', 'columns of counters, whose rates per second are modelled').argParser(
      names,
    ),
    new Option(
      '--resample <window>',
      'a row for each window of time: 1h, or 5m:mean,max,count,p95',
    ).argParser(resampling),
    new Option(
      '--population [column]',
      'each key against the others, or those with the same of a column of the key',
    ).argParser(optionalColumn),
    new Option('--strict', 'end with exit code 1 at the first warning about what a table holds'),
  ];
}

/** What the options say, for the reader of tables. */
export function readTableFlags(
  flags: { readonly [K in keyof TableFlags]: TableFlags[K] | undefined },
): TableOptions {
  const { dayFirst, monthFirst, quiet, ...others } = flags;
  const { missing: marks, delimiter: sign, skipRows, headerRow, decimal: decimalSign, strict } = others;
  const order = dayFirst === true ? true : monthFirst === true ? false : undefined;
  const given = {
    timeFormat: others.timeFormat,
    timeZone: others.timeZone,
    missing: marks,
    delimiter: sign,
    encoding: others.encoding,
    skipRows,
    headerRow,
    comment: others.comment,
    decimal: decimalSign,
    strict,
    rate: others.rate,
    resample: others.resample,
    population: others.population === undefined ? undefined : { group: others.population },
    dayFirst: order,
    onWarning: quiet === true ? ('silent' as const) : undefined,
  };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

function resampling(text: string): Resampling {
  const [, length = '', list = 'mean'] = /^([^:]*)(?::(.*))?$/s.exec(text) ?? [];
  const every = parseDuration(length) ?? 0;
  if (every === 0)
    throw new InvalidArgumentError('Expected a time such as 5m or 1h, and after a colon what is made of it.');
  const by = list.split(',').map((name) => name.trim());
  if (statistics.expected(by) !== undefined)
    throw new InvalidArgumentError(`Expected after the colon ${STATISTICS}, each once, separated by commas.`);
  return { every, by: by as Statistic[] };
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

const rowNumber = takes({ schema: { type: 'integer', minimum: 0 } }, (text: string): number =>
  text.trim() === '0' ? 0 : naturalNumber(text),
);

const MARK = { anyOf: [TEXT, { type: 'number' }] } as const;
const missing = takes(
  { schema: { anyOf: [...MARK.anyOf, { type: 'array', items: MARK, minItems: 1 }] }, list: 'joined' },
  (text: string): string[] => names(text),
);

function decimal(text: string): '.' | ',' {
  if (text === '.' || text === 'point') return '.';
  if (text === ',' || text === 'comma') return ',';
  throw new InvalidArgumentError('Expected . or , or point or comma.');
}

function timeZone(text: string): string {
  if (timeZoneSpec.kind.expected(text) !== undefined)
    throw new InvalidArgumentError('Expected the name of a time zone such as Europe/Berlin.');
  return text;
}

function timeFormat(text: string): string {
  return accepted(text, checkTimeFormat);
}

function encoding(text: string): string {
  return accepted(text, (each) => checkOptions({ encoding: each }));
}

function comment(text: string): string {
  return accepted(text, (each) => checkOptions({ comment: each }));
}

/** What the reader of tables accepts; its message without what only a program would have written. */
function accepted(text: string, check: (text: string) => void): string {
  try {
    check(text);
  } catch (error) {
    const expected = / to be (.*), got /s.exec(messageOf(error))?.[1];
    throw new InvalidArgumentError(`Expected ${expected ?? messageOf(error)}.`);
  }
  return text;
}

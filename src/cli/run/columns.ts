import type { CsvOptions } from '../../sources/index.ts';
import type { ColumnOptions } from '../options/options.ts';
import { readTableFlags } from '../options/tableOptions.ts';
import type { RunConfig } from './runConfig.ts';

/** Options that may be there and undefined. */
type Given<T> = { readonly [K in keyof T]: T[K] | undefined };

/** How to read a table as the options say, and the column of the labels. */
export function columnsOf(options: Given<ColumnOptions>, label?: string): CsvOptions {
  const { time, value, key } = options;
  return {
    ...(time === undefined ? {} : { time }),
    ...(value === undefined ? {} : { value }),
    ...(key === undefined ? {} : { key }),
    ...(label === undefined ? {} : { label }),
    ...readTableFlags(options),
  };
}

/** The columns as the options name them, else as an earlier run has guessed them: another file, or more of it, may suggest others. */
export function columnsResumedWith(options: ColumnOptions, saved: RunConfig): CsvOptions {
  const { time, value, key } = saved as { [K in 'time' | 'key']?: string | null } & {
    value?: readonly string[];
  };
  return columnsOf({
    ...options,
    time: options.time ?? time ?? undefined,
    value: options.value ?? value,
    key: options.key ?? (key === null ? [] : key),
  });
}

import type { CsvOptions } from '../../sources/index.ts';
import type { ColumnOptions } from '../options/options.ts';
import { readTableFlags } from '../options/tableOptions.ts';
import type { RunConfig } from './runConfig.ts';

/** Options that may be there and undefined. */
type Given<T> = { readonly [K in keyof T]: T[K] | undefined };

/** How to read a table as the options say, and the column of the labels. */
export function columnsOf(options: Given<ColumnOptions>, label: string | undefined): CsvOptions {
  const { time, value, key } = options;
  return {
    ...(time === undefined ? {} : { time }),
    ...(value === undefined ? {} : { value }),
    ...(key === undefined ? {} : { key }),
    ...(label === undefined ? {} : { label }),
    ...readTableFlags(options as ColumnOptions),
  };
}

/** The columns as the options name them, else as an earlier run has guessed them: another file, or more of it, may suggest others. */
export function columnsGoneOnWith(options: ColumnOptions, saved: Partial<RunConfig> | undefined): CsvOptions {
  const { time: savedTime, value: savedValue, key: savedKey } = saved ?? {};
  return columnsOf(
    {
      ...options,
      time: options.time ?? savedTime ?? undefined,
      value: options.value ?? savedValue,
      key: options.key ?? (savedKey === null ? [] : savedKey),
    },
    undefined,
  );
}

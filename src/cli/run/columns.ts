import type { CsvOptions } from '../../sources/index.ts';
import type { ColumnOptions } from '../options/options.ts';
import type { RunConfig } from './runConfig.ts';

/** Options that may be there and undefined. */
type Given<T> = { readonly [K in keyof T]: T[K] | undefined };

/** The columns as the options name them, and that of the labels. */
export function columnsOf({ time, value, key }: Given<ColumnOptions>, label?: string): CsvOptions {
  return {
    ...(time === undefined ? {} : { time }),
    ...(value === undefined ? {} : { value }),
    ...(key === undefined ? {} : { key }),
    ...(label === undefined ? {} : { label }),
  };
}

/** The columns as the options name them, else as an earlier run has guessed them: another file, or more of it, may suggest others. */
export function columnsResumedWith({ time, value, key }: ColumnOptions, saved: RunConfig): CsvOptions {
  const { time: savedTime, value: savedValue } = saved as Partial<RunConfig> & ColumnOptions;
  return columnsOf({ time: time ?? savedTime ?? undefined, value: value ?? savedValue, key });
}

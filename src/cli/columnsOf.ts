import type { CsvOptions } from '../sources/index.ts';
import type { ColumnOptions } from './options.ts';

/** The columns as the options name them, and that of the labels. */
export function columnsOf({ time, value, key }: ColumnOptions, label: string | undefined): CsvOptions {
  return {
    ...(time === undefined ? {} : { time }),
    ...(value === undefined ? {} : { value }),
    ...(key === undefined ? {} : { key }),
    ...(label === undefined ? {} : { label }),
  };
}

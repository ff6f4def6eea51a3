import { list, nullOr, text } from '../../../models/snapshot/state.ts';
import type { ColumnOptions } from '../../options/options.ts';
import { readTableFlags } from '../../options/tableOptions.ts';
import type { RunConfig } from '../runConfig.ts';
import type { TableOptions } from './openTable.ts';

/** Columns that an earlier run has read; undefined where it does not say. */
export interface SavedColumns {
  /** null for none. */
  readonly time?: string | null;
  readonly value?: readonly string[];
  /** null for none. */
  readonly key?: string | null;
}

/** Options that may be there and undefined. */
type Given<T> = { readonly [K in keyof T]: T[K] | undefined };

/** How to read a table as the options say, and the column of the labels. */
export function columnsOf(options: Given<ColumnOptions>, label?: string): TableOptions {
  const { time, value, key, covariate } = options;
  return {
    ...(time === undefined ? {} : { time }),
    ...(value === undefined ? {} : { value }),
    ...(key === undefined ? {} : { key }),
    ...(covariate === undefined ? {} : { covariates: covariate }),
    ...(label === undefined ? {} : { label }),
    ...readTableFlags(options),
  };
}

/** The columns as the options name them, else as an earlier run has guessed them: another file, or more of it, may suggest others. */
export function columnsResumedWith(options: ColumnOptions, saved: SavedColumns): TableOptions {
  const { time, value, key } = saved;
  return columnsOf({
    ...options,
    time: options.time ?? time ?? undefined,
    value: options.value ?? value,
    key: options.key ?? (key === null ? [] : key),
  });
}

/** @throws RxAnomalyError BAD_SNAPSHOT where they are no names */
export function savedColumns({ time, value, key }: RunConfig): SavedColumns {
  return {
    ...(time === undefined ? {} : { time: nullOr('time', time, text) ?? null }),
    ...(value === undefined ? {} : { value: list('value', value).map((name) => text('value', name)) }),
    ...(key === undefined ? {} : { key: nullOr('key', key, text) ?? null }),
  };
}

import { spanText } from '../../core/duration.ts';
import { RxAnomalyError } from '../../core/errors.ts';
import type { Statistic } from '../../models/derived/statistics.ts';
import type { Json } from '../../models/snapshot/state.ts';

/** What is made of rows or other events before anything else. */
export interface Derivation {
  /** Columns or other values that are counters, by name: their rates per second come in their place. */
  readonly rate?: readonly string[];
  /** One row or event for each window of so many milliseconds. */
  readonly resample?: Resampling;
}

/** What is made of the rows of a table. */
export interface TableDerivation extends Derivation {
  /** Whether each key is compared with others. */
  readonly population?: Population;
}

/** With whom each key is compared. */
export interface Population {
  /** The column of the key that names its group; `true` where all keys are one. */
  readonly group: string | true;
}

/** One row or event for each window, with statistics of those in it. */
export interface Resampling {
  /** Milliseconds. */
  readonly every: number;
  readonly by: readonly Statistic[];
}

/** Streams whose counters and windows are kept. */
export const KEYS = 100_000;
/** Windows without events that are inserted at a time. */
export const MOST_EMPTY = 1000;

/** The derivation as a state has it: by the names of the options. */
export function derivationConfig({ rate, resample }: Derivation = {}): { readonly [option: string]: Json } {
  return {
    rate: rate === undefined ? null : [...rate],
    resample: resample === undefined ? null : `${spanText(resample.every)}:${resample.by.join(',')}`,
  };
}

/** What the values are called that are made of values of these names. */
export function derivedNames(names: readonly string[], { rate = [], resample }: Derivation): string[] {
  const rates = names.map((name) => (rate.includes(name) ? `rate(${name})` : name));
  if (resample === undefined) return rates;
  return resample.by.flatMap((by) => (by === 'count' ? [by] : rates.map((name) => `${by}(${name})`)));
}

/** @throws RxAnomalyError BAD_OPTION where a counter is none of the values */
export function requireCounters(where: string, { rate }: Derivation, values: readonly string[]): void {
  const unknown = rate?.find((name) => !values.includes(name));
  if (unknown !== undefined)
    throw new RxAnomalyError(
      'BAD_OPTION',
      `${where}: expected --rate to name values (${values.join(', ')}), got ${JSON.stringify(unknown)}`,
    );
}

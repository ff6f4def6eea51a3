import { RxAnomalyError } from './errors.ts';

/** `lstmForecast: expected hidden to be a positive integer, got -3` */
export function badOption(where: string, option: string, expected: string, got: unknown): RxAnomalyError {
  return new RxAnomalyError('BAD_OPTION', `${where}: expected ${option} to be ${expected}, got ${show(got)}`);
}

/** A value as printed in a one-line message. */
export function show(value: unknown): string {
  if (typeof value === 'string')
    return JSON.stringify(value.length > 60 ? `${value.slice(0, 57)}...` : value);
  if (typeof value === 'function') return 'a function';
  if (typeof value === 'object' && value !== null) {
    if (Array.isArray(value))
      return `[${value.slice(0, 8).map(show).join(', ')}${value.length > 8 ? ', ...' : ''}]`;
    return `an object with ${Object.keys(value).slice(0, 6).join(', ') || 'no fields'}`;
  }
  return String(value);
}

/** Checks the options of one operator or model; each method throws {@link badOption} or returns the value. */
export interface OptionChecks {
  positiveInteger(option: string, value: number): number;
  nonNegativeInteger(option: string, value: number): number;
  /** A finite number above 0. */
  positive(option: string, value: number): number;
  /** A finite number, 0 or above. */
  nonNegative(option: string, value: number): number;
  /** A finite number in [low, high]. */
  within(option: string, value: number, low: number, high: number): number;
  /** A number above 0 and below 1. */
  fraction(option: string, value: number): number;
  boolean(option: string, value: boolean): boolean;
  oneOf<T extends string>(option: string, value: T, choices: readonly T[]): T;
  /** A function, or undefined where the option may be left out. */
  optionalFunction<T>(option: string, value: T | undefined): T | undefined;
  /** Refuses fields that are not options: a misspelt option must not silently become its default. */
  known(options: object, names: readonly string[]): void;
}

export function optionChecks(where: string): OptionChecks {
  const check = <T>(ok: boolean, option: string, expected: string, value: T): T => {
    if (!ok) throw badOption(where, option, expected, value);
    return value;
  };
  return {
    positiveInteger: (option, value) =>
      check(Number.isSafeInteger(value) && value > 0, option, 'a positive integer', value),
    nonNegativeInteger: (option, value) =>
      check(Number.isSafeInteger(value) && value >= 0, option, 'an integer of 0 or more', value),
    positive: (option, value) =>
      check(Number.isFinite(value) && value > 0, option, 'a positive number', value),
    nonNegative: (option, value) =>
      check(Number.isFinite(value) && value >= 0, option, 'a number of 0 or more', value),
    within: (option, value, low, high) =>
      check(
        Number.isFinite(value) && value >= low && value <= high,
        option,
        `a number from ${low} to ${high}`,
        value,
      ),
    fraction: (option, value) => check(value > 0 && value < 1, option, 'a number above 0 and below 1', value),
    boolean: (option, value) => check(typeof value === 'boolean', option, 'true or false', value),
    oneOf: (option, value, choices) =>
      check(
        choices.includes(value),
        option,
        `one of ${choices.map((choice) => `'${choice}'`).join(', ')}`,
        value,
      ),
    optionalFunction: (option, value) =>
      check(value === undefined || typeof value === 'function', option, 'a function', value),
    known: (options, names) => {
      check(typeof options === 'object' && options !== null, 'the options', 'an object', options);
      for (const name of Object.keys(options)) {
        if (!names.includes(name)) {
          throw new RxAnomalyError(
            'BAD_OPTION',
            `${where}: unknown option ${name}; the options are ${names.join(', ')}`,
          );
        }
      }
    },
  };
}

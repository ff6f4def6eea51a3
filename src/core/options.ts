import { RxAnomalyError } from './errors.ts';
import * as kinds from './optionKinds.ts';

/** `lstmForecast: expected hidden to be a positive integer, got -3` */
export function badOption(where: string, option: string, expected: string, got: unknown): RxAnomalyError {
  return new RxAnomalyError('BAD_OPTION', `${where}: expected ${option} to be ${expected}, got ${show(got)}`);
}

/** A value as printed in a one-line message. */
export function show(value: unknown): string {
  return shown(value, 0);
}

function shown(value: unknown, depth: number): string {
  if (typeof value === 'string')
    return JSON.stringify(value.length > 60 ? `${value.slice(0, 57)}...` : value);
  if (typeof value === 'function') return kinds.isClass(value) ? `the class ${value.name}` : 'a function';
  if (typeof value === 'object' && value !== null) {
    if (typeof (value as { readonly then?: unknown }).then === 'function')
      return 'a Promise: is an await missing?';
    if (!Array.isArray(value)) {
      const fields = `with ${Object.keys(value).slice(0, 6).join(', ') || 'no fields'}`;
      return isPlain(value) ? `an object ${fields}` : `a ${value.constructor?.name ?? 'value'}`;
    }
    if (depth === DEEPEST) return '[...]'; // it may contain itself
    const parts = value.slice(0, 8).map((part) => shown(part, depth + 1));
    return `[${parts.join(', ')}${value.length > 8 ? ', ...' : ''}]`;
  }
  return String(value);
}

/** Neither a list, nor a Promise, a Map, a Date and the like, whose fields are not what they hold. */
function isPlain(value: unknown): boolean {
  return Object.prototype.toString.call(value) === '[object Object]';
}

/** @throws RxAnomalyError BAD_OPTION where what should hold options is no object that could */
export function requireObject(where: string, options: unknown): asserts options is object {
  if (!isPlain(options)) throw badOption(where, 'the options', 'an object', options);
}

/** What a factory should make. */
export interface MadeOf<T> {
  /** `a forecaster` */
  readonly what: string;
  readonly methods: readonly (keyof T & string)[];
  /** A call that gives a factory, for messages. */
  readonly call: string;
}

/**
 * What a factory made, where it is what was wanted.
 *
 * @param option that the factory was given as
 * @throws RxAnomalyError BAD_OPTION
 */
export function requireMade<T extends object>(
  where: string,
  option: string,
  { what, methods, call }: MadeOf<T>,
  made: T,
): T {
  const all = (made ?? {}) as Record<keyof T, unknown>;
  if (methods.every((name) => typeof all[name] === 'function')) return made;
  // Nobody else awaits it: its rejection would end the process.
  if ('then' in all) Promise.resolve(made).catch(() => {});
  const remedy = typeof made === 'function' ? `; is its call missing? as in ${call}` : '';
  throw new RxAnomalyError(
    'BAD_OPTION',
    `${where}: expected ${option} to make ${what}, with ${methods.join(' and ')}, but it made ${show(made)}${remedy}`,
  );
}

/** Lists in lists that are printed. */
const DEEPEST = 3;

/** Returns the value of an option. @throws RxAnomalyError BAD_OPTION where the kind does not accept it */
export function checkOption<T>(where: string, option: string, kind: kinds.OptionKind, value: T): T {
  const expected = kind.expected(value);
  if (expected !== undefined) throw badOption(where, option, expected, value);
  return value;
}

/**
 * Refuses fields that are not options: a misspelt option must not silently become its default.
 *
 * @param elsewhere what to do instead, by names that are no options here
 * @throws RxAnomalyError BAD_OPTION that names the option that was probably meant and some others, else all of them
 */
export function requireKnown(
  where: string,
  options: unknown,
  names: readonly string[],
  elsewhere: Readonly<Record<string, string>> = {},
): void {
  requireObject(where, options);
  for (const name of Object.keys(options)) {
    if (names.includes(name)) continue;
    if (Object.hasOwn(elsewhere, name))
      throw new RxAnomalyError('BAD_OPTION', `${where}: unknown option ${name}: ${elsewhere[name]}`);
    const meant = nearestName(name, names);
    const list =
      meant === undefined || names.length <= LISTED
        ? names.join(', ')
        : `${names.slice(0, LISTED).join(', ')} and ${names.length - LISTED} more`;
    const advice = meant === undefined ? '' : ` did you mean ${meant}?`;
    throw new RxAnomalyError(
      'BAD_OPTION',
      `${where}: unknown option ${name};${advice} the options are ${list}`,
    );
  }
}

/** Names of options that a message lists where one of them was probably meant. */
const LISTED = 12;

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
  /** As {@link requireKnown}. */
  known(options: object, names: readonly string[]): void;
}

/** For what no table of options describes: parts of an option, arguments. */
export function optionChecks(where: string): OptionChecks {
  const check = <T>(option: string, kind: kinds.OptionKind, value: T): T =>
    checkOption(where, option, kind, value);
  return {
    positiveInteger: (option, value) => check(option, kinds.positiveInteger(), value),
    nonNegativeInteger: (option, value) => check(option, kinds.nonNegativeInteger(), value),
    positive: (option, value) => check(option, kinds.positive(), value),
    nonNegative: (option, value) => check(option, kinds.nonNegative(), value),
    within: (option, value, low, high) => check(option, kinds.within(low, high), value),
    fraction: (option, value) => check(option, kinds.fraction, value),
    boolean: (option, value) => check(option, kinds.boolean, value),
    oneOf: (option, value, choices) => check(option, kinds.oneOf(choices), value),
    optionalFunction: (option, value) =>
      value === undefined ? value : check(option, kinds.aFunction, value),
    known: (options, names) => requireKnown(where, options, names),
  };
}

/** The name that a misspelt one was probably meant to be: at most a third of its letters away. */
export function nearestName(name: string, names: readonly string[]): string | undefined {
  const wanted = name.toLowerCase();
  const distances = names.map((each) => {
    const known = each.toLowerCase();
    const distance = editDistance(wanted, known);
    return distance === 2 && lettersOf(wanted) === lettersOf(known) ? 1 : distance; // two letters are swapped
  });
  const least = Math.min(...distances);
  return least <= Math.max(1, name.length / 3) ? names[distances.indexOf(least)] : undefined;
}

function lettersOf(text: string): string {
  return [...text].sort().join('');
}

/**
 * Levenshtein's distance: the least number of letters inserted, removed or replaced that makes one text the other.
 *
 * Our own, as `core` is loaded by browsers without a bundler, where a package's name means nothing.
 */
export function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row.at(-1)!;
}

import { RxAnomalyError } from '../../core/errors.ts';
import { show } from '../../core/options.ts';
import { LATEST } from '../../core/selectors.ts';

/** What JSON can hold. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

/** Numbers of one kind. */
export type Vector = Float64Array | Float32Array | Uint32Array | Uint16Array | Uint8Array;

/** What the state of a model is made of: JSON, and vectors of numbers. A number outside a vector must be finite. */
export type State =
  | null
  | boolean
  | number
  | string
  | Vector
  | readonly State[]
  | { readonly [name: string]: State };

/** Of lists and objects inside one another; a state has some 20. */
export const DEEPEST = 100;

// What reads a part of a state checks it: a checksum says that a state is as it was written, not that a model wrote it.

/** An object's fields of these names. */
type Fields<Name extends string, Optional extends string> = { readonly [N in Name]: State } & {
  readonly [N in Optional]?: State;
};

/**
 * The fields of an object, which must be these.
 *
 * @param names of fields that must be there; any may where none are given
 * @param optional names of fields that may be there
 * @throws RxAnomalyError BAD_SNAPSHOT
 */
export function fields(state: State | undefined): { readonly [name: string]: State };
export function fields<Name extends string, Optional extends string = never>(
  state: State | undefined,
  names: readonly Name[],
  optional?: readonly Optional[],
): Fields<Name, Optional>;
export function fields(
  state: State | undefined,
  names?: readonly string[],
  optional: readonly string[] = [],
): { readonly [name: string]: State } {
  if (typeof state !== 'object' || state === null || Array.isArray(state) || ArrayBuffer.isView(state))
    throw badSnapshot('snapshot: a part of the state is missing');
  if (names !== undefined) {
    for (const name of Object.keys(state))
      if (!names.includes(name) && !optional.includes(name))
        throw badSnapshot(`snapshot: ${show(name)} is not a part of it`);
    for (const name of names)
      if (!Object.hasOwn(state, name)) throw badSnapshot(`snapshot: ${name} is missing`);
  }
  return state as { readonly [name: string]: State };
}

/** @throws RxAnomalyError BAD_SNAPSHOT where `state` is no list, or one of another length */
export function list(name: string, state: State | undefined, length?: number): readonly State[] {
  if (!Array.isArray(state)) throw unlike(name, 'a list', state);
  if (length !== undefined && state.length !== length) throw unlike(name, `a list of ${length}`, state);
  return state as readonly State[];
}

/** @throws RxAnomalyError BAD_SNAPSHOT where `state` is no text */
export function text(name: string, state: State | undefined): string {
  if (typeof state !== 'string') throw unlike(name, 'a text', state);
  return state;
}

/** @throws RxAnomalyError BAD_SNAPSHOT where `state` is none of these */
export function oneOf<T extends string>(name: string, state: State | undefined, choices: readonly T[]): T {
  const found = choices.find((choice) => choice === state);
  if (found === undefined) throw unlike(name, choices.map((choice) => show(choice)).join(' or '), state);
  return found;
}

/** @throws RxAnomalyError BAD_SNAPSHOT where `state` is neither true nor false */
export function flag(name: string, state: State | undefined): boolean {
  if (typeof state !== 'boolean') throw unlike(name, 'true or false', state);
  return state;
}

/** @throws RxAnomalyError BAD_SNAPSHOT where `state` is no whole number in that range */
export function count(name: string, state: State | undefined, least = 0, most: number = MOST): number {
  if (!(Number.isSafeInteger(state) && (state as number) >= least && (state as number) <= most))
    throw unlike(name, `a whole number from ${least} to ${most}`, state);
  return state as number;
}

/** @throws RxAnomalyError BAD_SNAPSHOT where `state` is no finite number in that range */
export function number(
  name: string,
  state: State | undefined,
  least: number = -Number.MAX_VALUE,
  most: number = Number.MAX_VALUE,
): number {
  if (!(typeof state === 'number' && state >= least && state <= most))
    throw unlike(name, `a number from ${least} to ${most}`, state);
  return state;
}

/**
 * Numbers of any kind, NaN and infinite ones too.
 *
 * @throws RxAnomalyError BAD_SNAPSHOT where `state` is no vector of at least so many
 */
export function numbers(name: string, state: State | undefined, least: number): Float64Array {
  if (!(state instanceof Float64Array && state.length >= least))
    throw unlike(name, `${least} numbers or more`, state);
  return state;
}

/** Milliseconds since 1970. @throws RxAnomalyError BAD_SNAPSHOT where `state` is no time */
export function time(name: string, state: State | undefined): number {
  return number(name, state, -LATEST, LATEST);
}

/** What `read` gives, or undefined where there is null instead. */
export function nullOr<T>(
  name: string,
  state: State | undefined,
  read: (name: string, state: State) => T,
): T | undefined {
  if (state === undefined) throw badSnapshot(`snapshot: ${name} is missing`);
  return state === null ? undefined : read(name, state);
}

/** A part of a state, taken to be what was put there: only of what is checked elsewhere, or belongs to the user. */
export function trusted<T>(state: State | undefined): T {
  return state as T;
}

/** The fields of an object without those that are undefined: what JSON would make of it. */
export function asJson(value: object): Json {
  return JSON.parse(JSON.stringify(value)) as Json;
}

export function badSnapshot(message: string, cause?: unknown): RxAnomalyError {
  return new RxAnomalyError('BAD_SNAPSHOT', message, cause === undefined ? {} : { cause });
}

function unlike(name: string, expected: string, got: unknown): RxAnomalyError {
  return badSnapshot(`snapshot: expected ${name} to be ${expected}, got ${show(got)}`);
}

const MOST = Number.MAX_SAFE_INTEGER;

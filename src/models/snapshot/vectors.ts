import { show } from '../../core/options.ts';
import { LATEST } from '../../core/selectors.ts';
import { noteCheck, noteVector } from './ownChecks.ts';
import { type Layout, type NumberRange, requireWithin } from './ranges.ts';
import { badSnapshot, fields, type State, type Vector } from './state.ts';

export type { Layout, NumberRange } from './ranges.ts';

/** Whole numbers from 0. */
export const COUNT: NumberRange = { least: 0, most: Number.MAX_SAFE_INTEGER, isWhole: true };
/** 0 or 1. */
export const FLAG: NumberRange = { least: 0, most: 1, isWhole: true };
/** From 0 to 1, to rounding. */
export const SHARE: NumberRange = { least: -1e-9, most: 1 + 1e-9 };
/** A value of a stream, which is within ±1e300, or a difference of some. */
export const VALUE: NumberRange = { least: -1e305, most: 1e305 };
/** The size of such a difference. */
export const SIZE: NumberRange = { least: 0, most: 1e305 };
/** Milliseconds since 1970. */
export const TIME: NumberRange = { least: -LATEST, most: LATEST };

export function within(least: number, most: number): NumberRange {
  return { least, most };
}

/** Whole numbers from `least` to `most`. */
export function wholeWithin(least: number, most: number): NumberRange {
  return { least, most, isWhole: true };
}

/** The range with one number more: NaN, an infinity. */
export function orElse({ least, most, isWhole = false }: NumberRange, or: number): NumberRange {
  return { least, most, isWhole, or }; // field by field, which takes a tenth of the time
}

/** A vector of a model, and which numbers the model can hold in it: `prepareVectors` refuses others. */
export class RangedVector<V extends Vector = Float64Array> {
  /** The model's own, not a copy. */
  readonly vector: V;
  readonly layout: Layout;
  readonly #isPossible: ((vector: Vector) => boolean) | undefined;

  constructor(vector: V, layout: Layout, isPossible?: (vector: Vector) => boolean) {
    this.vector = vector;
    this.layout = layout;
    this.#isPossible = isPossible;
  }

  /** The layout from the first number to the last, once. */
  get wholeLayout(): Layout {
    const whole: (readonly [number, NumberRange])[] = [];
    for (let at = 0; at < this.vector.length; ) {
      for (const [count, range] of this.layout) {
        whole.push([count, range]);
        at += count;
      }
    }
    return whole;
  }

  /** A copy, or inside of `borrowed` itself. */
  pack(): State {
    return isBorrowed ? this.vector : this.vector.slice();
  }

  /**
   * @returns what puts the numbers of `packed` in the place of the model's
   * @throws RxAnomalyError BAD_SNAPSHOT where the model cannot hold them
   */
  prepare(packed: State | undefined, name: string): () => void {
    const { vector } = this;
    const numbers = requireAlike(name, packed, vector);
    this.#require(name, numbers);
    noteVector(name, vector, () => this.#require(name, vector));
    return () => vector.set(numbers);
  }

  #require(name: string, numbers: Vector): void {
    requireWithin(name, numbers, this.layout);
    if (this.#isPossible?.(numbers) === false)
      throw badSnapshot(`snapshot: the numbers of ${name} contradict each other`);
  }
}

/**
 * @param range of all numbers, or of those in turn
 * @param isPossible whether numbers, each of which is possible, are so together
 */
export function ranged<V extends Vector>(
  vector: V,
  range: NumberRange | Layout,
  isPossible?: (vector: Vector) => boolean,
): RangedVector<V> {
  return new RangedVector(vector, 'least' in range ? [[vector.length, range]] : range, isPossible);
}

/** A part of a model's memory that is no vector, or one that can be stored in fewer numbers. */
export interface Packable {
  /** A copy. */
  pack(): State;
  /**
   * What puts back what `pack` gave, and cannot fail; undefined where it is nothing that `pack` gives.
   *
   * @param name of the part, for messages
   */
  prepare(packed: State | undefined, name: string): (() => void) | undefined;
  /** Faster than `prepare` of `pack()` and what it gives: false where that would be undefined. */
  renew?(): boolean;
}

/** What a model remembers, by name: its own vectors, not copies. In a vector without ranges any finite number may be. */
export type Memory = Readonly<Record<string, Vector | Packable>>;

/** Copies of all that is remembered, by name. */
export function packVectors(memory: Memory): { readonly [name: string]: State } {
  const packed: Record<string, State> = {};
  for (const name in memory) {
    const part = memory[name];
    packed[name] = 'pack' in part ? part.pack() : isBorrowed ? part : part.slice();
  }
  return packed;
}

let isBorrowed = false;

/**
 * What `work` gives, in which snapshots have the models' own vectors instead of copies: of a state that is encoded at once the
 * copies are garbage.
 *
 * @param work synchronous; nothing of a snapshot that it takes may be used after it
 */
export function borrowed<T>(work: () => T): T {
  const before = isBorrowed;
  isBorrowed = true;
  try {
    return work();
  } finally {
    isBorrowed = before;
  }
}

/**
 * Puts back what `packVectors` made of `vectors`; leaves all of them alone when one does not fit.
 *
 * @throws RxAnomalyError BAD_SNAPSHOT as {@link prepareVectors}
 */
export function unpackInto(vectors: Memory, packed: State | undefined, mayBe: NotFinite = {}): void {
  prepareVectors(vectors, packed, mayBe)();
}

/** By the name of a vector without ranges, which of its numbers may be NaN or infinite, by their index; `'any'` for all. */
export type NotFinite = Readonly<Record<string, 'any' | readonly number[]>>;

/**
 * Checks what `packVectors` made of `vectors`.
 *
 * @returns what puts it back
 * @throws RxAnomalyError BAD_SNAPSHOT when a vector is missing or unknown, of another length or kind of number, or has a
 *   number that the model cannot hold there
 */
export function prepareVectors(
  vectors: Memory,
  packed: State | undefined,
  mayBe: NotFinite = {},
): () => void {
  const state = fields(packed);
  for (const name in state)
    if (!Object.hasOwn(vectors, name)) throw badSnapshot(`snapshot: ${show(name)} is not a part of it`);
  const steps: (() => void)[] = [];
  for (const name in vectors) {
    const part = vectors[name];
    if ('pack' in part) {
      steps.push(prepared(part, state[name], name));
      if (!(part instanceof RangedVector)) noteCheck(() => renew(part, name));
    } else {
      const vector = requireAlike(name, state[name], part);
      requireFinite(name, vector, mayBe[name] ?? NONE);
      noteVector(name, part, () => requireFinite(name, part, mayBe[name] ?? NONE));
      steps.push(() => part.set(vector));
    }
  }
  return () => {
    for (const step of steps) step();
  };
}

/** Checks what a part has, and brings up to date what follows from it. */
function renew(part: Packable, name: string): void {
  if (part.renew === undefined) prepared(part, part.pack(), name)();
  else if (!part.renew()) throw badSnapshot(`snapshot: the numbers of ${name} contradict each other`);
}

function prepared(part: Packable, packed: State | undefined, name: string): () => void {
  const step = part.prepare(packed, name);
  if (step === undefined) throw badSnapshot(`snapshot: ${name} is missing or cannot be what it was`);
  return step;
}

/** Where in some vectors there is NaN or an infinity. */
export function notFiniteIn(memory: Memory): NotFinite {
  const found: Record<string, number[]> = {};
  for (const name in memory) {
    const vector = memory[name];
    if ('pack' in vector) continue;
    for (let k = 0; k < vector.length; k++) {
      if (vector[k] - vector[k] === 0) continue;
      found[name] ??= [];
      found[name].push(k);
    }
  }
  return found;
}

/** A copy of some numbers. */
export function packFloats(values: ArrayLike<number>): State {
  return new Float64Array(values);
}

/**
 * What `packFloats` was given. Not to be written to: it is the snapshot's.
 *
 * @param length of them; any where it is undefined
 * @param layout which numbers may be there @default any finite ones
 * @throws RxAnomalyError BAD_SNAPSHOT when `packed` is not what `packFloats` made of such numbers
 */
export function unpackFloats(
  packed: State | undefined,
  length?: number,
  layout: NumberRange | Layout | 'any' = FINITE,
): Float64Array {
  if (!(packed instanceof Float64Array) || (length !== undefined && packed.length !== length))
    throw badSnapshot('snapshot: a list of numbers is missing or of another length');
  if (layout !== 'any')
    requireWithin('a list of numbers', packed, 'least' in layout ? [[packed.length, layout]] : layout);
  return packed;
}

const NONE: readonly number[] = [];
const FINITE = within(-Number.MAX_VALUE, Number.MAX_VALUE);

function requireAlike(name: string, vector: State | undefined, expected: Vector): Vector {
  if (!ArrayBuffer.isView(vector) || vector.constructor !== expected.constructor)
    throw badSnapshot(`snapshot: ${name}, a list of numbers, is missing or of another kind`);
  const numbers = vector as Vector;
  if (numbers.length !== expected.length)
    throw badSnapshot(`snapshot: ${name} is of another length, ${numbers.length} for ${expected.length}`);
  return numbers;
}

function requireFinite(name: string, numbers: Vector, mayBe: 'any' | readonly number[]): void {
  if (mayBe === 'any') return;
  for (let k = 0; k < numbers.length; k++) {
    // A number less itself is 0, unless it is NaN or infinite: the fastest test.
    if (numbers[k] - numbers[k] !== 0 && !mayBe.includes(k))
      throw badSnapshot(`snapshot: ${name} has ${numbers[k]} where a finite number must be`);
  }
}

/** Those of other names. */
export function without<V>(names: ReadonlySet<string>, all: Readonly<Record<string, V>>): Record<string, V> {
  return Object.fromEntries(Object.entries(all).filter(([name]) => !names.has(name)));
}

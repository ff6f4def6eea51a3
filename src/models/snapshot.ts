import { RxAnomalyError } from '../core/errors.ts';
import { show } from '../core/options.ts';
import { crc32 } from './crc32.ts';
import { fromText, toText } from './snapshotText.ts';
import type { Json, State, Vector } from './snapshotVector.ts';

export type { Json, State, Vector };

/**
 * The whole state of one model at one moment. `restore` of it continues bit for bit, and refuses what was taken from
 * another kind, version or configuration.
 *
 * In memory it is a tree of JSON and vectors; `JSON.stringify` makes a text of it that is sealed with one checksum, and
 * `restore` also takes what `JSON.parse` gives of that text. `encodeSnapshot` makes bytes of it, which are smaller and
 * faster.
 */
export interface Snapshot {
  readonly format: 'rx-anomaly';
  /** The class it was taken from. */
  readonly kind: string;
  /** Version of `state`'s layout, from 1. */
  readonly version: number;
  /** What the model was made with. */
  readonly config: Json;
  readonly state: State;
  /** Only of a snapshot that was read from JSON: CRC-32 of the rest, eight hexadecimal digits. */
  readonly checksum?: string;
}

/** Something whose state can be taken out and put back. */
export interface Restorable {
  snapshot(): Snapshot;
  /**
   * All or nothing: a model that refuses a snapshot stays as it was.
   *
   * @throws RxAnomalyError BAD_SNAPSHOT when it is damaged, of another kind, version or configuration
   */
  restore(snapshot: Snapshot): void;
  /**
   * Checks a snapshot and changes nothing; what it returns restores it and cannot fail. A model that consists of others
   * restores those that lack this by `restore`, and takes their snapshot first in order to undo that.
   *
   * @throws RxAnomalyError BAD_SNAPSHOT as `restore`
   */
  prepareRestore?(snapshot: Snapshot): () => void;
}

/** A snapshot in memory. Nothing is computed before it is made into text or bytes. */
class TakenSnapshot implements Snapshot {
  readonly format = 'rx-anomaly';
  readonly kind: string;
  readonly version: number;
  readonly config: Json;
  readonly state: State;

  constructor(kind: string, version: number, config: Json, state: State) {
    this.kind = kind;
    this.version = version;
    this.config = config;
    this.state = state;
  }

  /** What `JSON.stringify` writes. */
  toJSON(): Json {
    const { kind, version, config, state } = this;
    const body = { format: 'rx-anomaly', kind, version, config, state: toText(state) };
    return { ...body, checksum: checksum(body) };
  }
}

/** @param state vectors that nothing else writes to: copies of a model's own */
export function seal(kind: string, version: number, config: Json, state: State): Snapshot {
  return new TakenSnapshot(kind, version, config, state);
}

/** The state inside `snapshot`, after checking that it is whole and was taken from such a model. */
export function unseal(snapshot: Snapshot, kind: string, version: number, config: Json): State {
  const refuse = (why: string): RxAnomalyError => badSnapshot(`snapshot of ${kind}: ${why}`);
  if (typeof snapshot !== 'object' || snapshot === null || snapshot.format !== 'rx-anomaly') {
    throw refuse('this is not a snapshot of rx-anomaly');
  }
  if (snapshot.kind !== kind) throw refuse(`this one was taken from ${show(snapshot.kind)}`);
  if (snapshot.version !== version)
    throw refuse(`expected version ${version}, got ${show(snapshot.version)}`);
  const { state, config: theirs } = inMemory(snapshot, refuse);
  const difference = firstDifference(config, theirs, 'config');
  if (difference !== undefined) throw refuse(`it has another configuration: ${difference}`);
  return state;
}

/**
 * Checks that a snapshot is whole: what a store may ask of what it has read.
 *
 * @returns the snapshot in memory
 * @throws RxAnomalyError BAD_SNAPSHOT when it is none, or damaged
 */
export function requireWhole(snapshot: Snapshot): Snapshot {
  unseal(snapshot, snapshot?.kind, snapshot?.version, snapshot?.config);
  return inMemory(snapshot, (why) => badSnapshot(`snapshot: ${why}`));
}

/** A snapshot as a part of another's state. It is sealed with the whole; `nestedSnapshot` reads it. */
export function nest({ kind, version, config, state }: Snapshot): State {
  return { kind, version, config, state };
}

/** A snapshot that is part of another's state; `restore` of its model checks it. */
export function nestedSnapshot(state: State | undefined): Snapshot {
  const { format, kind, version, config, state: inner, checksum, ...rest } = fields(state);
  if (checksum !== undefined) return trusted<Snapshot>(state);
  const unknown = Object.keys(rest)[0];
  if (unknown !== undefined || (format !== undefined && format !== 'rx-anomaly'))
    throw badSnapshot(`snapshot: expected the parts of a snapshot, got ${show(unknown ?? 'another format')}`);
  return new TakenSnapshot(String(kind), Number(version), trusted<Json>(config ?? null), inner ?? null);
}

/**
 * Restores several models from the parts of one state, all or none.
 *
 * @returns what makes it so and cannot fail
 * @throws RxAnomalyError BAD_SNAPSHOT when one refuses its part; all are then as they were
 */
export function prepareAll(parts: readonly (readonly [Restorable, State | undefined])[]): () => void {
  const undo: (() => void)[] = [];
  const apply: (() => void)[] = [];
  try {
    for (const [model, state] of parts) {
      const snapshot = nestedSnapshot(state);
      if (model.prepareRestore !== undefined) {
        apply.push(model.prepareRestore(snapshot));
        continue;
      }
      const before = model.snapshot();
      model.restore(snapshot);
      undo.push(() => model.restore(before));
    }
  } catch (error) {
    for (const step of undo) step();
    throw error;
  }
  return () => {
    for (const step of apply) step();
  };
}

/** A copy of some numbers. */
export function packFloats(values: ArrayLike<number>): State {
  return new Float64Array(values);
}

/**
 * What `packFloats` was given. Not to be written to: it is the snapshot's.
 *
 * @param mayBe which of them may be NaN or infinite
 * @throws RxAnomalyError BAD_SNAPSHOT when `packed` is not what `packFloats` made of `length` such numbers
 */
export function unpackFloats(
  packed: State | undefined,
  length?: number,
  mayBe: 'any' | readonly number[] = NONE,
): Float64Array {
  if (!(packed instanceof Float64Array) || (length !== undefined && packed.length !== length))
    throw badSnapshot('snapshot: a list of numbers is missing or of another length');
  requireFinite('a list of numbers', packed, mayBe);
  return packed;
}

/** A part of a model's memory that is no vector, or one that can be stored in fewer numbers. */
export interface Packable {
  /** A copy. */
  pack(): State;
  /** What puts back what `pack` gave, and cannot fail; undefined where it is nothing that `pack` gives. */
  prepare(packed: State | undefined): (() => void) | undefined;
}

/** What a model remembers, by name: its own vectors, not copies. */
export type Memory = Readonly<Record<string, Vector | Packable>>;

/** Copies of all that is remembered, by name. */
export function packVectors(memory: Memory): { readonly [name: string]: State } {
  const packed: Record<string, State> = {};
  for (const name in memory) {
    const part = memory[name];
    packed[name] = 'pack' in part ? part.pack() : part.slice();
  }
  return packed;
}

/**
 * Puts back what `packVectors` made of `vectors`; leaves all of them alone when one does not fit.
 *
 * @throws RxAnomalyError BAD_SNAPSHOT as {@link prepareVectors}
 */
export function unpackInto(vectors: Memory, packed: State | undefined, mayBe: NotFinite = {}): void {
  prepareVectors(vectors, packed, mayBe)();
}

/** By the name of a vector, which of its numbers may be NaN or infinite, by their index; `'any'` for all. */
export type NotFinite = Readonly<Record<string, 'any' | readonly number[]>>;

/**
 * Checks what `packVectors` made of `vectors`.
 *
 * @returns what puts it back
 * @throws RxAnomalyError BAD_SNAPSHOT when a vector is missing or unknown, of another length or kind of number, or has a
 *   NaN or an infinity where none may be
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
      const step = part.prepare(state[name]);
      if (step === undefined) throw badSnapshot(`snapshot: ${name} is missing or cannot be what it was`);
      steps.push(step);
    } else {
      const vector = requireVector(name, state[name], part, mayBe[name] ?? NONE);
      steps.push(() => part.set(vector));
    }
  }
  return () => {
    for (const step of steps) step();
  };
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

/** `state` as an object whose fields can be read one by one. */
export function fields(state: State | undefined): { readonly [name: string]: State } {
  if (typeof state === 'object' && state !== null && !Array.isArray(state) && !ArrayBuffer.isView(state)) {
    return state as { readonly [name: string]: State };
  }
  throw badSnapshot('snapshot: a part of the state is missing');
}

/** A part of a state, taken to be what was put there. */
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

const NONE: readonly number[] = [];

function requireVector(
  name: string,
  vector: State | undefined,
  expected: Vector,
  mayBe: 'any' | readonly number[],
): Vector {
  if (!ArrayBuffer.isView(vector) || vector.constructor !== expected.constructor)
    throw badSnapshot(`snapshot: ${name}, a list of numbers, is missing or of another kind`);
  const numbers = vector as Vector;
  if (numbers.length !== expected.length)
    throw badSnapshot(`snapshot: ${name} is of another length, ${numbers.length} for ${expected.length}`);
  requireFinite(name, numbers, mayBe);
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

/** A snapshot as it is in memory, whatever form it has come in. */
function inMemory(snapshot: Snapshot, refuse: (why: string) => RxAnomalyError): Snapshot {
  if (snapshot instanceof TakenSnapshot) return snapshot;
  const { checksum: stored, ...body } = snapshot;
  if (checksum(body) !== stored) throw refuse('it is damaged: the checksum does not fit');
  const { format: _, kind, version, config, state, ...rest } = body;
  const unknown = Object.keys(rest)[0];
  if (unknown !== undefined) throw refuse(`${show(unknown)} is not a part of it`);
  return new TakenSnapshot(kind, version, config, fromText(trusted<Json>(state)));
}

function firstDifference(expected: Json, got: Json | undefined, path: string): string | undefined {
  if (typeof expected === 'object' && expected !== null && typeof got === 'object' && got !== null) {
    const theirs = got as { readonly [name: string]: Json };
    const ours = expected as { readonly [name: string]: Json };
    for (const name of new Set([...Object.keys(ours), ...Object.keys(theirs)])) {
      const difference = firstDifference(ours[name] ?? null, theirs[name] ?? null, `${path}.${name}`);
      if (difference !== undefined) return difference;
    }
    return undefined;
  }
  if (expected === got) return undefined;
  return `${path} is ${show(got)} there and ${show(expected)} here`;
}

/** CRC-32 of the JSON text in UTF-8. */
function checksum(body: object): string {
  return crc32(new TextEncoder().encode(JSON.stringify(body)))
    .toString(16)
    .padStart(8, '0');
}

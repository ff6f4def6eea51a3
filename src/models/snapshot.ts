import { RxAnomalyError } from '../core/errors.ts';
import { show } from '../core/options.ts';
import { crc32 } from './crc32.ts';

/** What JSON can hold: snapshots are made of it, so that any store can keep them as text. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

/**
 * The whole state of one model at one moment. `restore` of it continues bit for bit.
 * Versioned, so that a later release can tell what it reads; sealed, so that a damaged one is refused.
 */
export interface Snapshot {
  readonly format: 'rx-anomaly';
  /** The class it was taken from. */
  readonly kind: string;
  /** Version of `state`'s layout, from 1. */
  readonly version: number;
  /** What the model was made with; `restore` refuses a snapshot of another configuration. */
  readonly config: Json;
  readonly state: Json;
  /** CRC-32 of the rest, eight hexadecimal digits. */
  readonly checksum: string;
}

/** Something whose state can be taken out and put back. */
export interface Restorable {
  snapshot(): Snapshot;
  /** @throws RxAnomalyError BAD_SNAPSHOT when it is damaged, of another kind, version or configuration */
  restore(snapshot: Snapshot): void;
}

export function seal(kind: string, version: number, config: Json, state: Json): Snapshot {
  const body = { format: 'rx-anomaly', kind, version, config, state } as const;
  return { ...body, checksum: checksum(body) };
}

/** The state inside `snapshot`, after checking that it is whole and was taken from such a model. */
export function unseal(snapshot: Snapshot, kind: string, version: number, config: Json): Json {
  const refuse = (why: string): RxAnomalyError =>
    new RxAnomalyError('BAD_SNAPSHOT', `snapshot of ${kind}: ${why}`);
  if (typeof snapshot !== 'object' || snapshot === null || snapshot.format !== 'rx-anomaly') {
    throw refuse('this is not a snapshot of rx-anomaly');
  }
  const { checksum: stored, ...body } = snapshot;
  if (snapshot.kind !== kind) throw refuse(`this one was taken from ${show(snapshot.kind)}`);
  if (snapshot.version !== version)
    throw refuse(`expected version ${version}, got ${show(snapshot.version)}`);
  if (checksum(body) !== stored) throw refuse('it is damaged: the checksum does not fit');
  const difference = firstDifference(config, snapshot.config, 'config');
  if (difference !== undefined) throw refuse(`it has another configuration: ${difference}`);
  return snapshot.state;
}

/** @throws RxAnomalyError BAD_SNAPSHOT when `snapshot` is none, or damaged: what a store may ask of what it has */
export function requireWhole(snapshot: Snapshot): void {
  unseal(snapshot, snapshot?.kind, snapshot?.version, snapshot?.config);
}

/** float64 bits as text: exact for every value, NaN, −0 and ±Infinity included. */
export function packFloats(values: ArrayLike<number>): string {
  const bytes = new Uint8Array(new Float64Array(values).buffer);
  let text = '';
  for (let at = 0; at < bytes.length; at += 0x2000)
    // Spreading would go through the iterator: thirteen times as long.
    text += Reflect.apply(String.fromCharCode, undefined, bytes.subarray(at, at + 0x2000));
  return btoa(text);
}

/** @throws RxAnomalyError BAD_SNAPSHOT when `packed` is not what `packFloats` made of `length` numbers */
export function unpackFloats(packed: Json | undefined, length?: number): Float64Array {
  if (typeof packed === 'string' && packed.length % 4 === 0 && BASE64.test(packed)) {
    const bytes = Uint8Array.from(atob(packed), (char) => char.charCodeAt(0));
    if (bytes.length % 8 === 0 && (length === undefined || bytes.length === 8 * length)) {
      return new Float64Array(bytes.buffer);
    }
  }
  throw new RxAnomalyError('BAD_SNAPSHOT', 'snapshot: a list of numbers is missing or of another length');
}

/** Several vectors by name, packed. */
export function packVectors(vectors: Readonly<Record<string, Float64Array>>): Json {
  return Object.fromEntries(Object.entries(vectors).map(([name, vector]) => [name, packFloats(vector)]));
}

/** Puts back what `packVectors` made of `vectors`; leaves all of them alone when one does not fit. */
export function unpackInto(vectors: Readonly<Record<string, Float64Array>>, packed: Json | undefined): void {
  const state = fields(packed);
  const names = Object.keys(vectors);
  const read = names.map((name) => unpackFloats(state[name], vectors[name].length));
  for (const [k, name] of names.entries()) vectors[name].set(read[k]);
}

/** `state` as an object whose fields can be read one by one. */
export function fields(state: Json | undefined): { readonly [name: string]: Json } {
  if (typeof state === 'object' && state !== null && !Array.isArray(state)) {
    return state as { readonly [name: string]: Json };
  }
  throw new RxAnomalyError('BAD_SNAPSHOT', 'snapshot: a part of the state is missing');
}

/** A snapshot that is part of another's state; `restore` of its model checks it. */
export function nestedSnapshot(state: Json | undefined): Snapshot {
  const { kind, version, config, state: inner, checksum } = fields(state);
  return {
    format: 'rx-anomaly',
    kind: String(kind),
    version: Number(version),
    config: config ?? null,
    state: inner ?? null,
    checksum: String(checksum),
  };
}

/** A part of a state that was unsealed: its checksum vouches that it is what was sealed. */
export function trusted<T>(state: Json | undefined): T {
  return state as T;
}

/** The fields of an object without those that are undefined: what JSON would make of it. */
export function asJson(value: object): Json {
  return JSON.parse(JSON.stringify(value)) as Json;
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

const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

/** CRC-32 of the JSON text in UTF-8. */
function checksum(body: object): string {
  return crc32(new TextEncoder().encode(JSON.stringify(body)))
    .toString(16)
    .padStart(8, '0');
}

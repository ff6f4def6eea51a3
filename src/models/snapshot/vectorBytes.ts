import type { Vector } from './state.ts';

/** The kinds of numbers there are, as they are stored: little-endian, as all processors are that Node and browsers run on. */
export const KINDS: Readonly<Record<VectorKind, VectorConstructor>> = {
  f64: Float64Array,
  f32: Float32Array,
  u32: Uint32Array,
  u16: Uint16Array,
  u8: Uint8Array,
};

export type VectorKind = 'f64' | 'f32' | 'u32' | 'u16' | 'u8';

interface VectorConstructor {
  readonly BYTES_PER_ELEMENT: number;
  new (length: number): Vector;
  new (values: ArrayLike<number> | ArrayBufferLike): Vector;
}

/** How a vector is stored. */
export interface Storage {
  readonly kind: VectorKind;
  /** The narrowest kind that holds every number exactly. */
  readonly stored: VectorKind;
  /** Numbers that are stored; those after them are 0. */
  readonly count: number;
}

/** A vector as it is stored. */
export interface StoredVector extends Storage {
  readonly bytes: Uint8Array;
  /** Numbers in all. */
  readonly length: number;
}

/** As few bytes as hold it bit for bit. */
export function storageOf(vector: Vector): Storage {
  const kind = kindOf(vector);
  let count = vector.length;
  while (count > 0 && Object.is(vector[count - 1], 0)) count--;
  return { kind, stored: narrowest(vector, kind, count), count };
}

/** A vector in as few bytes as hold it bit for bit. */
export function narrowed(vector: Vector): StoredVector {
  const storage = storageOf(vector);
  const bytes = new Uint8Array(storage.count * KINDS[storage.stored].BYTES_PER_ELEMENT);
  write(vector, storage, bytes, new DataView(bytes.buffer), 0);
  return { ...storage, bytes, length: vector.length };
}

/** Writes the numbers that are stored of a vector from `at` on, where there must be room. */
export function write(
  vector: Vector,
  { kind, stored, count }: Storage,
  bytes: Uint8Array,
  view: DataView,
  at: number,
): void {
  const size = KINDS[stored].BYTES_PER_ELEMENT;
  if (stored === kind) {
    bytes.set(new Uint8Array(vector.buffer, vector.byteOffset, count * size), at);
    return;
  }
  // Number by number, without a vector in between: a state has many, and most are short.
  switch (stored) {
    case 'f32':
      for (let k = 0; k < count; k++) view.setFloat32(at + 4 * k, vector[k]!, true);
      break;
    case 'u32':
      for (let k = 0; k < count; k++) view.setUint32(at + 4 * k, vector[k]!, true);
      break;
    case 'u16':
      for (let k = 0; k < count; k++) view.setUint16(at + 2 * k, vector[k]!, true);
      break;
    case 'u8':
      bytes.set(vector.subarray(0, count), at);
  }
}

/** The vector that `narrowed` gave; undefined where it cannot have been. */
export function widened(
  kind: VectorKind,
  stored: VectorKind,
  bytes: Uint8Array,
  length: number,
): Vector | undefined {
  const { BYTES_PER_ELEMENT: size } = KINDS[stored];
  const count = bytes.length / size;
  const isPossible = Number.isSafeInteger(length) && length >= count && Number.isInteger(count);
  if (!isPossible || length * KINDS[kind].BYTES_PER_ELEMENT > LARGEST || size > KINDS[kind].BYTES_PER_ELEMENT)
    return undefined;
  const vector = new KINDS[kind](length);
  if (stored === kind) new Uint8Array(vector.buffer).set(bytes);
  else read(bytes, stored, count, vector);
  return vector;
}

/** Numbers that `write` wrote in a narrower kind, which is never f64. */
function read(bytes: Uint8Array, stored: VectorKind, count: number, vector: Vector): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  switch (stored) {
    case 'f32':
      for (let k = 0; k < count; k++) vector[k] = view.getFloat32(4 * k, true);
      break;
    case 'u32':
      for (let k = 0; k < count; k++) vector[k] = view.getUint32(4 * k, true);
      break;
    case 'u16':
      for (let k = 0; k < count; k++) vector[k] = view.getUint16(2 * k, true);
      break;
    case 'u8':
      vector.set(bytes);
  }
}

/** Bytes of one vector. */
const LARGEST = 2 ** 30;

function kindOf(vector: Vector): VectorKind {
  if (vector instanceof Float64Array) return 'f64';
  if (vector instanceof Float32Array) return 'f32';
  if (vector instanceof Uint32Array) return 'u32';
  return vector instanceof Uint16Array ? 'u16' : 'u8';
}

function narrowest(vector: Vector, kind: VectorKind, count: number): VectorKind {
  if (kind === 'u8') return kind;
  let largest = 0; // while they are whole numbers
  let isSingle = kind === 'f64'; // whether float32 has them
  for (let k = 0; k < count; k++) {
    const value = vector[k];
    if (largest >= 0) largest = isWhole(value) ? Math.max(largest, value) : -1;
    if (isSingle && Math.fround(value) !== value) isSingle = false; // nor NaN, whose bits must stay
    if (largest < 0 && !isSingle) return kind;
  }
  if (largest >= 0 && largest < 2 ** 8) return 'u8';
  if (largest >= 0 && largest < 2 ** 16) return kind === 'u16' ? kind : 'u16';
  if (kind === 'f64' && largest >= 0 && largest < 2 ** 32) return 'u32';
  return isSingle ? 'f32' : kind;
}

/** From 0 up, and not −0, whose sign must stay. */
function isWhole(value: number): boolean {
  return value >= 0 && value === Math.floor(value) && !Object.is(value, -0);
}

interface VectorKind<V> {
  readonly BYTES_PER_ELEMENT: number;
  new (length: number): V;
  new (buffer: ArrayBuffer, at: number, length: number): V;
}

/**
 * A vector of zeros that shares its buffer with others made about the same time: a model has some 75 short vectors, and a
 * buffer of their own costs each 200 bytes. For what lives as long as its model: one vector in use keeps its whole buffer.
 */
export function pooled<V = Float64Array>(length: number, kind: VectorKind<V> = Float64Array as never): V {
  const bytes = length * kind.BYTES_PER_ELEMENT;
  if (bytes > LARGEST && pool !== arena) return new kind(length);
  const padded = (bytes + 7) & ~7; // where a Float64Array may begin
  if (pool.used + padded > pool.buffer.byteLength) {
    if (pool === arena) throw FULL;
    pool = shared = { buffer: new ArrayBuffer(SIZE), used: 0 };
  }
  const at = pool.used;
  pool.used += padded;
  return new kind(pool.buffer, at, length);
}

/** The same with these numbers in it. */
export function pooledOf(...numbers: readonly number[]): Float64Array {
  const vector = pooled(numbers.length);
  vector.set(numbers);
  return vector;
}

/**
 * The same, where after the first `head` numbers come `tails`, each of `length` numbers that are all 0 for most of the time.
 * In an {@link Arena} they need room only while they are not.
 */
export function pooledWithTails(head: number, length: number, tails = 1): Float64Array {
  if (arena === undefined) return pooled(head + tails * length);
  const vector = new Float64Array(head + tails * length);
  arena.tailed.push({ vector, head, length });
  return vector;
}

/** Room for numbers that nobody needs after the event for which they were written; not a part of an {@link Arena}. */
export function pooledRoom(length: number): Float64Array {
  return arena === undefined ? pooled(length) : new Float64Array(length);
}

/** Where the state of models is that were made with nothing but the functions above: all of it is copied at one go. */
export interface Arena {
  /** Of all vectors but those with tails. */
  readonly bytes: Uint8Array;
  readonly tailed: readonly Tailed[];
}

/** A vector with tails: numbers before the first one, and numbers of each. */
export interface Tailed {
  readonly vector: Float64Array;
  readonly head: number;
  readonly length: number;
}

/** Makes a model, its vectors in an arena. `make` may be called several times. */
export function inArena<T>(make: () => T): { readonly made: T; readonly arena: Arena } {
  if (arena !== undefined) throw new Error('an arena within an arena');
  for (let size = SIZE; ; size *= 4) {
    const own = { buffer: new ArrayBuffer(size), used: 0, tailed: [] };
    try {
      pool = arena = own;
      const made = make();
      return { made, arena: { bytes: new Uint8Array(own.buffer, 0, own.used), tailed: own.tailed } };
    } catch (error) {
      if (error !== FULL) throw error;
    } finally {
      arena = undefined;
      pool = shared;
    }
  }
}

/** Room that is filled and read within one call; models of the same size share it. */
export function scratch(name: string, length: number): Float64Array {
  const key = `${name} ${length}`;
  const made = SCRATCH.get(key) ?? new Float64Array(length);
  if (SCRATCH.size < MOST_SCRATCH) SCRATCH.set(key, made);
  return made;
}

interface Pool {
  readonly buffer: ArrayBuffer;
  /** Bytes of it. */
  used: number;
}

const SIZE = 16384; // bytes
const LARGEST = SIZE / 8;
const FULL = new Error('the arena is full');
let shared: Pool = { buffer: new ArrayBuffer(SIZE), used: 0 };
let arena: (Pool & { readonly tailed: Tailed[] }) | undefined;
let pool: Pool = shared; // the arena while there is one

const SCRATCH: Map<string, Float64Array> = new Map();
const MOST_SCRATCH = 64; // models of more sizes than that have room of their own

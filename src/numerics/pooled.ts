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

/** Numbers of a model that may be in another place for each stream: so many, from `at` on. */
export interface Aside<V> {
  vector: V;
  at: number;
  readonly length: number;
}

/**
 * Zeros of which an event needs few, or none: in an {@link Arena} they are not copied, but stay where the stream's are. To be
 * looked up at each event, and not kept.
 */
export function pooledAside<V>(length: number, kind: VectorKind<V>): Aside<V> {
  if (arena === undefined) return { vector: pooled(length, kind), at: 0, length };
  const aside: Aside<V> = { vector: new kind(length), at: 0, length };
  arena.asides.push({ aside: aside as Aside<unknown>, bytes: kind.BYTES_PER_ELEMENT });
  return aside;
}

/** The numbers where they are now. */
export function inPlace<V extends { subarray(from: number, to: number): V }>({
  vector,
  at,
  length,
}: Aside<V>): V {
  return vector.subarray(at, at + length);
}

/** Room for numbers that nobody needs after the event for which they were written; not a part of an {@link Arena}. */
export function pooledRoom(length: number): Float64Array {
  return arena === undefined ? pooled(length) : new Float64Array(length);
}

/** Where the state of models is that were made with nothing but the functions above: all of it is copied at one go. */
export interface Arena {
  /** Of all vectors but those below. */
  readonly bytes: Uint8Array;
  readonly tailed: readonly Tailed[];
  readonly asides: readonly Placed[];
}

/** What is not copied, and the bytes of one of its numbers. */
export interface Placed {
  readonly aside: Aside<unknown>;
  readonly bytes: number;
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
    const own: Arranged = { buffer: new ArrayBuffer(size), used: 0, tailed: [], asides: [] };
    try {
      pool = arena = own;
      const made = make();
      const { buffer, used, tailed, asides } = own;
      return { made, arena: { bytes: new Uint8Array(buffer, 0, used), tailed, asides } };
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

interface Arranged extends Pool {
  readonly tailed: Tailed[];
  readonly asides: Placed[];
}

const SIZE = 16384; // bytes
const LARGEST = SIZE / 8;
const FULL = new Error('the arena is full');
let shared: Pool = { buffer: new ArrayBuffer(SIZE), used: 0 };
let arena: Arranged | undefined;
let pool: Pool = shared; // the arena while there is one

const SCRATCH: Map<string, Float64Array> = new Map();
const MOST_SCRATCH = 64; // models of more sizes than that have room of their own

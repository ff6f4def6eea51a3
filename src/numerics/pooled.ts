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
  if (bytes > LARGEST) return new kind(length);
  if (used + bytes > SIZE) {
    buffer = new ArrayBuffer(SIZE);
    used = 0;
  }
  const at = used;
  used += (bytes + 7) & ~7; // where a Float64Array may begin
  return new kind(buffer, at, length);
}

/** The same with these numbers in it. */
export function pooledOf(...numbers: readonly number[]): Float64Array {
  const vector = pooled(numbers.length);
  vector.set(numbers);
  return vector;
}

/** Room that is filled and read within one call; models of the same size share it. */
export function scratch(name: string, length: number): Float64Array {
  const key = `${name} ${length}`;
  const made = SCRATCH.get(key) ?? new Float64Array(length);
  if (SCRATCH.size < MOST_SCRATCH) SCRATCH.set(key, made);
  return made;
}

const SIZE = 16384; // bytes
const LARGEST = SIZE / 8;
let buffer: ArrayBuffer = new ArrayBuffer(SIZE);
let used = 0; // bytes of it

const SCRATCH: Map<string, Float64Array> = new Map();
const MOST_SCRATCH = 64; // models of more sizes than that have room of their own

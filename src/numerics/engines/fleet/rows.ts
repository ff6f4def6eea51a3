/** What rows can be made of. */
type Numbers = Float32Array | Float64Array | Uint16Array;

const BITS = 10;
const CHUNK = 1 << BITS; // rows

/**
 * A table of numbers that grows by its end: in chunks, so that no row is ever copied, and a row's numbers lie side by
 * side, so that a visit costs few cache lines. Hot code takes `chunk` and `offset` once per row and reads on from there.
 */
export class Rows<A extends Numbers> {
  readonly width: number;
  readonly #make: (length: number) => A;
  readonly #chunks: A[] = [];

  /** @param make an array of zeros */
  constructor(width: number, make: (length: number) => A) {
    this.width = width;
    this.#make = make;
  }

  /** The array in which a row lies, from {@link offset} on. */
  chunk(row: number): A {
    return this.#chunks[row >>> BITS];
  }

  offset(row: number): number {
    return (row & (CHUNK - 1)) * this.width;
  }

  /** Sets a row to zeros; makes it first if need be. */
  clear(row: number): void {
    while (row >>> BITS >= this.#chunks.length) this.#chunks.push(this.#make(CHUNK * this.width));
    const at = this.offset(row);
    this.chunk(row).fill(0, at, at + this.width);
  }

  /** A row as a view. */
  row(row: number): A {
    const at = this.offset(row);
    return this.chunk(row).subarray(at, at + this.width) as A;
  }
}

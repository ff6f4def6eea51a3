/** Array types for rows. */
type Numbers = Float32Array | Float64Array | Uint16Array;

const BITS = 10;
const CHUNK = 1 << BITS; // rows

/**
 * A table of numbers that grows at its end: in chunks, so that no row is ever copied, and with a row's numbers
 * contiguous, so that an access touches few cache lines. Hot code takes `chunk` and `offset` once per row.
 */
export class Rows<A extends Numbers> {
  readonly width: number;
  readonly #make: (length: number) => A;
  readonly #chunks: A[] = [];

  /** @param make creates an array of zeros */
  constructor(width: number, make: (length: number) => A) {
    this.width = width;
    this.#make = make;
  }

  /** The array that contains a row, from {@link offset} on. */
  chunk(row: number): A {
    return this.#chunks[row >>> BITS];
  }

  offset(row: number): number {
    return (row & (CHUNK - 1)) * this.width;
  }

  /** Sets a row to zeros; allocates it first if necessary. */
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

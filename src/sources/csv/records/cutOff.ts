const NEWLINE = 10;
const RETURN = 13;

/** Rows that show how the last column is written. */
const ENOUGH = 20;

/** Passes bytes on, and remembers how they ended. */
export class LastByte {
  #last = NEWLINE;
  #hasEnded = false;

  async *watch(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
    for await (const chunk of bytes) {
      if (chunk.length > 0) this.#last = chunk[chunk.length - 1]!;
      yield chunk;
    }
    this.#hasEnded = true;
  }

  /** Whether all has been read, and no line end was the last of it. */
  get isInLine(): boolean {
    return this.#hasEnded && this.#last !== NEWLINE && this.#last !== RETURN;
  }
}

/**
 * Whether a row without a line end was cut off in its last number, as a file is that is written meanwhile: it has fewer
 * decimals than any other of its column.
 *
 * @param rows those of the sample
 */
export function isCutOff(record: readonly string[], rows: readonly (readonly string[])[]): boolean {
  const { length } = record;
  const others = rows.filter((row) => row !== record && row.length === length).map((row) => row.at(-1)!);
  if (others.length <= ENOUGH) return false;
  const least = Math.min(...others.map(decimals));
  return least > 0 && /^[+-]?\d*[.,]?\d*$/.test(record.at(-1)!) && decimals(record.at(-1)!) < least;
}

/** Digits after the decimal sign; none in what is no such number. */
function decimals(cell: string): number {
  return /^[+-]?\d*[.,](\d+)$/.exec(cell)?.[1]?.length ?? 0;
}

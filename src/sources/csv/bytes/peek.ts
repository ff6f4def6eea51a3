export interface Peeked {
  /** The first bytes: at least what was asked for, unless the source is shorter or failed. */
  readonly head: Buffer;
  /** True when head is all there is: the source ended or failed. */
  readonly exhausted: boolean;
  /** The whole source, head included. A failure met while peeking is raised here, after the bytes before it. */
  readonly all: AsyncIterable<Uint8Array>;
}

/**
 * Looks at the start of a byte stream without consuming it.
 *
 * @param enough called with the bytes so far and the last chunk; peeking ends when it returns true
 */
export async function peek(
  source: AsyncIterable<Uint8Array>,
  enough: (size: number, chunk: Uint8Array) => boolean,
): Promise<Peeked> {
  const chunks = source[Symbol.asyncIterator]();
  const seen: Uint8Array[] = [];
  let size = 0;
  let done = false;
  let failed = false;
  let failure: unknown;
  try {
    for (let satisfied = false; !satisfied; ) {
      const next = await chunks.next();
      if (next.done === true) {
        done = true;
        break;
      }
      seen.push(next.value);
      size += next.value.length;
      satisfied = enough(size, next.value);
    }
  } catch (error) {
    if (size === 0) throw error;
    failed = true;
    failure = error;
  }
  async function* all(): AsyncGenerator<Uint8Array> {
    yield* seen;
    if (failed) throw failure;
    if (!done) yield* { [Symbol.asyncIterator]: () => chunks };
  }
  return { head: Buffer.concat(seen), exhausted: done || failed, all: all() };
}

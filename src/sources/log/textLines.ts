import { isUtf8 } from 'node:buffer';

/** One line of a text, without its end. */
export interface TextLine {
  /** From 1. */
  readonly number: number;
  readonly text: string;
  /** Whether it is no UTF-8 and was read as Windows-1252. */
  readonly isOther: boolean;
  /** Bytes at its end that are left out. */
  readonly cut: number;
  /** Whether it may become longer: the text ends without a line break. */
  readonly isOpen: boolean;
}

/** Bytes of a line that are read. */
export const LONGEST_LINE = 65_536;

const BREAK = 0x0a;

/**
 * The lines of a text, as many together as come at a time. A line that is not UTF-8 is read as Windows-1252, without an
 * effect on others; of one that is longer than {@link LONGEST_LINE} the beginning, so that memory is bounded.
 */
export async function* textLines(
  source: AsyncIterable<Uint8Array>,
): AsyncGenerator<readonly TextLine[], void, undefined> {
  let rest: Buffer = Buffer.alloc(0); // the beginning of a line whose end is still to come
  let cut = 0; // bytes of that line that were left out
  let number = 0;
  const take = (bytes: Buffer, more: number, isOpen = false): TextLine => {
    const end = bytes.at(-1) === 0x0d && more === 0 ? bytes.length - 1 : bytes.length;
    const kept = bytes.subarray(0, Math.min(end, LONGEST_LINE));
    const left = end - kept.length + more;
    const whole = left > 0 ? kept.subarray(0, wholeCharacters(kept)) : kept;
    const isOther = !isUtf8(whole);
    const text = isOther ? OTHER.decode(whole) : whole.toString('utf8');
    return { number: ++number, text, isOther, cut: left, isOpen };
  };
  for await (const chunk of source) {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    const lines: TextLine[] = [];
    let at = 0;
    for (let end = bytes.indexOf(BREAK); end >= 0; end = bytes.indexOf(BREAK, at)) {
      const part = bytes.subarray(at, end);
      lines.push(rest.length === 0 ? take(part, cut) : take(...joined(rest, part, cut)));
      [rest, cut, at] = [EMPTY, 0, end + 1];
    }
    if (at < bytes.length) {
      [rest, cut] = joined(rest, bytes.subarray(at), cut);
      rest = Buffer.from(rest); // not a view, by which all of the chunk would stay in memory
    }
    if (lines.length > 0) yield lines;
  }
  if (rest.length > 0) yield [take(rest, cut, true)];
}

const EMPTY: Buffer = Buffer.alloc(0);
const OTHER = new TextDecoder('windows-1252');

/** Two parts of a line, as far as it is read, and how many bytes are left out. */
function joined(first: Buffer, second: Buffer, cut: number): [Buffer, number] {
  const room = LONGEST_LINE + 1 - first.length; // one more for a carriage return
  const kept = second.subarray(0, room);
  const all = first.length === 0 ? kept : Buffer.concat([first, kept]);
  return [all, cut + second.length - kept.length];
}

/** Bytes without a character that is cut off at the end. */
function wholeCharacters(bytes: Buffer): number {
  let at = bytes.length;
  while (at > 0 && bytes.length - at < 3 && (bytes[at - 1]! & 0xc0) === 0x80) at--;
  return at > 0 && bytes[at - 1]! >= 0xc0 ? at - 1 : bytes.length;
}

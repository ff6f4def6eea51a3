import { isAscii, isUtf8 } from 'node:buffer';
import { RxAnomalyError } from '../../../core/errors.ts';
import { show } from '../../../core/options.ts';
import type { Notices } from '../notices.ts';
import { peek } from './peek.ts';

type Bytes = AsyncIterable<Uint8Array>;

const LOOK = 6; // bytes: no live stream waits for more; the zeros of UTF-16 show in three characters

/**
 * Text of any encoding as UTF-8. A byte order mark decides; UTF-16 without one is known by its zeros; what is no UTF-8
 * is read as Windows-1252, with a warning. No byte ever becomes a replacement character in silence.
 *
 * @param encoding the one that the user named, a label of the WHATWG Encoding standard
 * @param asItIs whether bytes that are neither UTF-16 nor of that encoding are handed on unread
 */
export async function* decodeText(
  source: Bytes,
  name: string,
  encoding: string | undefined,
  notices: Notices,
  asItIs = false,
): AsyncGenerator<Uint8Array, void, undefined> {
  const { head, all } = await peek(source, (size) => size >= LOOK);
  const marked = markOf(head);
  const chosen = encoding?.toLowerCase() ?? marked?.encoding ?? utf16WithoutMark(head);
  if (chosen !== undefined && chosen !== 'utf-8' && chosen !== 'utf8') {
    if (encoding === undefined && marked === undefined) notices.note(`text in ${chosen} (guessed)`);
    yield* recode(chosen, all, name);
    return;
  }
  const rest = marked?.encoding === 'utf-8' ? dropFirst(3, all) : all;
  if (asItIs) yield* rest;
  else yield* utf8(rest, name, chosen !== undefined, notices);
}

function markOf(head: Uint8Array): { readonly encoding: string } | undefined {
  if (head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf) return { encoding: 'utf-8' };
  if (head[0] === 0xff && head[1] === 0xfe) return { encoding: 'utf-16le' };
  if (head[0] === 0xfe && head[1] === 0xff) return { encoding: 'utf-16be' };
  return undefined;
}

/** Digits, delimiters and line ends have a zero for their other half. */
function utf16WithoutMark(head: Uint8Array): string | undefined {
  const pairs = Math.min(head.length, 4096) >> 1;
  if (pairs < 2) return undefined;
  let even = 0;
  let odd = 0;
  for (let i = 0; i < 2 * pairs; i += 2) {
    if (head[i] === 0) even += 1;
    if (head[i + 1] === 0) odd += 1;
  }
  if (odd > 0.7 * pairs && even === 0) return 'utf-16le';
  if (even > 0.7 * pairs && odd === 0) return 'utf-16be';
  return undefined;
}

/** Whole characters of UTF-8 as they are; from the first byte that is none on, Windows-1252. */
async function* utf8(
  source: Bytes,
  name: string,
  isSure: boolean,
  notices: Notices,
): AsyncGenerator<Uint8Array, void, undefined> {
  let rest: Uint8Array = new Uint8Array(0); // the start of a character whose end is still to come
  let isPlain = true;
  const iterator = source[Symbol.asyncIterator]();
  for (;;) {
    const next = await iterator.next();
    const bytes =
      next.done === true ? rest : rest.length === 0 ? next.value : Buffer.concat([rest, next.value]);
    const cut = next.done === true ? bytes.length : wholeCharacters(bytes);
    const whole = bytes.subarray(0, cut);
    if (!isUtf8(whole)) {
      const at = firstOther(whole);
      const sample = show(
        Buffer.from(whole.subarray(Math.max(0, at - 10), at + 10))
          .toString('latin1')
          .trim(),
      );
      if (isSure || !isPlain || isCharacter(whole, at)) {
        throw new RxAnomalyError(
          'BAD_INPUT',
          `${name}: text that is not UTF-8, near ${sample}${isSure ? '' : ', after text that is'}; ` +
            'name the encoding of the file, such as --encoding windows-1252',
        );
      }
      notices.warn(
        'encoding',
        `text that is not UTF-8, near ${sample}; read as Windows-1252 (--encoding decides${hasLongRuns(whole) ? '; whole words of such bytes are rather of shift_jis, gbk, big5, euc-kr or windows-1251' : ''})`,
      );
      async function* others(): Bytes {
        yield bytes;
        if (next.done !== true) yield* { [Symbol.asyncIterator]: () => iterator };
      }
      yield* recode('windows-1252', others(), name);
      return;
    }
    isPlain &&= isAscii(whole);
    if (whole.length > 0) yield whole;
    if (next.done === true) return;
    rest = bytes.subarray(cut);
  }
}

/** Length without a character that is cut off at the end. */
function wholeCharacters(bytes: Uint8Array): number {
  const { length } = bytes;
  for (let back = 1; back <= Math.min(3, length); back++) {
    const byte = bytes[length - back]!;
    if ((byte & 0xc0) === 0x80) continue;
    const size = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
    return size > back ? length - back : length;
  }
  return length;
}

/** Where the first byte stands that is not ASCII. */
function firstOther(bytes: Uint8Array): number {
  const at = bytes.findIndex((byte) => byte >= 0x80);
  return at === -1 ? bytes.length : at;
}

/** Four bytes in a row that are not ASCII: no language that Windows-1252 is made for writes so. */
function hasLongRuns(bytes: Uint8Array): boolean {
  let run = 0;
  return bytes.some((byte) => {
    run = byte >= 0x80 ? run + 1 : 0;
    return run === 4;
  });
}

/** Whether a character of UTF-8 stands there. */
function isCharacter(bytes: Uint8Array, at: number): boolean {
  return [2, 3, 4].some(
    (size) =>
      at + size <= bytes.length &&
      isUtf8(bytes.subarray(at, at + size)) &&
      !isAscii(bytes.subarray(at + 1, at + 2)),
  );
}

async function* dropFirst(count: number, source: Bytes): AsyncGenerator<Uint8Array> {
  let left = count;
  for await (const chunk of source) {
    if (chunk.length > left) yield chunk.subarray(left);
    left = Math.max(0, left - chunk.length);
  }
}

async function* recode(encoding: string, source: Bytes, name: string): AsyncGenerator<Uint8Array> {
  let decoder: InstanceType<typeof TextDecoder>;
  try {
    decoder = new TextDecoder(encoding, { fatal: true }); // drops the byte order mark by itself
  } catch {
    throw new RxAnomalyError('BAD_OPTION', `openCsv: unknown encoding "${encoding}"`);
  }
  try {
    for await (const chunk of source) yield Buffer.from(decoder.decode(chunk, { stream: true }));
    yield Buffer.from(decoder.decode());
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new RxAnomalyError(
      'BAD_INPUT',
      `${name}: holds bytes that are no ${encoding}; --encoding decides`,
      {
        cause: error,
      },
    );
  }
}

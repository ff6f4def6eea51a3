import { createReadStream, fstat } from 'node:fs';
import { stdin } from 'node:process';
import type { Readable } from 'node:stream';
import type { Notices } from '../notices.ts';
import { decodeText } from './decodeText.ts';
import { peek } from './peek.ts';
import { unpack } from './unpack.ts';

/** Bytes of UTF-8 text on their way in. */
export interface ByteSource {
  /** Its name in messages. */
  readonly name: string;
  /** Whether all of it is there already: a regular file, which may be read from its end too. */
  readonly isFile: boolean;
  /** Its bytes as UTF-8, once. @param encoding the one that the user named */
  text(notices: Notices, encoding?: string): AsyncIterable<Uint8Array>;
  /** The same, but what is neither UTF-16 nor of a named encoding as it is: its lines may be of several encodings. */
  bytes(notices: Notices, encoding?: string): AsyncIterable<Uint8Array>;
  /** What it begins with, unpacked; asked before its bytes are. */
  begin(): Promise<Buffer>;
  /** Share of the input that was read so far, 0 … 1; undefined where its size is not known. */
  share(): number | undefined;
  close(): Promise<void>;
}

/**
 * Opens a path, `-` for standard input, or any stream of bytes. Packed ones are unpacked, all text becomes UTF-8.
 */
export function readBytes(input: string | AsyncIterable<Uint8Array>): ByteSource {
  if (typeof input !== 'string') {
    const iterator = input[Symbol.asyncIterator]();
    const bytes = { [Symbol.asyncIterator]: () => iterator };
    const close = async (): Promise<void> => void (await iterator.return?.());
    return { name: 'input', isFile: false, ...textsOf('input', bytes), share: () => undefined, close };
  }
  if (input !== '-') return readFile(input);
  ignoreErrors(stdin);
  const close = async (): Promise<void> => void stdin.destroy();
  const name = 'standard input';
  return { name, isFile: false, ...textsOf(name, stdin), share: () => undefined, close };
}

function readFile(path: string): ByteSource {
  const stream = ignoreErrors(createReadStream(path));
  let size: number | undefined;
  stream.once('open', (descriptor) =>
    fstat(descriptor, (_error, stats) => {
      size = stats?.size;
    }),
  );
  return {
    name: path,
    isFile: true,
    ...textsOf(path, stream),
    share: () => (size ? Math.min(1, stream.bytesRead / size) : undefined),
    close: async () => void stream.destroy(),
  };
}

/** Whoever iterates a stream gets its error; before and after that it must not end the process. */
function ignoreErrors<S extends Readable>(stream: S): S {
  return stream.on('error', () => {});
}

function textsOf(
  name: string,
  source: AsyncIterable<Uint8Array>,
): Pick<ByteSource, 'text' | 'bytes' | 'begin'> {
  let unpacked: AsyncIterable<Uint8Array> | undefined; // where it was looked at before
  const open = async (): Promise<AsyncIterable<Uint8Array>> => {
    const { head, all } = await peek(source, (size) => size >= 6);
    return unpack(name, head, all);
  };
  const textOf = (asItIs: boolean): ByteSource['text'] =>
    async function* (notices, encoding) {
      yield* decodeText(unpacked ?? (await open()), name, encoding, notices, asItIs);
    };
  const begin = async (): Promise<Buffer> => {
    const { head, all } = await peek(unpacked ?? (await open()), (size) => size >= 6);
    unpacked = all;
    return head;
  };
  return { text: textOf(false), bytes: textOf(true), begin };
}

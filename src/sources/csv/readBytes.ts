import { createReadStream, fstat } from 'node:fs';
import { stdin } from 'node:process';
import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { peek } from './peek.ts';

/** Bytes of UTF-8 text on their way in. */
export interface ByteSource {
  /** What messages call it. */
  readonly name: string;
  readonly bytes: AsyncIterable<Uint8Array>;
  /** Share of the input that was read so far, 0 … 1; undefined where its size is not known. */
  share(): number | undefined;
  close(): Promise<void>;
}

/**
 * Opens a path, `-` for standard input, or any stream of bytes. Gzip is unpacked and UTF-16 recoded, both known by
 * their first bytes; a byte order mark is dropped.
 */
export function readBytes(input: string | AsyncIterable<Uint8Array>): ByteSource {
  if (typeof input !== 'string') {
    const iterator = input[Symbol.asyncIterator]();
    const bytes = { [Symbol.asyncIterator]: () => iterator };
    const close = async (): Promise<void> => void (await iterator.return?.());
    return { name: 'input', bytes: decode(bytes), share: () => undefined, close };
  }
  if (input !== '-') return readFile(input);
  ignoreErrors(stdin);
  const close = async (): Promise<void> => void stdin.destroy();
  return { name: 'standard input', bytes: decode(stdin), share: () => undefined, close };
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
    bytes: decode(stream),
    share: () => (size ? Math.min(1, stream.bytesRead / size) : undefined),
    close: async () => void stream.destroy(),
  };
}

/** Whoever iterates a stream gets its error; before and after that it must not end the process. */
function ignoreErrors<S extends Readable>(stream: S): S {
  return stream.on('error', () => {});
}

async function* decode(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
  const packed = await peek(source, (size) => size >= 2);
  const isGzip = packed.head[0] === 0x1f && packed.head[1] === 0x8b;
  const { head, all } = await peek(isGzip ? gunzip(packed.all) : packed.all, (size) => size >= 3);
  if (head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf) yield* dropFirst(3, all);
  else if (head[0] === 0xff && head[1] === 0xfe) yield* recode('utf-16le', all);
  else if (head[0] === 0xfe && head[1] === 0xff) yield* recode('utf-16be', all);
  else yield* all;
}

function gunzip(source: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  // The callback has nothing to do: pipeline destroys the stream it returns, and so tells whoever iterates it.
  return pipeline(Readable.from(source, { objectMode: false }), createGunzip(), () => {});
}

async function* dropFirst(count: number, source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let left = count;
  for await (const chunk of source) {
    if (chunk.length > left) yield chunk.subarray(left);
    left = Math.max(0, left - chunk.length);
  }
}

async function* recode(encoding: string, source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const decoder = new TextDecoder(encoding); // drops the byte order mark by itself
  for await (const chunk of source) yield Buffer.from(decoder.decode(chunk, { stream: true }));
  yield Buffer.from(decoder.decode());
}

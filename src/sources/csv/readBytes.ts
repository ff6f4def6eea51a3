import { createReadStream } from 'node:fs';
import { stdin } from 'node:process';
import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { peek } from './peek.ts';

/** Bytes of UTF-8 text on their way in. */
export interface ByteSource {
  /** What messages call it. */
  readonly name: string;
  readonly bytes: AsyncIterable<Uint8Array>;
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
    return { name: 'input', bytes: decode(bytes), close: async () => void (await iterator.return?.()) };
  }
  const stream = input === '-' ? stdin : createReadStream(input);
  stream.on('error', () => {}); // whoever iterates gets it; before and after that it must not end the process
  const close = async (): Promise<void> => void stream.destroy();
  return { name: input === '-' ? 'standard input' : input, bytes: decode(stream), close };
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

import { pipeline, Readable } from 'node:stream';
import zlib from 'node:zlib';
import { RxAnomalyError } from '../../../core/errors.ts';

type Bytes = AsyncIterable<Uint8Array>;

/**
 * Unpacks gzip, Zstandard and zip archives of one file, known by their first bytes; anything else passes as it is.
 *
 * @throws RxAnomalyError BAD_INPUT for bzip2, xz and 7z, naming the command that unpacks them, and for an archive of
 *   several files
 */
export function unpack(name: string, head: Uint8Array, all: Bytes): Bytes {
  const starts = (...bytes: number[]): boolean => bytes.every((byte, i) => head[i] === byte);
  if (starts(0x1f, 0x8b)) return through(all, zlib.createGunzip());
  if (starts(0x28, 0xb5, 0x2f, 0xfd)) return unzstd(name, all);
  if (starts(0x50, 0x4b, 0x03, 0x04)) return unzip(name, all);
  if (starts(0x42, 0x5a, 0x68)) throw packed(name, 'bzip2', 'bzip2 -dc');
  if (starts(0xfd, 0x37, 0x7a, 0x58, 0x5a)) throw packed(name, 'xz', 'xz -dc');
  if (starts(0x37, 0x7a, 0xbc, 0xaf)) throw packed(name, '7z', '7z x -so');
  return all;
}

function packed(name: string, format: string, command: string): RxAnomalyError {
  return new RxAnomalyError(
    'BAD_INPUT',
    `${name}: is packed with ${format}; unpack it first: ${command} FILE | rx-anomaly ... -`,
  );
}

function through(source: Bytes, transform: NodeJS.ReadWriteStream): Bytes {
  // The callback has nothing to do: pipeline destroys the stream it returns, and so notifies whoever iterates it.
  return pipeline(Readable.from(source, { objectMode: false }), transform, () => {}) as unknown as Bytes;
}

async function* unzstd(name: string, source: Bytes): AsyncGenerator<Uint8Array> {
  const out: Uint8Array[] = [];
  let ended = false;
  const { Decompress } = await import('fzstd'); // loaded for the tables that need it
  const decompress = new Decompress((chunk, last) => {
    if (chunk.length > 0) out.push(chunk.slice());
    ended = last === true;
  });
  try {
    for await (const chunk of source) {
      decompress.push(chunk);
      yield* out.splice(0);
    }
    decompress.push(new Uint8Array(0), true);
  } catch (error) {
    if (error instanceof RxAnomalyError) throw error;
    throw new RxAnomalyError('BAD_INPUT', `${name}: the Zstandard data is damaged or ends too early`, {
      cause: error,
    });
  }
  yield* out.splice(0);
  if (!ended) throw new RxAnomalyError('BAD_INPUT', `${name}: the Zstandard data ends too early`);
}

async function* unzip(name: string, source: Bytes): AsyncGenerator<Uint8Array> {
  const out: Uint8Array[] = [];
  let entry: string | undefined;
  let ended = false;
  let failure: unknown;
  const { Unzip, UnzipInflate } = await import('fflate'); // loaded for the tables that need it
  const unzipper = new Unzip((file) => {
    if (file.name.endsWith('/') || file.name.startsWith('__MACOSX/')) return;
    if (file.name === '[Content_Types].xml' || file.name === 'mimetype') {
      failure ??= new RxAnomalyError(
        'BAD_INPUT',
        `${name}: is a workbook of a spreadsheet; save the sheet as CSV`,
      );
      return;
    }
    if (entry !== undefined) {
      failure ??= new RxAnomalyError(
        'BAD_INPUT',
        `${name}: holds several files, "${entry}" and "${file.name}" among them; ` +
          `read one with: unzip -p FILE "${entry}" | rx-anomaly ... -`,
      );
      return;
    }
    entry = file.name;
    file.ondata = (error, chunk, final) => {
      if (error !== null) failure ??= error;
      else out.push(chunk.slice());
      ended ||= final;
    };
    file.start();
  });
  unzipper.register(UnzipInflate);
  try {
    for await (const chunk of source) {
      unzipper.push(chunk);
      if (failure !== undefined) throw failure;
      yield* out.splice(0);
    }
    unzipper.push(new Uint8Array(0), true);
    if (failure !== undefined) throw failure;
  } catch (error) {
    if (error instanceof RxAnomalyError) throw error;
    throw new RxAnomalyError(
      'BAD_INPUT',
      `${name}: the zip archive is damaged or in a form that is not read`,
      {
        cause: error,
      },
    );
  }
  yield* out.splice(0);
  if (!ended) throw new RxAnomalyError('BAD_INPUT', `${name}: the zip archive ends too early or is empty`);
}

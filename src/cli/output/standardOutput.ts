import { access, constants, mkdir, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileFault, messageOf, RxAnomalyError } from '../../core/errors.ts';

/** After a write that filled the buffer: there is room again, or nobody reads any more. */
const SETTLED = ['drain', 'close', 'error'];
/** Characters that are written at once, at the latest. */
const CHUNK = 65_536;

/**
 * Standard output with back-pressure: a slow reader slows the work down, a closed pipe (`| head`) ends it quietly, and a
 * full disk is an error like any other.
 */
export class StandardOutput {
  readonly #gone: AbortController = new AbortController();
  #failure: Error | undefined;
  #text = ''; // still to be written, at the next turn of the event loop

  constructor() {
    process.stdout.on('error', (error: NodeJS.ErrnoException) => this.#fail(error));
  }

  /** Aborts when nothing can be written any more. */
  get gone(): AbortSignal {
    return this.#gone.signal;
  }

  /** @throws what writing failed with, a closed pipe excepted */
  async write(text: string): Promise<void> {
    this.put(text);
    this.#flush();
    await this.room();
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** Takes a text, whether or not there is room. */
  put(text: string): void {
    if (this.gone.aborted || text === '') return;
    if (this.#text === '') setImmediate(() => this.#flush());
    this.#text += text;
    if (this.#text.length >= CHUNK) this.#flush();
  }

  /** What to wait for until there is room; undefined when there is. */
  room(): Promise<void> | undefined {
    return process.stdout.writableNeedDrain && !this.gone.aborted ? settled() : undefined;
  }

  /** Resolves when all so far is in the file, or in the pipe. @throws what writing failed with, also a closed pipe */
  async written(): Promise<void> {
    this.#flush();
    if (!this.gone.aborted) {
      const error = await new Promise<Error | null | undefined>((resolve) =>
        process.stdout.write('', resolve),
      );
      if (error) this.#fail(error);
    }
    if (this.gone.aborted) throw this.#failure ?? new Error('standard output: nobody reads it any more');
  }

  /** The same, but a closed pipe is fine. */
  async end(): Promise<void> {
    await this.written().catch(() => {});
    if (this.#failure !== undefined) throw this.#failure;
  }

  #flush(): void {
    const text = this.#text;
    this.#text = '';
    if (text !== '' && !this.gone.aborted) process.stdout.write(text);
  }

  #fail(error: NodeJS.ErrnoException): void {
    const isClosed = error.code === 'EPIPE' || error.code === 'ERR_STREAM_DESTROYED';
    if (!isClosed) this.#failure ??= writeFailure('standard output', error);
    this.#gone.abort();
  }
}

function settled(): Promise<void> {
  return new Promise<void>((resolve) => {
    const settle = (): void => {
      for (const event of SETTLED) process.stdout.off(event, settle);
      resolve();
    };
    for (const event of SETTLED) process.stdout.on(event, settle);
  });
}

/** What writing failed with, in one line that names the place: what Node reports of a full disk does not. */
export function writeFailure(place: string, error: unknown): RxAnomalyError {
  if (error instanceof RxAnomalyError) return error;
  const fault = fileFault(error);
  const message =
    fault === undefined ? messageOf(error) : `${place}: cannot be written: ${fault}; name another`;
  return new RxAnomalyError('BAD_INPUT', message.includes(place) ? message : `${place}: ${message}`, {
    cause: error,
  });
}

/**
 * Refuses paths that no report can be written to, before the work for it is done. Nothing is made.
 *
 * @throws RxAnomalyError BAD_INPUT
 */
export async function requireWritable(...paths: readonly (string | undefined)[]): Promise<void> {
  for (const path of paths) {
    if (path === undefined) continue;
    try {
      if (/[\\/]$/.test(path)) throw isFolder(path);
      await mayWrite(path);
    } catch (error) {
      throw writeFailure(path, error);
    }
  }
}

/** A file that is there is written over; one that is not needs a folder in which it, or its folder, can be made. */
async function mayWrite(path: string, isParent = false): Promise<void> {
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (found === undefined) return mayWrite(dirname(path), true);
  if (isParent && !found.isDirectory()) throw Object.assign(new Error(), { code: 'ENOTDIR' });
  if (!isParent && found.isDirectory()) throw isFolder(path);
  await access(path, constants.W_OK);
}

function isFolder(path: string): RxAnomalyError {
  return new RxAnomalyError('BAD_INPUT', `${path}: cannot be written: it is a folder; name a file`);
}

/** Writes a report, in a folder that is made where there is none. @throws RxAnomalyError BAD_INPUT */
export async function writeReportFile(path: string, text: string): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
  } catch (error) {
    throw writeFailure(path, error);
  }
}

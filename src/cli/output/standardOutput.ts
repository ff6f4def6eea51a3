/** After a write that filled the buffer: there is room again, or there is nobody to write for. */
const SETTLED = ['drain', 'close', 'error'];

/**
 * Standard output with back-pressure: a slow reader slows the work down, a closed pipe (`| head`) ends it quietly, and a
 * full disk is an error like any other.
 */
export class StandardOutput {
  readonly #gone: AbortController = new AbortController();
  #failure: NodeJS.ErrnoException | undefined;

  constructor() {
    process.stdout.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') this.#failure = error;
      this.#gone.abort();
    });
  }

  /** Aborts when nothing can be written any more. */
  get gone(): AbortSignal {
    return this.#gone.signal;
  }

  /** @throws what writing failed with, a closed pipe excepted */
  async write(text: string): Promise<void> {
    if (!this.gone.aborted && text !== '' && !process.stdout.write(text)) await settled();
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** Hands over a text, whether or not there is room. */
  put(text: string): void {
    if (!this.gone.aborted && text !== '') process.stdout.write(text);
  }

  /** What to wait for until there is room; undefined when there is. */
  room(): Promise<void> | undefined {
    return process.stdout.writableNeedDrain && !this.gone.aborted ? settled() : undefined;
  }

  /** Waits until all was handed over. */
  async end(): Promise<void> {
    if (!this.gone.aborted) await new Promise<void>((resolve) => process.stdout.write('', () => resolve()));
    if (this.#failure !== undefined) throw this.#failure;
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

/** After a write that filled the buffer: there is room again, or there is nobody to write for. */
const SETTLED = ['drain', 'close', 'error'];

/** Standard output with back-pressure: a slow reader slows the work down, and a closed pipe (`| head`) ends it quietly. */
export class StandardOutput {
  #closed = false;

  constructor() {
    process.stdout.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
      this.#closed = true;
    });
  }

  /** True once the reader has gone away. */
  get closed(): boolean {
    return this.#closed;
  }

  async write(text: string): Promise<void> {
    if (this.#closed || text === '' || process.stdout.write(text)) return;
    await new Promise<void>((resolve) => {
      const settle = (): void => {
        for (const event of SETTLED) process.stdout.off(event, settle);
        resolve();
      };
      for (const event of SETTLED) process.stdout.on(event, settle);
    });
  }

  /** Waits until all was handed over. */
  async end(): Promise<void> {
    if (this.#closed) return;
    await new Promise<void>((resolve) => process.stdout.write('', () => resolve()));
  }
}

import type { StandardOutput } from './standardOutput.ts';

/** Bytes that a pipe takes as a whole or not at all (PIPE_BUF of Linux; other systems guarantee 512). */
const WHOLE = 4096;
/** Characters that may wait before there is no room. */
const MOST_WAITING = 65_536;

/**
 * Lines to a pipe of which none is cut where the process is killed: written a few at a time, each time as much as a pipe takes
 * as a whole. A reader that gets half a line cannot know: `cpu idle=9` may have been `cpu idle=97.5`.
 */
export class WholeLines {
  readonly #output: StandardOutput;
  #lines: string[] = [];
  #waiting = 0; // characters
  #writing: Promise<void> | undefined;

  constructor(output: StandardOutput) {
    this.#output = output;
  }

  /** Takes a line with its line break, whether or not there is room. */
  put(line: string): void {
    if (this.#output.gone.aborted) return;
    this.#lines.push(line);
    this.#waiting += line.length;
    this.#writing ??= this.#write();
  }

  /** What to wait for until there is room; undefined when there is. */
  room(): Promise<void> | undefined {
    return this.#waiting > MOST_WAITING ? this.#writing : undefined;
  }

  /** Resolves when all so far is in the pipe. @throws what writing failed with, also a closed pipe */
  async written(): Promise<void> {
    await this.#writing;
    await this.#output.written();
  }

  /** The same, but a closed pipe is fine. */
  async end(): Promise<void> {
    await this.#writing;
    await this.#output.end();
  }

  async #write(): Promise<void> {
    await new Promise(setImmediate); // what else comes in this turn of the event loop goes with it
    while (this.#lines.length > 0 && !this.#output.gone.aborted) {
      const text = this.#next();
      this.#waiting -= text.length;
      this.#output.put(text);
      await this.#output.written().catch(() => {}); // whoever waits for `written` or `end` gets the failure
    }
    this.#lines = [];
    this.#waiting = 0;
    this.#writing = undefined; // here, not when the promise resolves: a line that comes in between would stay
  }

  /** As many lines as go into a pipe as a whole; one where it is longer. */
  #next(): string {
    let count = 0;
    let bytes = 0;
    for (const line of this.#lines) {
      bytes += Buffer.byteLength(line);
      if (count > 0 && bytes > WHOLE) break;
      count++;
    }
    return this.#lines.splice(0, count).join('');
  }
}

/** Ctrl-C or SIGTERM: work was stopped on request and what was done was kept. */
export class Interrupted extends Error {
  readonly exitCode: number;

  constructor(signal: 'SIGINT' | 'SIGTERM') {
    super(`interrupted by ${signal}`);
    this.exitCode = signal === 'SIGINT' ? 130 : 143;
  }
}

/** A terminal and npm each pass on the same Ctrl-C; nobody presses it twice as fast. */
const ECHO = 200; // ms

/**
 * Runs `work` with a signal that aborts on the first Ctrl-C or SIGTERM, with an {@link Interrupted} as its reason; the
 * work is expected to stop cleanly soon. A second Ctrl-C ends the process at once.
 */
export async function interruptible<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  let isEchoOver = false;
  const stop = (name: 'SIGINT' | 'SIGTERM'): void => {
    const interrupted = new Interrupted(name);
    if (!controller.signal.aborted) {
      // Behind the signals that have come by then: the process may have had no time to take them.
      setTimeout(() => setImmediate(() => (isEchoOver = true)).unref(), ECHO).unref();
      controller.abort(interrupted);
    } else if (isEchoOver) {
      process.exit(interrupted.exitCode);
    }
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  // They stay: a signal that comes while the process is about to end must not make that end another one.
  return await work(controller.signal);
}

/** Resolves when the signal has aborted. */
export function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

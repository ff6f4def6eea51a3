import { Worker } from 'node:worker_threads';
import { type ErrorCode, RxAnomalyError } from '../core/errors.ts';

/** A thread's answer to a job. */
export type Answer<R> =
  | { readonly result: R }
  | { readonly failure: { readonly code: ErrorCode | undefined; readonly message: string } };

interface Waiting<J, R> {
  readonly job: J;
  resolve(result: R): void;
  reject(error: unknown): void;
}

/** Threads that run the same module and take jobs one at a time, in the order in which they were given. */
export class ThreadPool<J, R> {
  readonly #threads: Worker[];
  readonly #idle: Worker[] = [];
  readonly #queue: Waiting<J, R>[] = [];
  readonly #busy: Map<Worker, Waiting<J, R>> = new Map();
  #stopped: unknown;

  /**
   * @param module the built module that the threads run; it answers every message with an {@link Answer}
   * @param data what each thread gets at its start
   * @param signal when it aborts, the threads end at once and every open job fails with its reason
   */
  constructor(module: URL, data: unknown, threads: number, signal: AbortSignal) {
    this.#threads = Array.from({ length: threads }, () => new Worker(module, { workerData: data }));
    for (const thread of this.#threads) {
      thread.on('message', (answer: Answer<R>) => this.#finish(thread, answer));
      thread.on('error', (error) => void this.close(error));
      thread.on('exit', (code) => void this.close(new Error(`a thread ended with code ${code}`)));
      this.#idle.push(thread);
    }
    signal.addEventListener('abort', () => void this.close(signal.reason), { once: true });
  }

  /** @param first before everything that waits already */
  async run(job: J, first = false): Promise<R> {
    if (this.#stopped !== undefined) throw this.#stopped;
    return await new Promise<R>((resolve, reject) => {
      const waiting = { job, resolve, reject };
      if (first) this.#queue.unshift(waiting);
      else this.#queue.push(waiting);
      this.#next();
    });
  }

  /** Ends the threads; jobs that are open fail with this reason. */
  async close(reason: unknown = new Error('the threads were closed')): Promise<void> {
    if (this.#stopped !== undefined) return;
    this.#stopped = reason;
    const open = [...this.#busy.values(), ...this.#queue.splice(0)];
    this.#busy.clear();
    for (const { reject } of open) reject(this.#stopped);
    await Promise.all(this.#threads.map((thread) => thread.terminate()));
  }

  #next(): void {
    while (this.#idle.length > 0 && this.#queue.length > 0) {
      const [thread, waiting] = [this.#idle.pop()!, this.#queue.shift()!];
      this.#busy.set(thread, waiting);
      thread.postMessage(waiting.job);
    }
  }

  #finish(thread: Worker, answer: Answer<R>): void {
    const waiting = this.#busy.get(thread);
    if (waiting === undefined) return; // it was closed meanwhile
    this.#busy.delete(thread);
    this.#idle.push(thread);
    if ('result' in answer) waiting.resolve(answer.result);
    else {
      const { code, message } = answer.failure;
      waiting.reject(code === undefined ? new Error(message) : new RxAnomalyError(code, message));
    }
    this.#next();
  }
}

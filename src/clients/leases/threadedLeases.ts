import { existsSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { ServerFailure } from '../retry.ts';

/** Partitions that a worker has from now on, and those that it should hand over, or has lost. */
export interface LeaseChange {
  readonly gained: readonly number[];
  readonly lost: readonly number[];
}

/** Takes and renews the leases of one worker, wherever it runs. */
export interface Keeper {
  /** Gives partitions back. */
  release(partitions: readonly number[]): Promise<void>;
  /** Takes no more partitions; those that it has are renewed until they are released. */
  leave(): Promise<void>;
  /** Ends without giving anything back. */
  close(): Promise<void>;
}

/** How the keeper of a worker is made. */
export interface KeeperKind<D> {
  /** The module of its thread, which calls `serveKeeper`; of a bundle, or of the sources, there is none. */
  readonly module: URL;
  /** What the thread has to know: plain values. */
  readonly data: (worker: string) => D;
  /** Makes it here, where there is no thread: the event loop has to do. */
  readonly open: KeeperMaker<D>;
}

export type KeeperMaker<D> = (
  data: D,
  onChange: (change: LeaseChange) => void,
  onProblem: (message: string) => void,
) => Promise<Keeper>;

/** Leases that are renewed in a thread of their own, where a busy event loop does not matter. */
export class ThreadedLeases<D> {
  readonly #kind: KeeperKind<D>;
  readonly #onProblem: (message: string) => void;
  readonly #keepers: Map<
    string,
    { readonly keeper: Keeper; readonly onEnd: (error: ServerFailure) => void }
  > = new Map();
  #isClosed = false;

  constructor(kind: KeeperKind<D>, onProblem: (message: string) => void) {
    this.#kind = kind;
    this.#onProblem = onProblem;
  }

  /**
   * @throws ServerFailure where the keeper has ended, as it could not connect: to be tried again where that is transient; and
   * once these leases are closed
   */
  async *watch(worker: string, signal: AbortSignal): AsyncGenerator<LeaseChange> {
    if (signal.aborted) return;
    if (this.#isClosed) throw closed();
    const changes: LeaseChange[] = [];
    let wake = (): void => {};
    const onChange = (change: LeaseChange): void => {
      changes.push(change);
      wake();
    };
    const aborted = (): void => wake();
    signal.addEventListener('abort', aborted);
    let failure: ServerFailure | undefined;
    const onEnd = (error: ServerFailure): void => {
      failure ??= error;
      wake();
    };
    const { module, data, open } = this.#kind;
    const keeper = existsSync(module)
      ? new KeeperThread(module, data(worker), onChange, onEnd, this.#onProblem)
      : await open(data(worker), onChange, this.#onProblem);
    if (this.#isClosed) {
      await keeper.close(); // meanwhile
      throw closed();
    }
    this.#keepers.set(worker, { keeper, onEnd });
    const held = new Set<number>();
    try {
      while (!signal.aborted) {
        const change = changes.shift();
        if (change !== undefined) {
          for (const partition of change.gained) held.add(partition);
          for (const partition of change.lost) held.delete(partition);
          yield change;
        } else if (failure !== undefined) {
          // Without renewals others take them; whoever watches again has a new keeper, which begins with none.
          if (held.size > 0) yield { gained: [], lost: [...held] };
          throw failure;
        } else
          await new Promise<void>((resolve) => {
            wake = resolve;
            if (signal.aborted || changes.length > 0 || failure !== undefined) resolve();
          });
      }
    } finally {
      signal.removeEventListener('abort', aborted);
      await keeper.leave();
      const unseen = changes.flatMap(({ gained }) => gained);
      if (unseen.length > 0 && !this.#isClosed) await keeper.release(unseen);
    }
  }

  async release(worker: string, partitions: readonly number[]): Promise<void> {
    await this.#keepers.get(worker)?.keeper.release(partitions);
  }

  /** Ends all keepers without giving anything back; whoever watches learns it, and does not begin with a new one. */
  async close(): Promise<void> {
    this.#isClosed = true;
    const keepers = [...this.#keepers.values()];
    this.#keepers.clear();
    for (const { onEnd } of keepers) onEnd(closed());
    await Promise.all(keepers.map(({ keeper }) => keeper.close()));
  }
}

function closed(): ServerFailure {
  return new ServerFailure('leases: the engine was closed while a worker used it', false);
}

/** Between two signs of life to the thread, milliseconds. */
const ALIVE = 1000;

class KeeperThread implements Keeper {
  readonly #thread: Worker;
  readonly #waiting: Map<number, () => void> = new Map();
  readonly #alive: NodeJS.Timeout;
  #requests = 0;

  constructor(
    module: URL,
    workerData: unknown,
    onChange: (change: LeaseChange) => void,
    onEnd: (error: ServerFailure) => void,
    onProblem: (message: string) => void,
  ) {
    this.#thread = new Worker(module, { workerData });
    this.#thread.on('message', (report: LeaseReport) => {
      if ('change' in report) onChange(report.change);
      else if ('problem' in report) onProblem(report.problem);
      else if ('failure' in report) onEnd(new ServerFailure(report.failure, report.isTransient));
      else this.#finish(report.done);
    });
    const end = (): void => {
      clearInterval(this.#alive);
      for (const id of [...this.#waiting.keys()]) this.#finish(id);
      onEnd(new ServerFailure('leases: their thread has ended', true));
    };
    this.#thread.on('error', (error) => onProblem(`leases: ${error.message}`));
    this.#thread.on('exit', end);
    this.#alive = setInterval(() => this.#thread.postMessage('alive'), ALIVE);
    this.#alive.unref();
  }

  async release(partitions: readonly number[]): Promise<void> {
    await this.#ask({ release: partitions });
  }

  async leave(): Promise<void> {
    await this.#ask({ leave: true });
  }

  async close(): Promise<void> {
    clearInterval(this.#alive);
    await this.#ask({ close: true });
    await this.#thread.terminate();
  }

  async #ask(request: object): Promise<void> {
    if (this.#thread.threadId < 0) return; // it has ended
    const id = this.#requests++;
    await new Promise<void>((resolve) => {
      this.#waiting.set(id, resolve);
      this.#thread.postMessage({ id, ...request });
    });
  }

  #finish(id: number): void {
    this.#waiting.get(id)?.();
    this.#waiting.delete(id);
  }
}

/** What the thread is asked for. */
export type LeaseRequest =
  | { readonly id: number; readonly release: readonly number[] }
  | { readonly id: number; readonly leave: true }
  | { readonly id: number; readonly close: true };

/** What it reports. */
export type LeaseReport =
  | { readonly change: LeaseChange }
  | { readonly problem: string }
  /** It has ended. */
  | { readonly failure: string; readonly isTransient: boolean }
  | { readonly done: number };

import { existsSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { connectNats, isNotFound, type NatsClient, natsFailure } from '../clients/nats/connectNats.ts';
import type { NatsLogin } from '../clients/nats/natsLogin.ts';
import type { Assignment, AssignmentChange, Partition } from '../distributed/contract.ts';
import { LeaseKeeper, type LeaseTerms } from './leaseKeeper.ts';
import type { LeaseReport } from './leaseThread.ts';

/** One worker's keeper, wherever it runs. */
interface Keeper {
  release(partitions: readonly Partition[]): Promise<void>;
  leave(): Promise<void>;
  close(): Promise<void>;
}

/** Leases in a stream whose messages expire, renewed in a thread of their own. */
export class NatsAssignment implements Assignment {
  readonly #client: NatsClient;
  readonly #login: NatsLogin;
  readonly #terms: Omit<LeaseTerms, 'worker'>;
  readonly #onProblem: (message: string) => void;
  readonly #keepers: Map<string, Keeper> = new Map();

  constructor(
    client: NatsClient,
    login: NatsLogin,
    terms: Omit<LeaseTerms, 'worker'>,
    onProblem: (message: string) => void,
  ) {
    this.#client = client;
    this.#login = login;
    this.#terms = terms;
    this.#onProblem = onProblem;
  }

  async *watch(worker: string, signal: AbortSignal): AsyncGenerator<AssignmentChange> {
    if (signal.aborted) return;
    const changes: AssignmentChange[] = [];
    let wake = (): void => {};
    const onChange = (change: AssignmentChange): void => {
      changes.push(change);
      wake();
    };
    const aborted = (): void => wake();
    signal.addEventListener('abort', aborted);
    const keeper = await this.#open({ ...this.#terms, worker }, onChange);
    this.#keepers.set(worker, keeper);
    try {
      while (!signal.aborted) {
        const change = changes.shift();
        if (change !== undefined) yield change;
        else
          await new Promise<void>((resolve) => {
            wake = resolve;
            if (signal.aborted || changes.length > 0) resolve();
          });
      }
    } finally {
      signal.removeEventListener('abort', aborted);
      await keeper.leave();
    }
  }

  async release(worker: string, partitions: readonly Partition[]): Promise<void> {
    await this.#keepers.get(worker)?.release(partitions);
  }

  async owners(): Promise<ReadonlyMap<Partition, string>> {
    const { stream, partitions } = this.#terms;
    try {
      const found = await Promise.all(
        Array.from({ length: partitions }, async (_, partition) => {
          const message = await this.#client.manager.streams.getMessage(stream, {
            last_by_subj: `${stream}.p.${partition}`,
          });
          return message === null ? [] : [[partition, new TextDecoder().decode(message.data)] as const];
        }),
      );
      return new Map(found.flat());
    } catch (error) {
      if (isNotFound(error)) return new Map();
      throw natsFailure(error, stream);
    }
  }

  async close(): Promise<void> {
    const keepers = [...this.#keepers.values()];
    this.#keepers.clear();
    await Promise.all(keepers.map((keeper) => keeper.close()));
  }

  async #open(terms: LeaseTerms, onChange: (change: AssignmentChange) => void): Promise<Keeper> {
    const module = new URL('./leaseThread.js', import.meta.url);
    // Where the package was bundled, or runs from its sources, there is no such file: then the event loop has to do.
    if (existsSync(module))
      return new KeeperThread(module, { login: this.#login, terms }, onChange, this.#onProblem);
    const client = await connectNats(this.#login);
    const keeper = new LeaseKeeper(client, terms, onChange, this.#onProblem);
    return {
      release: (partitions) => keeper.release(partitions),
      leave: () => keeper.leave(),
      close: async () => {
        keeper.close();
        await client.connection.close();
      },
    };
  }
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
    workerData: { readonly login: NatsLogin; readonly terms: LeaseTerms },
    onChange: (change: AssignmentChange) => void,
    onProblem: (message: string) => void,
  ) {
    this.#thread = new Worker(module, { workerData });
    this.#thread.on('message', (report: LeaseReport) => {
      if ('change' in report) onChange(report.change);
      else if ('problem' in report) onProblem(report.problem);
      else this.#finish(report.done);
    });
    const end = (): void => {
      clearInterval(this.#alive);
      for (const id of [...this.#waiting.keys()]) this.#finish(id);
    };
    this.#thread.on('error', (error) => onProblem(`leases: ${error.message}`));
    this.#thread.on('exit', end);
    this.#alive = setInterval(() => this.#thread.postMessage('alive'), ALIVE);
    this.#alive.unref();
  }

  async release(partitions: readonly Partition[]): Promise<void> {
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

import { ServerFailure } from '../clients/retry.ts';
import type { Problem, Value } from '../core/reading.ts';
import { badSnapshot } from '../models/snapshot/state.ts';
import { Overtaken, type Partition, type Position } from './contract.ts';
import { type CheckedDistribute, WHERE } from './distributeOptions.ts';
import { PartitionSession } from './partitionSession.ts';
import type { Progress } from './progress.ts';
import { encodeFleet, FLEET, fingerprint, fleetConfig, requireFleet } from './records.ts';
import { LAST_PATIENCE, repeated, Stopping } from './stopping.ts';

/** The partitions of one worker, as they are assigned. */
export class Worker<E, V extends Value, P extends Position> {
  readonly #options: CheckedDistribute<E, V, P>;
  readonly #onProgress: (progress: Progress<P>) => void;
  readonly #onProblem: (problem: Problem<E>) => void;
  readonly #sessions: Map<Partition, PartitionSession<E, V, P>> = new Map();
  /** What goes on for each partition, to its release. */
  readonly #ends: Set<Promise<void>> = new Set();
  readonly #wanted: Set<Partition> = new Set();
  readonly #stopping: Stopping = new Stopping();
  #failure: { readonly error: unknown } | undefined;
  #print = '';

  constructor(
    options: CheckedDistribute<E, V, P>,
    onProgress: (progress: Progress<P>) => void,
    onProblem: (problem: Problem<E>) => void,
  ) {
    this.#options = options;
    this.#onProgress = onProgress;
    this.#onProblem = onProblem;
  }

  /** Takes no more partitions and hands over those that it has; `run` then ends. */
  stop(): void {
    if (this.#isStopping) return;
    this.#stopping.begin(LAST_PATIENCE);
    for (const session of this.#sessions.values()) session.stop(LAST_PATIENCE);
  }

  /** Ends after `stop`. @throws what no retry can mend, after the other partitions were handed over */
  async run(): Promise<void> {
    const { assignment, worker } = this.#options;
    await this.#joinFleet();
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      await this.#retried(async () => {
        for await (const { gained, lost } of assignment.watch(worker, signal)) {
          for (const partition of lost) this.#lose(partition);
          for (const partition of gained) this.#gain(partition);
        }
      });
    }
    while (this.#ends.size > 0) await Promise.all(this.#ends);
    if (this.#failure !== undefined) throw this.#failure.error;
  }

  get #isStopping(): boolean {
    return this.#stopping.signal.aborted;
  }

  #gain(partition: Partition): void {
    if (this.#isStopping) {
      this.#track(this.#release(partition));
      return;
    }
    this.#wanted.add(partition);
    if (this.#sessions.has(partition)) return; // which begins anew when it has ended
    const session = new PartitionSession<E, V, P>(partition, {
      options: this.#options,
      print: this.#print,
      onProgress: this.#onProgress,
      onProblem: this.#onProblem,
    });
    this.#sessions.set(partition, session);
    this.#track(this.#hold(partition, session));
  }

  #lose(partition: Partition): void {
    this.#wanted.delete(partition);
    this.#sessions.get(partition)?.stop(LAST_PATIENCE);
  }

  async #hold(partition: Partition, session: PartitionSession<E, V, P>): Promise<void> {
    await session.run().catch((error: unknown) => {
      // Who has lost a partition need not save: the next owner replays.
      const isGivenUp = error instanceof ServerFailure && session.isStopping && !this.#isStopping;
      if (!isGivenUp) this.#fail(error);
    });
    this.#sessions.delete(partition);
    if (this.#wanted.has(partition) && !this.#isStopping) this.#gain(partition);
    else await this.#release(partition);
  }

  async #release(partition: Partition): Promise<void> {
    const { assignment, worker } = this.#options;
    await this.#retried(() => assignment.release(worker, [partition])).catch((error: unknown) => {
      if (!(error instanceof ServerFailure)) this.#fail(error); // else the lease expires
    });
  }

  #track(work: Promise<void>): void {
    this.#ends.add(work);
    void work.finally(() => this.#ends.delete(work));
  }

  #fail(error: unknown): void {
    this.#failure ??= { error };
    this.stop();
  }

  /** All workers on one name must be alike. @throws RxAnomalyError BAD_SNAPSHOT where this one is not */
  async #joinFleet(): Promise<void> {
    const { states } = this.#options;
    const config = fleetConfig(this.#options);
    this.#print = fingerprint(config);
    for (let attempt = 0; attempt < 5; attempt++) {
      const [saved] = await this.#retried(() => states.load(0, [FLEET]));
      if (saved !== undefined) return requireFleet(saved.state, config);
      const fleet = { name: FLEET, state: encodeFleet(config), revision: undefined };
      const isMine = await this.#retried(() => states.save(0, [fleet])).then(
        () => true,
        (error: unknown) => {
          if (!(error instanceof Overtaken)) throw error;
          return false;
        },
      );
      if (isMine) return;
    }
    throw badSnapshot(`${WHERE}: the states have no record of the fleet, and refuse one`);
  }

  #retried<T>(request: () => Promise<T>): Promise<T> {
    return repeated(request, this.#options.retry, this.#stopping);
  }
}

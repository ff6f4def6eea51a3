import { lastValueFrom, type Observable, tap } from 'rxjs';
import { ServerFailure } from '../../src/clients/retry.ts';
import type { StopSignal } from '../../src/core/stopSignal.ts';
import type {
  Assignment,
  AssignmentChange,
  DistributedEngine,
  Position,
} from '../../src/distributed/contract.ts';
import { distribute } from '../../src/distributed/distribute.ts';
import type { DistributeOptions } from '../../src/distributed/distributeOptions.ts';
import { feedbackIn } from '../../src/distributed/feedbackEvent.ts';
import type { Progress } from '../../src/distributed/progress.ts';
import { DurableDetector } from '../../src/models/durable/durableDetector.ts';
import type { StreamDetectorOptions } from '../../src/models/streamDetectorOptions.ts';

/** The events of the suite. Engines carry them as JSON; the partition is by `key`. */
export interface TestEvent {
  readonly key: string;
  readonly value: number;
  /** Milliseconds. */
  readonly at: number;
}

export type Engine<P extends Position> = DistributedEngine<TestEvent, P>;
export type Detect = StreamDetectorOptions<TestEvent, number>;
export type Options<P extends Position> = Partial<DistributeOptions<TestEvent, number, P>> & {
  readonly assignment?: Assignment;
};

/** Whoever uses it has these partitions, whatever others believe. */
export function owning(partitions: readonly number[]): Assignment {
  return scripted(async function* (signal) {
    yield { gained: partitions, lost: [] };
    await aborted(signal);
  });
}

export function scripted(changes: (signal: StopSignal) => AsyncIterable<AssignmentChange>): Assignment {
  return {
    watch: (_, signal) => changes(signal),
    release: async () => {},
    owners: async () => new Map(),
  };
}

export async function aborted(signal: StopSignal): Promise<void> {
  if (!signal.aborted)
    await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
}

/** A worker that runs until it is stopped. */
export class TestWorker<P extends Position> {
  readonly #stop = new AbortController();
  readonly progress: Progress<P>[] = [];
  readonly ended: Promise<void>;
  #waiting: (() => void)[] = [];

  constructor(engine: Engine<P>, { assignment, ...rest }: Options<P> & { readonly detect: Detect }) {
    const worker: Observable<Progress<P>> = distribute({
      engine: {
        ...engine,
        assignment: assignment ?? owning(Array.from({ length: engine.log.partitions }, (_, p) => p)),
      },
      deliver: 'all',
      retry: { first: 1, longest: 5, onRetry: () => {} },
      signal: this.#stop.signal,
      ...rest,
    } as DistributeOptions<TestEvent, number, P>);
    const seen = tap((each: Progress<P>) => {
      this.progress.push(each);
      this.#look();
    });
    this.ended = lastValueFrom(worker.pipe(seen), { defaultValue: undefined }).then(() => {});
    this.ended.catch(() => {}).finally(() => this.#look());
  }

  /** Resolves when `test` holds of what it has reported; rejects when the worker ends with an error. */
  async until(test: (newest: ReadonlyMap<number, Progress<P>>) => boolean): Promise<void> {
    let isOver = false;
    this.ended.then(
      () => {
        isOver = true;
      },
      () => {
        isOver = true;
      },
    );
    while (!test(this.newest)) {
      if (isOver) {
        await this.ended;
        throw new Error('the worker has ended');
      }
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  get newest(): ReadonlyMap<number, Progress<P>> {
    return new Map(this.progress.map((each) => [each.partition, each]));
  }

  /** Of all partitions since they were gained, those that were lost included. */
  sum(count: 'events' | 'replayed' | 'overtaken' | 'saves' | 'unreadable'): number {
    const ends = this.progress.filter(
      ({ partition, kind }, k) =>
        kind === 'lost' || !this.progress.slice(k + 1).some((each) => each.partition === partition),
    );
    return ends.reduce((sum, each) => sum + each[count], 0);
  }

  /** Resolves with the next progress, or with the end. */
  next(): Promise<void> {
    return Promise.race([new Promise<void>((resolve) => this.#waiting.push(resolve)), this.ended]);
  }

  /** Hands over. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.ended;
  }

  #look(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }
}

/** All events of each partition that the log has now. */
export async function logOf<P extends Position>({
  log,
}: Engine<P>): Promise<{ position: P; event: TestEvent }[][]> {
  const all: { position: P; event: TestEvent }[][] = [];
  for (let partition = 0; partition < log.partitions; partition++) {
    const entries: { position: P; event: TestEvent }[] = [];
    let left = await log.lag(partition, undefined);
    const over = new AbortController();
    if (left > 0)
      for await (const batch of log.read(partition, undefined, 100, over.signal)) {
        for (const { position, ...entry } of batch.entries) entries.push({ position, event: entry.event! });
        left -= batch.entries.length;
        if (left <= 0) break;
      }
    over.abort();
    all.push(entries);
  }
  return all;
}

/** All verdicts of each partition that are delivered now. */
export async function deliveredOf<P extends Position>({ out, log }: Engine<P>): Promise<string[][]> {
  const all: string[][] = [];
  for (let partition = 0; partition < log.partitions; partition++) {
    const verdicts: string[] = [];
    const end = await out.last(partition);
    const over = new AbortController();
    if (end.position !== undefined)
      for await (const batch of out.read(partition, undefined, over.signal)) {
        for (const each of JSON.parse(batch.verdicts) as unknown[]) verdicts.push(JSON.stringify(each));
        if (batch.revision === end.revision) break;
      }
    over.abort();
    all.push(verdicts);
  }
  return all;
}

/** What one process makes of the same log: what is delivered, as JSON. */
export async function referenceOf<P extends Position>(
  engine: Engine<P>,
  detect: Detect,
): Promise<string[][]> {
  const all: string[][] = [];
  for (const entries of await logOf(engine)) {
    const { maxKeys: _, idleTimeout: __, ...rest } = detect;
    const place = { store: undefined, name: 'reference', config: null, run: 'reference' };
    const detector = await DurableDetector.open<TestEvent, number>(
      'reference',
      { ...rest, onProblem: 'silent' },
      place,
    );
    const verdicts: string[] = [];
    for (const { position, event } of entries) {
      const feedback = feedbackIn(event);
      if (feedback !== undefined) await detector.takeFeedback(feedback);
      else if (typeof event.key === 'string') {
        const verdict = detector.process(event, () => null);
        if (verdict !== undefined) verdicts.push(JSON.stringify({ position, ...verdict }));
      }
    }
    await detector.close();
    all.push(verdicts);
  }
  return all;
}

const ends: WeakMap<object, unknown[]> = new WeakMap();

/** The end of each partition; undefined where it is empty. */
export async function endsOf<P extends Position>({ log }: Engine<P>): Promise<(P | undefined)[]> {
  const known = (ends.get(log) ?? []) as (P | undefined)[];
  ends.set(log, known);
  for (let partition = 0; partition < log.partitions; partition++) {
    let left = await log.lag(partition, known[partition]);
    const over = new AbortController();
    if (left > 0)
      for await (const { entries } of log.read(partition, known[partition], 1000, over.signal)) {
        known[partition] = entries.at(-1)!.position;
        left -= entries.length;
        if (left <= 0) break;
      }
    over.abort();
  }
  return [...known];
}

/** Whether a worker has processed all up to these ends, and verdicts are delivered. */
export function reaches<P extends Position>(
  engine: Engine<P>,
  ends: readonly (P | undefined)[],
): (newest: ReadonlyMap<number, Progress<P>>) => boolean {
  return (newest) =>
    ends.every((end, partition) => {
      const { delivered, position } = newest.get(partition) ?? {};
      return (
        end === undefined ||
        [delivered, position].every((at) => at !== undefined && engine.log.compare(at, end) >= 0)
      );
    });
}

/**
 * What becomes of one call, and, with `'dieBefore'` and `'dieAfter'`, of all after it: nothing is sent and no answer comes, or
 * the answer is lost. With `'pause'` all calls from it on wait until `resume`.
 */
export type Fault = 'dieBefore' | 'dieAfter' | 'failBefore' | 'failAfter' | 'pause';

/** An engine with a fault at its nth call; the steps of a read are calls too. */
export class FaultyEngine<P extends Position> {
  readonly #fault: Fault;
  readonly #at: number;
  #calls = 0;
  #isReached = false;
  #resume: () => void = () => {};
  readonly #resumed: Promise<void>;
  #reach: () => void = () => {};
  /** Resolves when the call is made. */
  readonly reached: Promise<void>;
  readonly engine: Engine<P>;

  constructor(engine: Engine<P>, fault: Fault, at: number) {
    this.#fault = fault;
    this.#at = at;
    this.reached = new Promise((resolve) => {
      this.#reach = resolve;
    });
    this.#resumed = new Promise((resolve) => {
      this.#resume = resolve;
    });
    const { log, out, states } = engine;
    this.engine = {
      ...engine,
      log: {
        partitions: log.partitions,
        compare: (a, b) => log.compare(a, b),
        lag: (...args) => this.#call(() => log.lag(...args)),
        publish: (events) => log.publish(events),
        read: (...args) => {
          const batches = log.read(...args)[Symbol.asyncIterator]();
          const next = (): ReturnType<typeof batches.next> => this.#call(() => batches.next());
          const over = async (): ReturnType<typeof batches.next> =>
            (await batches.return?.()) ?? { done: true, value: undefined };
          return { [Symbol.asyncIterator]: () => ({ next, return: over }) };
        },
      },
      out: {
        maxBytes: out.maxBytes,
        last: (...args) => this.#call(() => out.last(...args)),
        append: (...args) => this.#call(() => out.append(...args)),
        read: (...args) => out.read(...args),
      },
      states: {
        load: (...args) => this.#call(() => states.load(...args)),
        save: (...args) => this.#call(() => states.save(...args)),
        names: (...args) => states.names(...args),
        remove: (...args) => this.#call(() => states.remove(...args)),
      },
    };
  }

  get isReached(): boolean {
    return this.#isReached;
  }

  resume(): void {
    this.#resume();
  }

  async #call<T>(request: () => Promise<T>): Promise<T> {
    const isIt = ++this.#calls === this.#at;
    if (this.#isReached && this.#fault === 'pause') await this.#resumed;
    if (this.#isReached && this.#fault.startsWith('die')) return await new Promise<T>(() => {});
    if (!isIt) return await request();
    this.#isReached = true;
    const failure = new ServerFailure('the connection was cut off', true);
    switch (this.#fault) {
      case 'dieBefore':
        this.#reach();
        return await new Promise<T>(() => {});
      case 'dieAfter':
        await request().catch(() => {});
        this.#reach();
        return await new Promise<T>(() => {});
      case 'failBefore':
        this.#reach();
        throw failure;
      case 'failAfter':
        await request();
        this.#reach();
        throw failure;
      case 'pause':
        this.#reach();
        await this.#resumed;
        return await request();
    }
  }
}

import { firstValueFrom, from, lastValueFrom, mergeMap, take, toArray } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { Backlog } from '../../src/clients/backlog.ts';
import { ServerFailure } from '../../src/clients/retry.ts';
import { feedbackEvent } from '../../src/distributed/feedbackEvent.ts';
import {
  type FromVerdictsOptions,
  fromVerdicts,
  type VerdictBatch,
} from '../../src/distributed/fromVerdicts.ts';
import { MemoryBroker } from '../support/memoryEngine.ts';
import { type Engine, type TestEvent, TestWorker } from './workers.ts';

type Options = Omit<FromVerdictsOptions<number>, 'engine'>;

/** A broker to which so many batches of one verdict were delivered in turn: `0.0`, `1.0`, `0.1` … */
async function delivered(
  count: number,
): Promise<{ broker: MemoryBroker<TestEvent>; engine: Engine<number> }> {
  const broker = new MemoryBroker<TestEvent>(2);
  const engine = broker.connect();
  for (let n = 0; n < count; n++) await deliver(engine, n);
  return { broker, engine };
}

async function deliver({ out }: Engine<number>, n: number): Promise<void> {
  const partition = n % 2;
  const verdict = { id: `${partition}.${n >> 1}`, value: null };
  await out.append(partition, await out.last(partition), n + 1, JSON.stringify([verdict]));
}

const idsOf = (batches: readonly VerdictBatch[], partition: number): unknown[] =>
  batches
    .filter((batch) => batch.partition === partition)
    .flatMap(({ verdicts }) => verdicts.map((each) => (each as { id: string }).id));

async function read(engine: Engine<number>, count: number, options: Options = {}): Promise<VerdictBatch[]> {
  return await firstValueFrom(fromVerdicts({ engine, ...options }).pipe(take(count), toArray()));
}

describe('fromVerdicts', () => {
  it('gives the verdicts of all partitions, those of each in order, and those that come', async () => {
    const { engine } = await delivered(6);
    const reading = read(engine, 8);
    await deliver(engine, 6);
    await deliver(engine, 7);
    const batches = await reading;
    for (const partition of [0, 1])
      expect(idsOf(batches, partition)).toEqual([0, 1, 2, 3].map((n) => `${partition}.${n}`));
    expect(batches[0]).toMatchObject({ partition: 0, position: 1, verdicts: [{ id: '0.0', value: null }] });
  });

  it('resumes after a revision, and of other partitions leaves out what is older than a time', async () => {
    const { engine } = await delivered(4);
    const half = await later();
    for (let n = 4; n < 8; n++) await deliver(engine, n);
    const first = (await read(engine, 8)).find(({ partition }) => partition === 0)!;
    const batches = await read(engine, 5, { after: [first.revision], since: half });
    expect(idsOf(batches, 0)).toEqual(['0.1', '0.2', '0.3']);
    expect(idsOf(batches, 1)).toEqual(['1.2', '1.3']);
  });

  it('goes on where it was after failures, which are reported', async () => {
    const { engine } = await delivered(8);
    const failing: Engine<number> = {
      ...engine,
      out: {
        ...engine.out,
        async *read(partition, after, signal) {
          for await (const batch of engine.out.read(partition, after, signal)) {
            yield batch;
            throw new ServerFailure('away', true);
          }
        },
      },
    };
    const reported: string[] = [];
    const retry = {
      first: 1,
      onRetry: ({ error, count }: { error: Error; count: number }) =>
        reported.push(`${error.message} ${count}`),
    };
    const batches = await read(failing, 8, { retry });
    for (const partition of [0, 1])
      expect(idsOf(batches, partition)).toEqual([0, 1, 2, 3].map((n) => `${partition}.${n}`));
    expect(reported.length).toBeGreaterThan(5);
    expect(new Set(reported)).toEqual(new Set(['away 1'])); // each has read one
    const down: Engine<number> = {
      ...engine,
      out: {
        ...engine.out,
        read: () => {
          throw new ServerFailure('down', true);
        },
      },
    };
    await expect(read(down, 1, { retry: { ...retry, limit: 2 } })).rejects.toThrow('down');
  });

  it('raises what was removed before it was read, or goes on with what is kept', async () => {
    const { broker, engine } = await delivered(8);
    const revisions = (await read(engine, 8))
      .filter(({ partition }) => partition === 0)
      .map(({ revision }) => revision);
    broker.trimVerdicts(0, revisions[2]!);
    await expect(read(engine, 5, { after: [revisions[0]] })).rejects.toMatchObject({ code: 'TRIMMED' });
    const messages: unknown[] = [];
    const batches = await read(engine, 5, {
      ...{ after: [revisions[0]], retry: { first: 1 } },
      onTrimmed: (message, partition) => messages.push([message, partition]),
    });
    expect(idsOf(batches, 0)).toEqual(['0.3']);
    expect(messages).toEqual([[expect.stringContaining('no longer kept'), 0]]);
  });

  it('takes no batch while a backlog is full', async () => {
    const { engine } = await delivered(8);
    const backlog = new Backlog(1);
    let open = 0;
    const seen = fromVerdicts({ engine, backlog }).pipe(
      mergeMap((batch) => {
        backlog.add(1);
        expect(++open).toBeLessThanOrEqual(2); // one of each partition
        return from(
          later().then(() => {
            open--;
            backlog.add(-1);
            return batch;
          }),
        );
      }),
      take(8),
    );
    await lastValueFrom(seen);
  });

  it('has feedback that the worker of its key has refused, which ends no stream', async () => {
    const engine = new MemoryBroker<TestEvent>(1).connect();
    const ranges = [[5, 8] as const, [5, 8] as const];
    const piece = { kind: 'normal', key: 'a', value: ranges, residual: ranges, score: 0.9 } as const;
    const broken = { feedback: { ...piece, key: 'b', score: 7 } };
    const reading = (n: number): object => ({ key: 'a', event: { key: 'a', value: n % 3, at: n } });
    await engine.log.publish([
      ...[reading(0), reading(1), { key: 'a', event: feedbackEvent(piece) }],
      ...[{ key: 'b', event: broken }, reading(2)],
    ] as never);
    const worker = new TestWorker(engine, {
      detect: { key: (event) => event.key, onBadData: 'error', onProblem: 'silent' },
    });
    await worker.until((newest) => newest.get(0)?.delivered === 5);
    await worker.stop();
    const batches = await read(engine, 1);
    expect(batches.flatMap(({ verdicts }) => verdicts)).toHaveLength(3);
    expect(batches.flatMap(({ refused }) => refused)).toEqual([
      { position: 3, key: 'a', refusedFeedback: expect.stringContaining('expected value to be 1 ranges') },
      { position: 4, refusedFeedback: expect.stringContaining('expected score to be') },
    ]);
  });

  it('names what is wrong', async () => {
    const { engine } = await delivered(0);
    expect(() => fromVerdicts({ engine: {} as never })).toThrow(
      'fromVerdicts: expected engine to be an engine with out.read()',
    );
    expect(() => fromVerdicts({ engine, since: Number.NaN })).toThrow('since');
    expect(() => fromVerdicts({ engine, sinse: 3 } as never)).toThrow('sinse');
    await engine.out.append(0, await engine.out.last(0), 1, 'none');
    await expect(read(engine, 1)).rejects.toMatchObject({ code: 'BAD_INPUT' });
  });
});

/** A later millisecond. */
async function later(): Promise<number> {
  const before = Date.now();
  while (Date.now() === before) await new Promise((done) => setTimeout(done, 1));
  return Date.now();
}

import { describe, expect, it } from 'vitest';
import { ServerFailure } from '../../src/clients/retry.ts';
import { distribute } from '../../src/distributed/distribute.ts';
import { namedForecasters } from '../../src/models/forecasters/namedForecasters.ts';
import { namedScorers } from '../../src/models/scorers/namedScorers.ts';
import { MemoryBroker } from '../support/memoryEngine.ts';
import { describeEngine, Producer } from './contractSuite.ts';
import { type Detect, deliveredOf, endsOf, reaches, type TestEvent, TestWorker } from './workers.ts';

describeEngine<number>('memory', async ({ partitions }) => {
  const broker = new MemoryBroker<TestEvent>(partitions);
  return {
    connect: async () => broker.connect(),
    kill: async (engine) => broker.kill(engine),
    trim: async (partition, upTo) => broker.trim(partition, upTo),
    trimVerdicts: async (partition, upTo) => broker.trimVerdicts(partition, upTo),
    close: async () => {},
  };
});

const detect: Detect = {
  key: (event) => event.key,
  time: (event) => event.at,
  forecaster: namedForecasters.ema(1),
  scorer: namedScorers.zScore(),
  warmUp: 10,
  onProblem: 'silent',
};

/** A broker on which a worker has processed these events and has handed over. */
async function processed(
  partitions: number,
  events: readonly { readonly key: string; readonly event: TestEvent }[],
  options: object = {},
): Promise<MemoryBroker<TestEvent>> {
  const broker = new MemoryBroker<TestEvent>(partitions);
  const engine = broker.connect();
  await engine.log.publish(events);
  const worker = new TestWorker(engine, { detect, ...options });
  await worker.until(reaches(engine, await endsOf(engine)));
  await worker.stop();
  return broker;
}

it('hands over though the broker fails for a while', async () => {
  const broker = new MemoryBroker<TestEvent>(1);
  const engine = broker.connect();
  await engine.log.publish(new Producer(4).next(50));
  let left = 0;
  const failing = {
    ...engine,
    states: {
      ...engine.states,
      save: async (...args: Parameters<typeof engine.states.save>) => {
        if (left > 0) {
          left--;
          throw new ServerFailure('away', true);
        }
        return await engine.states.save(...args);
      },
    },
  };
  const first = new TestWorker(failing, { detect });
  await first.until(reaches(engine, await endsOf(engine)));
  left = 12;
  await first.stop();
  expect(left).toBe(0);
  const second = new TestWorker(engine, { detect });
  await second.until(reaches(engine, await endsOf(engine)));
  await second.stop();
  expect(second.sum('replayed')).toBe(0);
});

describe('distribute', () => {
  it('delivers anomalies and the ends of incidents where nothing else is asked for', async () => {
    const events = new Producer(5).next(400);
    const all = (await deliveredOf((await processed(2, events)).connect())).flat();
    const flagged = await deliveredOf((await processed(2, events, { deliver: undefined })).connect());
    const of = (texts: readonly string[]): { isAnomaly: boolean; ended: unknown[]; event: TestEvent }[] =>
      texts.map((text) => JSON.parse(text) as never);
    const expected = of(all).filter(({ isAnomaly, ended }) => isAnomaly || ended.length > 0);
    expect(of(flagged.flat())).toEqual(expected);
    expect(of(all)).toHaveLength(400);
    expect(expected.filter(({ isAnomaly }) => isAnomaly).length).toBeGreaterThan(5);
    expect(expected.filter(({ ended }) => ended.length > 0).length).toBeGreaterThan(2);
    const picked = await processed(2, events, {
      deliver: ({ key, isAnomaly }: { key: string; isAnomaly: boolean }) => (isAnomaly ? { key } : undefined),
    });
    const keys = (await deliveredOf(picked.connect())).flat().map((text) => JSON.parse(text) as object);
    expect(keys).toHaveLength(expected.filter(({ isAnomaly }) => isAnomaly).length);
    expect(Object.keys(keys[0]!)).toEqual(['position', 'key']);
  });

  it('gives every key the same verdicts with another number of partitions', async () => {
    const events = new Producer(9).next(500);
    const byKey = async (partitions: number): Promise<Map<string, unknown[]>> => {
      const delivered = await deliveredOf((await processed(partitions, events)).connect());
      const found = new Map<string, unknown[]>();
      for (const text of delivered.flat()) {
        const { position: _, ...verdict } = JSON.parse(text) as { position: number; key: string };
        found.set(verdict.key, [...(found.get(verdict.key) ?? []), verdict]);
      }
      return found;
    };
    expect(await byKey(5)).toEqual(await byKey(2));
  });

  it.each([
    ['verdicts', /partition 0: .*the end of the verdict log was lost.*another name/],
    ['states', /partition 0: verdicts are delivered up to position 60, and there are no states/],
  ] as const)('refuses a log whose %s were lost', async (what, message) => {
    const broker = await processed(1, new Producer(3).next(60));
    if (what === 'verdicts') broker.lose(what, 0);
    else broker.loseStates(0, (name) => name !== 'fleet');
    await expect(new TestWorker(broker.connect(), { detect }).ended).rejects.toThrow(message);
  });

  it('refuses a damaged state, and names its key', async () => {
    const broker = await processed(1, new Producer(3).next(60));
    broker.damage(0, 'k=pump 1');
    const engine = broker.connect();
    await engine.log.publish(new Producer(3).next(60));
    await expect(new TestWorker(engine, { detect }).ended).rejects.toThrow(
      /the state of "pump 1" cannot be used/,
    );
  });

  it('leaves out what is no JSON, and ends there where bad data are errors', async () => {
    const broker = await processed(1, new Producer(3).next(20));
    broker.publishText(0, 'online');
    const engine = broker.connect();
    await engine.log.publish(new Producer(3).next(20));
    const problems: string[] = [];
    const reported: Detect = { ...detect, onProblem: ({ message }) => problems.push(message) };
    const worker = new TestWorker(engine, { detect: reported });
    await worker.until(reaches(engine, await endsOf(engine)));
    await worker.stop();
    expect(problems).toContain('partition 0, position 21: expected JSON; left out');
    broker.publishText(0, 'online');
    await expect(
      new TestWorker(engine, { detect: { ...detect, onBadData: 'error' } }).ended,
    ).rejects.toMatchObject({
      code: 'BAD_DATA',
      message: expect.stringContaining('partition 0, position 42') as string,
    });
  });

  it.each([
    [{ engine: undefined }, /engine/],
    [{ engine: { log: {} } }, /expected engine to be an engine with log\.read\(\)/],
    [{ batch: 0 }, /batch/],
    [{ deliver: 'some' }, /deliver/],
    [{ detect: { onReturn: () => undefined } }, /detect\.onReturn/],
    [{ retry: { limit: -1 } }, /retry.*limit/],
    [{ detect: { absentAfter: 1000 } }, /absentAfter/],
  ])('refuses %j at once', (options, message) => {
    const engine = new MemoryBroker<TestEvent>(1).connect();
    expect(() => distribute({ engine, ...options } as never)).toThrow(message);
  });
});

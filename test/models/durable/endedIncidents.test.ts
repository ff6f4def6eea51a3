import { describe, expect, it } from 'vitest';
import { MemoryCheckpointStore } from '../../../src/index.ts';
import { DurableDetector } from '../../../src/models/durable/durableDetector.ts';
import { namedForecasters } from '../../../src/models/forecasters/namedForecasters.ts';
import { namedScorers } from '../../../src/models/scorers/namedScorers.ts';

interface Event {
  readonly key: string;
  readonly value: number;
  readonly time: number;
}

/** The incidents that end though no event ends them, each with the key and time of the event; those that are open at the end. */
async function endsOf(
  keys: { readonly maxKeys?: number; readonly idleTimeout?: number },
  store: MemoryCheckpointStore | undefined,
): Promise<{ readonly ends: unknown[]; readonly open: unknown[] }> {
  const detector = await DurableDetector.open<Event, number>(
    'test',
    {
      ...{ forecaster: namedForecasters.ema(1), scorer: namedScorers.zScore(), warmUp: 10, hold: 2 },
      ...{ key: ({ key }) => key, onProblem: 'silent', ...keys },
    },
    { store, name: 'test', config: null, run: 'test' },
  );
  const ends: unknown[] = [];
  const add = async (key: string, time: number, value: number): Promise<void> => {
    const event = { key, time, value };
    for (let wait = detector.fetch(event); wait !== undefined; wait = detector.fetch(event)) await wait;
    const { ended = [] } = detector.process(event, () => null) ?? {};
    for (const each of ended) if (each.endedBy) ends.push([each.key, each.end, each.endedBy, key, time]);
  };
  for (let n = 0; n < 40; n++) await add('gone', n, n === 39 ? 30 : Math.sin(n));
  for (let n = 40; n < 60; n++) for (const key of ['a', 'b']) await add(key, n, Math.sin(n));
  const open = detector.open.map(({ key }) => key);
  await detector.close();
  return { ends, open };
}

describe('an open incident whose model is evicted', () => {
  it('ends with the verdict on the event that has evicted it, where the model is lost', async () => {
    const { ends, open } = await endsOf({ maxKeys: 2 }, undefined);
    expect(ends).toEqual([['gone', 39, 'evicted', 'b', 40]]);
    expect(open).toEqual([]);
  });

  it('stays where the model made room and is in the store', async () => {
    expect(await endsOf({ maxKeys: 2 }, new MemoryCheckpointStore())).toEqual({
      ends: [],
      open: ['gone'],
    });
  });

  it.each([undefined, new MemoryCheckpointStore()])('ends where no event came for long', async (store) => {
    const { ends, open } = await endsOf({ idleTimeout: 10 }, store);
    expect(ends).toEqual([['gone', 39, 'expired', 'a', 50]]);
    expect(open).toEqual([]);
  });

  it('stays open while its model does', async () => {
    expect((await endsOf({}, undefined)).ends).toEqual([]);
  });
});

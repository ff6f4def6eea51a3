import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/core/random.ts';
import type { ChangePoint } from '../../../src/models/changes/changePoint.ts';
import { ChangeTracker } from '../../../src/models/changes/changeTracker.ts';
import { type CheckpointStore, MemoryCheckpointStore } from '../../../src/models/durable/checkpointStore.ts';
import { DurableDetector } from '../../../src/models/durable/durableDetector.ts';
import { EmaForecaster } from '../../../src/models/forecasters/emaForecaster.ts';

interface Event {
  readonly key: string;
  readonly time: number;
  readonly value: number;
}

/** Two streams in turn, of which `a` changes its level at event 500. */
const EVENTS = (() => {
  const random = new Random(3);
  return Array.from({ length: 800 }, (_, n) =>
    ['a', 'b'].map((key): Event => {
      const value = (key === 'a' && n >= 500 ? 8 : 0) + random.normal();
      return { key, time: 60_000 * n, value };
    }),
  ).flat();
})();

async function run(store: CheckpointStore, id: string, from: number, to: number): Promise<ChangePoint[]> {
  const detector = await DurableDetector.open<Event, number>(
    'test',
    {
      ...{ key: ({ key }) => key, value: ({ value }) => value, time: ({ time }) => time },
      ...{ maxKeys: 1, forecaster: (dimensions) => new EmaForecaster({ dimensions }), onProblem: 'silent' },
    },
    {
      ...{ store, name: 'state', config: null, run: id },
      changes: new ChangeTracker({ minCertainty: 0.3, maxKeys: 10 }),
    },
  );
  const found: ChangePoint[] = [];
  for (const event of EVENTS.slice(from, to)) {
    await detector.fetch(event);
    found.push(...(detector.process(event, () => null)?.changes ?? []));
  }
  await detector.capture()();
  await detector.close();
  return found;
}

describe('change points of a durable detector', () => {
  it('are the same after a restart, though models are evicted at each event', {
    timeout: 120_000,
  }, async () => {
    const whole = await run(new MemoryCheckpointStore(), 'one', 0, EVENTS.length);
    expect(whole).toHaveLength(1);
    expect(whole[0]).toMatchObject({ key: 'a', kind: 'level', time: 60_000 * 500 });
    const store = new MemoryCheckpointStore();
    const half = 2 * 510; // between the change and its detection
    const parts = [
      ...(await run(store, 'two', 0, half)),
      ...(await run(store, 'three', half, EVENTS.length)),
    ];
    expect(parts).toEqual(whole);
  });

  it('refuse a damaged state', () => {
    const tracker = new ChangeTracker({ minCertainty: 0.3, maxKeys: 10 });
    expect(() => tracker.resume([{ key: 'a', dimensions: 1, watch: {} }])).toThrow(/is missing|cannot be/);
    expect(() => tracker.resume([{ key: 'a', dimensions: 0, watch: {} }])).toThrow(/dimensions/);
  });
});

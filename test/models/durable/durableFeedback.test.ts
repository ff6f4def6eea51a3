import { describe, expect, it } from 'vitest';
import type { Feedback } from '../../../src/models/decision/feedback.ts';
import { DurableDetector } from '../../../src/models/durable/durableDetector.ts';
import { MemoryCheckpointStore } from '../../../src/models/durable/memoryCheckpointStore.ts';
import { LastValueForecaster } from '../../../src/models/forecasters/lastValueForecaster.ts';
import type { Json } from '../../../src/models/snapshot.ts';
import { noisySine } from '../../support/series.ts';

interface Event {
  readonly key: string;
  readonly value: number;
}

const SPIKE = 20;
const NORMAL: Feedback = {
  kind: 'normal',
  key: 'a',
  value: [[SPIKE - 5, SPIKE + 5]],
  residual: [[0, 2 * SPIKE]],
  score: 0.9,
};
const LEVELS = noisySine({ length: 101 });
/** Turns of `a` and `b`, the last one of `a` a spike. */
const EVENTS: readonly Event[] = LEVELS.map((level, i) => ({
  key: i % 2 === 0 ? 'a' : 'b',
  value: i === 100 ? SPIKE : level,
}));

function open(store: MemoryCheckpointStore, maxKeys: number, extraState?: () => Json, run = 'first') {
  return DurableDetector.open<Event, number>(
    'test',
    { forecaster: (dimensions) => new LastValueForecaster({ dimensions }), warmUp: 20, maxKeys },
    { store, name: 'test', config: null, run, ...(extraState === undefined ? {} : { extraState }) },
  );
}

async function detect(detector: DurableDetector<Event, number>, events: readonly Event[]) {
  const verdicts = [];
  for (const event of events) {
    await detector.fetch(event);
    verdicts.push(detector.process(event, () => null));
  }
  return verdicts;
}

describe('a durable detector that gets feedback', () => {
  it.each([2, 1])('applies it, with %d models alive, and after a restart', async (maxKeys) => {
    const store = new MemoryCheckpointStore();
    const deaf = await open(new MemoryCheckpointStore(), maxKeys);
    expect((await detect(deaf, EVENTS)).at(-1)).toMatchObject({ isAnomaly: true });
    const first = await open(store, maxKeys);
    const before = await detect(first, EVENTS.slice(0, 100)); // the model of `a` may have been let go
    await first.takeFeedback(NORMAL);
    await first.capture()();
    await first.close();
    const second = await open(store, maxKeys, undefined, 'second');
    const [last] = await detect(second, EVENTS.slice(100));
    expect(last).toMatchObject({ isAnomaly: false, suppressed: 'feedback' });
    const whole = await open(new MemoryCheckpointStore(), 2);
    expect(before).toEqual(await detect(whole, EVENTS.slice(0, 100))); // nothing was forgotten on the way
    await whole.takeFeedback(NORMAL);
    expect(last).toEqual((await detect(whole, EVENTS.slice(100)))[0]);
  });

  it('keeps what belongs to its state extraState it', async () => {
    const store = new MemoryCheckpointStore();
    let count = 0;
    const first = await open(store, 2, () => ({ count: ++count }));
    expect(first.extraState).toBeUndefined();
    await first.capture()();
    await first.capture()();
    expect((await open(store, 2)).extraState).toEqual({ count: 2 });
  });
});

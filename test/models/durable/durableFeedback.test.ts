import { describe, expect, it } from 'vitest';
import type { Feedback } from '../../../src/models/decision/feedback.ts';
import { MemoryCheckpointStore } from '../../../src/models/durable/checkpointStore.ts';
import { DurableDetector } from '../../../src/models/durable/durableDetector.ts';
import { LastValueForecaster } from '../../../src/models/forecasters/lastValueForecaster.ts';
import type { Snapshot } from '../../../src/models/snapshot/snapshot.ts';
import { fields, type State } from '../../../src/models/snapshot/state.ts';
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

function open(store: MemoryCheckpointStore, maxKeys: number, extraState?: () => State, run = 'first') {
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

  it('keeps long lists of it in parts; where one is missing, the state before it is resumed from', async () => {
    let round = 0;
    const extra = (): { readonly [name: string]: State } => ({
      board: {
        streams: Array.from({ length: 100 }, (_, n) => ({ n, history: Float64Array.of(n, round, 1 / 3) })),
        short: [round],
      },
      list: Array.from({ length: 33 }, (_, n) => n),
    });
    let previous: Snapshot | undefined;
    class Store extends MemoryCheckpointStore {
      override async save(name: string, state: Snapshot): Promise<void> {
        if (name === 'test') previous = await this.load(name);
        await super.save(name, state);
      }
      async loadPrevious(): Promise<Snapshot | undefined> {
        return previous;
      }
    }
    const store = new Store();
    const states: State[] = [];
    for (round = 0; round < 12; round++) {
      const detector = await open(store, 2, extra);
      if (round > 0) expect(detector.extraState).toEqual(states.at(-1));
      states.push(extra());
      await detector.capture()();
      await detector.close();
    }
    expect(JSON.stringify(await store.load('test')).length).toBeLessThan(3000);
    expect(store.names.length).toBeLessThan(20); // those of two states
    const { lists } = fields(fields((await store.load('test'))!.state).extraState) as {
      readonly lists: readonly { readonly slots: readonly number[] }[];
    };
    await store.remove(`test/#${lists[0]!.slots[1]}`);
    expect((await open(store, 2)).extraState).toEqual(states.at(-2));
    for (const name of store.names) if (name.startsWith('test/#')) await store.remove(name);
    await expect(open(store, 2)).rejects.toThrow(
      /^checkpoint test: what was saved with the models cannot be read: /,
    );
  });
});

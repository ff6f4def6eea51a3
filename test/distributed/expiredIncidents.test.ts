import { expect, it } from 'vitest';
import { Random } from '../../src/core/random.ts';
import { feedbackEvent } from '../../src/distributed/feedbackEvent.ts';
import { namedForecasters } from '../../src/models/forecasters/namedForecasters.ts';
import { namedScorers } from '../../src/models/scorers/namedScorers.ts';
import { MemoryBroker } from '../support/memoryEngine.ts';
import {
  type Detect,
  deliveredOf,
  type Engine,
  endsOf,
  FaultyEngine,
  reaches,
  type TestEvent,
  TestWorker,
} from './workers.ts';

type Published = { readonly key: string; readonly event: TestEvent };

const MINUTE = 60_000;
const detect: Detect = {
  ...{ key: (event) => event.key, value: (event) => event.value, time: (event) => event.at },
  ...{ forecaster: namedForecasters.ema(1), scorer: namedScorers.zScore(), warmUp: 10, hold: 2 },
  ...{ onProblem: 'silent', onBadData: 'skip' },
};

/** Keys that leave with an open incident, some of which come back; values that are missing; feedback, also on those that are gone. */
function eventsOf(random: Random): Published[] {
  const all: Published[] = [];
  const leaves = Array.from({ length: 6 }, () => 30 + Math.floor(60 * random.uniform()));
  const returns = leaves.map(() => leaves[0]! + 90 + Math.floor(60 * random.uniform()));
  const add = (key: string, value: number | null, minute: number): void => {
    all.push({ key, event: { key, value: value as number, at: minute * MINUTE } });
  };
  for (let minute = 0; minute < 320; minute++) {
    for (const [k, end] of leaves.entries()) {
      if ((minute > end && (minute < returns[k]! || k % 2 === 1)) || random.uniform() < 0.3) continue;
      const isOff = minute >= end - 1 || random.uniform() < 0.03;
      const value = Math.sin(minute / 9) + random.uniform() / 3 + (isOff ? 30 : 0);
      add(`k${k}`, random.uniform() < 0.15 ? null : value, minute);
    }
    if (minute % 3 === 0) add('others', minute % 9 === 0 ? null : minute % 5, minute);
    if (random.uniform() > 0.02) continue;
    const key = `k${Math.floor(6 * random.uniform())}`;
    const given = feedbackEvent({ kind: 'normal', key, value: [[0, 1]], residual: [[0, 1]], score: 1 });
    all.push({ key, event: given as never });
  }
  return all;
}

it.each([0, 1, 3, 4, 5])(
  'ends the incidents of keys that are gone alike, whichever worker dies when (%i)',
  { timeout: 240_000 },
  async (seed) => {
    const random = new Random(seed);
    const events = eventsOf(random);
    const options = { keepStates: 100 * MINUTE, batch: 5, replay: 8 };
    const detected = { ...detect, maxKeys: 2 + (seed % 4) * 2 };
    const finish = async (engine: Engine<number>): Promise<readonly string[]> => {
      const worker = new TestWorker(engine, { ...options, detect: detected });
      await worker.until(reaches(engine, await endsOf(engine)));
      await worker.stop();
      return (await deliveredOf(engine))[0]!;
    };
    const whole = new MemoryBroker<TestEvent>(1).connect();
    await whole.log.publish(events);
    const expected = await finish(whole);
    const engine = new MemoryBroker<TestEvent>(1).connect();
    for (let from = 0; from < events.length; from += 25) {
      await engine.log.publish(events.slice(from, from + 25));
      const ends = await endsOf(engine);
      const dying = Array.from({ length: 1 + (seed % 2) }, async () => {
        const fault = random.uniform() < 0.5 ? 'dieAfter' : 'dieBefore';
        const faulty = new FaultyEngine(engine, fault, 2 + Math.floor(30 * random.uniform()));
        const worker = new TestWorker(faulty.engine, { ...options, detect: detected });
        const done = worker.until(reaches(engine, ends)).then(() => worker.stop());
        done.catch(() => {});
        await Promise.race([done, faulty.reached]);
      });
      await Promise.all(dying);
    }
    expect(await finish(engine)).toEqual(expected);
    expect(expected.filter((text) => text.includes('"endedBy":"expired"')).length).toBeGreaterThan(0);
  },
);

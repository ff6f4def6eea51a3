import { describe, expect, it } from 'vitest';
import { RxAnomalyError } from '../../../src/core/errors.ts';
import { Random } from '../../../src/core/random.ts';
import { toVector, type Value, type Verdict } from '../../../src/core/reading.ts';
import { type CheckpointStore, MemoryCheckpointStore } from '../../../src/models/durable/checkpointStore.ts';
import { DurableDetector } from '../../../src/models/durable/durableDetector.ts';
import { namedForecasters } from '../../../src/models/forecasters/namedForecasters.ts';
import { loadPretrainedWeights } from '../../../src/models/pretrained/pretrainedWeights.ts';
import { namedScorers } from '../../../src/models/scorers/namedScorers.ts';
import { encodeSnapshot } from '../../../src/models/snapshot/encodeSnapshot.ts';
import { type Restorable, seal } from '../../../src/models/snapshot/snapshot.ts';
import { StreamDetector } from '../../../src/models/streamDetector.ts';
import { type Forgery, forgeries } from '../../support/forgedStates.ts';

await loadPretrainedWeights();

interface Reading {
  readonly key: string;
  readonly time?: number | undefined;
  readonly value: Value;
}

const START = Date.UTC(2026, 0, 5);

/**
 * Two streams that bring everything to life: one of two dimensions with times, a day's wave that moves far away and comes
 * back, and pulses; and one without times that has a period of its own.
 */
function* readings(from: number, to: number): Generator<Reading> {
  const random = new Random(from + 1);
  for (let t = from; t < to; t++) {
    const shift = t > 1200 && t < 1450 ? 1e5 : 0;
    const wave = 10 + Math.sin((2 * Math.PI * t) / 48) + 0.1 * random.normal() + shift;
    const pulse = t % 37 === 0 ? 5 + random.normal() : 0;
    yield { key: 'several', time: START + t * 1_800_000, value: [wave, pulse] };
    yield { key: 'own', value: 3 + Math.sin((2 * Math.PI * t) / 20) + 0.1 * random.normal() };
  }
}

/** One dimension, for models that have as many for all keys. */
function* single(from: number, to: number): Generator<Reading> {
  for (const { key, time, value } of readings(from, to)) yield { key, time, value: toVector(value)[0] };
}

const OPTIONS = {
  key: ({ key }: Reading) => key,
  value: ({ value }: Reading) => value,
  onProblem: 'silent',
} as const;
const SMALL = { hidden: 4, window: 8 };

interface Model extends Restorable {
  process(event: Reading): Verdict<Reading, Value> | undefined;
}

/** What is a list of other streams: these begin anew, without a forecast. */
const OTHER_STREAMS =
  /^(streams|members)(?:\.\d+)? is (?:\[\]|shorter|missing)|^(streams|members)\.\d+\.key /;

/** @param first of each key, so many verdicts may lack a forecast */
function expectSound(
  what: string,
  verdicts: readonly (Verdict<Reading, Value> | undefined)[],
  first: number,
): void {
  const seen = new Map<string | undefined, number>();
  for (const verdict of verdicts) {
    if (verdict === undefined) throw new Error(`${what}: no verdict`);
    const { key, score, value, expected, lower, upper, residual, attribution } = verdict;
    const count = (seen.get(key) ?? 0) + 1;
    seen.set(key, count);
    const numbers = [score, value, attribution, ...(count > first ? [expected, lower, upper, residual] : [])];
    if (!numbers.flat().every(Number.isFinite) || score < 0 || score > 1)
      expect.fail(`${what}: verdict ${count} of ${key}: ${JSON.stringify(verdict)}`);
  }
}

function refusal(act: () => unknown): boolean {
  try {
    act();
    return false;
  } catch (error) {
    if (error instanceof RxAnomalyError && error.code === 'BAD_SNAPSHOT') return true;
    throw error;
  }
}

/** @param every of so many forgeries one is tried @param first as in `expectSound` */
function expectRefusedOrSound(
  make: () => Model,
  stream: (from: number, to: number) => Iterable<Reading>,
  every: number,
  first = 0,
): void {
  const aged = make();
  for (const event of stream(0, 1600)) aged.process(event);
  const { kind, version, config, state } = aged.snapshot();
  const events = [...stream(1600, 1700)]; // two a time
  const model = make();
  model.restore(seal(kind, version, config, state));
  let before = encodeSnapshot(model.snapshot());
  let [tried, refused] = [0, 0];
  for (const { what, state: forged } of sample(forgeries(state), every)) {
    tried++;
    const isRefused = refusal(() => model.restore(seal(kind, version, config, forged)));
    if (isRefused) {
      if (refused++ % 20 === 0) expect(encodeSnapshot(model.snapshot()), what).toEqual(before);
      continue;
    }
    try {
      expectSound(
        what,
        events.map((event) => model.process(event)),
        OTHER_STREAMS.test(what) ? 1 : first,
      );
    } catch (cause) {
      throw new Error(what, { cause });
    }
    before = encodeSnapshot(model.snapshot());
  }
  expect(tried).toBeGreaterThan(100);
  expect(refused).toBeGreaterThan(tried / 2);
  expect(refused).toBeLessThan(tried); // some are as good as any
}

function* sample(all: Iterable<Forgery>, every: number): Generator<Forgery> {
  let k = 0;
  for (const each of all) if (k++ % every === 0) yield each;
}

describe('a state with anything else in it, sealed anew, is refused, or gives verdicts without NaN', () => {
  it('of the default detector', () => {
    const make = () => new StreamDetector<Reading, Value>({ ...OPTIONS, ...SMALL });
    expectRefusedOrSound(make, readings, 149);
  });

  it('of log-returns, learning less from anomalies, waiting for several', () => {
    const make = () =>
      new StreamDetector<Reading, Value>({
        ...OPTIONS,
        ...SMALL,
        engine: 'reference',
        optimizer: 'rmsprop',
        transform: 'logReturn',
        recurring: 'anomalous',
        confirm: { events: 2, of: 4 },
        budget: {},
        habituation: 50,
      });
    const positive = function* (from: number, to: number): Generator<Reading> {
      for (const each of single(from, to)) yield { ...each, value: Math.exp((each.value as number) / 1e5) };
    };
    expectRefusedOrSound(make, positive, 97);
  });

  it.each(Object.entries(namedScorers))('of scorer %s', (named, scorer) => {
    const forecaster = namedForecasters.ema(1);
    const make = () => new StreamDetector<Reading, Value>({ ...OPTIONS, forecaster, scorer: scorer() });
    expectRefusedOrSound(make, readings, named === 'evidence' ? 149 : 11, 1);
  });

  it.each(Object.entries(namedForecasters).filter(([name]) => name !== 'lstm'))(
    'of forecaster %s',
    (named, forecaster) => {
      const scorer = namedScorers.zScore();
      const make = () =>
        new StreamDetector<Reading, Value>({ ...OPTIONS, forecaster: forecaster(1), scorer });
      expectRefusedOrSound(make, readings, named === 'pretrained' ? 17 : 7, 1);
    },
  );

  it('of a fleet', () => {
    const make = () => new StreamDetector<Reading, Value>({ ...OPTIONS, fleet: true });
    expectRefusedOrSound(make, single, 47);
  });

  it('of a detector in a store', async () => {
    const memory = new MemoryCheckpointStore();
    const history = Array.from({ length: 70 }, (_, k) => ({ at: k, mean: Float64Array.of(k) }));
    const place = { name: 'd', config: null, run: 'run', extraState: () => ({ history }), absentAfter: 1e9 };
    const options = { ...OPTIONS, ...SMALL, maxKeys: 40, clock: () => 0 };
    const open = (store: CheckpointStore, run: string) =>
      DurableDetector.open<Reading, Value>('test', options, { ...place, store, run });
    const aged = await open(memory, 'first');
    for (let k = 0; k < 50; k++) {
      const key = `key ${k % 45}`; // some are evicted
      for (let t = 0; t < 60; t++) {
        const event = {
          key,
          time: START + 60_000 * (60 * k + t),
          value: Math.sin(t / 3) + (t === 59 && k > 40 ? 90 : 0),
        };
        await aged.fetch(event);
        aged.process(event, () => ({ row: 60 * k + t }));
      }
    }
    await aged.capture()();
    await aged.close();
    expect(aged.open.length).toBeGreaterThan(0);
    const names = memory.names.filter((name) => /^d$|#0$|key 7$/.test(name));
    expect(names).toHaveLength(3);
    let [refused, sound] = [0, 0];
    for (const name of names) {
      const { kind, version, config, state } = (await memory.load(name))!;
      for (const { what, state: forged } of sample(forgeries(state), name === 'd' ? 47 : 101)) {
        const store: CheckpointStore = {
          load: async (each) => (each === name ? seal(kind, version, config, forged) : memory.load(each)),
          save: async () => {},
          remove: async () => {},
        };
        try {
          const detector = await open(store, 'second');
          for (const key of ['key 7', 'key 44']) {
            const event = { key, time: START + 1e9, value: 0.5 };
            await detector.fetch(event);
            const verdict = detector.process(event, () => null);
            expectSound(`${name}: ${what}`, [verdict], 1);
          }
          await detector.close();
          sound++;
        } catch (error) {
          if (!(error instanceof RxAnomalyError) || error.code !== 'BAD_SNAPSHOT')
            throw new Error(`${name}: ${what}`, { cause: error });
          refused++;
        }
      }
    }
    expect(refused).toBeGreaterThan(100);
    expect(sound).toBeGreaterThan(0); // what is read later, or of others
  });
});

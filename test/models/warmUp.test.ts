import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Problem, Verdict } from '../../src/core/reading.ts';
import { feedbackOn } from '../../src/models/decision/feedback.ts';
import { MemoryCheckpointStore } from '../../src/models/durable/checkpointStore.ts';
import { DurableDetector } from '../../src/models/durable/durableDetector.ts';
import { EmaForecaster } from '../../src/models/forecasters/emaForecaster.ts';
import { StreamDetector } from '../../src/models/streamDetector.ts';
import type { StreamDetectorOptions } from '../../src/models/streamDetectorOptions.ts';
import { noisySine, SMALL } from '../support/series.ts';

interface Event {
  readonly key: string;
  readonly time: number;
  readonly value: number;
}

const MINUTE = 60_000;

/** Two keys in turn, a series each. */
function events(length: number, seed = 1): Event[] {
  const series = [noisySine({ length, seed }), noisySine({ length, seed: seed + 1, period: 25 })];
  return Array.from({ length }, (_, n) => ({
    key: n % 2 === 0 ? 'a' : 'b',
    time: n * MINUTE,
    value: series[n % 2][n],
  }));
}

const OPTIONS: StreamDetectorOptions<Event, number> = { ...SMALL };

function verdicts(
  detector: StreamDetector<Event>,
  all: readonly Event[],
): readonly (Verdict<Event, number> | undefined)[] {
  return all.map((event) => detector.process(event));
}

describe('StreamDetector.warmUp', () => {
  const all = events(700);

  it('with one pass leaves everything as after the same events live, bit for bit, wherever it ends', () => {
    const whole = new StreamDetector<Event>(OPTIONS);
    const expected = verdicts(whole, all);
    fc.assert(
      fc.property(fc.nat({ max: all.length }), (at) => {
        const detector = new StreamDetector<Event>(OPTIONS);
        const learnt = detector.warmUp(all.slice(0, at));
        expect(learnt.events).toBe(at);
        expect(verdicts(detector, all.slice(at))).toEqual(expected.slice(at));
        expect(JSON.stringify(detector.snapshot())).toBe(JSON.stringify(whole.snapshot()));
      }),
      { numRuns: 8, seed: 1 },
    );
  });

  it('reports how many events were of use, and from when to when', () => {
    const detector = new StreamDetector<Event>({ ...OPTIONS, onBadData: 'skip' });
    const history = [...all.slice(3, 60), { ...all[60], value: Number.NaN }];
    expect(detector.warmUp(history)).toMatchObject({ events: 57, from: 3 * MINUTE, to: 59 * MINUTE });
    expect(detector.warmUp([])).toMatchObject({ events: 0, from: undefined, to: undefined });
  });

  it('can flag from the first live event on', () => {
    const detector = new StreamDetector<Event>(OPTIONS);
    detector.warmUp(all, { passes: 3 });
    const verdict = detector.process({ key: 'a', time: 700 * MINUTE, value: 40 });
    expect(verdict).toMatchObject({ warmingUp: false, isAnomaly: true });
    expect(new StreamDetector<Event>(OPTIONS).process(all[0])).toMatchObject({ warmingUp: true });
  });

  it('with several passes reports each problem once, and no times that go back', () => {
    const problems: Problem<Event>[] = [];
    const detector = new StreamDetector<Event>({ ...OPTIONS, onProblem: (each) => problems.push(each) });
    const history = all.map((event, n) => (n === 100 ? { ...event, value: Number.NaN } : event));
    detector.warmUp(history, { passes: 4 });
    expect(problems.map(({ kind, index }) => [kind, index])).toEqual([['missing', 100]]);
    expect(detector.events).toBe(all.length);
  });

  it('with several passes forecasts better what the history has taught', () => {
    const error = (passes: number): number => {
      const detector = new StreamDetector<Event>({ ...OPTIONS, hidden: 8, lags: 0, calendar: false });
      detector.warmUp(all.slice(0, 400), { passes });
      const live = verdicts(detector, all.slice(400));
      return live.reduce((sum, verdict) => sum + Math.abs(verdict!.residual), 0);
    };
    expect(error(6)).toBeLessThan(0.97 * error(1));
  });

  it('takes what can be read only once', () => {
    const once = new StreamDetector<Event>(OPTIONS);
    once.warmUp(all[Symbol.iterator](), { passes: 2 });
    const again = new StreamDetector<Event>(OPTIONS);
    again.warmUp(all, { passes: 2 });
    expect(JSON.stringify(once.snapshot())).toBe(JSON.stringify(again.snapshot()));
  });

  it('begins keys that come later from nothing', () => {
    const detector = new StreamDetector<Event>(OPTIONS);
    detector.warmUp(all, { passes: 2 });
    expect(detector.process({ key: 'c', time: 0, value: 1 })).toMatchObject({ warmingUp: true });
  });

  it('calls onEvict for the last pass alone', () => {
    const evicted: unknown[] = [];
    const options = { ...OPTIONS, maxKeys: 1, onEvict: () => evicted.push(1), onProblem: 'silent' as const };
    new StreamDetector<Event>(options).warmUp(all.slice(0, 10), { passes: 3 });
    expect(evicted).toHaveLength(9);
  });

  it.each([0, 1.5, 101, Number.NaN])('refuses %s passes', (passes) => {
    const detector = new StreamDetector<Event>(OPTIONS);
    expect(() => detector.warmUp(all, { passes })).toThrow(/^StreamDetector: warmUp: .*passes/);
  });

  it('is in the state of a durable detector, with models that were evicted meanwhile', async () => {
    const whole = new StreamDetector<Event>(OPTIONS);
    whole.warmUp(all.slice(0, 400), { passes: 1 });
    const expected = verdicts(whole, all.slice(400, 500));
    const store = new MemoryCheckpointStore();
    const place = { store, name: 'test', config: null, run: '1' };
    const open = (run: string) =>
      DurableDetector.open<Event, number>(
        'test',
        { ...OPTIONS, maxKeys: 1, onProblem: 'silent' },
        { ...place, run },
      );
    const detect = async (detector: DurableDetector<Event, number>, some: readonly Event[]) => {
      const found = [];
      for (const event of some) {
        await detector.fetch(event);
        found.push(detector.process(event, () => 1)!.score);
      }
      return found;
    };
    const first = await open('1');
    expect(await first.warmUp(all.slice(0, 400), {}, () => Promise.resolve())).toMatchObject({ events: 400 });
    expect(first.open).toEqual([]);
    const before = await detect(first, all.slice(400, 450));
    await first.capture()();
    await first.close();
    const second = await open('2');
    const after = await detect(second, all.slice(450, 500));
    await second.close();
    expect([...before, ...after]).toEqual(expected.map((verdict) => verdict!.score));
  });
});

describe('initialState', () => {
  const all = events(700);
  const donor = new StreamDetector<Event>(OPTIONS);
  donor.warmUp(all);
  const state = donor.snapshotOf('a');
  const later = (n: number, value: number): Event => ({ key: 'new', time: n * MINUTE, value });

  it('is what a new key begins with: it is scored from its second event on', () => {
    const detector = new StreamDetector<Event>({ ...OPTIONS, initialState: state });
    const wave = noisySine({ length: 60, seed: 9 });
    const found = verdicts(
      detector,
      wave.map((value, n) => later(n, value)),
    );
    expect(found.map((verdict) => verdict!.warmingUp)).toEqual(wave.map((_, n) => n === 0));
    expect(found.some((verdict) => verdict!.isAnomaly)).toBe(false);
    expect(detector.process(later(60, 40))).toMatchObject({ isAnomaly: true });
  });

  it('does not forecast the first event, and learns where the stream is from it', () => {
    const detector = new StreamDetector<Event>({ ...OPTIONS, initialState: state });
    const first = detector.process(later(0, 10.9))!;
    expect(first).toMatchObject({ expected: Number.NaN, residual: Number.NaN, score: 0, imputed: false });
    expect(detector.process(later(1, 10.9))!.expected).toBeCloseTo(10.9, 0);
  });

  it('takes over neither the time nor incidents nor feedback', () => {
    const flagged = new StreamDetector<Event>(OPTIONS);
    flagged.warmUp(all);
    const anomaly = flagged.process({ key: 'a', time: 700 * MINUTE, value: 40 })!;
    expect(anomaly.isAnomaly).toBe(true);
    flagged.takeFeedback(feedbackOn('normal', 'a', [anomaly]));
    expect(JSON.stringify(flagged.snapshotOf('a'))).toContain('"feedback"');
    const problems: unknown[] = [];
    const detector = new StreamDetector<Event>({
      ...OPTIONS,
      initialState: flagged.snapshotOf('a'),
      onProblem: (each) => problems.push(each),
    });
    detector.process(later(0, 10)); // long before the last event of the other
    expect(detector.lastSeen('new')).toBe(Number.NEGATIVE_INFINITY);
    for (let n = 1; n < 40; n++) detector.process(later(n, 10));
    expect(detector.process(later(40, 40))).toMatchObject({ isAnomaly: true, startOfIncident: true });
    expect(problems).toEqual([]);
  });

  it('may be the snapshot of a detector with one stream, as text too', () => {
    const one = new StreamDetector<number>({ ...SMALL });
    one.warmUp(noisySine({ length: 300 }));
    const text = JSON.parse(JSON.stringify(one.snapshot()));
    const detector = new StreamDetector<number>({ ...SMALL, initialState: text });
    detector.process(10);
    expect(detector.process(10)).toMatchObject({ warmingUp: false });
  });

  it('leaves snapshots as they are: a detector with it resumes from them, and one without does', () => {
    const detector = new StreamDetector<Event>({ ...OPTIONS, initialState: state });
    verdicts(detector, [later(0, Number.NaN), later(1, 10), later(2, 10.5)]);
    const saved = JSON.parse(JSON.stringify(detector.snapshot()));
    const expected = detector.process(later(3, 12));
    for (const options of [OPTIONS, { ...OPTIONS, initialState: state }]) {
      const resumed = new StreamDetector<Event>(options);
      resumed.restore(saved);
      expect(resumed.process(later(3, 12))).toEqual(expected);
    }
  });

  it('is still to come where nothing was measured before a snapshot', () => {
    const detector = new StreamDetector<Event>({ ...OPTIONS, initialState: state });
    detector.process(later(0, 10));
    const gap = new StreamDetector<{ readonly value: readonly (number | null)[] }, readonly number[]>({
      ...SMALL,
      value: (event) => event.value as readonly number[],
      initialState: stateOfPairs(),
    });
    gap.process({ value: [null, null] });
    const resumed = new StreamDetector<{ readonly value: readonly (number | null)[] }, readonly number[]>({
      ...SMALL,
      value: (event) => event.value as readonly number[],
    });
    resumed.restore(JSON.parse(JSON.stringify(gap.snapshot())));
    expect(resumed.process({ value: [10, 10] })).toMatchObject({ warmingUp: true, score: 0 });
    expect(resumed.process({ value: [10, 10] })).toMatchObject({ warmingUp: false });
  });

  it.each([
    ['other options of the network', { ...OPTIONS, hidden: 5 }, /hidden is 4 there and 5 here/],
    [
      'another forecaster',
      { warmUp: SMALL.warmUp, forecaster: (dimensions: number) => new EmaForecaster({ dimensions }) },
      /snapshot of EmaForecaster: this one was taken from "LstmForecaster"/,
    ],
    ['another transform', { ...OPTIONS, transform: 'logReturn' as const }, /initialState/],
    ['other drift', { ...OPTIONS, drift: false }, /drift/],
  ])('is refused of %s', (_, options, reason) => {
    const create = (): unknown => new StreamDetector<Event>({ ...options, initialState: state });
    expect(create).toThrow(reason);
    expect(create).toThrow(/^StreamDetector: initialState: .*expected the state of one stream/);
  });

  it('is refused of several streams, of none, and of what is no snapshot', () => {
    const create = (initialState: never) => () => new StreamDetector<Event>({ ...OPTIONS, initialState });
    expect(create(donor.snapshot() as never)).toThrow(
      /it is of 2 streams; snapshotOf\(key\) gives that of one/,
    );
    const idle = new StreamDetector<Event>(OPTIONS);
    idle.process({ key: 'a', time: 0, value: null as never });
    expect(create(idle.snapshotOf('a') as never)).toThrow(/no event yet/);
    expect(create({} as never)).toThrow(/not a snapshot/);
    expect(create(7 as never)).toThrow(/expected initialState to be an object, got 7/);
  });

  it('names the key whose events are of other dimensions', () => {
    const detector = new StreamDetector<
      { readonly key: string; readonly value: readonly number[] },
      readonly number[]
    >({
      ...SMALL,
      initialState: state,
    });
    expect(() => detector.process({ key: 'x', value: [1, 2] })).toThrow(
      'StreamDetector: initialState is of 1 dimensions, and the events of "x" of 2',
    );
  });

  function stateOfPairs() {
    const pairs = new StreamDetector<readonly number[], readonly number[]>({ ...SMALL });
    const [one, two] = [noisySine({ length: 200 }), noisySine({ length: 200, seed: 2 })];
    pairs.warmUp(one.map((value, n) => [value, two[n]]));
    return pairs.snapshotOf(undefined);
  }
});

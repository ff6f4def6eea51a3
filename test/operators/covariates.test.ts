import { describe, expect, it } from 'vitest';
import type { Problem, Verdict } from '../../src/core/reading.ts';
import { MemoryCheckpointStore } from '../../src/models/durable/checkpointStore.ts';
import { DurableDetector } from '../../src/models/durable/durableDetector.ts';
import { namedForecasters } from '../../src/models/forecasters/namedForecasters.ts';
import { StreamDetector } from '../../src/models/streamDetector.ts';
import { detectAnomalies } from '../../src/operators/detectAnomalies.ts';
import { detectFleet } from '../../src/operators/detectFleet.ts';
import { forecastAhead } from '../../src/operators/forecastAhead.ts';
import { forecastWith } from '../../src/operators/forecastWith.ts';
import { lstmForecast } from '../../src/operators/lstmForecast.ts';
import { type CovariateStream, loadOf } from '../support/covariateStreams.ts';
import { testScheduler } from '../support/marbles.ts';
import { throughText } from '../support/observations.ts';
import { runOperator } from '../support/runOperator.ts';
import { SMALL } from '../support/series.ts';

type Event = CovariateStream & { readonly key?: string };

const value = (event: Event): number => event.value;
const covariates = (event: Event): readonly number[] => event.covariates;
const time = (event: Event): number => event.time;
const forecaster = namedForecasters.lastValue(1);
const promotion = (_: number, flag: number): number => 30 * flag;

function errorOf(results: readonly { readonly residual: number }[]): number {
  return (
    results.slice(300).reduce((sum, { residual }) => sum + Math.abs(residual), 0) / (results.length - 300)
  );
}

describe('covariates', () => {
  it.each([
    ['detectAnomalies', (more: object) => detectAnomalies<Event, number>({ value, time, ...more })],
    ['lstmForecast', (more: object) => lstmForecast<Event, number>({ value, time, ...more })],
    ['forecastWith', (more: object) => forecastWith<Event, number>(forecaster, { value, time, ...more })],
  ])('halve the error of %s where values depend on them', (_name, operator) => {
    const stream = loadOf(1500, promotion);
    const [plain, corrected] = [{}, { covariates }].map((more) => runOperator(stream, operator(more)));
    expect(errorOf(corrected!)).toBeLessThan(0.6 * errorOf(plain!));
  });

  it('find faults that what is known would hide, with no more false alerts', () => {
    const counts = [{}, { covariates }].map((more) => {
      let [found, falseAlerts] = [0, 0];
      for (const seed of [1, 2, 3]) {
        // Spikes, runs of six events and of twenty, up and down.
        const faults = Array.from({ length: 12 }, (_, k) => {
          const [length, height] = [[1, 14] as const, [6, 9] as const, [20, 7] as const][k % 3]!;
          return {
            from: 700 + 270 * k + ((k * k * 37) % 90),
            length,
            height: k % 2 === 0 ? height : -height,
          };
        });
        const stream = loadOf(4000, (temperature) => 1.5 * temperature, seed);
        for (const { from, length, height } of faults)
          for (let t = from; t < from + length; t++)
            stream[t] = { ...stream[t]!, value: stream[t]!.value + height };
        const verdicts = runOperator(stream, detectAnomalies<Event, number>({ value, time, ...more }));
        const hit = (t: number): number =>
          faults.findIndex(({ from, length }) => t >= from && t <= from + length + 5);
        const flagged = verdicts.flatMap(({ isAnomaly }, t) => (isAnomaly && hit(t) >= 0 ? [hit(t)] : []));
        found += new Set(flagged).size;
        falseAlerts += verdicts.filter(({ startOfIncident }, t) => startOfIncident && hit(t) < 0).length;
      }
      return { found, falseAlerts };
    });
    expect(counts[1]!.found).toBeGreaterThanOrEqual(2 * Math.max(1, counts[0]!.found));
    expect(counts[1]!.falseAlerts).toBeLessThanOrEqual(counts[0]!.falseAlerts);
  });

  it('are those of the event: its verdict depends on them, those of later events change nothing', () => {
    testScheduler().run(({ cold, expectObservable }) => {
      const stream = loadOf(60, promotion);
      const events = Object.fromEntries([...'abc'].map((name, t) => [name, stream[t]!]));
      const seen = { expected: 100 };
      const operator = detectAnomalies<Event, number>({ value: () => 100, time, covariates, forecaster });
      const as = (more: object) => expect.objectContaining(more) as unknown as Verdict<Event, number>;
      expectObservable(cold('a-b-(c|)', events).pipe(operator)).toBe('a-b-(c|)', {
        a: as({ expected: Number.NaN }),
        b: as(seen),
        c: as(seen),
      });
    });
    const stream = loadOf(600, promotion);
    const forged = stream.map((event, t) => (t < 500 ? event : { ...event, covariates: [0, 1] }));
    const [one, other] = [stream, forged].map((events) =>
      runOperator(events, detectAnomalies<Event, number>({ ...SMALL, value, time, covariates })),
    );
    const bare = ({ event: _, ...verdict }: Verdict<Event, number>) => verdict;
    expect(one!.slice(0, 500).map(bare)).toEqual(other!.slice(0, 500).map(bare));
    expect(one![500]!.expected).not.toBe(other![500]!.expected);
  });

  it('that are missing are as they were last, counted, and skipped or an error where that is asked for', () => {
    const stream = loadOf(200, promotion).map((event, t) =>
      t === 150 ? { ...event, covariates: [event.covariates[0]!, Number.NaN] } : event,
    );
    const problems: Problem<Event>[] = [];
    const options = {
      value,
      time,
      covariates,
      forecaster,
      onProblem: (each: Problem<Event>) => problems.push(each),
    };
    const imputed = runOperator(stream, detectAnomalies<Event, number>(options));
    expect(imputed).toHaveLength(200);
    expect(imputed[150]!.imputed).toBe(false);
    expect(problems.map(({ kind, message }) => [kind, message])).toEqual([
      ['missing', 'event 150: expected covariate 2 to be a number, got none; its last value is used'],
    ]);
    const last = stream.with(150, {
      ...stream[150]!,
      covariates: [stream[150]!.covariates[0]!, stream[149]!.covariates[1]!],
    });
    const filled = runOperator(last, detectAnomalies<Event, number>(options));
    expect(filled.map(({ expected }) => expected)).toEqual(imputed.map(({ expected }) => expected));
    expect(
      runOperator(stream, detectAnomalies<Event, number>({ ...options, onBadData: 'skip' })),
    ).toHaveLength(199);
    expect(() =>
      runOperator(stream, detectAnomalies<Event, number>({ ...options, onBadData: 'error' })),
    ).toThrow('detectAnomalies: event 150: expected covariate 2 to be a number, got none');
  });

  it('that have no value yet explain nothing, and are reported so', () => {
    const messages: string[] = [];
    const stream = loadOf(4, promotion).map((event, t) => ({
      ...event,
      covariates: [event.covariates[0]!, t === 1 ? 1 : 'mild'],
    }));
    const options = {
      ...{ value, time, covariates, forecaster },
      onProblem: ({ message }: Problem<Event>) => messages.push(message),
    };
    runOperator(stream as unknown as Event[], detectAnomalies<Event, number>(options));
    expect(messages).toEqual([
      'event 0: expected covariate 2 to be a number, got "mild"; it explains nothing before its first value',
      'event 2: expected covariate 2 to be a number, got "mild"; its last value is used',
      'event 3: expected covariate 2 to be a number, got "mild"; its last value is used',
    ]);
  });

  it.each([
    [[1, 2, 3], 'detectAnomalies: event 3: expected 2 covariates as before, got 3: [1, 2, 3]'],
    [[1], 'detectAnomalies: event 3: expected 2 covariates as before, got 1: [1]'],
    [undefined, 'detectAnomalies: event 3: expected covariates to be a list of numbers, got undefined'],
    [7, 'detectAnomalies: event 3: expected covariates to be a list of numbers, got 7'],
  ])('end the stream where they are %j after two numbers', (wrong, message) => {
    const stream = loadOf(5, promotion).map((event, t) =>
      t === 3 ? { ...event, covariates: wrong } : event,
    );
    const operator = detectAnomalies<Event, number>({ value, time, covariates, onProblem: 'silent' });
    expect(() => runOperator(stream as Event[], operator)).toThrow(message);
  });

  it('end the stream where there are none, or too many', () => {
    for (const [list, got] of [
      [[], /expected one covariate or more, got \[\]/],
      [new Array(33).fill(0), /expected at most 32 covariates, got 33: \[0, 0/],
    ] as const) {
      const operator = detectAnomalies<Event, number>({ value, time, covariates: () => list });
      expect(() => runOperator(loadOf(2, promotion), operator)).toThrow(got);
    }
  });

  it('are refused where they cannot be of use', () => {
    expect(() => forecastAhead({ covariates: () => [1] } as object)).toThrow(
      'forecastAhead: expected covariates to be left out: those of the coming events are not known',
    );
    expect(() => detectFleet({ covariates: () => [1] } as object)).toThrow(
      'detectFleet: expected covariates to be left out in a fleet',
    );
    expect(() =>
      lstmForecast<number, number>({ covariates: () => [1], bidirectional: { lag: 2 } } as never),
    ).toThrow('lstmForecast: expected covariates to be left out where events are forecast late');
    expect(() => detectAnomalies({ covariates: 3 } as object)).toThrow(
      'detectAnomalies: expected covariates to be a function',
    );
  });

  it('belong to each key, and forecasts ahead take the last ones for the next', () => {
    const keys = ['a', 'b'].map((key, k) =>
      loadOf(400, promotion, k + 1).map((event) => ({ ...event, key })),
    );
    const mixed = keys[0]!.flatMap((event, t) => [event, keys[1]![t]!]);
    const options = { ...SMALL, value, time, covariates, ahead: { steps: 3 } };
    const together = runOperator(mixed, detectAnomalies<Event, number>(options));
    for (const [k, events] of keys.entries()) {
      const alone = runOperator(events, detectAnomalies<Event, number>(options));
      expect(together.filter(({ key }) => key === 'ab'[k])).toEqual(alone);
      const [first] = alone.at(-1)!.ahead!;
      expect(Math.abs(first!.expected - alone.at(-1)!.value)).toBeLessThan(15);
    }
  });

  it('are in snapshots and in the state of a store, which are refused without them', async () => {
    const stream = loadOf(300, promotion);
    const options = { ...SMALL, value, time, covariates };
    const first = new StreamDetector<Event, number>(options);
    for (const event of stream.slice(0, 200)) first.process(event);
    const second = new StreamDetector<Event, number>(options);
    second.restore(throughText(first.snapshot()));
    for (const event of stream.slice(200)) expect(second.process(event)).toEqual(first.process(event));
    const without = new StreamDetector<Event, number>({ ...SMALL, value, time });
    expect(() => without.restore(first.snapshot())).toThrow(
      'snapshot: it was taken with covariates, and the option covariates is left out; give it, or begin without the snapshot',
    );
    for (const event of stream) without.process(event);
    expect(() => second.restore(without.snapshot())).toThrow(
      'snapshot: it was taken without covariates, and the option covariates is given; leave it out, or begin without the snapshot',
    );
    expect(() => detectAnomalies<Event, number>({ ...options, initialState: without.snapshot() })).toThrow(
      /initialState: snapshot: it was taken without covariates/,
    );
    const adopted = runOperator(
      stream,
      detectAnomalies<Event, number>({ ...options, initialState: first.snapshot() }),
    );
    expect(adopted[1]!.warmingUp).toBe(false);

    const store = new MemoryCheckpointStore();
    const open = (run: string) =>
      DurableDetector.open<Event, number>('test', options, { store, name: 'test', config: null, run });
    const durable = await open('first');
    for (const event of stream.slice(0, 200)) durable.process(event, () => null);
    await durable.capture()();
    await durable.close();
    const resumed = await open('second');
    const again = new StreamDetector<Event, number>(options);
    for (const event of stream.slice(0, 200)) again.process(event);
    for (const event of stream.slice(200))
      expect(resumed.process(event, () => null)).toMatchObject(again.process(event)!);
    await resumed.close();
  });

  it('are learnt from history, in several passes', () => {
    const stream = loadOf(700, promotion);
    const options = { ...SMALL, value, time, covariates, history: stream.slice(0, 600), passes: 2 };
    const verdicts = runOperator(stream.slice(600), detectAnomalies<Event, number>(options));
    expect(verdicts[0]!.warmingUp).toBe(false);
    expect(verdicts.every(({ expected }) => Number.isFinite(expected))).toBe(true);
  });
});

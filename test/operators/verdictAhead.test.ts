import { describe, expect, it } from 'vitest';
import { Random } from '../../src/core/random.ts';
import type { AheadStep, Verdict } from '../../src/core/reading.ts';
import { MemoryCheckpointStore } from '../../src/models/durable/checkpointStore.ts';
import { DurableDetector } from '../../src/models/durable/durableDetector.ts';
import type { ForecasterFactory } from '../../src/models/forecaster.ts';
import { namedForecasters } from '../../src/models/forecasters/namedForecasters.ts';
import type { State } from '../../src/models/snapshot/state.ts';
import { StreamDetector } from '../../src/models/streamDetector.ts';
import { detectAnomalies } from '../../src/operators/detectAnomalies.ts';
import { forecastAhead } from '../../src/operators/forecastAhead.ts';
import { testScheduler } from '../support/marbles.ts';
import { throughText } from '../support/observations.ts';
import { runOperator } from '../support/runOperator.ts';
import { noisySine, SMALL, withChanges } from '../support/series.ts';
import { expectDamageRefused, expectRefused } from '../support/snapshotChecks.ts';

const lastValue = namedForecasters.lastValue(1);

interface Event {
  readonly key: string;
  readonly time: number;
  readonly value: readonly number[];
}

/** Two keys in turn, of two dimensions, a minute apart; some values are missing. */
function events(length: number): Event[] {
  const [one, other] = [noisySine({ length }), noisySine({ length, period: 25, seed: 2 })];
  return one.map((value, t) => ({
    key: t % 2 === 0 ? 'a' : 'b',
    time: 60_000 * t,
    value: [t % 37 === 20 ? Number.NaN : value, other[t]],
  }));
}

function aheadOf(verdicts: readonly (Verdict<unknown, never> | Verdict<unknown> | undefined)[]) {
  return verdicts.map((verdict) => verdict?.ahead);
}

interface Saved {
  ahead: { state: object };
}

function widths(ahead: readonly AheadStep<number>[] | undefined): number {
  return ahead!.reduce((sum, { quantiles }) => sum + quantiles.at(-1)! - quantiles[0], 0);
}

describe('the option ahead of detectAnomalies', () => {
  it('adds what is expected of the next events to each verdict, as soon as there is one', () => {
    testScheduler().run(({ cold, expectObservable }) => {
      const detected = cold('a-b--c|', { a: 5, b: 5, c: 5 }).pipe(
        detectAnomalies({ forecaster: lastValue, ahead: { steps: 2, quantiles: [0.5] } }),
      );
      const made = {
        ahead: [1, 2].map((step) => ({ step, time: undefined, expected: 5, quantiles: [5] })),
      };
      const matching = expect.objectContaining(made) as unknown as Verdict<number, number>;
      expectObservable(detected).toBe('a-b--c|', { a: matching, b: matching, c: matching });
    });
  });

  it.each<[string, ForecasterFactory]>([
    ['the last value', lastValue],
    ['an LSTM', namedForecasters.lstm(1, { hidden: 4, window: 8, stride: 8, lags: 2, horizons: [1, 4] })],
  ])('forecasts what forecastAhead does with %s, of several keys and dimensions', (_name, forecaster) => {
    const plan = { steps: 5, every: 3, quantiles: [0.1, 0.9] };
    const all = events(240);
    const verdicts = runOperator(
      all,
      detectAnomalies<Event, readonly number[]>({
        ...{ forecaster, drift: false, ahead: plan, onProblem: 'silent', value: (event) => event.value },
      }),
    );
    const forecasts = runOperator(
      all,
      forecastAhead<Event, readonly number[]>({
        ...{ forecaster, drift: false, ...plan, onProblem: 'silent', value: (event) => event.value },
      }),
    );
    const due = verdicts.filter(({ ahead }) => ahead !== undefined);
    expect(due.map(({ event, ahead }) => ({ event, ahead }))).toEqual(
      forecasts.map(({ event, ahead }) => ({ event, ahead })),
    );
  });

  it('changes nothing else, and costs nothing where it is left out', () => {
    const values = withChanges(noisySine({ length: 300 }), new Map([[250, 30]]));
    const plain = runOperator(values, detectAnomalies({ ...SMALL }));
    const more = runOperator(values, detectAnomalies({ ...SMALL, ahead: { steps: 3, every: 7 } }));
    expect(plain.some((verdict) => 'ahead' in verdict)).toBe(false);
    expect(more.map(({ ahead: _, ...verdict }) => verdict)).toEqual(plain);
    expect(more.flatMap(({ ahead }, at) => (ahead === undefined ? [] : [at % 7]))).toEqual(
      new Array(Math.ceil(300 / 7)).fill(0),
    );
  });

  it('says nothing after an event that the policy leaves out, and goes on where it was', () => {
    const some = noisySine({ length: 60 }).map((value, t) => (t === 50 ? Number.NaN : value));
    const options = { forecaster: lastValue, ahead: { steps: 2 }, onProblem: 'silent' } as const;
    const skipped = runOperator(some, detectAnomalies({ ...options, onBadData: 'skip' }));
    const without = runOperator(
      some.filter((value) => !Number.isNaN(value)),
      detectAnomalies(options),
    );
    expect(aheadOf(skipped)).toEqual(aheadOf(without));
    const imputed = runOperator(some, detectAnomalies(options));
    expect(imputed).toHaveLength(60);
    expect(imputed[50]!.ahead!.every(({ expected }) => Number.isFinite(expected))).toBe(true);
  });

  it('forecasts prices where returns are modelled', () => {
    const rates = [1.01, 0.98];
    const prices = Array.from({ length: 200 }, (_, t) => rates.map((rate) => 100 * rate ** t));
    const options = { forecaster: namedForecasters.ema(1), transform: 'logReturn' } as const;
    const { ahead, value } = runOperator(prices, detectAnomalies({ ...options, ahead: { steps: 12 } })).at(
      -1,
    )!;
    for (const { step, expected, quantiles } of ahead!)
      for (const [d, rate] of rates.entries()) {
        expect(expected[d]! / (value[d]! * rate ** step)).toBeCloseTo(1, 3);
        expect(quantiles[0]![d]).toBeGreaterThan(0);
      }
  });

  it('holds 80 % of random prices at every step', () => {
    const random = new Random(4);
    let price = 50;
    const prices = Array.from({ length: 3000 }, () => (price *= Math.exp(0.01 * random.normal())));
    const options = { forecaster: namedForecasters.ema(1), transform: 'logReturn' } as const;
    const made = runOperator(prices, detectAnomalies({ ...options, ahead: { steps: 8 } }));
    for (let step = 1; step <= 8; step++) {
      const held = prices.filter((value, t) => {
        const quantiles = t < 300 ? undefined : made[t - step]!.ahead![step - 1]!.quantiles;
        return quantiles !== undefined && value >= quantiles[0] && value <= quantiles[2];
      });
      expect(Math.abs(held.length / 2700 - 0.8)).toBeLessThan(0.03);
    }
  });

  it('is not led astray by an anomaly that is not learnt', () => {
    const calm = noisySine({ length: 520 });
    const struck = withChanges(calm, new Map([500, 501, 502].map((t) => [t, 100])));
    const options = { recurring: 'anomalous', ahead: { steps: 16 } } as const;
    const [usual, after] = [calm, struck].map((values) =>
      runOperator(values, detectAnomalies({ ...SMALL, hidden: 8, ...options })),
    );
    expect(after![500]!.isAnomaly).toBe(true);
    const last = after!.at(-1)!.ahead!;
    expect(widths(last)).toBeLessThan(1.3 * widths(usual!.at(-1)!.ahead));
    for (const { expected } of last) expect(Math.abs(expected - 10)).toBeLessThan(2);
  });

  describe('with a snapshot', () => {
    const plan = { steps: 5, every: 2 };
    const options = { ...SMALL, onProblem: 'silent', ahead: plan } as const;
    const all = events(160);
    const taken = new StreamDetector<Event, readonly number[]>(options);
    for (const event of all.slice(0, 101)) taken.process(event);
    const snapshot = taken.snapshot();
    const rest = all.slice(101);
    const whole = rest.map((event) => taken.process(event));

    function resumed(change: object): (Verdict<Event, readonly number[]> | undefined)[] {
      const detector = new StreamDetector<Event, readonly number[]>({ ...options, ...change });
      detector.restore(throughText(snapshot));
      return rest.map((event) => detector.process(event));
    }

    it('continues bit for bit', () => {
      expect(resumed({})).toEqual(whole);
    });

    it('begins anew where others are asked for, or were not asked for, with the same verdicts', () => {
      const others = resumed({ ahead: { steps: 7 } });
      expect(others.every((verdict) => verdict?.ahead?.length === 7)).toBe(true);
      const none = resumed({ ahead: undefined });
      expect(none.every((verdict) => verdict?.ahead === undefined)).toBe(true);
      for (const verdicts of [others, none])
        expect(verdicts.map((verdict) => verdict?.score)).toEqual(whole.map((verdict) => verdict?.score));
      const before = new StreamDetector<Event, readonly number[]>({ ...SMALL, onProblem: 'silent' });
      for (const event of all.slice(0, 101)) before.process(event);
      const after = new StreamDetector<Event, readonly number[]>(options);
      after.restore(before.snapshot());
      expect(after.process(rest[0]!)?.ahead).toHaveLength(5);
    });

    it('refuses a damaged one', () => {
      expectDamageRefused(taken, 20);
      const { state } = taken.snapshot() as unknown as { state: { streams: { state: Saved }[] } };
      state.streams[1]!.state.ahead.state = {};
      const detector = new StreamDetector<Event, readonly number[]>(options);
      const forged = { ...taken.snapshot(), state: state as unknown as State };
      expectRefused(detector, forged, /profile/);
    });
  });

  it('survives a restart while an incident is open', async () => {
    const store = new MemoryCheckpointStore();
    const values = withChanges(noisySine({ length: 140 }), new Map([[119, 100]]));
    const open = (run: string, state: MemoryCheckpointStore) =>
      DurableDetector.open<number, number>(
        'test',
        { ...SMALL, ahead: { steps: 3 } },
        { store: state, name: 'test', config: null, run },
      );
    const first = await open('first', store);
    for (const value of values.slice(0, 120)) first.process(value, () => null);
    expect(first.open).toHaveLength(1);
    await first.capture()();
    await first.close();
    const second = await open('second', store);
    expect(second.open).toHaveLength(1);
    const whole = await open('whole', new MemoryCheckpointStore());
    for (const value of values.slice(0, 120)) whole.process(value, () => null);
    for (const value of values.slice(120))
      expect(second.process(value, () => null)?.ahead).toEqual(whole.process(value, () => null)?.ahead);
    for (const each of [second, whole]) await each.close();
  });

  it.each([
    [{ steps: 0 }, 'detectAnomalies: ahead: expected steps to be a positive integer, got 0'],
    [
      { quantiles: [0.9, 0.1] },
      'detectAnomalies: ahead: expected quantiles to be ascending numbers above 0 and below 1, 1 to 99 of them, got [0.9, 0.1]',
    ],
    [
      { horizon: 3 },
      'detectAnomalies: ahead: unknown option horizon; the options are steps, quantiles, every',
    ],
    [24, 'detectAnomalies: expected ahead to be an object'],
  ])('refuses %j', (ahead, message) => {
    expect(() => detectAnomalies({ ahead: ahead as object })).toThrow(message);
  });
});

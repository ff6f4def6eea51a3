import fc from 'fast-check';
import { TestScheduler } from 'rxjs/testing';
import { describe, expect, it, vi } from 'vitest';
import type { Problem } from '../../src/core/reading.ts';
import { detectAnomalies } from '../../src/operators/detectAnomalies.ts';
import { type RateOptions, rate } from '../../src/operators/rate.ts';
import { runOperator } from '../support/runOperator.ts';
import { SMALL } from '../support/series.ts';

interface Event {
  readonly time: number;
  readonly value: number | null;
  readonly key?: string;
}

function run(events: readonly Event[], options: RateOptions<Event, number> = {}) {
  const problems: Problem<Event>[] = [];
  const operator = rate<Event, number>({
    value: ({ value }) => value,
    onProblem: (problem) => problems.push(problem),
    ...options,
  });
  return { readings: runOperator(events, operator), problems };
}

const at = (time: number, value: number | null, key?: string): Event =>
  key === undefined ? { time, value } : { time, value, key };

describe('rate', () => {
  it('is what was counted by the time it took, per second or as asked for; the first reading has none', () => {
    const events = [at(0, 100), at(10_000, 150), at(15_000, 150), at(16_000, 151)];
    const { readings, problems } = run(events);
    expect(readings.map(({ value }) => value)).toEqual([5, 0, 1]);
    expect(readings[0]).toEqual({ event: events[1], time: 10_000, key: undefined, value: 5, imputed: false });
    expect(problems).toEqual([]);
    expect(run(events, { per: '1m' }).readings.map(({ value }) => value)).toEqual([300, 0, 60]);
    expect(run(events, { per: 1 }).readings.map(({ value }) => value)).toEqual([0.005, 0, 0.001]);
  });

  it('counts from 0 after a reset, and reports it', () => {
    const { readings, problems } = run([at(0, 1000), at(1000, 1010), at(2000, 4), at(3000, 9)]);
    expect(readings.map(({ value }) => value)).toEqual([10, 4, 5]);
    expect(problems).toMatchObject([
      {
        kind: 'counterReset',
        count: 1,
        message: 'event 2: expected a counter not below the one before, got 4; counted from 0',
      },
    ]);
  });

  it('over a missing value is that of the whole time, and the missing one is imputed', () => {
    const { readings, problems } = run([at(0, 0), at(1000, Number.NaN), at(2000, 20)]);
    expect(readings).toMatchObject([
      { value: Number.NaN, imputed: true },
      { value: 10, imputed: false },
    ]);
    expect(problems).toMatchObject([{ kind: 'missing', index: 1 }]);
    const verdicts = runOperator(readings, detectAnomalies({ ...SMALL, onProblem: 'silent' }));
    expect(verdicts.map(({ imputed }) => imputed)).toEqual([true, false]);
  });

  it('is of each stream, and of each dimension', () => {
    const { readings } = run([at(0, 0, 'a'), at(0, 5, 'b'), at(1000, 1, 'a'), at(1000, 7, 'b')]);
    expect(readings.map(({ key, value }) => [key, value])).toEqual([
      ['a', 1],
      ['b', 2],
    ]);
    const several = rate({ value: (pair: readonly number[]) => pair.slice(1), time: ([time]) => time });
    const pairs = [
      [0, 1, 10],
      [2000, 3, 4],
    ];
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
    expect(runOperator(pairs, several).map(({ value }) => value)).toEqual([[1, 2]]);
    expect(warn.mock.calls).toEqual([
      [expect.stringContaining('rate: event 1: expected a counter not below')],
    ]);
    warn.mockRestore();
  });

  it('leaves out what comes at no later time, or without one, and reports it', () => {
    const events = [at(1000, 0), at(1000, 5), at(500, 5), at(Number.NaN, 5), at(2000, 8)];
    const { readings, problems } = run(events);
    expect(readings.map(({ value }) => value)).toEqual([8]);
    expect(problems.map(({ kind, index }) => [kind, index])).toEqual([
      ['timeBackwards', 1],
      ['timeBackwards', 2],
      ['badTime', 3],
    ]);
  });

  it('begins anew for the stream that was idle longest beyond maxKeys', () => {
    const events = [at(0, 0, 'a'), at(0, 0, 'b'), at(1000, 1, 'a'), at(1000, 1, 'b'), at(2000, 2, 'b')];
    const { readings } = run(events, { maxKeys: 1 });
    expect(readings.map(({ key, time }) => [key, time])).toEqual([['b', 2000]]);
  });

  it('adds up to what was counted', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 1, max: 1e6 }), fc.nat(1e6)), { maxLength: 50 }),
        (steps) => {
          let [time, count] = [0, 0];
          const events = [at(0, 0)];
          for (const [dt, grown] of steps) {
            time += dt;
            count += grown;
            events.push(at(time, count));
          }
          const { readings } = run(events, { per: 1 });
          let before = 0;
          const sum = readings.reduce((total, reading) => {
            const part = (reading.value as number) * (reading.time! - before);
            before = reading.time!;
            return total + part;
          }, 0);
          expect(sum).toBeCloseTo(count, 3);
        },
      ),
    );
  });

  it('passes marbles on at their frames, and errors at once', () => {
    new TestScheduler((actual, expected) => expect(actual).toEqual(expected)).run(
      ({ cold, expectObservable }) => {
        const values = { a: at(0, 0), b: at(1000, 3), c: at(2000, 3) };
        const rates = cold('a-b-c-#', values).pipe(rate<Event, number>({ value: ({ value }) => value }));
        const reading = (event: Event, value: number) => ({
          ...{ event, time: event.time, key: undefined, value, imputed: false },
        });
        expectObservable(rates).toBe('--b-c-#', { b: reading(values.b, 3), c: reading(values.c, 0) });
      },
    );
  });
});

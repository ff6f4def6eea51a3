import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Problem } from '../../../src/core/reading.ts';
import { callbackContract, operatorContract, optionContract } from '../../contracts/operatorContract.ts';
import { testScheduler } from '../../support/marbles.ts';
import { runOperator } from '../../support/runOperator.ts';
import { type SmoothOptions, smooth } from './smooth.ts';

interface Event {
  readonly time: number;
  readonly value: number | null;
  readonly key?: string;
}

const at = (time: number, value: number | null, key?: string): Event =>
  key === undefined ? { time, value } : { time, value, key };

function run(events: readonly Event[], options: SmoothOptions<Event, number> = {}) {
  const problems: Problem<Event>[] = [];
  const operator = smooth<Event, number>({
    value: ({ value }) => value,
    onProblem: (problem) => problems.push(problem),
    ...options,
  });
  return { readings: runOperator(events, operator), problems };
}

operatorContract({ name: 'smooth', operator: () => smooth({ time: (event: number) => event }) });

optionContract('smooth', smooth, {}, [
  ['events', 0, 'a positive integer', '0'],
  ['events', 100_001, 'at most 100000 (longer averages no longer follow the stream)', '100001'],
  ['maxKeys', 0.5, 'a positive integer', '0.5'],
  ['value', 1, 'a function', '1'],
  ['time', 'at', 'a function', '"at"'],
  ['key', 'id', 'a function', '"id"'],
  ['onProblem', {}, "a function, or 'silent'", 'an object with no fields'],
]);

const BAD = new Error("the user's own");
const fail = (): never => {
  throw BAD;
};
callbackContract('smooth value', smooth({ value: fail }), [at(0, 1)], BAD);
callbackContract('smooth time', smooth({ time: fail }), [at(0, 1)], BAD);
callbackContract('smooth key', smooth({ key: fail }), [at(0, 1)], BAD);
callbackContract('smooth onProblem', smooth({ onProblem: fail }), [at(0, null)], BAD);

describe('smooth', () => {
  it('weighs the newest value by 1 / events, without a bias to 0 at the start', () => {
    const { readings, problems } = run([at(0, 8), at(1, 8), at(2, 12)], { events: 4 });
    expect(readings.map(({ value }) => value)).toEqual([8, 8, expect.closeTo(8 + 4 / 2.3125, 12)]);
    expect(problems).toEqual([]);
  });

  it('leaves the average alone where a value is missing, and reports it', () => {
    const events = [at(0, 5), at(1, Number.NaN), at(2, null), at(Number.NaN, 9), at(4, 5)];
    const { readings, problems } = run(events);
    expect(readings.map(({ value, imputed }) => [value, imputed])).toEqual([
      [5, false],
      [Number.NaN, true],
      [5, false],
    ]);
    expect(problems.map(({ kind, index }) => [kind, index])).toEqual([
      ['missing', 1],
      ['missing', 2],
      ['badTime', 3],
    ]);
  });

  it('has averages of each stream and of each dimension, and begins anew beyond maxKeys', () => {
    const events = [at(0, 1, 'a'), at(1, 9, 'b'), at(2, 3, 'a')];
    const second = expect.closeTo((0.5 * 1 + 3) / 1.5, 12);
    expect(run(events, { events: 2 }).readings.map(({ value }) => value)).toEqual([1, 9, second]);
    expect(run(events, { events: 2, maxKeys: 1 }).readings.map(({ value }) => value)).toEqual([1, 9, 3]);
    const pairs = [
      [0, 1, 10],
      [1, 3, 10],
    ];
    const several = smooth({
      events: 2,
      value: (pair: readonly number[]) => pair.slice(1),
      time: ([t]) => t,
    });
    expect(runOperator(pairs, several).map(({ value }) => value)).toEqual([
      [1, 10],
      [second, 10],
    ]);
  });

  it('stays within what came, whatever it is', () => {
    const value = fc.double({ min: -1e300, max: 1e300, noNaN: true });
    fc.assert(
      fc.property(fc.array(value, { minLength: 1 }), fc.integer({ min: 1, max: 100 }), (values, events) => {
        const { readings } = run(
          values.map((each, t) => at(t, each)),
          { events },
        );
        const slack = 1e-9 * Math.max(...values.map(Math.abs)) + 1e-300; // denormals are rounded
        for (const reading of readings) {
          expect(reading.value).toBeGreaterThanOrEqual(Math.min(...values) - slack);
          expect(reading.value).toBeLessThanOrEqual(Math.max(...values) + slack);
        }
      }),
    );
  });

  it('passes marbles on at their frames, and errors at once', () => {
    testScheduler().run(({ cold, expectObservable }) => {
      const values = { a: at(0, 4), b: at(1, 4) };
      const smoothed = cold('a-b-#', values).pipe(smooth<Event, number>({ value: ({ value }) => value }));
      const reading = (event: Event) => ({
        ...{ event, time: event.time, key: undefined, value: 4, imputed: false },
      });
      expectObservable(smoothed).toBe('a-b-#', { a: reading(values.a), b: reading(values.b) });
    });
  });
});

import { Subject } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { describe, expect, it } from 'vitest';
import type { Problem, Value } from '../../src/core/reading.ts';
import type { Statistic } from '../../src/models/derived/statistics.ts';
import { type AggregateOptions, aggregate } from '../../src/operators/aggregate.ts';
import { detectAnomalies } from '../../src/operators/detectAnomalies.ts';
import { runOperator } from '../support/runOperator.ts';
import { SMALL } from '../support/series.ts';

interface Event {
  readonly time: number;
  readonly value?: Value | null;
  readonly key?: string;
}

type Options = Partial<AggregateOptions<Event, Value, Statistic | readonly Statistic[]>>;

function run(events: readonly Event[], options: Options = {}) {
  const problems: Problem<Event>[] = [];
  const operator = aggregate<Event, Value, Statistic | readonly Statistic[]>({
    every: 10,
    by: 'mean',
    ...(options.by === 'count' ? {} : { value: ({ value }: Event) => value }),
    onProblem: (problem: Problem<Event>) => problems.push(problem),
    ...options,
  } as never);
  const readings = runOperator(events, operator);
  return { readings, problems, values: readings.map(({ value }) => value) };
}

const at = (time: number, value?: Value | null, key?: string): Event => ({
  time,
  ...(value === undefined ? {} : { value }),
  ...(key === undefined ? {} : { key }),
});

describe('aggregate', () => {
  it('makes one reading of a window, with its beginning and its last event', () => {
    const events = [at(1, 1), at(9, 3), at(10, 8), at(25, 0)];
    const { readings, problems } = run(events);
    expect(readings).toEqual([
      { event: events[1], time: 0, key: undefined, value: 2, imputed: false },
      { event: events[2], time: 10, key: undefined, value: 8, imputed: false },
    ]); // the one from 20 on has not ended
    expect(problems).toEqual([]);
  });

  it('takes lengths as text', () => {
    const events = [at(0, 1), at(59_999, 2), at(60_000, 9)];
    expect(run(events, { every: '1m' }).values).toEqual([1.5]);
  });

  it('gives several statistics as dimensions', () => {
    const events = [at(0, [1, 10]), at(5, [3, 30]), at(10, [0, 0])];
    expect(run(events, { by: ['count', 'mean', 'p100'] }).values).toEqual([[2, 2, 20, 3, 30]]);
    expect(run(events, { by: 'max' }).values).toEqual([[3, 30]]);
    expect(run([at(0, 1), at(10, 1)], { by: ['max'] }).values).toEqual([[1]]);
  });

  it('counts events of any kind, by key, with zeros in between', () => {
    const events = [at(0, undefined, 'login'), at(1, null, 'login'), at(2, undefined, 'error')];
    events.push(at(31, undefined, 'login'), at(31, undefined, 'error'));
    const { readings, problems } = run(events, { by: 'count' });
    expect(readings.map(({ key, time, value, imputed }) => [key, time, value, imputed])).toEqual([
      ['login', 0, 2, false],
      ['login', 10, 0, false],
      ['login', 20, 0, false],
      ['error', 0, 1, false],
      ['error', 10, 0, false],
      ['error', 20, 0, false],
    ]);
    expect(problems).toEqual([]);
  });

  it('marks windows without a value as imputed, for which a detector uses its forecast', () => {
    const { readings } = run([at(0, 1), at(25, 2), at(30, 3)]);
    expect(readings).toMatchObject([
      { value: 1, imputed: false },
      { value: Number.NaN, imputed: true, event: undefined },
      { value: 2, imputed: false },
    ]);
    const verdicts = runOperator(readings, detectAnomalies({ ...SMALL, onProblem: 'silent' }));
    expect(verdicts.map(({ imputed }) => imputed)).toEqual([false, true, false]);
  });

  it('reports what it leaves out: late events, events without a time, values that are none', () => {
    const events = [at(0, 1), at(12, 4), at(9, 100), at(Number.NaN, 100), at(13, null), at(14, 'x' as never)];
    const { values, problems } = run([...events, at(20, 0)]);
    expect(values).toEqual([1, 4]);
    expect(problems.map(({ kind, index }) => [kind, index])).toEqual([
      ['timeBackwards', 2],
      ['badTime', 3],
      ['missing', 4],
      ['notANumber', 5],
    ]);
    expect(problems[0]?.message).toBe(
      'event 2: expected a time not before 1970-01-01T00:00:00.010Z, got 1970-01-01T00:00:00.009Z; left out',
    );
  });

  it('waits for the first value, which tells the dimensions', () => {
    const { values, problems } = run([at(0, null), at(11, [1, 2]), at(20, [3, 4])]);
    expect(values).toEqual([[1, 2]]);
    expect(problems).toMatchObject([{ kind: 'missing', index: 0 }]);
  });

  it('reports the open window of a stream that is dropped', () => {
    const { readings, problems } = run([at(0, 1, 'a'), at(0, 1, 'b'), at(10, 1, 'b')], { maxKeys: 1 });
    expect(readings).toMatchObject([{ key: 'b', time: 0 }]);
    expect(problems).toMatchObject([
      { kind: 'evictedEarly', key: 'a', detail: 'more than 1 streams; a window of 1 events had not ended' },
    ]);
  });

  it('refuses options without effect', () => {
    expect(() => aggregate({ every: 1, by: 'count', value: () => 1 } as never)).toThrow(
      "aggregate: expected value to be left out with by: 'count'",
    );
    expect(() =>
      aggregate({ every: 1, by: 'mean', scheduler: new TestScheduler(() => {}) } as never),
    ).toThrow('aggregate: expected scheduler to be left out without closeAfter');
  });

  it('closes windows by the clock where it is asked to, on and on, until the source ends', () => {
    new TestScheduler((actual, expected) => expect(actual).toEqual(expected)).run(
      ({ hot, expectObservable }) => {
        // Frames are milliseconds of the virtual clock, and so are the times of events.
        const events = { a: at(0), b: at(3), c: at(31) };
        const counts = hot('a--b---------------------------c---|', events).pipe(
          aggregate<Event>({ every: 10, by: 'count', closeAfter: 2, onProblem: 'silent' }),
        );
        const window = (time: number, value: number, event?: Event) => ({
          ...{ event, time, key: undefined, value, imputed: false },
        });
        expectObservable(counts).toBe('------------x---------y--------z---|', {
          x: window(0, 2, events.b),
          y: window(10, 0),
          z: window(20, 0),
        });
      },
    );
  });

  it('passes errors on at once and closes nothing after them or after an unsubscription', () => {
    new TestScheduler((actual, expected) => expect(actual).toEqual(expected)).run(
      ({ hot, expectObservable }) => {
        const counts = (marbles: string) =>
          hot(marbles, { a: at(0) }).pipe(aggregate<Event>({ every: 10, by: 'count', closeAfter: 2 }));
        expectObservable(counts('a--#')).toBe('---#');
        expectObservable(counts('a---'), '-----!').toBe('------');
      },
    );
    const source = new Subject<Event>();
    const results: unknown[] = [];
    const subscription = source
      .pipe(aggregate<Event>({ every: 10, by: 'count' }))
      .subscribe((each) => results.push(each));
    source.next(at(0));
    subscription.unsubscribe();
    expect(source.observed).toBe(false);
    expect(results).toEqual([]);
  });
});

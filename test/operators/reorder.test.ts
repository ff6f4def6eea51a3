import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type LateEvent, reorder } from '../../src/operators/reorder.ts';
import { testScheduler } from '../support/marbles.ts';
import { real } from '../support/real.ts';
import { runOperator } from '../support/runOperator.ts';

interface Event {
  readonly time: number;
  readonly name?: string;
}

function run(events: readonly Event[], allowedLateness: number, maxBuffer = 100_000) {
  const late: LateEvent<Event>[] = [];
  const onLate = (event: LateEvent<Event>) => late.push(event);
  return { ordered: runOperator(events, reorder({ allowedLateness, maxBuffer, onLate })), late };
}

const at = (...times: readonly number[]): Event[] => times.map((time, n) => ({ time, name: `#${n}` }));
const timesOf = (events: readonly Event[]): number[] => events.map(({ time }) => time);

/** Events in order, and the same as a network would deliver them: none later than `lateness` after a newer one. */
const delayed = fc
  .record({
    times: fc.array(fc.integer({ min: 0, max: 300 }), { maxLength: 60 }),
    lateness: fc.integer({ min: 0, max: 50 }),
    seed: fc.array(real(0, 1), { minLength: 60, maxLength: 60 }),
  })
  .map(({ times, lateness, seed }) => {
    const sorted = [...times].sort((a, b) => a - b).map((time, n) => ({ time, name: `#${n}` }));
    const arrived = sorted
      .map((event, n) => ({ event, arrival: event.time + seed[n] * lateness }))
      .sort((a, b) => a.arrival - b.arrival)
      .map(({ event }) => event);
    return { sorted, arrived, lateness };
  });

describe('reorder', () => {
  it('puts any shuffle within the allowed lateness in order, complete', () => {
    fc.assert(
      fc.property(delayed, ({ sorted, arrived, lateness }) => {
        const { ordered, late } = run(arrived, lateness);
        expect(late).toEqual([]);
        expect(timesOf(ordered)).toEqual(timesOf(sorted));
        expect(new Set(ordered)).toEqual(new Set(sorted));
      }),
    );
  });

  it('loses nothing and gives order, whatever comes: what is not let through is reported', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 100 })),
        fc.integer({ min: 0, max: 20 }),
        fc.integer({ min: 1, max: 5 }),
        (times, lateness, maxBuffer) => {
          const events = at(...times);
          const { ordered, late } = run(events, lateness, maxBuffer);
          expect(timesOf(ordered)).toEqual([...timesOf(ordered)].sort((a, b) => a - b));
          expect(new Set([...ordered, ...late.map(({ event }) => event)])).toEqual(new Set(events));
          expect(ordered.length + late.length).toBe(events.length);
          expect(late.map(({ count }) => count)).toEqual(late.map((_, n) => n + 1));
        },
      ),
    );
  });

  it('lets equal times through in the order of arrival', () => {
    const events = at(5, 3, 5, 3, 5);
    expect(run(events, 10).ordered.map(({ name }) => name)).toEqual(['#1', '#3', '#0', '#2', '#4']);
  });

  it('holds each back until one comes that is allowedLateness newer, and the rest until completion', () => {
    testScheduler().run(({ cold, expectObservable, expectSubscriptions }) => {
      const [a, b, c, d] = at(10, 14, 12, 20);
      const source = cold('a-b-c-d----|', { a, b, c, d });
      const ordered = source.pipe(reorder({ allowedLateness: 6, onLate: () => {} }));
      expectObservable(ordered).toBe('------(acb)(d|)', { a, b, c, d });
      expectSubscriptions(source.subscriptions).toBe('^----------!');
    });
  });

  it('holds nothing back when nothing may be late', () => {
    testScheduler().run(({ cold, expectObservable }) => {
      const [a, b, c] = at(1, 1, 2);
      const source = cold('a-b-c-|', { a, b, c });
      expectObservable(source.pipe(reorder({ allowedLateness: 0, onLate: () => {} }))).toBe('a-b-c-|', {
        a,
        b,
        c,
      });
    });
  });

  it('does not let through what it held when the source fails', () => {
    testScheduler().run(({ cold, expectObservable }) => {
      const [a] = at(1);
      expectObservable(cold('a-#', { a }).pipe(reorder({ allowedLateness: 5, onLate: () => {} }))).toBe(
        '--#',
      );
    });
  });

  it('tells of what is too late: how much, and how many there were', () => {
    const events = at(0, 100, 40, 95, 30);
    const { ordered, late } = run([...events.slice(0, 2), { time: 110 }, ...events.slice(2)], 10);
    expect(timesOf(ordered)).toEqual([0, 100, 110]);
    expect(late).toEqual([
      { event: events[2], time: 40, lateness: 60, count: 1 },
      { event: events[3], time: 95, lateness: 5, count: 2 },
      { event: events[4], time: 30, lateness: 70, count: 3 },
    ]);
  });

  it('counts late events per subscription', () => {
    const counts: number[] = [];
    const operator = reorder<Event>({ allowedLateness: 0, onLate: ({ count }) => counts.push(count) });
    runOperator(at(5, 1), operator);
    runOperator(at(5, 1), operator);
    expect(counts).toEqual([1, 1]);
  });

  it.each([
    ['nothing', {}],
    ['text that is no time', { time: 'noon' }],
    ['NaN', { time: Number.NaN }],
    ['null', null],
  ])('tells of an event whose time is %s as late by NaN', (_name, event) => {
    const late: unknown[] = [];
    const ordered = runOperator<unknown, unknown>(
      [{ time: 1 }, event, { time: 2 }],
      reorder({ allowedLateness: 0, onLate: (reported) => late.push(reported) }),
    );
    expect(ordered).toEqual([{ time: 1 }, { time: 2 }]);
    expect(late).toEqual([{ event, time: Number.NaN, lateness: Number.NaN, count: 1 }]);
  });

  it('reads times as the other operators do: dates, ISO text, by a selector', () => {
    const events = [{ at: new Date(2000) }, { at: '1970-01-01T00:00:01Z' }, { at: 1500 }];
    const operator = reorder({
      allowedLateness: 5000,
      time: ({ at: time }: (typeof events)[number]) => time,
      onLate: () => {},
    });
    expect(runOperator(events, operator)).toEqual([events[1], events[2], events[0]]);
  });

  it('holds no more than maxBuffer: beyond, the oldest goes early', () => {
    const { ordered, late } = run(at(3, 1, 2, 0), 1000, 2);
    expect(timesOf(ordered)).toEqual([1, 2, 3]);
    expect(late).toMatchObject([{ time: 0, lateness: 1, count: 1 }]);
  });

  it('is not stopped by one event from the far future', () => {
    const { ordered, late } = run(at(1, 2, 1e15, 3, 4, 5), 10);
    expect(timesOf(ordered)).toEqual([1, 2, 3, 4, 5, 1e15]);
    expect(late).toEqual([]);
  });
});

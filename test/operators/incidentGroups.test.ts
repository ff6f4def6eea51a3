import { map } from 'rxjs';
import { describe, expect, it } from 'vitest';
import type { Verdict } from '../../src/core/reading.ts';
import { type IncidentGroup, incidentGroups } from '../../src/operators/incidentGroups.ts';
import { testScheduler } from '../support/marbles.ts';
import { verdictOf } from '../support/records.ts';
import { runOperator } from '../support/runOperator.ts';

/** An event of a stream, flagged where the key is a capital. */
function event(key: string, time: number | undefined): Verdict<number, number> {
  const isAnomaly = key === key.toUpperCase();
  return verdictOf(time ?? 0, isAnomaly, { key: key.toLowerCase(), time, startOfIncident: isAnomaly });
}

const keys = ({ incidents }: IncidentGroup<number, number>): string =>
  incidents.map(({ incident }) => incident.key).join('');

/** A cause that shows in streams in this order, a second apart, from a moment on; all are calm ten minutes later. */
function cause(order: string, start: number): Verdict<number, number>[] {
  const hit = [...order].map((key, n) => event(key.toUpperCase(), start + 1000 * n));
  return [...hit, ...[...order].map((key) => event(key, start + 600_000))];
}

const HOUR = 3_600_000;

describe('incidentGroups', () => {
  it('ranks by the order of now, then by that of earlier groups', () => {
    const events = [
      ...cause('abc', 0),
      ...cause('abc', HOUR),
      ...cause('abc', 2 * HOUR),
      ...cause('bac', 3 * HOUR),
    ];
    const groups = runOperator(events, incidentGroups<number, number>({ hold: 1 }));
    expect(groups.map(keys)).toEqual(['abc', 'abc', 'abc', 'abc']); // the last began with b
    const [a] = groups[3]!.incidents;
    expect(a!.seen).toBe(3);
    expect(a!.first).toBeCloseTo((4 / 6 + 5 / 6) / 2, 12);
    expect(groups[3]!.start).toBe(3 * HOUR);
    expect(groups[3]!.end).toBe(3 * HOUR + 2000);
  });

  it('knows nothing of another subscription', () => {
    const operator = incidentGroups<number, number>({ hold: 1 });
    runOperator([...cause('ab', 0), ...cause('ab', HOUR)], operator);
    expect(runOperator(cause('ba', 0), operator).map(keys)).toEqual(['ba']);
  });

  it('has one alone as a group of one, and streams without times by the clock', () => {
    const [group] = runOperator([event('A', undefined)], incidentGroups<number, number>());
    expect(group).toMatchObject({ start: undefined, end: undefined, incidents: [{ first: 1, seen: 0 }] });
  });

  it('has the first of several incidents of a stream', () => {
    const events = [
      ...[event('A', 0), event('a', 1000), event('B', 2000), event('A', 3000)],
      ...[event('a', 600_000), event('b', 600_000)],
    ];
    const [group] = runOperator(events, incidentGroups<number, number>({ hold: 1 }));
    expect(keys(group!)).toBe('ab');
    expect(group!.incidents.map(({ incident, first }) => [incident.start, first])).toEqual([
      [0, expect.closeTo(2 / 3, 12)],
      [2000, expect.closeTo(1 / 3, 12)],
    ]);
  });

  it('comes when all have ended and no more can join, or with the source', () => {
    const scheduler = testScheduler();
    scheduler.run(({ hot, expectObservable }) => {
      const values = {
        ...{ A: event('A', 0), B: event('B', 2), a: event('a', 3), b: event('b', 4) },
        ...{ c: event('a', 30), d: event('b', 31), C: event('A', 40) },
      };
      const groups$ = hot('AB-ab--cd-C-|', values).pipe(
        incidentGroups<number, number>({ hold: 1, group: 10, scheduler }),
      );
      expectObservable(groups$.pipe(map(keys))).toBe('--------x---(y|)', { x: 'ab', y: 'a' });
    });
  });

  it.each([
    [
      { group: 'soon' },
      'incidentGroups: expected group to be a time such as \'5m\', or milliseconds, got "soon"',
    ],
    [{ maxPairs: 1 }, 'incidentGroups'],
    [{ hold: -1 }, 'incidentGroups: expected hold to be'],
    [{ wait: 1 }, 'incidentGroups'],
  ])('refuses %j when it is called', (options, message) => {
    expect(() => incidentGroups(options as object)).toThrow(message);
  });
});

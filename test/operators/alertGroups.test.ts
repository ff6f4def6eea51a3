import { map } from 'rxjs';
import { describe, expect, it } from 'vitest';
import type { Alert, Verdict } from '../../src/core/reading.ts';
import { type AlertsOptions, alerts } from '../../src/operators/alerts.ts';
import { testScheduler } from '../support/marbles.ts';
import { verdictOf } from '../support/records.ts';
import { runOperator } from '../support/runOperator.ts';

const SECOND = 1000;

/** An event of a stream, flagged where the key is a capital. */
function event(key: string, second: number | undefined): Verdict<number, number> {
  const isAnomaly = key === key.toUpperCase();
  const time = second === undefined ? undefined : second * SECOND;
  return verdictOf(second ?? 0, isAnomaly, { key: key.toLowerCase(), time, startOfIncident: isAnomaly });
}

function line({ phase, incident, group = [] }: Alert<number, number>): string {
  return [`${phase} ${incident.key}`, ...group.map(({ key }) => key)].join(' ');
}

describe('alerts with group', () => {
  it('are one of ten streams hit by one cause: the first is named first', () => {
    const keys = [...'FABCDEGHIJ'];
    const hit = keys.map((key, n) => event(key, 100 + n));
    const late = event('Z', 99.5); // out of order, and the first
    const calm = Array.from({ length: 30 }, (_, n) =>
      [...keys, 'z'].map((key, i) => event(key.toLowerCase(), 120 + 30 * n + i / 100)),
    );
    const found = runOperator(
      [...hit, late, ...calm.flat()],
      alerts<number, number>({ group: '5m', hold: 2 }),
    );
    expect(found.map(line)).toEqual(['began z z f a b c d e g h i j', 'ended z z f a b c d e g h i j']);
    expect(found[0]!.incident.start).toBe(99.5 * SECOND);
  });

  it('are two of two causes', () => {
    const events = [event('A', 0), event('B', 10), event('A', 400), event('B', 401), event('a', 900)];
    expect(runOperator(events, alerts<number, number>({ group: '5m', hold: 1 })).map(line)).toEqual([
      'began a a b',
      'ended a a b',
      'began a a b',
      'ended a a b',
    ]);
  });

  const marbles = { A: event('A', 0), B: event('B', 0.002), a: event('a', 0.003), b: event('b', 0.004), C: event('C', 0.005), c: event('c', 0.02) }; // biome-ignore format: a line
  const shown = { x: 'began a a b', y: 'updated a a b c', z: 'ended a a b c', s: 'began a', u: 'updated a a b', e: 'ended a a b' }; // biome-ignore format: a line

  /** What comes of a source in marbles, of which a frame is a millisecond. */
  function marble(source: string, expected: string, options: AlertsOptions, values = marbles): void {
    const scheduler = testScheduler();
    scheduler.run(({ hot, expectObservable }) => {
      const alerts$ = hot(source, values).pipe(alerts<number, number>({ hold: 1, scheduler, ...options }));
      expectObservable(alerts$.pipe(map(line))).toBe(expected, shown);
    });
  }

  it('come after the wait by the clock, are updated with the window, and end with the last', () => {
    marble('A-Bab-C---------------------c--', '----x---------y-------------z--', { group: 14, groupWait: 4 });
  });

  it('do not wait by the clock where all streams are past the window', () => {
    const past = { ...marbles, a: event('a', 0.02), b: event('b', 0.02) };
    marble('A-B---(ab)--', '------(xe)--', { group: 10, groupWait: 10 }, past);
  });

  it('come with the end of the source, before the wait', () => {
    marble('A-B|', '---(xe|)', { group: '1h' });
  });

  it('come at once without a wait', () => {
    marble('A-B-------', 's----u----', { group: 5, groupWait: 0 });
  });

  it.each([
    [{ group: 'soon' }, 'alerts: expected group to be a time such as \'5m\', or milliseconds, got "soon"'],
    [{ group: 0 }, 'expected group to be a time'],
    [{ group: '30d' }, 'expected group to be at most 2147483647 milliseconds (timers hold no more)'],
    [{ groupWait: '5s' }, 'expected groupWait to be left out without group, where no alert waits, got "5s"'],
    [{ group: '1m', groupWait: '2m' }, 'expected groupWait to be at most group, "1m", got "2m"'],
  ])('refuse %j at once', (options, message) => {
    expect(() => alerts(options)).toThrow(message);
  });
});

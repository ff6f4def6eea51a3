import { describe, expect, it } from 'vitest';
import type { Alert } from '../../src/core/reading.ts';
import { alerts } from '../../src/operators/alerts.ts';
import { testScheduler } from '../support/marbles.ts';
import { verdictOf } from '../support/records.ts';
import { runOperator } from '../support/runOperator.ts';

/** Alerts of a line of text: a letter is a flagged event of that key (a capital begins an incident), a dot is none of 'a'. */
function reported(line: string, hold = 2): string[] {
  const verdicts = [...line].map((mark, n) =>
    verdictOf(n, mark !== '.', {
      key: mark === '.' ? 'a' : mark.toLowerCase(),
      startOfIncident: mark !== '.' && mark === mark.toUpperCase(),
    }),
  );
  return runOperator(verdicts, alerts<number, number>({ hold })).map(
    ({ phase, incident: { key, first, last, open } }: Alert<number, number>) =>
      `${key} ${phase} ${first.event}-${last.event}${open ? ' open' : ''}`,
  );
}

describe('alerts', () => {
  it('tell when an incident begins and when it has ended', () => {
    expect(reported('.Aaa...')).toEqual(['a began 1-1 open', 'a ended 1-3']);
  });

  it('tell of incidents of several streams as they come', () => {
    expect(reported('ABa..')).toEqual([
      'a began 0-0 open',
      'b began 1-1 open',
      'a ended 0-2',
      'b ended 1-1 open',
    ]);
  });

  it('end what continues when the source ends, marked open', () => {
    expect(reported('Aa')).toEqual(['a began 0-0 open', 'a ended 0-1 open']);
  });

  it('tell of the end before the next begins', () => {
    expect(reported('Aa.A')).toEqual([
      'a began 0-0 open',
      'a ended 0-1',
      'a began 3-3 open',
      'a ended 3-3 open',
    ]);
  });

  it('come in the frame of the event that they are about', () => {
    testScheduler().run(({ cold, expectObservable }) => {
      const values = { n: verdictOf(0, false), y: verdictOf(1, true, { startOfIncident: true }) };
      const source = cold('n-y-n|', values);
      const phases = source.pipe(alerts({ hold: 1 }));
      const incident = expect.anything() as never;
      expectObservable(phases).toBe('--b-e|', {
        b: { phase: 'began', incident },
        e: { phase: 'ended', incident },
      });
    });
  });

  it('refuse a wrong option at once', () => {
    expect(() => alerts({ hold: 0 })).toThrow('alerts: expected hold to be a positive integer, got 0');
  });
});

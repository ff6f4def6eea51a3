import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Threshold } from '../../../src/models/decision/threshold.ts';
import type { ThresholdOptions } from '../../../src/models/decision/thresholdOptions.ts';
import { namedForecasters } from '../../../src/models/forecasters/namedForecasters.ts';
import { namedScorers } from '../../../src/models/scorers/namedScorers.ts';
import { StreamDetector } from '../../../src/models/streamDetector.ts';
import { throughText } from '../../support/observations.ts';

const PLAIN = { warmUp: 0, habituation: false } as const;

/** `!` flagged, `A` flagged and alerting, `?` over the threshold but not confirmed, `.` neither. */
function run(
  options: ThresholdOptions,
  scores: readonly number[],
  threshold = new Threshold(options),
): string {
  return scores
    .map((score) => {
      const flag = threshold.decide(score);
      threshold.learn(flag, score);
      return flag.startOfIncident ? 'A' : flag.isAnomaly ? '!' : flag.pending ? '?' : '.';
    })
    .join('');
}

/** `#` is over the threshold, anything else is not. */
const scores = (text: string): number[] => [...text].map((mark) => (mark === '#' ? 0.9 : 0.1));

describe('confirm', () => {
  it.each<[ThresholdOptions['confirm'], string, string]>([
    [1, '.#.##..#', '.A.!!..!'],
    [3, '#.##.###', '?.??.??A'],
    [3, '..#####.#', '..??A!!.!'],
    [{ events: 2, of: 4 }, '#..#.#...#', '?..A.!...!'],
    [{ events: 2, of: 3 }, '#..#..#', '?..?..?'],
    [{ events: 3, of: 3 }, '##.###', '??.??A'],
  ])('%j on %s', (confirm, given, expected) => {
    expect(run({ ...PLAIN, confirm: confirm! }, scores(given))).toBe(expected);
  });

  it('is needed again once the incident has ended', () => {
    expect(run({ ...PLAIN, confirm: 2, hold: 3 }, scores('##..#...##'))).toBe('?A..!...?A');
  });

  it('counts nothing of the warm-up', () => {
    expect(run({ ...PLAIN, warmUp: 3, confirm: 2 }, scores('#####'))).toBe('...?A');
  });

  it('alerts exactly where enough of the last events were over the threshold, and never more than without', () => {
    const anyScores = fc.array(fc.constantFrom(0.1, 0.45, 0.6, 0.9), { maxLength: 60 });
    fc.assert(
      fc.property(anyScores, fc.integer({ min: 1, max: 5 }), fc.nat({ max: 4 }), (given, events, more) => {
        const options = { ...PLAIN, release: 0.5, hold: 1000 };
        const confirm = { events, of: events + more };
        const over = given.map((score) => (score >= 0.5 ? 1 : 0));
        const first = over.findIndex(
          (is, at) =>
            is === 1 &&
            over.slice(Math.max(0, at + 1 - confirm.of), at + 1).filter((each) => each === 1).length >=
              events,
        );
        const flags = run({ ...options, confirm }, given);
        expect(flags.indexOf('A')).toBe(first);
        // From the alert on an incident is open: every event over the threshold is flagged.
        const expected = over.map((is, at) => {
          if (is === 0) return '.';
          if (at === first) return 'A';
          return first >= 0 && at > first ? '!' : '?';
        });
        expect(flags).toBe(expected.join(''));
      }),
      { seed: 1, numRuns: 300 },
    );
  });

  it('is the same as without it at 1', () => {
    const given = scores('#.##.####....###');
    expect(new Threshold({ ...PLAIN, confirm: 1 }).snapshot()).toEqual(new Threshold(PLAIN).snapshot());
    expect(run({ ...PLAIN, confirm: 1 }, given)).toBe(run(PLAIN, given));
  });

  it('is part of the snapshot', () => {
    const options = { ...PLAIN, confirm: { events: 3, of: 5 } };
    const given = scores('#.#..##.#.###..#');
    for (let at = 0; at <= given.length; at++) {
      const [first, second] = [new Threshold(options), new Threshold(options)];
      run(options, given.slice(0, at), first);
      second.restore(throughText(first.snapshot()));
      expect(run(options, given.slice(at), second)).toBe(run(options, given.slice(at), first));
    }
    expect(() => new Threshold(PLAIN).restore(new Threshold(options).snapshot())).toThrow('config.confirm');
  });

  it('is not helped by events that a rule suppresses', () => {
    const threshold = new Threshold({ ...PLAIN, confirm: 2 });
    const flag = threshold.decide(0.9);
    expect(flag.pending).toBe(true);
    threshold.learn({ isAnomaly: false }, 0.9); // overruled
    expect(threshold.decide(0.9)).toMatchObject({ isAnomaly: false, pending: true });
  });

  it('lets single outliers of a stream pass, and finds what lasts, as many events later', () => {
    const value = (t: number): number =>
      Math.sin(t / 5) + (t === 500 || t === 600 ? 30 : 0) + (t >= 700 && t < 710 ? 30 : 0);
    const alerts = (confirm: number): number[] => {
      const detector = new StreamDetector<number>({
        forecaster: namedForecasters.mean(1),
        scorer: namedScorers.zScore(),
        confirm,
      });
      const found: number[] = [];
      for (let t = 0; t < 720; t++) if (detector.process(value(t))?.startOfIncident) found.push(t);
      detector.dispose();
      return found;
    };
    expect(alerts(1)).toEqual(expect.arrayContaining([500, 600, 700]));
    expect(alerts(3)).toEqual([702]);
  });

  it.each<[unknown, string]>([
    [0, 'expected confirm to be a positive integer or { events, of }, got 0'],
    [1025, 'expected confirm.events to be at most 1024 (all of them are remembered), got 1025'],
    [{ events: 3, of: 2 }, 'expected confirm.of to be 3 or more, as confirm.events, got 2'],
    [{ event: 3 }, 'confirm: unknown option event; did you mean events? the options are events, of'],
    [{ of: 3 }, 'expected confirm.events to be a positive integer, got undefined'],
  ])('refuses %j', (confirm, message) => {
    expect(() => new Threshold({ confirm: confirm as never })).toThrow(`Threshold: ${message}`);
  });
});

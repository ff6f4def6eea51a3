import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Flag, Threshold } from '../../../src/models/decision/threshold.ts';
import type { ThresholdOptions } from '../../../src/models/decision/thresholdOptions.ts';
import { throughText } from '../../support/observations.ts';
import { real } from '../../support/real.ts';
import { expectDamageRefused, expectRefused } from '../../support/snapshotChecks.ts';
import { marks } from '../../support/thresholdMarks.ts';

function flagsOf(threshold: Threshold, scores: readonly number[]): Flag[] {
  return scores.map((score) => {
    const flag = threshold.decide(score);
    threshold.learn(flag, score);
    return flag;
  });
}

type PlainOptions = Required<Pick<ThresholdOptions, 'threshold' | 'release' | 'hold' | 'warmUp'>>;

/** What the documentation says, word for word, from the whole history at every event. */
function naive(options: PlainOptions, scores: readonly number[]): Flag[] {
  const flags: Flag[] = [];
  for (const [i, score] of scores.entries()) {
    const warmingUp = i < options.warmUp;
    const rightAfterAnomaly = flags[i - 1]?.isAnomaly === true;
    const isAnomaly = !warmingUp && score >= (rightAfterAnomaly ? options.release : options.threshold);
    const last = flags.findLastIndex((flag) => flag.isAnomaly);
    const resumed = last >= 0 && i - 1 - last < options.hold;
    const odds = (s: number): number => s / (1 - s);
    const beyond = odds(score) / odds(options.threshold);
    const severity = beyond < 1.25 ? 'low' : beyond < 1.75 ? 'medium' : beyond < 2.5 ? 'high' : 'critical';
    flags.push({
      isAnomaly,
      severity: isAnomaly ? severity : 'none',
      warmingUp,
      startOfIncident: isAnomaly && !resumed,
    });
  }
  return flags;
}

const anyOptions = fc
  .record({
    threshold: fc.constantFrom(0.25, 0.5, 0.75),
    lower: fc.constantFrom(0, 0.5, 0.8, 1),
    hold: fc.integer({ min: 1, max: 6 }),
    warmUp: fc.integer({ min: 0, max: 8 }),
  })
  // Habituation has a test of its own.
  .map(({ lower, ...options }) => ({
    ...options,
    release: lower * options.threshold,
    habituation: false as const,
  }));
const anyScores = fc.array(fc.oneof(real(0, 1), fc.constantFrom(0, 0.2, 0.25, 0.4, 0.5, 0.6, 0.75, 1)), {
  maxLength: 80,
});

describe('Threshold', () => {
  it('decides as the naive reading of its documentation does', () => {
    fc.assert(
      fc.property(anyOptions, anyScores, (options, scores) => {
        expect(flagsOf(new Threshold(options), scores)).toEqual(naive(options, scores));
      }),
      { numRuns: 500, seed: 1 },
    );
  });

  it('decides without changing anything', () => {
    fc.assert(
      fc.property(anyOptions, anyScores, (options, scores) => {
        const [asked, silent] = [new Threshold(options), new Threshold(options)];
        for (const score of scores) {
          expect(asked.decide(score)).toEqual(asked.decide(score));
          asked.decide(1);
          asked.learn(asked.decide(score), score);
          silent.learn(silent.decide(score), score);
        }
        expect(asked.snapshot()).toEqual(silent.snapshot());
      }),
      { seed: 1 },
    );
  });

  it('flags nothing in the first 100 events by default', () => {
    const flags = flagsOf(new Threshold(), new Array<number>(102).fill(1));
    expect(flags.findIndex((flag) => flag.isAnomaly)).toBe(100);
    expect(flags.filter((flag) => flag.warmingUp)).toHaveLength(100);
    expect(flags[100].startOfIncident).toBe(true);
    expect(flags[101].startOfIncident).toBe(false);
  });

  it('does not flicker when the score trembles about the threshold', () => {
    const flags = flagsOf(new Threshold({ warmUp: 0 }), [0.45, 0.52, 0.48, 0.41, 0.39, 0.45, 0.51]);
    expect(flags.map((flag) => flag.isAnomaly)).toEqual([false, true, true, true, false, false, true]);
    expect(flags.map((flag) => flag.startOfIncident)).toEqual([
      false,
      true,
      false,
      false,
      false,
      false,
      false,
    ]);
  });

  it('alerts again only after `hold` unflagged events', () => {
    const starts = (quiet: number): number => {
      const scores = [0.9, ...new Array<number>(quiet).fill(0), 0.9];
      return flagsOf(new Threshold({ warmUp: 0, hold: 3 }), scores).filter((flag) => flag.startOfIncident)
        .length;
    };
    expect([0, 1, 2, 3, 4].map(starts)).toEqual([1, 1, 1, 2, 2]);
  });

  it.each([
    [0.5, 'low'],
    [0.55, 'low'],
    [0.5556, 'medium'], // odds 1.25
    [0.636, 'medium'],
    [0.6364, 'high'], // odds 1.75
    [0.714, 'high'],
    [0.7143, 'critical'], // odds 2.5
    [1, 'critical'],
  ])('calls a score of %d %s', (score, severity) => {
    expect(new Threshold({ warmUp: 0 }).decide(score).severity).toBe(severity);
  });

  it('is lowered to a score that was missed, whatever the threshold, but not below half of its evidence', () => {
    const threshold = new Threshold({ warmUp: 0, threshold: 0.8 }); // odds 4
    const least = (): readonly boolean[] =>
      [0.66, 0.7, 0.75, 0.8].map((score) => threshold.decide(score).isAnomaly);
    expect(least()).toEqual([false, false, false, true]);
    threshold.lower(0.66); // odds 1.94, less than half
    expect(least()).toEqual([false, false, false, true]);
    threshold.lower(0.75);
    expect(least()).toEqual([false, false, true, true]);
    threshold.lower(0.78); // which changes nothing
    expect(least()).toEqual([false, false, true, true]);
    threshold.lower(0.7);
    expect(least()).toEqual([false, true, true, true]);
    threshold.lowerOnly([0.75]);
    expect(least()).toEqual([false, false, true, true]);
  });

  it('forgets its incidents and feedback, but not how old it is', () => {
    const threshold = new Threshold({ warmUp: 3, hold: 5 });
    expect(marks(threshold, [0, 0, 0, 0.9])).toBe('...A');
    threshold.lower(0.4);
    threshold.forgetIncidents();
    expect(threshold.open).toBe(false);
    expect(threshold.decide(0.45).isAnomaly).toBe(false);
    expect(marks(threshold, [0.9])).toBe('A');
  });

  it('says whether an incident continues', () => {
    const threshold = new Threshold({ warmUp: 0, hold: 2 });
    const open = [0.9, 0.1, 0.1, 0.9].map((score) => {
      threshold.learn(threshold.decide(score), score);
      return threshold.open;
    });
    expect(open).toEqual([true, true, false, true]);
  });

  it('flags no score that is not a number', () => {
    expect(new Threshold({ warmUp: 0 }).decide(Number.NaN).isAnomaly).toBe(false);
  });

  it('restored at any index continues as before', () => {
    fc.assert(
      fc.property(anyOptions, anyScores, fc.nat({ max: 80 }), (options, scores, at) => {
        const [reference, restored] = [new Threshold(options), new Threshold(options)];
        flagsOf(reference, scores.slice(0, at));
        restored.restore(throughText(reference.snapshot()));
        expect(flagsOf(restored, scores.slice(at))).toEqual(flagsOf(reference, scores.slice(at)));
      }),
      { seed: 1 },
    );
  });

  it('refuses the snapshot of another configuration and a damaged one', () => {
    const threshold = new Threshold();
    expectRefused(threshold, new Threshold({ hold: 3 }).snapshot(), /config\.hold is 3 there and 15 here/);
    expectDamageRefused(threshold, 200);
  });

  it.each<[object, string]>([
    [{ threshold: 0 }, 'Threshold: expected threshold to be a number above 0 and below 1, got 0'],
    [{ threshold: 1 }, 'Threshold: expected threshold to be a number above 0 and below 1, got 1'],
    [{ threshold: '0.5' }, 'Threshold: expected threshold to be a number above 0 and below 1, got "0.5"'],
    [{ release: 0.6 }, 'Threshold: expected release to be a number from 0 to 0.5, got 0.6'],
    [{ hold: 0 }, 'Threshold: expected hold to be a positive integer, got 0'],
    [{ warmUp: -1 }, 'Threshold: expected warmUp to be an integer of 0 or more, got -1'],
    [
      { treshold: 0.4 },
      'Threshold: unknown option treshold; did you mean threshold? the options are sensitivity, confirm, threshold, release, hold, warmUp, budget, habituation',
    ],
  ])('refuses %j', (options, message) => {
    expect(() => new Threshold(options)).toThrow(message);
  });
});

import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/core/random.ts';
import { Habituation } from '../../../src/models/decision/habituation.ts';
import { Threshold } from '../../../src/models/decision/threshold.ts';
import { Detector } from '../../../src/models/detector.ts';
import type { DetectorOptions } from '../../../src/models/detectorOptions.ts';
import { observed, throughText } from '../../support/observations.ts';
import { expectDamageRefused, expectRefused } from '../../support/snapshotChecks.ts';
import { marks, times } from '../../support/thresholdMarks.ts';

const options = { warmUp: 0, hold: 5, habituation: 20 } as const;
const lasting = (length: number, factor = 2): number[] => new Array<number>(length).fill(times(factor));
const starts = (text: string): number[] => [...text].flatMap((mark, t) => (mark === 'A' ? [t] : []));

describe('Habituation', () => {
  it('is the average of the last events, each of at most ten times the threshold', () => {
    const average = new Habituation(4, 2);
    average.learn(8);
    expect(average.state[0]).toBe(2);
    average.learn(1000); // counts as 20
    expect(average.state[0]).toBe(2 + 18 / 4);
    average.learn(Number.NaN);
    expect(average.state[0]).toBe(6.5);
  });

  it('lets evidence count from a quarter above the average on', () => {
    const average = new Habituation(1, 1);
    average.learn(8);
    expect([9.999, 10].map((odds) => average.standsOut(odds))).toEqual([false, true]);
  });
});

describe('Threshold with habituation', () => {
  const calm = new Array<number>(40).fill(0.1);

  it('flags what lasts for a while, and without it forever', () => {
    const text = marks(new Threshold(options), [...calm, ...lasting(200)]);
    expect(starts(text)).toEqual([40]);
    const last = text.lastIndexOf('a');
    expect(last).toBeGreaterThan(40 + 20);
    expect(last).toBeLessThan(40 + 2 * 20);
    const without = marks(new Threshold({ ...options, habituation: false }), [...calm, ...lasting(200)]);
    expect(without.slice(40)).toBe(`A${'a'.repeat(199)}`);
  });

  it('opens a new incident when evidence rises afresh on top of what lasts', () => {
    const scores = [...calm, ...lasting(150), ...lasting(5, 4), ...lasting(50)];
    expect(starts(marks(new Threshold(options), scores))).toEqual([40, 190]);
    expect(starts(marks(new Threshold({ ...options, habituation: false }), scores))).toEqual([40]);
  });

  it('flags as it would without where evidence has been small of late', () => {
    const random = new Random(1);
    const scores = Array.from({ length: 3000 }, (_, t) =>
      t % 100 < 5 ? times(1.2 + random.uniform()) : 0.3 * random.uniform(),
    );
    const used = marks(new Threshold({ ...options, habituation: 50 }), scores);
    expect(used).toBe(marks(new Threshold({ ...options, habituation: false }), scores));
  });

  it('learns nothing of the warm-up, whose scores are unreliable', () => {
    const warmUp = 10;
    const text = marks(new Threshold({ ...options, warmUp }), [...lasting(warmUp, 9), times(1.2)]);
    expect(text).toBe(`${'.'.repeat(warmUp)}A`);
    const first = marks(new Threshold({ ...options, habituation: 1, warmUp }), [
      ...lasting(warmUp),
      times(9), // the first one that counts
      times(9),
    ]);
    expect(first.slice(warmUp)).toBe('A.');
  });

  it('bears scores of 1 and scores that are no numbers', () => {
    const text = marks(new Threshold(options), [...lasting(30), 1, 1, Number.NaN, ...lasting(2000)]);
    expect(text.slice(-500)).toMatch(/^\.+$/);
  });

  it('restored at any index continues as before', () => {
    const scores = [...lasting(60), ...new Array<number>(10).fill(0.1), ...lasting(60, 3)];
    const whole = marks(new Threshold(options), scores);
    for (let at = 0; at <= scores.length; at += 7) {
      const [first, second] = [new Threshold(options), new Threshold(options)];
      const start = marks(first, scores.slice(0, at));
      second.restore(throughText(first.snapshot()));
      expect(start + marks(second, scores.slice(at))).toBe(whole);
    }
    const threshold = new Threshold(options);
    expectRefused(
      threshold,
      new Threshold({ ...options, habituation: false }).snapshot(),
      /config\.habituation/,
    );
    expectDamageRefused(threshold, 100);
  });

  it.each([0, 2.5, 'yes', true])('refuses %j', (habituation) => {
    expect(() => new Threshold({ habituation: habituation as never })).toThrow(
      'Threshold: expected habituation to be a positive integer, got',
    );
  });
});

describe('a level that shifts for good, under the default detector', () => {
  const SHIFT = 3000;
  const run = (threshold: NonNullable<DetectorOptions['threshold']>): { flagged: number; found: boolean } => {
    const random = new Random(4);
    const detector = new Detector({ dimensions: 1, threshold });
    let flagged = 0;
    let found = false;
    for (let t = 0; t < SHIFT + 2000; t++) {
      const level = t < SHIFT ? 10 : 14;
      const detection = detector.process(
        observed([level + Math.sin((2 * Math.PI * t) / 48) + 0.2 * random.normal()], t),
      );
      if (detection.isAnomaly && t >= SHIFT) flagged++;
      if (detection.startOfIncident && t >= SHIFT && t < SHIFT + 3) found = true;
    }
    detector.dispose();
    return { flagged, found };
  };

  it('is found as before, and is an anomaly for less long', () => {
    const [used, unused] = [run({}), run({ habituation: false })];
    expect(used.found && unused.found).toBe(true);
    expect(used.flagged).toBeLessThan(0.75 * unused.flagged);
  });
});

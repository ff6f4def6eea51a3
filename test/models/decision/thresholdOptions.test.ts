import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/core/random.ts';
import { Threshold } from '../../../src/models/decision/threshold.ts';
import { thresholdOf, thresholdOptions } from '../../../src/models/decision/thresholdOptions.ts';
import { Detector } from '../../../src/models/detector.ts';
import { observed } from '../../support/observations.ts';
import { real } from '../../support/real.ts';

describe('sensitivity', () => {
  it('has the default threshold in its middle, and names for the quarters', () => {
    expect(thresholdOf(0.5)).toBe(0.5);
    const named = (['low', 'medium', 'high'] as const).map((name) => thresholdOf(name));
    expect(named).toEqual([0.25, 0.5, 0.75].map((level) => thresholdOf(level)));
  });

  it('asks for twice the evidence at 0 and for half at 1', () => {
    const odds = (threshold: number): number => threshold / (1 - threshold);
    expect(odds(thresholdOf(0))).toBeCloseTo(2, 12);
    expect(odds(thresholdOf(1))).toBeCloseTo(0.5, 12);
  });

  it('is strictly monotone: the more sensitive, the lower the threshold', () => {
    const level = real(0, 1);
    fc.assert(
      fc.property(level, level, (a, b) => {
        fc.pre(Math.abs(a - b) > 1e-9);
        expect(Math.sign(thresholdOf(a) - thresholdOf(b))).toBe(Math.sign(b - a));
      }),
    );
  });

  it('draws the release along', () => {
    const { threshold, release } = thresholdOptions.resolve('here', { sensitivity: 'high' });
    expect(release).toBe(0.8 * threshold);
  });

  it.each<[object, string]>([
    [
      { sensitivity: 'extreme' },
      `expected sensitivity to be 'low', 'medium', 'high' or a number from 0 to 1, got "extreme"`,
    ],
    [{ sensitivity: 'toString' }, 'got "toString"'],
    [{ sensitivity: 1.1 }, 'a number from 0 to 1, got 1.1'],
    [{ sensitivity: Number.NaN }, 'got NaN'],
    [
      { sensitivity: 'low', threshold: 0.5 },
      'expected threshold to be left out where a sensitivity is given, got 0.5',
    ],
  ])('refuses %j', (options, message) => {
    expect(() => new Threshold(options)).toThrow(message);
  });

  it('has the alerts that its documentation promises on normal data', () => {
    // Six streams of 6,000; the documented figures are from eight of 10,000 with three seeds each.
    const levels = [0, 0.25, 0.5, 0.75, 1];
    const alerts = levels.map(() => 0);
    const LENGTH = 6000;
    const processes = [
      (t: number, random: Random) => 10 + Math.sin((2 * Math.PI * t) / 40) + 0.1 * random.normal(),
      (t: number, random: Random) => 20 + 5 * Math.sin((2 * Math.PI * t) / 288) + 0.3 * random.normal(),
      (t: number, random: Random) => (t % 288 < 96 ? 0.2 : 1) * random.normal(),
    ];
    for (const process of processes) {
      for (const seed of [1, 2]) {
        const random = new Random(seed);
        const detector = new Detector({ dimensions: 1 });
        const thresholds = levels.map((sensitivity) => new Threshold({ sensitivity }));
        for (let t = 0; t < LENGTH; t++) {
          const { score } = detector.process(observed([process(t, random)], t));
          for (const [k, threshold] of thresholds.entries()) {
            const flag = threshold.decide(score);
            threshold.learn(flag, score);
            if (flag.startOfIncident && t >= 1000) alerts[k]++;
          }
        }
        detector.dispose();
      }
    }
    const perThousand = alerts.map((count) => (1000 * count) / (processes.length * 2 * (LENGTH - 1000)));
    expect(perThousand).toEqual(perThousand.toSorted((a, b) => a - b));
    const most = [0.1, 0.3, 0.8, 3.6, 12]; // twice what is documented; the lower half is noise at so few alerts
    for (const [k, rate] of perThousand.entries()) expect(rate, `at ${levels[k]}`).toBeLessThan(most[k]);
    expect(perThousand[4]).toBeGreaterThan(2);
  });
});

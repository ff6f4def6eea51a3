import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/core/random.ts';
import { Routine } from '../../../src/models/evidence/routine.ts';
import { laplaceBand } from '../../../src/models/scaling/laplaceBand.ts';
import { EvidenceScorer } from '../../../src/models/scorers/evidenceScorer.ts';
import { real } from '../../support/real.ts';

const MINUTE = 60_000; // ms
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

describe('Routine', () => {
  /** After days of readings every ten minutes that surprise by 1, but for 5 at ten past three in the morning. */
  function afterDays(days: number, from = 0, routine = new Routine()): Routine {
    for (let time = from * DAY; time < (from + days) * DAY; time += 10 * MINUTE)
      routine.learn(time, time % DAY === 3 * HOUR + 10 * MINUTE ? 5 : 1);
    return routine;
  }

  it('is what an hour surprises by more than the others, the surer the more days there were', () => {
    const at = (days: number): number => afterDays(days).at(days * DAY + 3.2 * HOUR);
    const others = (23 + 5) / 24;
    expect(at(2)).toBeCloseTo((5 * 2) / 4 - others, 9);
    expect(at(3)).toBeCloseTo((5 * 3) / 5 - others, 9);
    expect(at(30)).toBeCloseTo((5 * 30) / 32 - others, 9);
  });

  it('counts for the half hours before and after as well, and for no other', () => {
    const routine = afterDays(30);
    const there = [2.6, 3, 3.9, 4.4].map((hours) => routine.at(40 * DAY + hours * HOUR));
    const elsewhere = [2.4, 4.6, 15, 23.9].map((hours) => routine.at(40 * DAY + hours * HOUR));
    expect(Math.min(...there)).toBeGreaterThan(3.4);
    expect(elsewhere).toEqual([0, 0, 0, 0]);
  });

  it('is forgotten when it no longer comes', () => {
    const routine = afterDays(30);
    for (let time = 30 * DAY; time < 45 * DAY; time += 10 * MINUTE) routine.learn(time, 1);
    expect(routine.at(45 * DAY + 3.2 * HOUR)).toBeLessThan(0.2);
  });

  it('is nothing while less than half a day is known, without times, and where all hours are alike', () => {
    const routine = new Routine();
    for (let time = 0; time < 12 * HOUR; time += 10 * MINUTE) routine.learn(time, time > 11 * HOUR ? 8 : 0);
    expect(routine.at(11 * HOUR)).toBe(0);
    routine.learn(undefined, 8);
    expect(routine.at(undefined)).toBe(0);
    const alike = new Routine();
    for (let time = 0; time < 20 * DAY; time += 10 * MINUTE) alike.learn(time, 2);
    expect(alike.at(20 * DAY)).toBe(0);
  });

  it('is from 0 to 8 decades, at whatever times, before 1970 too', () => {
    const times = fc.array(fc.integer({ min: -5000, max: 5000 }).map((half) => half * 31 * MINUTE));
    fc.assert(
      fc.property(times, fc.array(real(0, 1e9)), (all, surprises) => {
        const routine = new Routine();
        for (const [n, time] of all.entries()) routine.learn(time, surprises[n] ?? 1);
        for (const time of all) {
          expect(routine.at(time)).toBeGreaterThanOrEqual(0);
          expect(routine.at(time)).toBeLessThanOrEqual(8);
        }
      }),
      { seed: 1 },
    );
  });
});

describe('EvidenceScorer', () => {
  /** Scores of the outliers of eight days: of ten deviations each day at three, and of one as large at fifteen on the last. */
  function scores(options: { readonly routine?: boolean }, weight = 1): { three: number[]; fifteen: number } {
    const scorer = new EvidenceScorer({ dimensions: 1, ...options });
    const random = new Random(2);
    const prediction = (): ReturnType<typeof laplaceBand> => laplaceBand([0], [1]);
    const three: number[] = [];
    let fifteen = 0;
    for (let time = 0; time < 8 * DAY; time += 5 * MINUTE) {
      const isThree = time % DAY === 3 * HOUR;
      const isFifteen = time === 7 * DAY + 15 * HOUR;
      const observation = { time, value: [isThree || isFifteen ? 10 : random.normal()], imputed: false };
      const forecast = prediction();
      const { score } = scorer.score(forecast, observation);
      if (isThree) three.push(score);
      if (isFifteen) fifteen = score;
      scorer.learn(forecast, observation, isThree ? weight : 1);
    }
    return { three, fifteen };
  }

  it('comes to expect what surprises at the same hour of every day, and is as surprised at another', () => {
    const { three, fifteen } = scores({});
    expect(three[1]).toBeGreaterThan(0.5);
    expect(three.at(-1)).toBeLessThan(0.45);
    expect(fifteen).toBeGreaterThan(0.5);
  });

  it('does not where it is turned off, nor of what it does not learn from', () => {
    expect(scores({ routine: false }).three.at(-1)).toBeGreaterThan(0.5);
    expect(scores({}, 0).three.at(-1)).toBeGreaterThan(0.5);
  });

  it('refuses a routine that is neither true nor false', () => {
    const options = { dimensions: 1, routine: 1 } as never;
    expect(() => new EvidenceScorer(options)).toThrow('expected routine to be');
  });
});

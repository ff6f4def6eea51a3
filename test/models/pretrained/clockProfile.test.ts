import { describe, expect, it } from 'vitest';
import { ClockProfile } from '../../../src/models/pretrained/clockProfile.ts';

const HOUR = 3_600_000;
const MONDAY = Date.UTC(2024, 0, 1);

function profileAfter(events: number, step: number, value: (t: number) => number, weight = 1): ClockProfile {
  const profile = new ClockProfile();
  for (let t = 0; t < events; t++) profile.learn(value(t), MONDAY + t * step, weight);
  return profile;
}

describe('ClockProfile', () => {
  it('learns the hours of a day', () => {
    const shape = (t: number): number => Math.sin((2 * Math.PI * t) / 24);
    const profile = profileAfter(24 * 5, HOUR, shape);
    for (const steps of [0, 1, 4, 16]) expect(profile.ahead(steps)).toBeCloseTo(shape(119 + steps), 6);
  });

  it('learns that the weekend is different, after a few of them', () => {
    const shape = (t: number): number => (Math.floor(t / 24) % 7 > 4 ? -1 : 1);
    const friday = profileAfter(24 * 33, HOUR, shape); // ends on a Friday at 23:00, in the fifth week
    expect(shape(24 * 33 - 1)).toBe(1);
    expect(friday.ahead(0)).toBeGreaterThan(0.6);
    expect(friday.ahead(2)).toBeLessThan(-0.2);
  });

  it('interpolates where the stream is denser than its slots', () => {
    const perDay = 288;
    const shape = (t: number): number => Math.sin((2 * Math.PI * t) / perDay);
    const profile = profileAfter(perDay * 6, 300_000, shape);
    for (let steps = 0; steps < perDay; steps++)
      expect(Math.abs(profile.ahead(steps) - shape(perDay * 6 - 1 + steps))).toBeLessThan(0.03);
  });

  it('knows nothing of times that it has not seen, nor without times, nor at weight 0', () => {
    const profile = profileAfter(10, HOUR, () => 1);
    expect(profile.ahead(1)).toBeNaN();
    expect(profile.ahead(15)).toBe(1); // an hour of the first day
    const untimed = new ClockProfile();
    untimed.learn(1, undefined, 1);
    expect(untimed.ahead(1)).toBeNaN();
    expect(profileAfter(48, HOUR, () => 1, 0).ahead(1)).toBeNaN();
  });

  it('does not take a gap for the usual step', () => {
    const shape = (t: number): number => t % 24;
    const profile = profileAfter(24 * 4, HOUR, shape);
    profile.learn(shape(24 * 4 + 9), MONDAY + (24 * 4 + 9) * HOUR, 1);
    expect(profile.ahead(1)).toBeCloseTo(shape(24 * 4 + 10), 1);
  });
});

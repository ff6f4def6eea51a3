import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/core/random.ts';
import { flooredScale, ResidualScale } from '../../../src/models/scaling/residualScale.ts';
import { laplaceNoise } from '../../support/distributions.ts';

describe('ResidualScale', () => {
  it('finds the scale of Laplace residuals', () => {
    const random = new Random(1);
    const scale = new ResidualScale(1, 500);
    for (let n = 0; n < 5000; n++) scale.learn([7], [7 + 3 * laplaceNoise(random)], 1);
    expect(Math.abs(scale.scale([7])[0] - 3)).toBeLessThan(0.4);
  });

  it('is the average of the first thirty', () => {
    const scale = new ResidualScale(1, 500);
    for (let n = 1; n <= 30; n++) scale.learn([0], [n % 2 === 0 ? n : -n], 1);
    expect(scale.scale([0])[0]).toBeCloseTo(15.5, 9);
  });

  it('counts a later outlier for eight times the scale at most', () => {
    const scale = new ResidualScale(1, 500);
    for (let n = 0; n < 99; n++) scale.learn([0], [1], 1);
    scale.learn([0], [1e300], 1);
    expect(scale.scale([0])[0]).toBeCloseTo(1 + 7 / 100, 9);
  });

  it('forgets by half in a half-life', () => {
    const scale = new ResidualScale(1, 50);
    for (let n = 0; n < 1000; n++) scale.learn([0], [1], 1);
    for (let n = 0; n < 50; n++) scale.learn([0], [3], 1);
    expect(scale.scale([0])[0]).toBeCloseTo(2, 6);
  });

  it('takes the first real residual of a stream that stood still for what it is', () => {
    const scale = new ResidualScale(1, 500);
    for (let n = 0; n < 1000; n++) scale.learn([5], [5], 1);
    scale.learn([5], [7], 1);
    expect(scale.scale([5])[0]).toBe(2);
  });

  it('learns nothing from what is missing, not predicted or of weight 0', () => {
    const scale = new ResidualScale(2, 500);
    scale.learn([0, 0], [1, 2], 1);
    const before = scale.state.slice();
    scale.learn([Number.NaN, 0], [1, Number.NaN], 1);
    scale.learn([0, 0], [9, 9], 0);
    expect(scale.state).toEqual(before);
  });

  it('never gives 0: the floor is far below the level and follows its size', () => {
    const scale = new ResidualScale(1, 500);
    expect(scale.scale([0])[0]).toBeGreaterThan(0);
    expect(scale.scale([0])[0]).toBeLessThan(1e-8);
    for (const level of [1e3, -1e6, 1e300]) {
      const share = scale.scale([level])[0] / Math.abs(level);
      expect(share).toBeGreaterThan(2 ** -50); // above rounding
      expect(share).toBeLessThan(1e-5);
    }
    expect(flooredScale(5, 1)).toBe(5);
  });
});

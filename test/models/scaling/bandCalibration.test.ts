import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/core/random.ts';
import { BandCalibration } from '../../../src/models/scaling/bandCalibration.ts';
import { laplaceNoise } from '../../support/distributions.ts';

/** Share of values outside a band of ± `half` times the factor, from the 2,000th on; and the factor at the end. */
function outside(draw: (random: Random) => number, half: number): { share: number; factor: number } {
  const calibration = new BandCalibration(1);
  const random = new Random(1);
  let missed = 0;
  for (let n = 0; n < 22_000; n++) {
    const reach = half * calibration.factor(0);
    const value = draw(random);
    if (n >= 2000 && Math.abs(value) > reach) missed++;
    calibration.learn(0, value, -reach, reach, 1);
  }
  return { share: missed / 20_000, factor: calibration.factor(0) };
}

describe('BandCalibration', () => {
  it.each([
    ['right', (random: Random) => random.normal(), 1.96, 1],
    ['too wide', (random: Random) => random.normal(), 3.92, 0.5],
    ['too narrow', (random: Random) => random.normal(), 1, 1.96],
    ['made for other tails', laplaceNoise, 1.96, Math.log(20) / 1.96],
  ])('brings a band that is %s to 1 in 20 outside', (_, draw, half, factor) => {
    const found = outside(draw, half);
    expect(Math.abs(found.share - 0.05)).toBeLessThan(0.002);
    expect(Math.abs(Math.log(found.factor / factor))).toBeLessThan(0.2);
  });

  it('stays between a quarter and four, on a stream that stands still or runs away', () => {
    const calibration = new BandCalibration(2);
    for (let n = 0; n < 10_000; n++) {
      calibration.learn(0, 0, -1, 1, 1);
      calibration.learn(1, 9, -1, 1, 1);
    }
    expect(calibration.factor(0)).toBeCloseTo(0.25, 12);
    expect(calibration.factor(1)).toBeCloseTo(4, 12);
  });

  it('learns nothing from what is missing, from no band or with weight 0', () => {
    const nothing = fc.constantFrom<readonly [number, number, number, number]>(
      [Number.NaN, -1, 1, 1],
      [5, Number.NaN, Number.NaN, 1],
      [5, -1, 1, 0],
    );
    fc.assert(
      fc.property(nothing, ([value, lower, upper, weight]) => {
        const calibration = new BandCalibration(1);
        calibration.learn(0, value, lower, upper, weight);
        expect(calibration.factor(0)).toBe(1);
      }),
      { seed: 1 },
    );
  });
});

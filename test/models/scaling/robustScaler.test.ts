import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/core/random.ts';
import { compress } from '../../../src/models/scaling/laplaceBand.ts';
import { RobustScaler, type RobustScalerOptions } from '../../../src/models/scaling/robustScaler.ts';
import { real } from '../../support/real.ts';

const ordinary = fc.array(
  fc.integer({ min: -400, max: 400 }).map((k) => k / 4),
  { minLength: 2, maxLength: 80 },
);
const absurd = fc.array(
  fc.oneof(
    fc.constantFrom(
      1e300,
      -1e300,
      1e-300,
      5e-324,
      0,
      -0,
      Number.NaN,
      Number.POSITIVE_INFINITY,
      Number.NEGATIVE_INFINITY,
    ),
    fc.double({ min: -1e300, max: 1e300, noNaN: true }),
  ),
  { maxLength: 80 },
);

describe('RobustScaler', () => {
  it('never divides by zero, and what it remembers never overflows, whatever comes', () => {
    fc.assert(
      fc.property(absurd, (values) => {
        const scaler = fed(values);
        expect(scaler.deviation(0)).toBeGreaterThan(0);
        for (const value of [...values, 1e300, -1e300, 0].filter(Number.isFinite)) {
          expect(scaler.standardise(0, value)).not.toBeNaN();
        }
        expect(Number.isFinite(scaler.unstandardise(0, 55))).toBe(true);
      }),
      { numRuns: 300, seed: 1 },
    );
  });

  it('does not see shift and scale: standardise(a·x + b) is standardise(x)', () => {
    const factor = real(0.01, 1000);
    const shift = real(-1000, 1000);
    fc.assert(
      fc.property(ordinary, factor, shift, (values, a, b) => {
        const [plain, moved] = [fed(values), fed(values.map((value) => a * value + b))];
        fc.pre(plain.deviation(0) > 1); // away from the floor, which does see them
        for (const value of [-100, 0, 3.7, 100]) {
          expect(moved.standardise(0, a * value + b)).toBeCloseTo(plain.standardise(0, value), 3);
        }
      }),
      { numRuns: 200, seed: 1 },
    );
  });

  it('takes back what it standardised', () => {
    fc.assert(
      fc.property(ordinary, real(-1000, 1000), (values, value) => {
        const scaler = fed(values);
        expect(scaler.unstandardise(0, scaler.standardise(0, value))).toBeCloseTo(value, 6);
      }),
      { seed: 1 },
    );
  });

  it('finds mean and standard deviation of a normal stream', () => {
    const random = new Random(1);
    const scaler = fed(Array.from({ length: 5000 }, () => 50 + 4 * random.normal()));
    expect(scaler.mean(0)).toBeCloseTo(50, 0);
    expect(Math.abs(scaler.deviation(0) - 4)).toBeLessThan(0.2);
  });

  it('starts without bias: the mean of the first thirty is their average', () => {
    const random = new Random(1);
    const values = Array.from({ length: 30 }, () => 1000 + random.normal());
    const average = values.reduce((sum, value) => sum + value, 0) / values.length;
    expect(fed(values).mean(0)).toBeCloseTo(average, 9);
  });

  it('lets one outlier of a million deviations move the mean by no more than three over the count', () => {
    const random = new Random(1);
    for (const length of [31, 100, 1000]) {
      const scaler = fed(Array.from({ length }, () => random.normal()));
      const [mean, deviation] = [scaler.mean(0), scaler.deviation(0)];
      scaler.learn([mean + 1e6 * deviation], 1);
      expect(scaler.mean(0) - mean).toBeLessThanOrEqual((3 * deviation) / length);
      expect(scaler.deviation(0) / deviation).toBeLessThan(1 + 4 / length);
    }
  });

  it('goes half way to a level within reach in one half-life', () => {
    const halfLife = 200;
    const random = new Random(1);
    const scaler = new RobustScaler({ dimensions: 1, halfLife });
    for (let n = 0; n < 2000; n++) scaler.learn([random.normal()], 1);
    for (let n = 0; n < halfLife; n++) scaler.learn([1.5 + random.normal()], 1);
    expect(Math.abs(scaler.mean(0) - 0.75)).toBeLessThan(0.2);
    for (let n = 0; n < 10 * halfLife; n++) scaler.learn([1.5 + random.normal()], 1);
    expect(Math.abs(scaler.mean(0) - 1.5)).toBeLessThan(0.3);
    expect(Math.abs(scaler.deviation(0) - 1)).toBeLessThan(0.2);
  });

  it('learns the spread of a stream that stood still at first as if it had not', () => {
    const random = new Random(1);
    const noise = Array.from({ length: 200 }, () => 10 + random.normal());
    const scaler = fed([...new Array<number>(1000).fill(10), ...noise]);
    expect(Math.abs(scaler.deviation(0) - 1)).toBeLessThan(0.2);
    expect(scaler.state).toEqual(fed([10, ...noise]).state);
  });

  it('shows a network 0 while there is no spread, and compressed standard scores from then on', () => {
    const scaler = new RobustScaler({ dimensions: 1 });
    for (const value of [5, 5]) {
      expect(scaler.compressed(0, 7)).toBe(0);
      scaler.learn([value], 1);
    }
    for (let n = 0; n < 40; n++) {
      scaler.learn([6 + (n % 3)], 1);
      expect(scaler.compressed(0, 6.5)).toBe(compress(scaler.standardise(0, 6.5)));
      expect(scaler.compressed(0, 1e9)).toBe(n < 28 ? 3 : 6); // thirty values, the first of all among them
    }
  });

  it('scales a value by what came before it: 0 for the first', () => {
    const scaler = new RobustScaler({ dimensions: 2 });
    expect([scaler.seen(0), scaler.standardise(0, 7)]).toEqual([false, 0]);
    scaler.learn([7, Number.NaN], 1);
    expect([scaler.seen(0), scaler.seen(1)]).toEqual([true, false]);
    expect(scaler.standardise(0, 7)).toBe(0);
    expect(scaler.standardise(1, 7)).toBe(0);
    expect(scaler.standardise(0, Number.NaN)).toBeNaN();
  });

  it('keeps dimensions apart, and leaves a missing one as it was', () => {
    const random = new Random(1);
    const [left, right] = [[] as number[], [] as number[]];
    const scaler = new RobustScaler({ dimensions: 2 });
    for (let n = 0; n < 300; n++) {
      const value = [random.normal(), n % 3 === 0 ? Number.NaN : 50 * random.normal()];
      scaler.learn(value, 1);
      left.push(value[0]);
      if (n % 3 !== 0) right.push(value[1]);
    }
    expect([scaler.mean(0), scaler.deviation(0)]).toEqual([fed(left).mean(0), fed(left).deviation(0)]);
    expect([scaler.mean(1), scaler.deviation(1)]).toEqual([fed(right).mean(0), fed(right).deviation(0)]);
  });

  it('restored at any index continues bit for bit, and refuses the snapshot of another configuration', () => {
    const stream = Array.from({ length: 80 }, (_, t) => Math.sin(t) + (t === 50 ? 40 : 0));
    const whole = fed(stream);
    for (let cut = 0; cut < stream.length; cut++) {
      const resumed = new RobustScaler({ dimensions: 1 });
      resumed.restore(JSON.parse(JSON.stringify(fed(stream.slice(0, cut)).snapshot())));
      for (const value of stream.slice(cut)) resumed.learn([value], 1);
      expect(resumed.state).toEqual(whole.state);
    }
    const other = new RobustScaler({ dimensions: 1, halfLife: 10 });
    expect(() => other.restore(whole.snapshot())).toThrow('config.halfLife is 20000 there and 10 here');
    expect(other.seen(0)).toBe(false);
  });

  it('learns nothing from weight 0 but a first value, which is better than none', () => {
    const scaler = new RobustScaler({ dimensions: 1 });
    scaler.learn([5], 0);
    expect(scaler.mean(0)).toBe(5);
    scaler.learn([100], 0);
    expect(scaler.mean(0)).toBe(5);
  });

  it.each<[RobustScalerOptions, string]>([
    [{ dimensions: 0 }, 'RobustScaler: expected dimensions to be a positive integer, got 0'],
    [{ dimensions: 1, halfLife: -1 }, 'RobustScaler: expected halfLife to be a positive number, got -1'],
  ])('refuses %j', (options, message) => {
    expect(() => new RobustScaler(options)).toThrow(message);
  });
});

function fed(values: readonly number[]): RobustScaler {
  const scaler = new RobustScaler({ dimensions: 1 });
  for (const value of values) scaler.learn([value], 1);
  return scaler;
}

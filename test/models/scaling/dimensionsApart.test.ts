import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ResidualScale } from '../../../src/models/scaling/residualScale.ts';
import { RobustScaler } from '../../../src/models/scaling/robustScaler.ts';

/** Values of three dimensions, of which each may be missing or stand still. */
const rows = fc.array(
  fc.tuple(
    ...Array.from({ length: 3 }, (_, d) =>
      fc.oneof(
        { weight: 8, arbitrary: fc.integer({ min: -50, max: 50 }).map((k) => 10 ** d * k) },
        { weight: 1, arbitrary: fc.constantFrom(Number.NaN, 0, 1e9) },
      ),
    ),
  ),
  { minLength: 1, maxLength: 70 },
);

describe('a scaler of three dimensions', () => {
  it('knows of each what a scaler of it alone does', () => {
    fc.assert(
      fc.property(rows, (given) => {
        const together = new RobustScaler({ dimensions: 3 });
        const alone = [0, 1, 2].map(() => new RobustScaler({ dimensions: 1 }));
        for (const row of given) {
          together.learn(row, 1);
          for (const [d, scaler] of alone.entries()) scaler.learn([row[d]!], 1);
        }
        for (const [d, scaler] of alone.entries()) {
          expect(together.mean(d)).toBe(scaler.mean(0));
          expect(together.deviation(d)).toBe(scaler.deviation(0));
          expect(together.seen(d)).toBe(scaler.seen(0));
          expect(together.hasSpread(d)).toBe(scaler.hasSpread(0));
          expect(together.compressed(d, 12.5)).toBe(scaler.compressed(0, 12.5));
          expect([...together.part(d)]).toEqual([...scaler.part(0)]);
        }
      }),
    );
  });

  it('takes the part of another as its own, and leaves the others as they were', () => {
    const [one, other] = [new RobustScaler({ dimensions: 3 }), new RobustScaler({ dimensions: 1 })];
    for (let t = 0; t < 12; t++) {
      one.learn([t, t * t, -t], 1);
      other.learn([100 + (t % 3)], 1);
    }
    const before = [0, 2].map((d) => [...one.part(d)]);
    one.setPart(1, other.part(0));
    expect([...one.part(1)]).toEqual([...other.part(0)]);
    expect([0, 2].map((d) => [...one.part(d)])).toEqual(before);
    for (let t = 0; t < 40; t++) {
      one.learn([Number.NaN, 99 + (t % 5), Number.NaN], 1); // over the thirtieth value of that dimension
      other.learn([99 + (t % 5)], 1);
    }
    expect([...one.part(1)]).toEqual([...other.part(0)]);
  });

  it('has spread from the first value on that is another', () => {
    const scaler = new RobustScaler({ dimensions: 2 });
    for (const value of [3, 3, 3]) scaler.learn([value, value], 1);
    expect([0, 1].map((d) => scaler.hasSpread(d))).toEqual([false, false]);
    scaler.learn([3, 4], 1);
    expect([0, 1].map((d) => scaler.hasSpread(d))).toEqual([false, true]);
  });
});

describe('start-up values that lie out by orders of magnitude', () => {
  /** 30 values 9, 10, 11, 9, …, of which the sixth is another. */
  const fed = (glitch: number): RobustScaler => {
    const scaler = new RobustScaler({ dimensions: 1 });
    for (let t = 0; t < 30; t++) scaler.learn([t === 5 ? glitch : 9 + (t % 3)], 1);
    return scaler;
  };

  it('are forgotten with the thirtieth value: mean and deviation are of the others', () => {
    const others = Array.from({ length: 30 }, (_, t) => 9 + (t % 3)).filter((_, t) => t !== 5);
    const mean = others.reduce((sum, value) => sum + value, 0) / 29;
    const spread = others.reduce((sum, value) => sum + Math.abs(value - mean), 0) / 29;
    const scaler = fed(1e7);
    expect(scaler.mean(0)).toBeCloseTo(mean, 9);
    expect(scaler.deviation(0)).toBeCloseTo(Math.sqrt(Math.PI / 2) * spread, 9);
    expect([...scaler.part(0).subarray(3)]).toEqual(new Array(30).fill(0));
  });

  it('are kept where they are outliers only, of up to 1000 median deviations', () => {
    expect(fed(900).mean(0)).toBeCloseTo((29 * 10 - 1 + 900) / 30, 0);
    expect(fed(1009).mean(0)).toBeGreaterThan(40); // 999 deviations of 1 from the median 10
    expect(fed(1011).mean(0)).toBeLessThan(11); // 1001
  });
});

describe('usual residuals of three dimensions', () => {
  it('are those of each alone, and are taken over dimension by dimension', () => {
    fc.assert(
      fc.property(rows, (given) => {
        const together = new ResidualScale(3, 20);
        const alone = [0, 1, 2].map(() => new ResidualScale(1, 20));
        for (const row of given) {
          together.learn([1, 2, 3], row, 1);
          for (const [d, scale] of alone.entries()) scale.learn([d + 1], [row[d]!], 1);
        }
        for (const [d, scale] of alone.entries()) {
          expect(together.mean(d)).toBe(scale.mean(0));
          expect([...together.part(d)]).toEqual([...scale.part(0)]);
        }
        together.setPart(1, alone[2]!.part(0));
        expect([0, 1, 2].map((d) => together.mean(d))).toEqual([0, 2, 2].map((d) => alone[d]!.mean(0)));
        together.setPart(2);
        expect([...together.part(2)]).toEqual([0, 0]);
        expect([...together.part(1)]).toEqual([...alone[2]!.part(0)]);
      }),
    );
  });
});

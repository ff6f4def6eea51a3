import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/core/random.ts';
import { LIGHT_TAIL_BINS, LightTail } from '../../../src/models/fleet/lightTail.ts';
import { TailModel } from '../../../src/numerics/stats/tailModel.ts';

const statistic = fc.oneof(
  { weight: 6, arbitrary: fc.double({ min: 0, max: 20, noNaN: true }) },
  fc.constantFrom(0, 1e-300, 1e6, 1e300),
);

function taught(values: readonly number[]): LightTail {
  const tail = new LightTail();
  for (const value of values) tail.learn(value);
  return tail;
}

describe('LightTail', () => {
  it('is a surprise of 0 or more, finite, and the greater the statistic the greater', () => {
    fc.assert(
      fc.property(
        fc.array(statistic, { maxLength: 300 }),
        fc.array(statistic, { minLength: 2 }),
        (past, asked) => {
          const tail = taught(past);
          const surprises = asked.toSorted((a, b) => a - b).map((value) => tail.surprise(value));
          for (const [k, surprise] of surprises.entries()) {
            expect(Number.isFinite(surprise)).toBe(true);
            expect(surprise).toBeGreaterThanOrEqual(k === 0 ? 0 : surprises[k - 1] - 1e-12);
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  it('asks without remembering', () => {
    const tail = taught([1, 2, 3]);
    const before = tail.state.slice();
    expect(tail.surprise(7)).toBe(tail.surprise(7));
    expect(tail.state).toEqual(before);
  });

  it('knows how rare a value is: −log10 p of exponential values to a fifth of a decade, down to 1 in 1,000', () => {
    const random = new Random(3);
    const tail = taught(Array.from({ length: 20_000 }, () => -Math.log(1 - random.uniform())));
    for (const decades of [0.5, 1, 1.5, 2, 3]) {
      const quantile = decades * Math.LN10;
      expect(Math.abs(tail.surprise(quantile) - decades), `1 in 10^${decades}`).toBeLessThan(0.2);
    }
  });

  it('says what the tail model of a single stream says, to half a decade', () => {
    const random = new Random(4);
    const past = Array.from({ length: 5_000 }, () => Math.abs(random.studentT(4)));
    const [light, full] = [taught(past), new TailModel()];
    for (const value of past) full.learn(value);
    for (const value of [0.1, 0.7, 1.5, 3, 5, 8, 15, 40]) {
      expect(Math.abs(light.surprise(value) - full.surprise(value)), String(value)).toBeLessThan(0.5);
    }
    expect(light.medianLevel()).toBeCloseTo(full.medianLevel(), 0);
  });

  it('continues as before when its counters are full and halved, and then forgets', () => {
    const random = new Random(5);
    const draw = (scale: number): number => -scale * Math.log(1 - random.uniform());
    const counts = new Uint16Array(LIGHT_TAIL_BINS);
    const tail = new LightTail();
    tail.bind(counts, 0);
    let total = 0;
    let halvings = 0;
    while (halvings === 0) {
      const before = tail.surprise(7);
      tail.learn(draw(1));
      const sum = counts.reduce((all, count) => all + count, 0);
      if (sum < total) {
        halvings++;
        expect(tail.surprise(7)).toBeCloseTo(before, 2);
      }
      total = sum;
    }
    expect(tail.surprise(20)).toBeGreaterThan(4);
    for (let n = 0; n < 500_000; n++) tail.learn(draw(5));
    expect(tail.surprise(20)).toBeLessThan(2.5); // 1 in 50 by now
  });

  it('works with the selected counters, and no others', () => {
    const counts = new Uint16Array(3 * LIGHT_TAIL_BINS);
    const tail = new LightTail();
    tail.bind(counts, LIGHT_TAIL_BINS);
    for (let n = 0; n < 10; n++) tail.learn(n);
    const sums = [0, 1, 2].map((k) =>
      counts.subarray(k * LIGHT_TAIL_BINS, (k + 1) * LIGHT_TAIL_BINS).reduce((all, count) => all + count, 0),
    );
    expect(sums).toEqual([0, 10, 0]);
  });
});

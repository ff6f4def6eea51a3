import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/core/random.ts';
import { PeaksOverThreshold } from '../../../src/numerics/stats/peaksOverThreshold.ts';
import { exponential, halfNormal, logNormal } from '../../support/distributions.ts';
import { real } from '../../support/real.ts';

describe('PeaksOverThreshold', () => {
  describe.each([exponential, halfNormal, logNormal])('on draws, $name', ({ draw, quantile }) => {
    it.each([1, 2, 3])('after 20,000 gives −log10(1 − q) at the q-quantile (seed %i)', (seed) => {
      const tail = trained(20_000, draw, seed);
      for (const [q, tolerance] of [
        [0.96, 0.1],
        [0.99, 0.2],
        [0.999, 0.5], // of 200 peaks, four lie beyond
        [0.9999, 1.2],
      ] as const) {
        expect(Math.abs(tail.surprise(quantile(q)) + Math.log10(1 - q)), `q = ${q}`).toBeLessThan(tolerance);
      }
    });

    it.each([
      [1e-3, 1000, 0.98],
      [1e-4, 300, 0.95],
    ])('calls about as many anomalies as the risk says, %f, early and late', (risk, calibration, level) => {
      const [length, seeds] = [40_000, 6];
      const anomalies = [0, 0]; // of the first and the second half
      for (let seed = 1; seed <= seeds; seed++) {
        const random = new Random(seed);
        const tail = new PeaksOverThreshold({ risk, calibration, level });
        for (let t = 0; t < length; t++) if (!tail.learn(draw(random))) anomalies[t < length / 2 ? 0 : 1]++;
      }
      for (const half of anomalies) {
        // A tail without an end overrates that of a half-normal; one without its anomalies underrates the others.
        expect(half / ((seeds * length) / 2) / risk).toBeGreaterThan(0.1);
        expect(half / ((seeds * length) / 2) / risk).toBeLessThan(5);
      }
    });
  });

  it('learns nothing from an anomaly', () => {
    const tail = trained(5000, exponential.draw, 1);
    const before = tail.surprise(9);
    expect(tail.learn(1e6)).toBe(false);
    expect(tail.surprise(9)).toBe(before);
    expect(tail.learn(5)).toBe(true);
    expect(tail.surprise(9)).not.toBe(before);
  });

  it('takes its threshold from the calibration and says nothing before', () => {
    const tail = new PeaksOverThreshold({ risk: 1e-3, calibration: 200, level: 0.9 });
    for (let t = 0; t < 200; t++) {
      expect(tail.surprise(1e9)).toBe(0);
      expect(tail.learn((t * 77) % 200)).toBe(true); // 0 … 199, each once
    }
    expect(tail.state.counts).toEqual(Float64Array.of(180, 200, 19));
    expect(tail.surprise(180)).toBeCloseTo(-Math.log10(19 / 200), 12);
    expect(tail.surprise(90)).toBeCloseTo(tail.surprise(180) / 2, 12);
    expect(tail.surprise(1e9)).toBeGreaterThan(3);
  });

  it('is not surprised by 0 where nearly all values are 0', () => {
    const tail = trained(2000, (random) => Math.max(0, random.uniform() - 0.97), 5);
    expect(tail.surprise(0)).toBe(0);
    expect(tail.surprise(0.01)).toBeGreaterThan(1);
  });

  it('is never less surprised by more', () => {
    const values = fc.array(real(0, 1e6), { minLength: 2 });
    const tail = trained(3000, logNormal.draw, 4);
    fc.assert(
      fc.property(values, (unsorted) => {
        const surprises = unsorted.sort((a, b) => a - b).map((value) => tail.surprise(value));
        expect(surprises).toEqual(surprises.toSorted((a, b) => a - b));
      }),
      { seed: 1 },
    );
  });

  it('follows a tail that has changed, of which the last 200 peaks tell', () => {
    const random = new Random(2);
    const tail = new PeaksOverThreshold({ risk: 1e-6, calibration: 500, level: 0.95 });
    for (let t = 0; t < 20_000; t++) tail.learn(exponential.draw(random));
    const before = tail.surprise(14);
    for (let t = 0; t < 20_000; t++) tail.learn(1.5 * exponential.draw(random));
    expect(tail.surprise(14)).toBeLessThan(before - 1);
  });
});

function trained(length: number, draw: (random: Random) => number, seed: number): PeaksOverThreshold {
  const random = new Random(seed);
  const tail = new PeaksOverThreshold({ risk: 1e-5, calibration: 1000, level: 0.95 });
  for (let t = 0; t < length; t++) tail.learn(draw(random));
  return tail;
}

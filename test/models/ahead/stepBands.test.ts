import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/core/random.ts';
import { StepBands } from '../../../src/models/ahead/stepBands.ts';

const [H, D, HALF_LIFE] = [4, 2, 20];
const QUANTILES = [0.05, 0.5, 0.8, 0.85];

/** Mean of sizes, the newest of which counts at least as the half-life says; after 30 none counts for more than eight times the mean. */
function usual(sizes: readonly (readonly [size: number, weight: number])[], halfLife: number): number {
  return sizes.reduce((mean, [size, weight], n) => {
    const rate = weight * Math.max(1 - 2 ** (-1 / halfLife), 1 / (n + 1));
    return mean + rate * ((n < 30 ? size : Math.min(size, 8 * mean)) - mean);
  }, 0);
}

describe('StepBands', () => {
  it('has the units and the offsets of its definition, of each step and dimension', () => {
    const random = new Random(8);
    const bands = new StepBands(QUANTILES, H, D, HALF_LIFE);
    const offsets = QUANTILES.map((q) =>
      new Array<number>(H * D).fill(0.75 * Math.sign(q - 0.5) * -Math.log(2 * Math.min(q, 1 - q))),
    );
    const errors: [number, number][][] = Array.from({ length: H * D }, () => []);
    const scales: [number, number][][] = Array.from({ length: D }, () => []);
    const units = new Float64Array(H * D);
    let crossed = 0;
    for (let n = 0; n < 300; n++) {
      // Forecasts are surer at times; what they are off by grows with the step, and one dimension is skewed.
      const scale = [0.5 + (n % 60 < 20 ? 4 : 0.01) * random.uniform(), 3];
      const deviation = [0.2, 9];
      const expected = Float64Array.from({ length: H * D }, (_, at) =>
        n % 50 === 7 && at === 3 ? Number.NaN : at,
      );
      bands.units(expected, scale, (d) => deviation[d]!, units);
      for (let at = 0; at < H * D; at++) {
        const [h, d] = [Math.floor(at / D) + 1, at % D];
        const guess = Math.min(scale[d]! * Math.sqrt(h), Math.max(scale[d]!, 1.2 * deviation[d]!));
        const seen = errors[at]!.length;
        const size = (12 * guess + seen * usual(errors[at]!, HALF_LIFE)) / (12 + seen);
        const ratio = n === 0 ? 1 : scale[d]! / usual(scales[d]!, 200);
        const unit = size * Math.max(0.25, Math.min(4, ratio)) ** (0.5 / Math.sqrt(h));
        expect(units[at]).toEqual(Number.isNaN(expected[at]!) ? Number.NaN : expect.closeTo(unit, 9));
        const spread = QUANTILES.map((q, k) => {
          const offset = offsets[k]![at]!;
          return 10 + 2 * (q < 0.5 ? Math.min(0, offset) : q > 0.5 ? Math.max(0, offset) : 0);
        });
        if (spread[2]! > spread[3]!) crossed++;
        expect(bands.quantiles(at, 10, 2)).toEqual(
          spread.sort((a, b) => a - b).map((each) => expect.closeTo(each, 9)),
        );
      }
      // With the offsets as they were when the forecast was made: here, some comparisons before.
      const then = n % 2 === 0 ? bands.offsets.slice() : bands.offsets.map((offset) => offset + 0.3);
      for (let at = 0; at < H * D; at++) {
        const isMissing = n % 11 === 4;
        const weight = [1, 1, 0.5, 0][n % 4]!;
        const off = at % D === 0 ? 0.1 * (at + 1) * random.normal() : 1 + 3 * random.uniform();
        const value = isMissing ? Number.NaN : expected[at]! + off * units[at]!;
        bands.learn(at, value, expected[at]!, units[at]!, then, weight);
        if (Number.isNaN(value) || weight === 0) continue;
        const from = (value - expected[at]!) / units[at]!;
        for (const [k, q] of QUANTILES.entries())
          offsets[k]![at]! += weight * 0.1 * (from < then[k * H * D + at]! ? q - 1 : q);
        errors[at]!.push([Math.abs(value - expected[at]!), weight]);
      }
      bands.note(scale);
      for (const [d, each] of scale.entries()) scales[d]!.push([each, 1]);
    }
    expect(crossed).toBeGreaterThan(0);
  });

  it('has a value at the end of an interval in it', () => {
    const bands = new StepBands([0.1, 0.9], 1, 1, HALF_LIFE);
    const made = bands.offsets.slice();
    for (const end of made) bands.learn(0, 2 * end, 0, 2, made, 1);
    expect([...bands.offsets]).toEqual([
      expect.closeTo(made[0]! + 0.02, 12),
      expect.closeTo(made[1]! - 0.02, 12),
    ]);
  });
});

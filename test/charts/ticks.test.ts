import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatTicks, multiples, roundStep } from '../../src/charts/ticks.ts';
import { real } from '../support/real.ts';

/** Ranges of any size and offset a double can tell apart, with two to six ticks asked for. */
const ranges = fc
  .record({
    exponent: fc.integer({ min: -290, max: 290 }),
    mantissa: real(1, 10),
    offset: real(-1000, 1000),
    count: fc.integer({ min: 2, max: 6 }),
  })
  .map(({ exponent, mantissa, offset, count }) => {
    const span = mantissa * 10 ** exponent;
    return { low: offset * span, high: (offset + 1) * span, count };
  });

describe('ticks', () => {
  it('lie in the range, are no more than asked for and no fewer than a third of that', () => {
    fc.assert(
      fc.property(ranges, ({ low, high, count }) => {
        const ticks = multiples(low, high, roundStep((high - low) / count));
        const slack = (high - low) * 1e-6;
        for (const tick of ticks) {
          expect(tick).toBeGreaterThanOrEqual(low - slack);
          expect(tick).toBeLessThanOrEqual(high + slack);
        }
        expect(ticks.length).toBeLessThanOrEqual(count + 1);
        expect(ticks.length).toBeGreaterThanOrEqual(Math.floor(count / 3));
      }),
    );
  });

  it('all read differently', () => {
    fc.assert(
      fc.property(ranges, ({ low, high, count }) => {
        const step = roundStep((high - low) / count);
        const labels = formatTicks(multiples(low, high, step), step);
        expect(new Set(labels).size).toBe(labels.length);
      }),
    );
  });

  it.each([
    [0, 1.05, 2.5, ['0.0', '0.5', '1.0']],
    [-1e7, 1e7, 4, ['-10M', '-5M', '0', '5M', '10M']],
    [1e9 - 1, 1e9 + 1, 2, ['999,999,999', '1,000,000,000', '1,000,000,001']],
    [-1e300, 1e300, 2, ['-1e300', '0', '1e300']],
    [0, 0.002, 4, ['0.0000', '0.0005', '0.0010', '0.0015', '0.0020']],
  ])('from %d to %d are round', (low, high, count, labels) => {
    const step = roundStep((high - low) / count);
    expect(formatTicks(multiples(low, high, step), step)).toEqual(labels);
  });
});

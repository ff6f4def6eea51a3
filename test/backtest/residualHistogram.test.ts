import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { residualHistogram } from '../../src/backtest/metrics/residualHistogram.ts';
import { real } from '../support/real.ts';
import { recorded } from './recorded.ts';

describe('residualHistogram', () => {
  it('counts residuals in halves of the band', () => {
    const { counts, from, step, below, above, within, total } = residualHistogram(
      recorded([0.05, 1.9, 2.1, -7, 6], { half: 2 }),
    );
    const at = (position: number): number => counts[Math.floor((position - from) / step)]!;
    expect([at(0.025), at(0.95), at(1.05)]).toEqual([1, 1, 1]);
    expect({ below, above, within, total }).toEqual({ below: 1, above: 1, within: 2, total: 5 });
  });

  it('leaves out what was imputed and what had no forecast', () => {
    const stream = recorded([1, 2, 3], { expected: [0, Number.NaN, 0], imputed: [2] });
    expect(residualHistogram(stream).total).toBe(1);
  });

  it('counts a residual of 0 in a band of no width as inside', () => {
    expect(residualHistogram(recorded([0, 1], { half: 0 }))).toMatchObject({ within: 1, above: 1, total: 2 });
  });

  it('loses no residual', () => {
    const number = fc.double({ noNaN: true, noDefaultInfinity: true });
    fc.assert(
      fc.property(fc.array(number), real(0, 1e6), (values, half) => {
        const { counts, below, above, total } = residualHistogram(recorded(values, { half }));
        expect(counts.reduce((sum, count) => sum + count, below + above)).toBe(total);
      }),
    );
  });
});

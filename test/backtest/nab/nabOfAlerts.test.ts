import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NAB_PROFILES } from '../../../src/backtest/nab/profiles.ts';
import { nabOfAlerts, scoreNab } from '../../../src/backtest/nab/scoreNab.ts';
import { windowsOfFlags } from '../../../src/backtest/recordWindows.ts';

describe('nabOfAlerts', () => {
  it('is what scoreNab says of scores that are 1 at the alerts', () => {
    const rows = fc.array(fc.tuple(fc.integer({ min: 0, max: 4 }), fc.integer({ min: 0, max: 9 })), {
      minLength: 1,
      maxLength: 120,
    });
    fc.assert(
      fc.property(rows, fc.constantFrom(...NAB_PROFILES), (stream, profile) => {
        const windows = windowsOfFlags(
          stream.map(([label]) => label === 0),
          1,
        );
        const scores = Float64Array.from(stream, ([, alert]) => Number(alert === 0));
        const alerts = stream.flatMap(([, alert], at) => (alert === 0 ? [at] : []));
        const expected = scoreNab([{ name: 'x', scores, windows }], profile, 0.5).raw;
        expect(nabOfAlerts(stream.length, windows, profile)(alerts)).toBeCloseTo(expected, 9);
      }),
      { numRuns: 300 },
    );
  });
});

import type { Verdict } from '../../src/core/reading.ts';

/** A verdict of a stream that is quiet unless given otherwise. */
export function verdict(
  n: number,
  overrides: Partial<Verdict<number, number>> = {},
): Verdict<number, number> {
  const value = Math.sin(n / 10);
  return {
    event: n,
    time: 1_700_000_000_000 + 1000 * n,
    key: 'pump',
    value,
    imputed: false,
    expected: value,
    lower: value - 0.5,
    upper: value + 0.5,
    residual: 0,
    score: 0.1,
    attribution: 1,
    isAnomaly: false,
    severity: 'none',
    warmingUp: false,
    startOfIncident: false,
    ...overrides,
  };
}

/** One that is flagged, the first of its incident unless given otherwise. */
export function spike(n: number, overrides: Partial<Verdict<number, number>> = {}): Verdict<number, number> {
  const value = 8;
  return verdict(n, {
    value,
    residual: value,
    score: 0.9,
    isAnomaly: true,
    severity: 'high',
    startOfIncident: true,
    ...overrides,
  });
}

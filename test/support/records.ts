import type { Forecast, Verdict } from '../../src/core/reading.ts';

/** A forecast that was off by `value`, with a band of ±3. */
export function forecastOf<E>(event: E, value: number, overrides: Partial<Forecast<E, number>> = {}) {
  const forecast: Forecast<E, number> = {
    event,
    time: undefined,
    key: undefined,
    value,
    imputed: false,
    expected: 0,
    lower: -3,
    upper: 3,
    residual: value,
    ...overrides,
  };
  return forecast;
}

/** The verdict on an event that was flagged (or not) with this score. */
export function verdictOf<E>(event: E, isAnomaly: boolean, overrides: Partial<Verdict<E, number>> = {}) {
  const verdict: Verdict<E, number> = {
    ...forecastOf(event, 0),
    score: isAnomaly ? 0.6 : 0.1,
    attribution: 1,
    isAnomaly,
    severity: isAnomaly ? 'low' : 'none',
    warmingUp: false,
    startOfIncident: false,
    ...overrides,
  };
  return verdict;
}

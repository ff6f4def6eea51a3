import { expect } from 'vitest';
import { type Scored, toVector, type Verdict } from '../../src/core/reading.ts';

/** What holds of every scored event, whatever came: a score within 0 … 1 and shares that are not negative and sum to 1. */
export function expectSoundScore({ score, attribution }: Scored): void {
  expect(score >= 0 && score <= 1, `score ${score}`).toBe(true);
  const shares = toVector(attribution);
  expect(
    shares.every((share) => share >= 0),
    `attribution ${shares}`,
  ).toBe(true);
  expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 9);
}

/** What else holds of every verdict. */
export function expectSoundVerdict(verdict: Verdict): void {
  expectSoundScore(verdict);
  const { isAnomaly, severity, warmingUp, startOfIncident } = verdict;
  expect(severity === 'none').toBe(!isAnomaly);
  if (warmingUp) expect(isAnomaly).toBe(false);
  if (startOfIncident) expect(isAnomaly).toBe(true);
}

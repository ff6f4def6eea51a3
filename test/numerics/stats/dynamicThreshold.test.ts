import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/core/random.ts';
import { dynamicThreshold } from '../../../src/numerics/stats/dynamicThreshold.ts';

describe('dynamicThreshold', () => {
  it('is the paper’s ε where the search, written out, finds it', () => {
    for (let seed = 1; seed <= 200; seed++) {
      const errors = eventful(seed);
      const { epsilon, survives } = written(errors);
      const threshold = dynamicThreshold(errors);
      expect(threshold).toBeGreaterThanOrEqual(epsilon);
      // From the next error's point of view: it is anomalous exactly if it would survive the paper's pruning.
      for (let next = 0.9 * epsilon; next < 1.5 * threshold; next += epsilon / 97) {
        expect(next > threshold, `seed ${seed}, error ${next}`).toBe(survives(next));
      }
    }
  });

  it('lies between the errors that stand out and the rest', () => {
    const errors = Float64Array.from({ length: 500 }, (_, t) => (t >= 200 && t < 205 ? 9 : 1 + (t % 7) / 10));
    expect(dynamicThreshold(errors)).toBeGreaterThan(1.6);
    expect(dynamicThreshold(errors)).toBeLessThan(9);
  });

  it('takes a peak that hardly stands out for normal, and so raises itself above it', () => {
    const random = new Random(1);
    const errors = Float64Array.from({ length: 500 }, () => 1 + 0.1 * random.uniform());
    errors[100] = 1.2;
    expect(dynamicThreshold(errors)).toBeGreaterThan(1.2);
    errors[100] = 2;
    expect(dynamicThreshold(errors)).toBeLessThan(2);
  });

  it('is 12 deviations above the mean where nothing stands out', () => {
    const errors = Float64Array.from({ length: 100 }, (_, t) => 1 + (t % 2));
    expect(dynamicThreshold(errors)).toBeCloseTo(1.5 + 12 * 0.5, 12);
  });

  it('is 0 of errors that are all 0, and finite whatever they are', () => {
    expect(dynamicThreshold(new Float64Array(10))).toBe(0);
    for (const errors of [[1e6], [0, 0, 1e6], [1e-300, 1e6, 1e-300], [5, 5, 5]]) {
      expect(Number.isFinite(dynamicThreshold(Float64Array.from(errors)))).toBe(true);
    }
  });
});

/** Noise with up to five peaks and plateaus of any height. */
function eventful(seed: number): Float64Array {
  const random = new Random(seed);
  const errors = Float64Array.from({ length: 300 }, () => 1 + 0.3 * Math.abs(random.normal()));
  // Or as many alike, which are too many runs for a threshold below them.
  if (seed % 10 === 0) for (let k = 0; k < 8; k++) errors[30 * k + 9] = 6 + 0.1 * random.uniform();
  for (let event = random.below(6); event > 0; event--) {
    const at = random.below(280);
    const height = 1 + 6 * random.uniform();
    for (let k = random.below(10); k >= 0; k--) errors[at + k] = height * (1 + 0.1 * random.uniform());
  }
  return errors;
}

/** Section 3.2 and 3.3 of the paper word by word: ε, and whether an error that comes next would survive the pruning. */
function written(errors: Float64Array): { epsilon: number; survives: (next: number) => boolean } {
  const all = [...errors];
  const candidates = Array.from({ length: 20 }, (_, k) => mean(all) + (2.5 + k / 2) * deviation(all));
  let [epsilon, highest] = [mean(all) + 12 * deviation(all), Number.NEGATIVE_INFINITY];
  for (const candidate of candidates) {
    const below = all.filter((error) => error < candidate);
    const above = all.length - below.length;
    const runs = sequences(all, candidate).length;
    if (above === 0 || above >= all.length / 2 || runs > 5) continue;
    const decrease =
      (mean(all) - mean(below)) / mean(all) + (deviation(all) - deviation(below)) / deviation(all);
    const worth = decrease / (above + runs ** 2);
    if (worth >= highest) [epsilon, highest] = [candidate, worth];
  }
  const survives = (next: number): boolean => {
    if (next <= epsilon) return false;
    const normal = Math.max(0, ...all.filter((error) => error < epsilon));
    // The error as a sequence of its own among those that were found, in descending order, then what is normal.
    const peaks = [...sequences(all, epsilon).map((run) => Math.max(...run)), next].sort((a, b) => b - a);
    const descending = [...peaks, normal];
    let survivors = 0;
    for (let k = 0; k < peaks.length; k++) {
      if ((descending[k] - descending[k + 1]) / descending[k] > 0.13) survivors = k + 1;
    }
    return peaks.indexOf(next) < survivors;
  };
  return { epsilon, survives };
}

function sequences(errors: readonly number[], epsilon: number): number[][] {
  const found: number[][] = [];
  for (const [t, error] of errors.entries()) {
    if (error < epsilon) continue;
    if (t > 0 && errors[t - 1] >= epsilon) found[found.length - 1].push(error);
    else found.push([error]);
  }
  return found;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function deviation(values: readonly number[]): number {
  const centre = mean(values);
  return Math.sqrt(mean(values.map((value) => (value - centre) ** 2)));
}

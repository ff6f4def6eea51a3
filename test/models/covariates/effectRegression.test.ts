import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/core/random.ts';
import { EffectRegression } from '../../../src/models/covariates/effectRegression.ts';
import type { RangedVector } from '../../../src/models/snapshot/vectors.ts';

const FORGET = 0.998;
const PRIOR = 100;

/** Σ FORGET^age x xᵀ + FORGET^n / PRIOR I against Σ FORGET^age x y: what recursive least squares is a short way to. */
function batch(rows: readonly (readonly number[])[], values: readonly number[]): number[] {
  const F = rows[0]!.length;
  const age = (n: number): number => FORGET ** (rows.length - 1 - n);
  const system = Array.from({ length: F }, (_, i) => [
    ...Array.from({ length: F }, (_, j) => {
      const prior = i === j ? FORGET ** rows.length / PRIOR : 0;
      return prior + rows.reduce((sum, row, n) => sum + age(n) * row[i]! * row[j]!, 0);
    }),
    rows.reduce((sum, row, n) => sum + age(n) * row[i]! * values[n]!, 0),
  ]);
  for (const [i, pivot] of system.entries())
    for (const row of system) {
      const share = row === pivot ? 0 : row[i]! / pivot[i]!;
      for (let k = 0; k < row.length; k++) row[k]! -= share * pivot[k]!;
    }
  return system.map((row, i) => row[F]! / row[i]!);
}

const weightsOf = ({ memory }: EffectRegression): number[] => [...(memory.weights as RangedVector).vector];

describe('EffectRegression', () => {
  it('has the weights of least squares with forgetting, also where values are missing', () => {
    const random = new Random(1);
    const regression = new EffectRegression(3, 1);
    const [rows, values]: [number[][], number[]] = [[], []];
    for (let n = 0; n < 400; n++) {
      const row = [random.normal(), random.normal(), n % 90 === 40 ? 3 : 0];
      const value = 2 * row[0]! - row[1]! + 4 * row[2]! + random.normal();
      const isMissing = n % 5 === 3 || n % 180 === 40;
      regression.learn(Float64Array.from(row), [7], [isMissing ? Number.NaN : 7 + value], 1);
      // Nothing is learnt of the first either: how large errors are is not known yet.
      if (n > 0 && !isMissing) {
        rows.push(row);
        values.push(value);
      }
      if (n % 40 === 39)
        expect(weightsOf(regression)).toEqual(batch(rows, values).map((each) => expect.closeTo(each, 7)));
    }
  });

  it('takes an outlier for five usual errors', () => {
    const random = new Random(2);
    const [wild, calm] = [0, 1].map(() => new EffectRegression(1, 1));
    for (let n = 0; n < 300; n++) {
      const [x, noise] = [random.normal(), random.normal()];
      for (const each of [wild!, calm!]) each.learn(Float64Array.of(x), [0], [x + noise], 1);
    }
    wild!.learn(Float64Array.of(1), [0], [1e9], 1);
    calm!.learn(Float64Array.of(1), [0], [1], 1);
    expect(Math.abs(weightsOf(wild!)[0]! - weightsOf(calm!)[0]!)).toBeLessThan(0.1);
    expect(weightsOf(wild!)[0]).toBeGreaterThan(weightsOf(calm!)[0]!);
  });

  it('is used as far as the errors were smaller with it, at the events at which it was large', () => {
    const random = new Random(3);
    const regression = new EffectRegression(2, 1);
    const x = new Float64Array(2);
    const used: number[] = []; // errors of what was used
    const usual = (): number =>
      used.reduce((mean, each, n) => mean + ((n < 30 ? each : Math.min(each, 8 * mean)) - mean) / (n + 1), 0);
    // What counts for three events before the first: twice the error with it.
    let [without, correct, count] = [1, 2, 3];
    let [little, much] = [0, 0];
    for (let n = 0; n < 250; n++) {
      x[0] = random.normal();
      x[1] = n % 10 === 5 ? 4 : 0;
      // It explains nothing at first, and most from some event on.
      const value = random.normal() * (n % 60 === 50 ? 40 : 1) + (n < 60 ? 0 : 3 * x[0] - x[1]);
      const weights = weightsOf(regression);
      const whole = weights[0]! * x[0] + weights[1]! * x[1];
      const share = 1 / (1 + ((1.05 * correct) / without) ** 40);
      expect(regression.of(0, x)).toBeCloseTo(share * whole, 9);
      expect(regression.isUsed(0)).toBe(share > 0.5);
      if (share > 0.5) much++;
      else little++;
      const unit = usual();
      if (n > 0) {
        const part = Math.abs(whole) / (Math.abs(whole) + unit);
        const loss = (error: number): number => part * Math.min(10, Math.abs(error) / unit);
        without = (count * without + loss(value)) / (count + part);
        correct = (count * correct + loss(value - whole)) / (count + part);
        count += part;
      }
      used.push(Math.abs(value - share * whole));
      regression.learn(x, [0], [value], 1);
    }
    // From 200 on the newest counts for more.
    expect(count).toBeLessThan(200);
    expect(Math.min(little, much)).toBeGreaterThan(50);
  });

  it('forgets nothing more of what has not been seen for long', () => {
    const random = new Random(4);
    const regression = new EffectRegression(2, 1);
    for (let n = 0; n < 15_000; n++)
      regression.learn(Float64Array.of(random.normal(), 0), [0], [random.normal()], 1);
    const doubt = (regression.memory.doubt as RangedVector).vector[3];
    expect(doubt).toBeGreaterThan(1.99e6); // both together 2e6
    expect(doubt).toBeLessThan(2.01e6);
  });
});

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
});

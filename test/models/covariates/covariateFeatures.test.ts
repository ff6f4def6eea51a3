import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/core/random.ts';
import { CovariateFeatures } from '../../../src/models/covariates/covariateFeatures.ts';

const SETTLED = 20;
const clip = (least: number, x: number, most: number): number => Math.max(least, Math.min(most, x));

/** One covariate, with all that was there of it at hand. */
class Written {
  readonly past: number[] = [];
  readonly means: number[] = [];

  known(x: number): number {
    if (!Number.isFinite(x)) return this.past.at(-1) ?? Number.NaN;
    const [least, most] = [Math.min(...this.past), Math.max(...this.past)];
    const reach = (most - least) / 2;
    return this.past.length < SETTLED || reach === 0 ? x : clip(least - reach, x, most + reach);
  }

  /** The range of the first values: the first twenty and one, or as many more as it takes until there is one. */
  unit(values: readonly number[]): number {
    for (let n = SETTLED + 1; n <= values.length; n++) {
      const first = values.slice(0, n);
      const range = Math.max(...first) - Math.min(...first);
      if (range > 0) return range;
    }
    return 0;
  }

  off(x: number, mean: number, values: readonly number[]): number {
    return clip(-1000, (x - mean) / (this.unit(values) || 1), 1000);
  }

  /** Mean of the squares since values are settled, one more of which was 0. */
  square(): number {
    const squares = this.past.map((x, n) => {
      const values = this.past.slice(0, n + 1);
      return this.unit(values) === 0 ? 0 : this.off(x, this.means[n]!, values) ** 2;
    });
    return squares.reduce((sum, each) => sum + each, 0) / Math.max(1, this.past.length - SETTLED + 1);
  }

  learn(raw: number): void {
    const x = this.known(raw);
    if (Number.isNaN(x)) return;
    this.past.push(x);
    this.means.push(this.past.reduce((sum, each) => sum + each, 0) / this.past.length);
  }
}

describe('CovariateFeatures', () => {
  it('has distances from the mean and their squares, in units of the first range, by their definition', () => {
    const random = new Random(6);
    const features = new CovariateFeatures(3);
    const written = [0, 1, 2].map(() => new Written());
    const into = new Float64Array(features.size);
    for (let t = 0; t < 120; t++) {
      const next = [
        t === 60 ? 1e9 : t < 3 || t % 7 === 4 ? Number.NaN : 20 + 5 * random.normal(), // misread once, missing at times
        t < 33 ? 4 : 4 + random.below(2), // always the same at first
        t === SETTLED ? 1e6 : -random.uniform() * (t === 0 ? 1e4 : 1), // settled by its first value; misread when it is
      ];
      expect(features.areKnown).toBe(written.every(({ past }) => past.length >= SETTLED));
      if (features.areKnown) {
        const expected = written.map((each, c) => {
          const x = each.known(next[c]!);
          const mean = each.means.at(-1)!;
          const off = each.off(x, mean, [...each.past, x]);
          const was = each.off(each.past.at(-1)!, mean, [...each.past, x]);
          return { level: [off, off ** 2 - each.square()], change: [off - was, off ** 2 - was ** 2] };
        });
        features.writeLevel(next, into);
        expect([...into]).toEqual(
          expected.flatMap(({ level }) => level.map((each) => expect.closeTo(each, 9))),
        );
        features.writeChange(next, into);
        expect([...into]).toEqual(
          expected.flatMap(({ change }) => change.map((each) => expect.closeTo(each, 9))),
        );
      }
      features.learn(next);
      for (const [c, each] of written.entries()) each.learn(next[c]!);
    }
  });
});

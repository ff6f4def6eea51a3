import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/core/random.ts';
import { PathMixture } from '../../../src/models/ahead/pathMixture.ts';

const [C, H, D, HALF_LIFE] = [4, 5, 2, 50];
const SIZE = H * D;

describe('PathMixture', () => {
  it('weights each candidate by its usual error to the power of −8, where it has been compared', () => {
    const random = new Random(4);
    const mixture = new PathMixture(C, H, D, HALF_LIFE);
    const errors: number[][] = Array.from({ length: C * SIZE }, () => []);
    const usual = (at: number): number =>
      errors[at]!.reduce((mean, each, n) => {
        const rate = Math.max(1 - 2 ** (-1 / HALF_LIFE), 1 / (n + 1));
        return mean + rate * ((n < 30 ? each : Math.min(each, 8 * mean)) - mean);
      }, 0);
    const into = new Float64Array(SIZE);
    for (let n = 0; n < 60; n++) {
      // The third expects nothing of the first two steps.
      const paths = Float64Array.from({ length: C * SIZE }, (_, at) => {
        const [c, h] = [Math.floor(at / SIZE), Math.floor((at % SIZE) / D)];
        return c === 2 && h < 2 ? Number.NaN : (c + 1) * random.normal();
      });
      mixture.mix(paths, into);
      for (let target = 0; target < SIZE; target++) {
        const step = (t: number): number[] => Array.from({ length: C }, (_, c) => usual(c * SIZE + t));
        let known = target;
        while (known >= 0 && step(known).every((each) => each === 0)) known -= D;
        const candidates = [0, 1, 2, 3].flatMap((c) => {
          const [expected, before] = [paths[c * SIZE + target]!, paths[c * SIZE + known]!];
          if (known < 0 || Number.isNaN(expected) || Number.isNaN(before)) return [];
          return [{ expected, error: usual(c * SIZE + known) }];
        });
        const least = Math.min(...candidates.map(({ error }) => error));
        const weights = candidates.map(({ error }) => (error === least ? 1 : (least / error) ** 8));
        const total = weights.reduce((sum, each) => sum + each, 0);
        const mean = candidates.reduce((sum, { expected }, k) => sum + (weights[k]! * expected) / total, 0);
        expect(into[target]).toBeCloseTo(known < 0 ? paths[target]! : mean, 9);
      }
      // As forecasts arrive: the first step with the first event, the next with the next.
      for (let target = 0; target < SIZE; target++) {
        if (Math.floor(target / D) > n) continue;
        const value = random.normal();
        mixture.learn(paths, target, value, 1);
        for (let at = target; at < C * SIZE; at += SIZE) {
          const size = Math.abs(paths[at]! - value);
          if (!Number.isNaN(size)) errors[at]!.push(size);
        }
      }
    }
  });
});

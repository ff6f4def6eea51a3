import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/core/random.ts';
import {
  fitGeneralisedPareto,
  type GeneralisedPareto,
  paretoTail,
} from '../../../src/numerics/stats/generalisedPareto.ts';
import { integrate } from '../../support/distributions.ts';

const SHAPES = [-0.4, -0.2, 0, 0.1, 0.5, 1, 2];

describe('fitGeneralisedPareto', () => {
  it.each(SHAPES)('finds the shape %f and the scale that 20,000 excesses were drawn with', (shape) => {
    for (const scale of [1e-6, 3, 1e9]) {
      const fit = fitGeneralisedPareto(draws({ shape, scale }, 20_000, 1));
      // Smith 1987: the standard error of the shape is (1 + γ)/√n.
      expect(Math.abs(fit.shape - shape)).toBeLessThan((4 * (1 + shape)) / Math.sqrt(20_000));
      expect(fit.scale / scale).toBeGreaterThan(0.95);
      expect(fit.scale / scale).toBeLessThan(1.05);
    }
  });

  describe.each([10, 15, 50, 200])('of %i excesses', (count) => {
    it('is as likely as the best that a search over both parameters finds from many starts', () => {
      for (const shape of SHAPES) {
        for (let seed = 1; seed <= 12; seed++) {
          const excesses = draws({ shape, scale: 2 }, count, seed);
          const fit = fitGeneralisedPareto(excesses);
          const best = searched(excesses);
          // Of few excesses some have no likeliest tail short of the uniform one, of shape −1: then the exponential serves.
          if (best.shape < -0.95) continue;
          const lost = logLikelihood(best, excesses) - logLikelihood(fit, excesses);
          expect(lost, `shape ${shape}, seed ${seed}`).toBeLessThan(1e-4 * count);
        }
      }
    });
  });

  it('changes with the unit of the excesses in its scale alone', () => {
    for (const shape of SHAPES) {
      const excesses = draws({ shape, scale: 2 }, 100, 5);
      const [fit, larger] = [
        fitGeneralisedPareto(excesses),
        fitGeneralisedPareto(excesses.map((y) => 1000 * y)),
      ];
      expect(larger.shape).toBeCloseTo(fit.shape, 6);
      expect(larger.scale / fit.scale).toBeCloseTo(1000, 3);
    }
  });

  it.each([
    [[3]],
    [[2, 2, 2, 2]],
    [[1e-300, 1e6]],
    [[5e-324, 5e-324]],
    [[1, 1e300, 1]],
    [[1e-12, 1, 1, 1, 1]],
  ])('gives a finite tail for %j', (excesses) => {
    const { shape, scale } = fitGeneralisedPareto(Float64Array.from(excesses));
    expect(Number.isFinite(shape)).toBe(true);
    expect(shape).toBeGreaterThan(-1);
    expect(scale).toBeGreaterThan(0);
    expect(Number.isFinite(scale)).toBe(true);
  });
});

describe('paretoTail', () => {
  it.each(SHAPES)('is the integral of the density, shape %f', (shape) => {
    const tail = { shape, scale: 3 };
    const density = (y: number): number => Math.exp(logLikelihood(tail, Float64Array.of(y)));
    for (const y of [0.1, 1, 2, 5])
      expect(1 - paretoTail(tail, y)).toBeCloseTo(integrate(density, 0, y, 500), 9);
  });

  it('ends where a bounded tail ends', () => {
    const bounded = { shape: -0.5, scale: 1 };
    expect([0, 1.999, 2, 3].map((y) => paretoTail(bounded, y) > 0)).toEqual([true, true, false, false]);
  });
});

function draws({ shape, scale }: GeneralisedPareto, count: number, seed: number): Float64Array {
  const random = new Random(seed);
  return Float64Array.from({ length: count }, () => {
    const survival = 1 - random.uniform();
    const y = shape === 0 ? -Math.log(survival) : (survival ** -shape - 1) / shape;
    return Math.max(Number.MIN_VALUE, scale * y);
  });
}

function logLikelihood({ shape, scale }: GeneralisedPareto, excesses: Float64Array): number {
  let sum = 0;
  for (const y of excesses) {
    const base = 1 + (shape * y) / scale;
    if (base <= 0) return Number.NEGATIVE_INFINITY;
    sum -= Math.log(scale) + (shape === 0 ? y / scale : (1 + 1 / shape) * Math.log(base));
  }
  return sum;
}

/** Pattern search (Hooke & Jeeves 1961) for the maximum of the likelihood, from every one of 21 starts. */
function searched(excesses: Float64Array): GeneralisedPareto {
  const mean = excesses.reduce((sum, y) => sum + y / excesses.length, 0);
  let best: GeneralisedPareto = { shape: 0, scale: mean };
  for (const startShape of [-0.5, -0.2, 0.01, 0.3, 1, 2, 4]) {
    for (const startScale of [0.1, 1, 4]) {
      let at: GeneralisedPareto = { shape: startShape, scale: startScale * mean };
      for (let step = 0.5; step > 1e-7; ) {
        const better = [
          { shape: at.shape + step, scale: at.scale },
          { shape: Math.max(-0.999, at.shape - step), scale: at.scale },
          { shape: at.shape, scale: at.scale * (1 + step) },
          { shape: at.shape, scale: at.scale / (1 + step) },
          { shape: at.shape + step, scale: at.scale / (1 + step) },
          { shape: Math.max(-0.999, at.shape - step), scale: at.scale * (1 + step) },
        ].find((next) => logLikelihood(next, excesses) > logLikelihood(at, excesses));
        if (better === undefined) step /= 2;
        else at = better;
      }
      if (logLikelihood(at, excesses) > logLikelihood(best, excesses)) best = at;
    }
  }
  return best;
}

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createLoss, type LossConfig } from '../../../src/numerics/losses/createLoss.ts';
import { integrate } from '../../support/distributions.ts';
import { real } from '../../support/real.ts';

/** Loss and gradient of one forecast: location, log scale. */
function evaluate(config: LossConfig, location: number, logScale: number, target: number, weight = 1) {
  const gradient = new Float64Array(2);
  const loss = createLoss(config).accumulate(
    Float64Array.of(location, logScale),
    gradient,
    0,
    1,
    target,
    weight,
  );
  return { loss, gradient: [...gradient] };
}

describe('known values', () => {
  it('squared error: 9 at an error of 3, with slope 6', () => {
    expect(evaluate({ name: 'mse' }, 5, 0, 2)).toEqual({ loss: 9, gradient: [6, 0] });
  });

  it('Huber: half the square within δ, linear beyond, without a step between', () => {
    const huber: LossConfig = { name: 'huber', delta: 2 };
    expect(evaluate(huber, 1, 0, 0)).toEqual({ loss: 0.5, gradient: [1, 0] });
    expect(evaluate(huber, 2, 0, 0)).toEqual({ loss: 2, gradient: [2, 0] });
    expect(evaluate(huber, 10, 0, 0)).toEqual({ loss: 18, gradient: [2, 0] });
    expect(evaluate(huber, -10, 0, 0)).toEqual({ loss: 18, gradient: [-2, 0] });
  });

  it('Gaussian: ½ ln 2π at the mean of a unit normal, ½ more a deviation away', () => {
    const atMean = evaluate({ name: 'gaussian' }, 0, 0, 0);
    expect(atMean.loss).toBeCloseTo(0.9189385332046727, 14);
    expect(atMean.gradient).toEqual([0, 1]);
    expect(evaluate({ name: 'gaussian' }, 3, Math.log(2), 1).loss).toBeCloseTo(
      0.9189385332046727 + Math.LN2 + 0.5,
      14,
    );
  });

  it('Laplace: ln 2 at the median of a unit one, 1 more a scale away', () => {
    expect(evaluate({ name: 'laplace' }, 0, 0, 0).loss).toBe(Math.LN2);
    const away = evaluate({ name: 'laplace' }, 3, Math.log(2), 1);
    expect(away.loss).toBeCloseTo(2 * Math.LN2 + 1, 14);
    expect(away.gradient[0]).toBeCloseTo(0.5, 14);
    expect(away.gradient[1]).toBeCloseTo(0, 14);
  });
});

describe.each<LossConfig>([{ name: 'gaussian' }, { name: 'laplace' }])('%j', (config) => {
  const scales = [-2, 0, 1.5];

  it.each(scales)('is −ln of a density that integrates to 1 (log scale %d)', (logScale) => {
    const reach = 40 * Math.exp(logScale);
    const density = (x: number): number => Math.exp(-evaluate(config, 0.3, logScale, x).loss);
    expect(
      integrate(density, 0.3 - reach, 0.3, 4000) + integrate(density, 0.3, 0.3 + reach, 4000),
    ).toBeCloseTo(1, 7);
  });

  it.each(scales)(
    'has an expected slope of 0 at the truth, in location and in scale (log scale %d)',
    (logScale) => {
      const reach = 40 * Math.exp(logScale);
      for (const k of [0, 1]) {
        const slope = (x: number): number => {
          const { loss, gradient } = evaluate(config, 0, logScale, x);
          return gradient[k] * Math.exp(-loss);
        };
        expect(integrate(slope, -reach, -1e-12, 4000) + integrate(slope, 1e-12, reach, 4000)).toBeCloseTo(
          0,
          6,
        );
      }
    },
  );
});

describe('cross-entropy', () => {
  const edges = [-1, 0, 2.5];
  const loss = createLoss({ name: 'crossEntropy', edges });
  const logits = fc.array(real(-800, 800), { minLength: 8, maxLength: 8 });

  it.each([
    [-7, 0],
    [-1, 1], // an edge belongs to the class above it
    [-0.2, 1],
    [0, 2],
    [2.4, 2],
    [1e9, 3],
  ])(
    'takes the target %d for class %i: −ln of its share, slope share − 1 there and share elsewhere',
    (target, right) => {
      const output = Float64Array.of(0.3, 9, -1, 9, 2, 9, 0.5, 9); // of two targets, in turns
      const gradient = new Float64Array(8);
      const shares = [0.3, -1, 2, 0.5].map(Math.exp);
      const total = shares.reduce((sum, share) => sum + share, 0);
      const value = loss.accumulate(output, gradient, 0, 2, target, 2);
      expect(value).toBeCloseTo(-2 * Math.log(shares[right] / total), 12);
      for (const [k, share] of shares.entries()) {
        expect(gradient[2 * k]).toBeCloseTo(2 * (share / total - (k === right ? 1 : 0)), 12);
        expect(gradient[2 * k + 1]).toBe(0);
      }
    },
  );

  it('is finite for any logits, has slopes that sum to 0, and does not learn a missing target', () => {
    fc.assert(
      fc.property(logits, fc.integer({ min: 0, max: 1 }), (output, at) => {
        const gradient = new Float64Array(8);
        const value = loss.accumulate(Float64Array.from(output), gradient, at, 2, 0.5, 1);
        expect(value).toBeGreaterThanOrEqual(0);
        expect(Number.isFinite(value)).toBe(true);
        expect(gradient.reduce((sum, slope) => sum + slope, 0)).toBeCloseTo(0, 12);
        const untouched = new Float64Array(8);
        expect(loss.accumulate(Float64Array.from(output), untouched, at, 2, Number.NaN, 1)).toBeNaN();
        expect(untouched).toEqual(new Float64Array(8));
      }),
      { seed: 1 },
    );
  });

  it.each([[[]], [[0, 0]], [[1, 0]], [[Number.NaN]]])('refuses the edges %j', (bad) => {
    expect(() => createLoss({ name: 'crossEntropy', edges: bad })).toThrow(
      'crossEntropyLoss: expected edges to be ascending numbers',
    );
  });
});

describe('every loss', () => {
  const configs: readonly LossConfig[] = [
    { name: 'mse' },
    { name: 'huber', delta: 0.7 },
    { name: 'gaussian' },
    { name: 'laplace' },
    { name: 'laplace', smooth: 0.2 },
    { name: 'laplace', smooth: 0.2, maxWeight: 10, maxRatio: 8 },
  ];
  const number = real(-5, 5);

  it.each(configs)(
    'is least where the forecast is right, the same on both sides, and scales with the weight: %j',
    (config) => {
      fc.assert(
        fc.property(number, number, number, real(0, 1), (target, error, logScale, weight) => {
          const right = evaluate(config, target, logScale, target).loss;
          const above = evaluate(config, target + error, logScale, target);
          expect(above.loss).toBeGreaterThanOrEqual(right - 1e-12);
          // The error again, mirrored; not target − error, which rounds differently.
          expect(evaluate(config, -error, logScale, 0).loss).toBeCloseTo(
            evaluate(config, error, logScale, 0).loss,
            12,
          );
          const part = evaluate(config, target + error, logScale, target, weight);
          expect(part.loss).toBeCloseTo(weight * above.loss, 6);
          for (const k of [0, 1]) {
            const whole = weight * above.gradient[k];
            expect(Math.abs(part.gradient[k] - whole)).toBeLessThanOrEqual(
              1e-9 * Math.max(1, Math.abs(whole)),
            );
          }
        }),
        { numRuns: 200, seed: 1 },
      );
    },
  );

  it.each(configs)('adds to the gradient that is there, at its own place: %j', (config) => {
    const gradient = Float64Array.of(1, 1, 1, 1);
    createLoss(config).accumulate(Float64Array.of(9, 3, 9, -0.5), gradient, 1, 2, 1, 1);
    const alone = evaluate(config, 3, -0.5, 1).gradient;
    const distribution = createLoss(config).outputs === 2;
    expect([...gradient]).toEqual([1, 1 + alone[0], 1, distribution ? 1 + alone[1] : 1]);
  });

  it('smooths Laplace without a step or a kink', () => {
    const config: LossConfig = { name: 'laplace', smooth: 0.2 };
    const [below, above] = [0.2 - 1e-9, 0.2 + 1e-9].map((error) => evaluate(config, error, 0, 0));
    expect(above.loss - below.loss).toBeCloseTo(2e-9, 12);
    expect(above.gradient[0]).toBeCloseTo(below.gradient[0], 7);
    expect(above.gradient[1]).toBeCloseTo(below.gradient[1], 7);
    expect(evaluate(config, 0, 0, 0).gradient[0]).toBe(0);
  });
});

it.each<[LossConfig, string]>([
  [{ name: 'huber', delta: 0 }, 'huberLoss: expected delta to be a positive number, got 0'],
  [{ name: 'laplace', smooth: -1 }, 'laplaceLoss: expected smooth to be a number of 0 or more, got -1'],
  [{ name: 'laplace', maxWeight: 0 }, 'laplaceLoss: expected maxWeight to be a positive number, got 0'],
  [
    { name: 'laplace', maxRatio: Number.NaN },
    'laplaceLoss: expected maxRatio to be a positive number, got NaN',
  ],
])('refuses %j', (config, message) => {
  expect(() => createLoss(config)).toThrow(message);
});

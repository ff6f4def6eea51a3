import { describe, expect, it } from 'vitest';
import { createOptimizer, type OptimizerConfig } from '../../../src/numerics/optim/optimizers.ts';

/** θ after gradients 1, −2, 0.5 with rate 0.1 from θ = 1. */
function walk(config: OptimizerConfig): number[] {
  const optimizer = createOptimizer(config, 1);
  const theta = Float64Array.of(1);
  return [1, -2, 0.5].map((gradient) => {
    optimizer.step(theta, Float64Array.of(gradient), 0.1);
    return theta[0];
  });
}

function expectClose(actual: readonly number[], expected: readonly number[]): void {
  for (const [k, value] of expected.entries()) expect(actual[k]).toBeCloseTo(value, 12);
}

describe('SGD', () => {
  it('is θ ← θ − η g', () => {
    expectClose(walk({ name: 'sgd' }), [0.9, 1.1, 1.05]);
  });

  it('with momentum is v ← μ v + g, θ ← θ − η v', () => {
    // v: 1, then 0.5·1 − 2 = −1.5, then 0.5·(−1.5) + 0.5 = −0.25
    expectClose(walk({ name: 'sgd', momentum: 0.5 }), [0.9, 1.05, 1.075]);
  });
});

describe('RMSprop', () => {
  it('is v ← ρ v + (1 − ρ) g², θ ← θ − η g / (√v + ε)', () => {
    const epsilon = 0.01;
    const v1 = 0.1;
    const v2 = 0.9 * v1 + 0.1 * 4;
    const v3 = 0.9 * v2 + 0.1 * 0.25;
    const t1 = 1 - 0.1 / (Math.sqrt(v1) + epsilon);
    const t2 = t1 + 0.2 / (Math.sqrt(v2) + epsilon);
    const t3 = t2 - 0.05 / (Math.sqrt(v3) + epsilon);
    expectClose(walk({ name: 'rmsprop', decay: 0.9, epsilon }), [t1, t2, t3]);
  });
});

describe('Adam', () => {
  it('is algorithm 1 of Kingma & Ba', () => {
    const [b1, b2, epsilon] = [0.8, 0.9, 0.01];
    let [m, v, theta] = [0, 0, 1];
    const expected = [1, -2, 0.5].map((gradient, k) => {
      m = b1 * m + (1 - b1) * gradient;
      v = b2 * v + (1 - b2) * gradient ** 2;
      const mHat = m / (1 - b1 ** (k + 1));
      const vHat = v / (1 - b2 ** (k + 1));
      theta -= (0.1 * mHat) / (Math.sqrt(vHat) + epsilon);
      return theta;
    });
    expectClose(walk({ name: 'adam', beta1: b1, beta2: b2, epsilon }), expected);
  });

  it('takes a first step of the size of the rate, whatever the size of the gradient', () => {
    for (const gradient of [1e-3, 1, 1e6]) {
      const theta = Float64Array.of(0);
      createOptimizer({ name: 'adam' }, 1).step(theta, Float64Array.of(gradient), 0.01);
      expect(theta[0]).toBeCloseTo(-0.01, 6);
    }
  });
});

describe.each<OptimizerConfig>([
  { name: 'sgd' },
  { name: 'sgd', momentum: 0.9 },
  { name: 'rmsprop' },
  { name: 'adam' },
])('%j', (config) => {
  it('descends a bowl', () => {
    const optimizer = createOptimizer(config, 2);
    const theta = Float64Array.of(3, -2);
    for (let n = 0; n < 2000; n++) {
      optimizer.step(
        theta,
        theta.map((x, k) => [2, 0.2][k] * x),
        0.01 * 0.998 ** n,
      );
    }
    expect(Math.hypot(...theta)).toBeLessThan(1);
  });

  it('remembers nothing outside its state: copied over, it continues alike', () => {
    const [one, other] = [createOptimizer(config, 3), createOptimizer(config, 3)];
    const [a, b] = [Float64Array.of(1, 2, 3), Float64Array.of(1, 2, 3)];
    for (let n = 0; n < 5; n++) one.step(a, Float64Array.of(n, -1, 0.5), 0.1);
    b.set(a);
    for (const [name, vector] of Object.entries(one.state)) other.state[name].set(vector);
    one.step(a, Float64Array.of(1, 1, 1), 0.1);
    other.step(b, Float64Array.of(1, 1, 1), 0.1);
    expect(b).toEqual(a);
  });

  it('leaves alone what has never had a gradient', () => {
    const theta = Float64Array.of(1, 2);
    const optimizer = createOptimizer(config, 2);
    for (let n = 0; n < 5; n++) optimizer.step(theta, Float64Array.of(1, 0), 0.1);
    expect(theta[1]).toBe(2);
  });
});

it.each<[OptimizerConfig, string]>([
  [{ name: 'sgd', momentum: 2 }, 'sgd: expected momentum to be a number from 0 to 1, got 2'],
  [{ name: 'rmsprop', decay: -1 }, 'rmsprop: expected decay to be a number from 0 to 1, got -1'],
  [{ name: 'rmsprop', epsilon: 0 }, 'rmsprop: expected epsilon to be a positive number, got 0'],
  [{ name: 'adam', beta1: 1.1 }, 'adam: expected beta1 to be a number from 0 to 1, got 1.1'],
  [{ name: 'adam', beta2: Number.NaN }, 'adam: expected beta2 to be a number from 0 to 1, got NaN'],
  [{ name: 'adam', epsilon: -1 }, 'adam: expected epsilon to be a positive number, got -1'],
  [{ name: 'lion' } as never, "optimizer: expected name to be one of 'sgd', 'rmsprop', 'adam', got \"lion\""],
  [null as never, 'optimizer: expected the options to be an object, got null'],
])('refuses %j', (config, message) => {
  expect(() => createOptimizer(config, 1)).toThrow(message);
});

import type { Random } from '../../src/core/random.ts';

/** A distribution to draw from, and the oracle of its quantiles. */
export interface Distribution {
  readonly name: string;
  draw(random: Random): number;
  quantile(q: number): number;
}

export const exponential: Distribution = {
  name: 'exponential',
  draw: (random) => -Math.log(1 - random.uniform()),
  quantile: (q) => -Math.log(1 - q),
};

export const halfNormal: Distribution = {
  name: 'half-normal',
  draw: (random) => Math.abs(random.normal()),
  quantile: (q) => normalQuantile((1 + q) / 2),
};

export const logNormal: Distribution = {
  name: 'log-normal',
  draw: (random) => Math.exp(random.normal()),
  quantile: (q) => Math.exp(normalQuantile(q)),
};

/** Laplace of scale 1. */
export function laplaceNoise(random: Random): number {
  const u = random.uniform() - 0.5;
  return -Math.sign(u) * Math.log(1 - 2 * Math.abs(u));
}

/** Φ(x) − ½ by Simpson's rule on the density. */
function normalCdf(x: number): number {
  return 0.5 + integrate((t) => Math.exp(-0.5 * t * t) / Math.sqrt(2 * Math.PI), 0, x, 400);
}

function normalQuantile(q: number): number {
  let [low, high] = [-9, 9];
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2;
    if (normalCdf(middle) < q) low = middle;
    else high = middle;
  }
  return low;
}

/** Simpson's rule with `2 · panels` intervals. */
export function integrate(f: (x: number) => number, from: number, to: number, panels: number): number {
  const h = (to - from) / (2 * panels);
  let sum = f(from) + f(to);
  for (let k = 1; k < 2 * panels; k++) sum += (k % 2 === 1 ? 4 : 2) * f(from + k * h);
  return (sum * h) / 3;
}

import type { Random } from '../../../core/random.ts';

/** Uniform over [from, to). */
export function between(random: Random, from: number, to: number): number {
  return from + (to - from) * random.uniform();
}

/** Its logarithm is uniform over [ln from, ln to). */
export function logBetween(random: Random, from: number, to: number): number {
  return Math.exp(between(random, Math.log(from), Math.log(to)));
}

export function chance(random: Random, probability: number): boolean {
  return random.uniform() < probability;
}

export function pick<T>(random: Random, choices: readonly T[]): T {
  return choices[random.below(choices.length)];
}

/** Events until the next of a memoryless process with this mean, at least 1. */
export function waiting(random: Random, mean: number): number {
  return 1 + Math.floor(-mean * Math.log(1 - random.uniform()));
}

/** Poisson: by Knuth's product of uniforms for small means, by the rounded normal above 50. */
export function poisson(random: Random, mean: number): number {
  if (mean > 50) return Math.max(0, Math.round(mean + Math.sqrt(mean) * random.normal()));
  const limit = Math.exp(-mean);
  let count = 0;
  for (let product = random.uniform(); product > limit; product *= random.uniform()) count++;
  return count;
}

/** Heavy-tailed noise of a spread of about 1: normal, or Student's t of 2, 3 or 5 degrees of freedom. */
export function noiseOf(random: Random): () => number {
  const freedom = pick(random, [0, 0, 2, 3, 5]);
  return freedom === 0 ? () => random.normal() : () => random.studentT(freedom);
}

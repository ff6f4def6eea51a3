import { describe, expect, it } from 'vitest';
import { Random } from '../../src/core/random.ts';

const DRAWS = 100_000;

/** Mean of f over many draws. */
function meanOf(draw: (random: Random) => number, seed = 1): number {
  const random = new Random(seed);
  let sum = 0;
  for (let n = 0; n < DRAWS; n++) sum += draw(random);
  return sum / DRAWS;
}

/** sfc32 as PractRand writes it, on unsigned numbers. */
function* sfc32(seed: bigint): Generator<number> {
  const MASK = 0xffffffffn;
  let [a, b, c, count] = [0n, seed & MASK, 0x9e3779b9n, 1n];
  for (;;) {
    const sum = (a + b + count) & MASK;
    count = (count + 1n) & MASK;
    a = b ^ (b >> 9n);
    b = (c + (c << 3n)) & MASK;
    c = ((((c << 21n) | (c >> 11n)) & MASK) + sum) & MASK;
    yield Number(sum);
  }
}

describe('Random', () => {
  it.each([0, 1, 42, -1, 2 ** 31, 2 ** 32 - 1])(
    'is sfc32 after fifteen rounds of mixing (seed %d)',
    (seed) => {
      const reference = sfc32(BigInt(seed));
      for (let n = 0; n < 15; n++) reference.next();
      const random = new Random(seed);
      for (let n = 0; n < 1000; n++) expect(random.uint32()).toBe(reference.next().value);
    },
  );

  it('is the same for the same seed, another for the next, and the same modulo 2^32', () => {
    const first = (seed: number): number[] => {
      const random = new Random(seed);
      return [random.uniform(), random.normal(), random.below(1000), random.studentT(3)];
    };
    expect(first(5)).toEqual(first(5));
    expect(first(5)).not.toEqual(first(6));
    expect(first(5)).toEqual(first(5 + 2 ** 32));
  });

  it('is uniform: tenths equally full, neighbours unrelated', () => {
    const random = new Random(1);
    const counts = new Array<number>(10).fill(0);
    let [product, last] = [0, 0.5];
    for (let n = 0; n < DRAWS; n++) {
      const u = random.uniform();
      expect(u >= 0 && u < 1).toBe(true);
      counts[Math.floor(10 * u)]++;
      product += (u - 0.5) * (last - 0.5);
      last = u;
    }
    const chiSquare = counts.reduce((sum, count) => sum + (count - DRAWS / 10) ** 2 / (DRAWS / 10), 0);
    expect(chiSquare).toBeLessThan(27.9); // 1 in 1,000 with 9 degrees of freedom
    expect(Math.abs((12 * product) / DRAWS)).toBeLessThan(0.0125); // 4 standard errors of a correlation
  });

  it('has the moments of a standard normal', () => {
    expect(Math.abs(meanOf((random) => random.normal()))).toBeLessThan(0.0127); // 4 standard errors each
    expect(Math.abs(meanOf((random) => random.normal() ** 2) - 1)).toBeLessThan(0.018);
    expect(Math.abs(meanOf((random) => random.normal() ** 3))).toBeLessThan(0.05);
    expect(Math.abs(meanOf((random) => random.normal() ** 4) - 3)).toBeLessThan(0.125);
    expect(Math.abs(meanOf((random) => (Math.abs(random.normal()) > 1.96 ? 1 : 0)) - 0.05)).toBeLessThan(
      0.003,
    );
  });

  it('has the tails of Student’s t', () => {
    // P(|t| > x) from the tables.
    for (const [freedom, x, share] of [
      [1, 12.706, 0.05],
      [4, 2.776, 0.05],
      [4, 4.604, 0.01],
      [30, 2.042, 0.05],
    ]) {
      const tail = meanOf((random) => (Math.abs(random.studentT(freedom)) > x ? 1 : 0));
      expect(Math.abs(tail - share)).toBeLessThan(4 * Math.sqrt(share / DRAWS));
    }
  });

  it('draws each of n whole numbers as often', () => {
    const random = new Random(1);
    const counts = new Array<number>(7).fill(0);
    for (let n = 0; n < 70_000; n++) counts[random.below(7)]++;
    for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(400);
  });
});

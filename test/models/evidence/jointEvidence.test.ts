import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/core/random.ts';
import { JointChannel } from '../../../src/models/evidence/jointChannel.ts';
import { JointEvidence } from '../../../src/models/evidence/jointEvidence.ts';
import { harmonicMean } from '../../../src/models/evidence/means.ts';
import { MovingAverage, MovingVector } from '../../../src/models/evidence/movingAverage.ts';
import { ShrunkCorrelation } from '../../../src/models/evidence/shrunkCorrelation.ts';
import { Whitening } from '../../../src/models/evidence/whitening.ts';

/** Values of variance 1 of which any two are correlated by `rho`. */
function equicorrelated(random: Random, dimensions: number, rho: number): Float64Array {
  const common = random.normal();
  return Float64Array.from(
    { length: dimensions },
    () => Math.sqrt(rho) * common + Math.sqrt(1 - rho) * random.normal(),
  );
}

describe('harmonicMean', () => {
  const surprises = fc.array(fc.double({ min: 0, max: 400, noNaN: true }), { minLength: 1, maxLength: 20 });
  const equal = (n: number): number[] => new Array<number>(n).fill(1 / n);

  it('takes log10(D) from one among D, and nothing when all say the same', () => {
    expect(harmonicMean([5, 0, 0, 0], equal(4)).surprise).toBeCloseTo(5 - Math.log10(4), 4);
    expect(harmonicMean([5, 5, 5, 5], equal(4)).surprise).toBeCloseTo(5, 12);
    expect(harmonicMean([0, 0], equal(2))).toEqual({ surprise: 0, parts: [0, 0] });
  });

  it('is the harmonic mean of the probabilities, and its parts the odds', () => {
    const ordinary = fc.array(fc.double({ min: 0, max: 12, noNaN: true }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(ordinary, (all) => {
        const weights = equal(all.length);
        const { surprise, parts } = harmonicMean(all, weights);
        const inverse = all.reduce((sum, one, i) => sum + weights[i] * 10 ** one, 0);
        expect(surprise).toBeCloseTo(Math.log10(inverse), 9);
        const total = parts.reduce((sum, part) => sum + part, 0);
        if (inverse > 1.01) {
          for (const [i, part] of parts.entries()) {
            expect(part / total).toBeCloseTo((weights[i] * (10 ** all[i] - 1)) / (inverse - 1), 6);
          }
        }
      }),
      { seed: 1 },
    );
  });

  it('lies between the largest less its weight and the largest, however large', () => {
    fc.assert(
      fc.property(surprises, (all) => {
        const { surprise, parts } = harmonicMean(all, equal(all.length));
        const most = Math.max(...all);
        expect(surprise).toBeLessThanOrEqual(most + 1e-9);
        expect(surprise).toBeGreaterThanOrEqual(Math.max(0, most - Math.log10(all.length)) - 1e-9);
        for (const part of parts) expect(part).toBeGreaterThanOrEqual(0);
      }),
      { seed: 1 },
    );
  });
});

describe('MovingVector', () => {
  it('is a MovingAverage of each element', () => {
    const [vector, averages] = [new MovingVector(3, 10), [0, 1, 2].map(() => new MovingAverage(10))];
    const random = new Random(1);
    const out = new Float64Array(3);
    for (let t = 0; t < 50; t++) {
      const newest = Float64Array.from({ length: 3 }, () => random.normal());
      vector.withInto(out, newest);
      for (const [i, average] of averages.entries()) {
        expect(out[i]).toBeCloseTo(average.with(newest[i]), 12);
        average.learn(newest[i]);
      }
      vector.learn(newest);
    }
  });
});

describe('ShrunkCorrelation', () => {
  const learnt = (dimensions: number, rho: number, length: number, seed = 1): Float64Array => {
    const model = new ShrunkCorrelation(dimensions);
    const random = new Random(seed);
    const out = new Float64Array(dimensions * dimensions);
    for (let t = 0; t < length; t++) {
      // An offset and a unit must not matter.
      model.learn(equicorrelated(random, dimensions, rho).map((x, d) => 5 * d + (d + 1) * x));
      if (t % 20 === 19) model.correlationInto(out);
    }
    model.correlationInto(out);
    return out;
  };
  const offDiagonal = (matrix: Float64Array, n: number): number[] =>
    [...matrix].filter((_, at) => at % (n + 1) !== 0);
  const mean = (values: readonly number[]): number =>
    values.reduce((sum, value) => sum + value, 0) / values.length;

  it.each([0, 0.5, 0.9])('finds a correlation of %d', (rho) => {
    const found = learnt(6, rho, 4000);
    for (const correlation of offDiagonal(found, 6)) expect(Math.abs(correlation - rho)).toBeLessThan(0.1);
    for (let d = 0; d < 6; d++) expect(found[7 * d]).toBe(1);
  });

  it('believes in no correlation of a few independent values, and little less than all of one that is there', () => {
    // The plain correlation of 60 independent values is off by 0.13 on average of squares.
    expect(Math.sqrt(mean(offDiagonal(learnt(20, 0, 60), 20).map((r) => r * r)))).toBeLessThan(0.05);
    expect(mean(offDiagonal(learnt(20, 0.8, 60), 20))).toBeGreaterThan(0.6);
  });

  it('believes less in what repeats itself: an autocorrelated stream tells less', () => {
    const sizes = [0, 0.98].map((memory) => {
      const model = new ShrunkCorrelation(5);
      const random = new Random(4);
      const x = new Float64Array(5);
      const out = new Float64Array(25);
      for (let t = 0; t < 300; t++) {
        for (let d = 0; d < 5; d++) x[d] = memory * x[d] + Math.sqrt(1 - memory ** 2) * random.normal();
        model.learn(x);
        if (t % 30 === 29) model.correlationInto(out);
      }
      return Math.sqrt(mean(offDiagonal(out, 5).map((r) => r * r)));
    });
    expect(sizes[0]).toBeLessThan(0.1);
    expect(sizes[1]).toBeLessThan(0.25); // unshrunk: 0.5
  });

  it('learns of a late dimension at the pace of its own age', () => {
    const model = new ShrunkCorrelation(3);
    const random = new Random(2);
    const out = new Float64Array(9);
    for (let t = 0; t < 3300; t++) {
      const x = equicorrelated(random, 3, 0.9);
      if (t < 3000) x[2] = Number.NaN;
      model.learn(x);
      if (t % 50 === 49) model.correlationInto(out);
      if (t === 2999) expect([out[2], out[5], out[8]]).toEqual([0, 0, 1]);
    }
    expect(out[2]).toBeGreaterThan(0.8);
    expect(out[5]).toBeGreaterThan(0.8);
  });
});

describe('Whitening', () => {
  const trained = (dimensions: number, rho: number, length = 3000): Whitening => {
    const whitening = new Whitening(dimensions);
    const random = new Random(7);
    for (let t = 0; t < length; t++) whitening.learn(equicorrelated(random, dimensions, rho));
    return whitening;
  };
  const squares = (whitening: Whitening, x: readonly number[]): number[] => {
    const out = new Float64Array(x.length);
    whitening.applyInto(out, Float64Array.from(x));
    return [...out.map((w) => w * w)];
  };
  const distance = (whitening: Whitening, x: readonly number[]): number =>
    squares(whitening, x).reduce((sum, square) => sum + square, 0);

  it('makes of dimensions that move together as many that do not', () => {
    const whitening = trained(4, 0.8);
    const random = new Random(8);
    const covariance = new Float64Array(16);
    const out = new Float64Array(4);
    for (let t = 0; t < 4000; t++) {
      whitening.applyInto(out, equicorrelated(random, 4, 0.8));
      for (let at = 0; at < 16; at++) covariance[at] += (out[at >> 2] * out[at & 3]) / 4000;
    }
    for (let at = 0; at < 16; at++)
      expect(Math.abs(covariance[at] - (at % 5 === 0 ? 1 : 0))).toBeLessThan(0.15);
  });

  it('is near the Mahalanobis distance under the true correlation', () => {
    // The inverse of (1 − ρ) I + ρ J, after Sherman and Morrison.
    const [D, rho] = [5, 0.7];
    const oracle = (x: readonly number[]): number => {
      const sum = x.reduce((all, one) => all + one, 0);
      const square = x.reduce((all, one) => all + one * one, 0);
      return (square - (rho / (1 + (D - 1) * rho)) * sum * sum) / (1 - rho);
    };
    const whitening = trained(D, rho, 8000);
    for (const x of [
      [2, 0, 0, 0, 0],
      [2, 2, 2, 2, 2],
      [1, -1, 1, -1, 0],
    ]) {
      expect(distance(whitening, x) / oracle(x)).toBeGreaterThan(0.75);
      expect(distance(whitening, x) / oracle(x)).toBeLessThan(1.25);
    }
  });

  it('sees two part that always move together, each within its own range, and names the one that left the others', () => {
    const whitening = trained(8, 0.95);
    const together = new Array<number>(8).fill(1.5);
    const apart = together.map((x, d) => (d === 3 ? -x : x));
    expect(distance(whitening, apart)).toBeGreaterThan(20 * distance(whitening, together));
    const parts = squares(whitening, apart);
    expect(parts[3] / distance(whitening, apart)).toBeGreaterThan(0.8);
  });

  it('takes what is missing as the rest leads one to expect: it adds nothing', () => {
    const whitening = trained(4, 0.9);
    const random = new Random(9);
    for (let n = 0; n < 50; n++) {
      const x = [...equicorrelated(random, 4, 0.9)];
      const partial = distance(whitening, [x[0], Number.NaN, x[2], Number.NaN]);
      expect(partial).toBeLessThanOrEqual(distance(whitening, x) + 1e-9);
      // No value in its place makes it less.
      const guess = distance(whitening, [x[0], random.normal(), x[2], random.normal()]);
      expect(partial).toBeLessThanOrEqual(guess + 1e-9);
    }
    expect(distance(whitening, new Array<number>(4).fill(Number.NaN))).toBe(0);
  });

  it.each<[string, (x: Float64Array) => Float64Array]>([
    ['a copy', (x) => Float64Array.of(x[0], x[0], x[2])],
    ['a copy turned over', (x) => Float64Array.of(x[0], -x[0], x[2])],
    ['one that stands still', (x) => Float64Array.of(x[0], 7, x[2])],
    ['one that never came', (x) => Float64Array.of(x[0], Number.NaN, x[2])],
    ['all alike', (x) => Float64Array.of(x[0], x[0], x[0])],
  ])('stays finite and of the usual size with %s', (_, make) => {
    const whitening = new Whitening(3);
    const random = new Random(3);
    let sum = 0;
    for (let t = 0; t < 2000; t++) {
      const x = make(equicorrelated(random, 3, 0));
      if (t >= 1000) sum += distance(whitening, [...x]) / 1000;
      whitening.learn(x);
    }
    expect(sum).toBeGreaterThan(0.7);
    expect(sum).toBeLessThan(3.5);
  });
});

describe('JointChannel', () => {
  it('adds up what is weak in many dimensions, in proportion', () => {
    const channel = new JointChannel(20, 10, 'fine');
    const random = new Random(5);
    const draw = (shift: number): Float64Array =>
      Float64Array.from({ length: 20 }, (_, d) => random.normal() + (d < 5 ? shift : 0));
    for (let t = 0; t < 2000; t++) {
      channel.surprise(draw(0), 20);
      channel.learn(1);
    }
    let surprise = 0;
    for (let t = 0; t < 30; t++) {
      surprise = channel.surprise(draw(1.2), 20);
      channel.learn(1);
    }
    expect(surprise).toBeGreaterThan(3);
    const shares = Array.from({ length: 20 }, (_, d) => channel.shareOf(d));
    expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12);
    expect(shares.slice(0, 5).reduce((sum, share) => sum + share, 0)).toBeGreaterThan(0.7);
  });

  it.each([1, 2, 8, 50])(
    'is as often surprised with %i dimensions as with any other number',
    (dimensions) => {
      const channel = new JointChannel(dimensions, 3, 'fine');
      const random = new Random(6);
      let surprised = 0;
      for (let t = 0; t < 12_000; t++) {
        const surprise = channel.surprise(
          Float64Array.from({ length: dimensions }, () => random.normal()),
          dimensions,
        );
        if (t >= 2000 && surprise > 2) surprised++;
        channel.learn(1);
      }
      expect(surprised).toBeGreaterThan(50); // 100 of 10,000 is 2 decades
      expect(surprised).toBeLessThan(200);
    },
  );
});

describe('JointEvidence', () => {
  it('shares out all of the evidence, to the dimensions that are there', () => {
    const joint = new JointEvidence(3, 'fine');
    const random = new Random(1);
    for (let t = 0; t < 800; t++) {
      const x = equicorrelated(random, 3, 0.9);
      joint.learn(x, 1);
    }
    const x = Float64Array.of(2, -2, Number.NaN);
    expect(joint.surprise(x, 800)).toBeGreaterThan(0.5);
    const out = [1, 1, 1];
    joint.attributeInto(out, 4);
    expect(out[2]).toBe(1);
    expect(out[0] + out[1]).toBeCloseTo(6, 12);
    expect(Math.min(...out)).toBeGreaterThanOrEqual(1);
  });
});

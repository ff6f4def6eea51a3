import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/core/random.ts';
import { JointChannel } from '../../../src/models/evidence/jointChannel.ts';
import { JointEvidence } from '../../../src/models/evidence/jointEvidence.ts';
import { harmonicMean, raised, rooted } from '../../../src/models/evidence/means.ts';
import { MovingAverage, MovingVector } from '../../../src/models/evidence/movingAverage.ts';
import { ShrunkCorrelation } from '../../../src/models/evidence/shrunkCorrelation.ts';
import { Whitening } from '../../../src/models/evidence/whitening.ts';
import { TailModel } from '../../../src/numerics/stats/tailModel.ts';
import { real } from '../../support/real.ts';

/** Values of variance 1 of which any two are correlated by `rho`. */
function equicorrelated(random: Random, dimensions: number, rho: number): Float64Array {
  const common = random.normal();
  return Float64Array.from(
    { length: dimensions },
    () => Math.sqrt(rho) * common + Math.sqrt(1 - rho) * random.normal(),
  );
}

describe('the power mean', () => {
  it('is of degree 4', () => {
    expect([raised(3), rooted(81)]).toEqual([81, 3]);
  });
});

describe('harmonicMean', () => {
  const surprises = fc.array(real(0, 400), { minLength: 1, maxLength: 20 });
  const equal = (n: number): number[] => new Array<number>(n).fill(1 / n);

  it('takes log10(D) from one among D, and nothing when all say the same', () => {
    expect(harmonicMean([5, 0, 0, 0], equal(4)).surprise).toBeCloseTo(5 - Math.log10(4), 4);
    expect(harmonicMean([5, 5, 5, 5], equal(4)).surprise).toBeCloseTo(5, 12);
    expect(harmonicMean([0, 0], equal(2))).toEqual({ surprise: 0, parts: [0, 0] });
  });

  it('is the harmonic mean of the probabilities, and its parts the odds', () => {
    const ordinary = fc.array(real(0, 12), { minLength: 1, maxLength: 20 });
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

  it('keeps of the correlation of all values what its expected error leaves', () => {
    const [D, first, length] = [3, 60, 160];
    const model = new ShrunkCorrelation(D);
    const random = new Random(3);
    const out = new Float64Array(D * D);
    const all: number[][] = [];
    const newest: number[][] = []; // standardised by what was known at the first correlation
    for (let t = 0; t < length; t++) {
      const common = 0.5 * Math.sin(t / 4) + 0.4 * random.uniform();
      const x = [0, 1, 2].map((d) => d + (d + 1) * (common + 0.3 * random.uniform()));
      const means = all.length === 0 ? x : x.map((_, d) => mean(all.map((each) => each[d])));
      if (t >= first) newest.push(x.map((each, d) => (each - means[d]) / model.deviation[d]));
      model.learn(Float64Array.from(x));
      all.push(x);
      if (t !== first - 1) continue;
      model.correlationInto(out);
      expect([...out]).toEqual([1, 0, 0, 0, 1, 0, 0, 0, 1]); // nothing is believed yet
    }
    model.correlationInto(out);
    const means = [0, 1, 2].map((d) => mean(all.map((each) => each[d])));
    const covariance = (i: number, j: number): number =>
      mean(all.map((each) => (each[i] - means[i]) * (each[j] - means[j])));
    const correlation = (i: number, j: number): number =>
      covariance(i, j) / Math.sqrt(covariance(i, i) * covariance(j, j));
    const square = newest.map((y) => y.reduce((sum, each) => sum + each * each, 0));
    const lagged = newest.map((y, t) =>
      y.reduce((sum, each, d) => sum + each * (newest[t - 1]?.[d] ?? 0), 0),
    );
    const memory = mean(lagged) / mean(square);
    expect(memory).toBeGreaterThan(0.5);
    const effective = (length - first) * ((1 - memory ** 2) / (1 + memory ** 2));
    const distance = 2 * (correlation(0, 1) ** 2 + correlation(0, 2) ** 2 + correlation(1, 2) ** 2);
    const kept =
      1 - Math.max(0, mean(square.map((each) => each * each)) - distance - D) / effective / distance;
    expect(kept).toBeLessThan(0.99);
    expect(kept).toBeGreaterThan(0.1);
    for (const [i, j] of [
      [0, 1],
      [0, 2],
      [1, 2],
    ]) {
      expect(out[i * D + j]).toBeCloseTo(kept * correlation(i, j), 9);
      expect(out[j * D + i]).toBe(out[i * D + j]);
    }
  });

  it('counts an outlier for three deviations, and rounding for no move', () => {
    const model = new ShrunkCorrelation(2);
    const out = new Float64Array(4);
    for (let t = 0; t < 99; t++) model.learn(Float64Array.of((t % 3) - 1, 1e-9 * (t % 2)));
    model.correlationInto(out);
    expect(model.deviation[0]).toBeCloseTo(Math.sqrt(2 / 3), 9);
    expect(model.deviation[1]).toBe(0);
    expect(out[1]).toBe(0);
    model.learn(Float64Array.of(1e6, 0));
    expect(model.mean[0]).toBeCloseTo((3 * model.deviation[0]) / 100, 9);
  });

  it('learns of those that are there as if there were no others', () => {
    const [all, two] = [new ShrunkCorrelation(4), new ShrunkCorrelation(2)];
    const random = new Random(2);
    for (let t = 0; t < 100; t++) {
      const x = equicorrelated(random, 2, 0.6);
      all.learn(Float64Array.of(Number.NaN, x[0], Number.NaN, x[1]));
      two.learn(x);
    }
    const [a, b, c] = two.carried().covariance.vector;
    expect([...all.carried().covariance.vector]).toEqual([0, 0, 0, 0, a, 0, b, 0, 0, c]);
    expect([...all.carried().mean.vector]).toEqual([0, two.mean[0], 0, two.mean[1]]);
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

  it('completes any number of missing values by their conditional means: nothing moves the distance there', () => {
    const D = 6;
    const whitening = trained(D, 0.7);
    const { vector: root } = whitening.carried().root;
    const out = new Float64Array(D);
    for (const missing of [[2], [1, 4], [0, 2, 5], [0, 1, 3, 4]]) {
      const x = Float64Array.from({ length: D }, (_, d) => (missing.includes(d) ? Number.NaN : 1 + d / 3));
      expect(whitening.applyInto(out, x)).toBe(D - missing.length);
      for (const m of missing) {
        const slope = out.reduce((sum, w, d) => sum + w * root[d * D + m], 0);
        expect(slope).toBeCloseTo(0, 9);
      }
    }
  });

  it('is the same in other units and from other origins', () => {
    const [plain, other] = [new Whitening(3), new Whitening(3)];
    const random = new Random(5);
    const changed = (x: Float64Array): Float64Array => x.map((each, d) => 40 + d - (d + 3) * each);
    for (let t = 0; t < 300; t++) {
      const x = equicorrelated(random, 3, 0.5);
      plain.learn(x);
      other.learn(changed(x));
    }
    const x = Float64Array.of(1, -0.5, 2);
    const [one, two] = [squares(plain, [...x]), squares(other, [...changed(x)])];
    for (const [d, square] of one.entries()) expect(two[d]).toBeCloseTo(square, 6);
  });

  it('is worked out anew after sixteen observations and four for each dimension', () => {
    const whitening = new Whitening(3);
    const random = new Random(5);
    const changes: number[] = [];
    let before = String(whitening.carried().root.vector);
    for (let t = 1; t <= 90; t++) {
      whitening.learn(equicorrelated(random, 3, 0.5));
      const root = String(whitening.carried().root.vector);
      if (root !== before) changes.push(t);
      before = root;
    }
    expect(changes).toEqual([28, 56, 84]);
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
  it('is the rarity of the averaged distance, whatever its degrees of freedom, and learns it where it may', () => {
    const [D, LENGTH] = [3, 4];
    const [channel, tail] = [new JointChannel(D, LENGTH, 'fine'), new TailModel()];
    const random = new Random(9);
    const averages = new MovingVector(D + 1, LENGTH);
    const average = new Float64Array(D + 1);
    let largest = 0;
    for (let t = 0; t < 400; t++) {
      const measured = t < 3 ? 0 : t % 5 === 4 ? 2 : 3;
      const whitened = Float64Array.from({ length: D }, (_, d) =>
        d < measured ? (t % 50 === 49 ? 3 : 1) * random.normal() : 0,
      );
      averages.withInto(average, Float64Array.of(...whitened, measured));
      const square = average.subarray(0, D).reduce((sum, each) => sum + each * each, 0);
      const freedom = average[D];
      // Wilson & Hilferty: the cube root of χ²/ν is about normal, of mean 1 − 2/(9ν) and variance 2/(9ν).
      const x =
        (Math.cbrt(((2 * LENGTH - 1) * square) / freedom) - 1 + 2 / (9 * freedom)) /
        Math.sqrt(2 / (9 * freedom));
      const statistic = freedom > 0 ? Math.exp(0.4 * Math.min(22, x)) : 0;
      const surprise = channel.surprise(whitened, measured);
      expect(surprise).toBeCloseTo(Math.max(0, tail.surprise(statistic)), 6);
      largest = Math.max(largest, surprise);
      for (let d = 0; d < D; d++)
        expect(channel.shareOf(d)).toBeCloseTo(square > 0 ? average[d] ** 2 / square : 1 / D, 12);
      const weight = t % 7 === 6 ? 0 : 1;
      channel.learn(weight);
      averages.learn(Float64Array.of(...whitened, measured));
      if (weight > 0 && freedom > 0) tail.learn(statistic);
    }
    expect(largest).toBeGreaterThan(1.5);
  });

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
  it('is the power mean of what is sudden and what lasts, of whitened values, and gains weight with age', () => {
    const D = 3;
    const [joint, whitening] = [new JointEvidence(D, 'fine'), new Whitening(D)];
    const channels = [3, 30].map((length) => new JointChannel(D, length, 'fine'));
    const random = new Random(4);
    const whitened = new Float64Array(D);
    let largest = 0;
    for (let t = 0; t < 400; t++) {
      const x = equicorrelated(random, D, 0.8);
      if (t % 40 === 39) x[1] = -x[1];
      if (t % 9 === 8) x[2] = Number.NaN;
      if (t % 33 === 32) x.fill(Number.NaN);
      const measured = whitening.applyInto(whitened, x);
      const parts = channels.map((channel) => channel.surprise(whitened, measured) ** 4 / 2);
      const whole = measured === 0 ? 0 : (parts[0] + parts[1]) ** (1 / 4);
      for (const seen of [400, t])
        expect(joint.surprise(x, seen)).toBeCloseTo(whole * (1 - Math.exp(-seen / 400)), 6);
      largest = Math.max(largest, whole);
      if (whole > 0) {
        const raw = [0, 1, 2].map((d) =>
          Number.isNaN(x[d]) ? 0 : parts[0] * channels[0].shareOf(d) + parts[1] * channels[1].shareOf(d),
        );
        const out = [0, 0, 0];
        joint.attributeInto(out, 2);
        for (const [d, share] of raw.entries())
          expect(out[d]).toBeCloseTo((2 * share) / (raw[0] + raw[1] + raw[2]), 6);
      }
      const weight = t % 11 === 10 ? 0 : 1;
      joint.learn(x, weight);
      for (const channel of channels) channel.learn(weight);
      if (weight > 0) whitening.learn(x);
    }
    expect(largest).toBeGreaterThan(1.5);
  });

  it('has nothing to share out where there is no evidence', () => {
    const out = [1, 2];
    const joint = new JointEvidence(2, 'fine');
    expect(joint.surprise(Float64Array.of(1, 2), 900)).toBe(0);
    joint.attributeInto(out, 3);
    expect(out).toEqual([1, 2]);
  });

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

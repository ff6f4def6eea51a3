import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/core/random.ts';
import { TailModel } from '../../../src/numerics/stats/tailModel.ts';
import { exponential, halfNormal, logNormal } from '../../support/distributions.ts';
import { real } from '../../support/real.ts';

/**
 * Largest error in decades, per quantile. In the bulk it is the width of a bin and chance; in the tail, which is fitted
 * as a power law, a thinner one is underrated the more, the further out: by up to 0.35 decades at 1 in 1,000.
 */
const TOLERANCE: readonly (readonly [q: number, below: number, above: number])[] = [
  [0.5, 0.05, 0.05],
  [0.75, 0.05, 0.05],
  [0.9, 0.06, 0.06],
  [0.95, 0.1, 0.1],
  [0.99, 0.15, 0.15],
  [0.995, 0.2, 0.15],
  [0.999, 0.4, 0.1],
];

describe('TailModel', () => {
  describe.each([exponential, halfNormal, logNormal])('after 20,000 draws, $name', ({ draw, quantile }) => {
    it.each([1, 2, 3])('the surprise at the q-quantile is −log10(1 − q) (seed %i)', (seed) => {
      const model = trained(20_000, draw, seed);
      for (const [q, below, above] of TOLERANCE) {
        const error = model.surprise(quantile(q)) + Math.log10(1 - q);
        expect(error, `q = ${q}`).toBeGreaterThan(-below);
        expect(error, `q = ${q}`).toBeLessThan(above);
      }
    });
  });

  it.each([
    ['fine', -3, 0.05, 240],
    ['coarse', -2.4, 0.2, 28],
  ] as const)('is its definition, with all the past at hand (%s)', (resolution, lowest, width, count) => {
    const model = new TailModel(0.3, resolution);
    const random = new Random(5);
    const edge = (bin: number): number => lowest + bin * width;
    const below = (level: number): number => 1 - Math.exp(-Math.max(0, Math.exp(level) - 0.05));
    // Twenty of an exponential distribution, and then what is learnt.
    const bins = Array.from({ length: count }, (_, bin) => 20 * (below(edge(bin + 1)) - below(edge(bin))));
    const from = (first: number): number => bins.slice(first).reduce((sum, each) => sum + each, 0);
    const upperPoint = (share: number, n: number): number => {
      let bin = count;
      while (from(bin - 1) < share * (n + 20)) bin--;
      return bin;
    };
    const levelOf = (s: number): number => Math.min(9, Math.log(Math.max(s, 0.05) + 0.05));
    const binOf = (s: number): number =>
      Math.max(0, Math.min(count - 1, Math.floor((levelOf(s) - lowest) / width)));
    const excesses: number[] = []; // the greatest of each cluster
    let quiet = 5; // records below the threshold
    for (let n = 0; n < 500; n++) {
      const tail = upperPoint(0.03, n);
      const upperShare = (bin: number): number =>
        Math.min(1, (bins[bin] / 2 + 0.5 + from(bin + 1)) / (n + 20.5));
      const excess = excesses.reduce((sum, each) => sum + each, 0);
      const decay = (excess + 0.3 * 10) / (excesses.length + 10);
      expect(model.decay).toBeCloseTo(decay, 9);
      expect(model.medianLevel()).toBeCloseTo(edge(upperPoint(0.5, n) - 1), 9);
      if (n % 5 === 0)
        for (const s of [0, 0.3, 1, 2.5, 4, 9, 1e9]) {
          const least = Math.min((excesses.length + 1.18) / (n + 1), upperShare(tail - 1));
          const beyond = (levelOf(s) - edge(tail)) / decay / Math.LN10 - Math.log10(least);
          const surprise = binOf(s) < tail ? -Math.log10(upperShare(binOf(s))) : beyond;
          expect(model.surprise(s)).toBeCloseTo(n < 50 ? 0 : surprise, 9);
        }
      const s = n % 40 > 36 ? 2 + 6 * random.uniform() : n % 90 === 80 ? 1e6 : -Math.log(random.uniform());
      model.learn(s);
      if (binOf(s) >= tail) {
        const over = levelOf(s) - edge(tail);
        if (quiet >= 5) excesses.push(over);
        else excesses[excesses.length - 1] = Math.max(excesses.at(-1)!, over);
        quiet = 0;
      } else quiet++;
      bins[binOf(s)]++;
    }
    expect(excesses.length).toBeGreaterThan(10);
  });

  it('knows how heavy its tail is', () => {
    expect(new TailModel().decay).toBe(0.25); // of the prior
    // A power law of exponent 2.
    const pareto = (random: Random): number => random.uniform() ** -0.5;
    expect(Math.abs(trained(20_000, pareto, 1).decay - 0.5)).toBeLessThan(0.05);
    expect(trained(20_000, halfNormal.draw, 1).decay).toBeLessThan(0.25);
  });

  it('continues beyond everything seen: a decade more for each factor in size', () => {
    const model = trained(20_000, exponential.draw, 1);
    const [far, farther, farthest] = [30, 300, 3000].map((s) => model.surprise(s));
    expect(far).toBeGreaterThan(5);
    expect(farther - far).toBeGreaterThan(1);
    expect(farthest - farther).toBeCloseTo(farther - far, 1);
  });

  it('never finds the larger of two statistics less surprising, the threshold of the tail between them or not', () => {
    const statistic = fc.oneof(
      real(0, 10),
      fc.constantFrom(0, 0.1, 1, 1, 1, 5, 1e4, 1e300), // atoms
    );
    const history = fc.array(statistic, { minLength: 50, maxLength: 400 });
    const grid = Array.from({ length: 1500 }, (_, k) => Math.exp(-4 + k * 0.01) - 0.01);
    fc.assert(
      fc.property(history, (seen) => {
        const model = new TailModel();
        for (const s of seen) model.learn(s);
        let last = 0;
        for (const s of [0, ...grid, 1e6, 1e300, Number.POSITIVE_INFINITY]) {
          const surprise = model.surprise(s);
          expect(surprise).toBeGreaterThanOrEqual(last);
          last = surprise;
        }
        expect(Number.isFinite(last)).toBe(true);
      }),
      { numRuns: 60, seed: 1 },
    );
  });

  it.each([0, 1e-9, 0.049, 0.3, 1, 7, 100, 8000, 9000, 1e6, 1e300])(
    'is not surprised by what is always the same: %d',
    (constant) => {
      const model = new TailModel();
      for (let n = 0; n < 3000; n++) {
        expect(model.surprise(constant)).toBeLessThan(0.5);
        model.learn(constant);
      }
    },
  );

  it('is not surprised by the more frequent of two values, and hardly by the rarer one', () => {
    const model = trained(5000, (random) => (random.uniform() < 0.2 ? 3 : 1), 1);
    expect(model.surprise(1)).toBeLessThan(0.3);
    expect(model.surprise(3)).toBeCloseTo(1, 1); // p = 0.2, of which its bin counts half
  });

  it('tells nothing from nothing: what is below a twentieth is all alike', () => {
    const model = trained(20_000, (random) => 1e-3 * random.uniform(), 1);
    expect(model.surprise(0.05)).toBe(model.surprise(0));
    expect(model.surprise(0.05)).toBeLessThan(0.5);
    expect(model.surprise(1)).toBeGreaterThan(3);
  });

  it('keeps its tail when one absurd value came by', () => {
    const [model, clean] = [trained(2000, exponential.draw, 1), trained(2000, exponential.draw, 1)];
    model.learn(1e300);
    expect(model.surprise(30)).toBeGreaterThan(0.6 * clean.surprise(30));
    expect(model.surprise(2)).toBeCloseTo(clean.surprise(2), 2);
  });

  it('counts a cluster above the threshold as one peak', () => {
    const rareAndApart = new TailModel();
    const rareInRuns = new TailModel();
    for (let n = 0; n < 20_000; n++) {
      rareAndApart.learn(n % 100 === 0 ? 5 : 1);
      rareInRuns.learn(n % 500 < 5 ? 5 : 1); // as often, but five at a time
    }
    expect(rareInRuns.surprise(6)).toBeGreaterThan(rareAndApart.surprise(6) + 0.5);
  });

  it('says nothing before it has seen 50, and knows nothing but its pseudo-counts', () => {
    const model = new TailModel();
    for (let n = 0; n < 49; n++) model.learn(1);
    expect(model.surprise(1e6)).toBe(0);
    model.learn(1);
    expect(model.surprise(1e6)).toBeGreaterThan(5);
  });

  it('knows the median of ln(s + 0.05) to the width of a bin', () => {
    for (const { draw, quantile } of [exponential, halfNormal, logNormal]) {
      const median = Math.log(quantile(0.5) + 0.05);
      expect(Math.abs(trained(20_000, draw, 1).medianLevel() - median)).toBeLessThan(0.1);
    }
  });

  it.each([0, 30, 1000])(
    'resumes from a state of %i written into a model with another past as long',
    (length) => {
      const model = trained(length, exponential.draw, 1);
      const other = trained(length, (random) => 3 + random.uniform(), 2);
      const packed = model.pack();
      other.prepare(packed)!();
      for (const s of [0.01, 0.5, 2, 4, 9, 1e6]) {
        expect(other.surprise(s)).toBe(model.surprise(s));
        other.learn(s);
        model.learn(s);
      }
      expect(other.medianLevel()).toBe(model.medianLevel());
      expect(packed).toEqual(trained(length, exponential.draw, 1).pack()); // nothing of it is shared
    },
  );

  it('is asked without being changed', () => {
    const model = trained(1000, exponential.draw, 1);
    const before = model.pack();
    for (const s of [0, 1, 100, 1e300]) expect(model.surprise(s)).toBe(model.surprise(s));
    expect(model.pack()).toEqual(before);
  });

  it.each([
    [255, Uint8Array],
    [256, Uint16Array],
    [65_535, Uint16Array],
    [65_536, Uint32Array],
  ])('counts %i hits of a bin in as few bytes as hold them', (times, kind) => {
    const model = new TailModel();
    for (let n = 0; n < times; n++) model.learn(1);
    const [first, hits, figures] = model.pack();
    expect(hits).toBeInstanceOf(kind);
    expect(hits[0]).toBe(times);
    expect(first + hits.length).toBe(240);
    expect(figures[0]).toBe(times);
  });

  it('refuses what it did not pack', () => {
    const [first, hits, figures] = trained(500, exponential.draw, 1).pack();
    const wrong: unknown[] = [
      undefined,
      [],
      [first + 1, hits, figures],
      [first, hits.slice(1), figures],
      [first, Float64Array.from(hits), figures],
      [first, hits, figures.slice(1)],
      [first, hits.map((count) => count + 1), figures], // not as many in all
      ...[Number.NaN, Number.POSITIVE_INFINITY, -1].map((bad) => [first, hits, figures.with(2, bad)]),
      [first, hits, figures.with(1, figures[0] + 121)], // more peaks than statistics and what is rounded of them
      [first, hits, figures, figures],
    ];
    for (const packed of wrong) expect(new TailModel().prepare(packed)).toBeUndefined();
    expect(new TailModel().prepare([first, hits, figures])).toBeTypeOf('function');
  });

  it('fades to the same shape with less weight', () => {
    const model = trained(20_000, exponential.draw, 1);
    const before = [1, 2, 3].map((s) => model.surprise(s));
    const packed = model.pack();
    const [, , [, peaks, excess]] = packed;
    model.fade(400);
    expect(Math.abs(model.seen - 400)).toBeLessThan(60); // each bin is rounded
    for (const [k, s] of [1, 2, 3].entries())
      expect(Math.abs(model.surprise(s) - before[k])).toBeLessThan(0.3);
    const share = 400 / 20_000;
    expect([...model.pack()[2]]).toEqual([model.seen, share * peaks, share * excess, 0, 5]);
    expect(packed[2][0]).toBe(20_000); // a copy
  });
});

function trained(length: number, draw: (random: Random) => number, seed: number): TailModel {
  const model = new TailModel();
  const random = new Random(seed);
  for (let n = 0; n < length; n++) model.learn(draw(random));
  return model;
}

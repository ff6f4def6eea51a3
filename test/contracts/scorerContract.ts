import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Random } from '../../src/core/random.ts';
import type { Observation, Prediction } from '../../src/models/forecaster.ts';
import { laplaceBand, noPrediction } from '../../src/models/scaling/laplaceBand.ts';
import type { Score, Scorer, ScorerFactory } from '../../src/models/scorer.ts';
import { observed, throughText } from '../support/observations.ts';
import { real } from '../support/real.ts';
import { expectDamageRefused, expectRefused } from '../support/snapshotChecks.ts';

/** A scorer, and what can be asked of it. */
export interface ScorerTraits {
  readonly create: ScorerFactory;
  /** The same kind with another option. */
  readonly createOther: ScorerFactory;
  /** Another kind. */
  readonly createStranger: ScorerFactory;
  /**
   * Residual, in predicted scales, from which a larger one never scores lower. Above 0 where unusually small residuals
   * are evidence too.
   */
  readonly monotoneFrom: number;
}

const SCALE = 2;

/** Where a restored scorer continues: at first, while some score already, and at the end, when all do. */
function isStart(index: number): boolean {
  return index < 2 || index % 101 === 100 || index >= 450;
}

/** What every scorer keeps to. */
export function describeScorer(title: string, traits: ScorerTraits): void {
  const { create } = traits;

  describe(`${title} keeps the contract of a scorer`, () => {
    it('gives a score from 0 to 1 and shares that sum to 1, whatever comes', () => {
      const wild = fc.oneof(
        fc.constantFrom(Number.NaN, 1e300, -1e300, 1e-300, 5e-324, 0, -0, 1),
        fc.double({ min: -1e300, max: 1e300, noNaN: true }),
      );
      const wildScale = fc.oneof(
        fc.constantFrom(Number.NaN, 1e-300, 1e-9, 1, 1e300),
        fc.double({ min: 1e-9, max: 9 }),
      );
      const triple = <T>(part: fc.Arbitrary<T>): fc.Arbitrary<T[]> =>
        fc.array(part, { minLength: 3, maxLength: 3 });
      const moment = fc.record({ expected: triple(wild), scale: triple(wildScale), value: triple(wild) });
      fc.assert(
        fc.property(fc.array(moment, { maxLength: 12 }), fc.nat({ max: 80 }), (moments, before) => {
          const scorer = create(3);
          for (const { prediction, observation } of ordinary(before, 3))
            scorer.learn(prediction, observation, 1);
          for (const [t, { expected, scale, value }] of moments.entries()) {
            const prediction: Prediction = {
              ...laplaceBand(expected, scale),
              ...(t % 2 === 0 ? {} : { earlier: [{ expected, scale }] }),
            };
            const observation = observed(value, before + t);
            expectSound(scorer.score(prediction, observation), 3);
            scorer.learn(prediction, observation, 1);
          }
        }),
        { numRuns: 200, seed: 1 },
      );
    });

    it.each([[[]], [[1e300, -1e300]], [[1e-300, 0, 1e300]], [[5e-324, 0]], [[7]]])(
      'keeps giving scores from 0 to 1 in a long stream of %j',
      (cycle) => {
        const scorer = create(1);
        const random = new Random(1);
        for (let t = 0; t < 300; t++) {
          const observation = observed([cycle.length === 0 ? random.normal() : cycle[t % cycle.length]], t);
          const prediction = t % 5 === 0 ? noPrediction(1) : laplaceBand([0], [SCALE]);
          expectSound(scorer.score(prediction, observation), 1);
          scorer.learn(prediction, observation, 1);
        }
        expectSound(scorer.score(laplaceBand([0], [1e-9]), observed([1e300], 300)), 1);
      },
    );

    it('scores without changing anything', () => {
      const [asked, silent] = [create(2), create(2)];
      for (const { prediction, observation } of ordinary(200, 2)) {
        expect(asked.score(prediction, observation)).toEqual(asked.score(prediction, observation));
        asked.learn(prediction, observation, 1);
        silent.learn(prediction, observation, 1);
      }
      expect(asked.snapshot()).toEqual(silent.snapshot());
    });

    it('calls next to nothing in an ordinary stream an anomaly, and an outlier of 50 scales always', () => {
      const scorer = create(1);
      let flagged = 0;
      for (const { prediction, observation } of ordinary(3000, 1)) {
        if (scorer.score(prediction, observation).score >= 0.5) flagged++;
        scorer.learn(prediction, observation, 1);
      }
      expect(flagged).toBeLessThan(15);
      for (const sign of [-1, 1]) {
        const { prediction, observation } = off(sign * 50, 1, 3000);
        expect(scorer.score(prediction, observation).score).toBeGreaterThan(0.5);
      }
    });

    it.each<[string, readonly number[]]>([
      ['from the start', []],
      ['after one move', [3]],
    ])('flags nothing in a stream that stands still %s', (_, start) => {
      const scorer = create(1);
      for (let t = 0; t < 4000; t++) {
        const observation = observed([start[t] ?? 7], t);
        const prediction =
          t === 0 ? noPrediction(1) : laplaceBand([start[t - 1] ?? 7], [t <= start.length ? SCALE : 1e-5]);
        if (t > start.length) expect(scorer.score(prediction, observation).score).toBeLessThan(0.5);
        scorer.learn(prediction, observation, 1);
      }
    });

    it.each([-1, 1])('never scores a larger residual lower (sign %i)', (sign) => {
      const sizes = fc.array(real(traits.monotoneFrom, 1e6), {
        minLength: 2,
      });
      const scorer = trained(create, 1, 400);
      // A few errors to the same side: the moving average of an error of the other sign would take from it.
      for (let t = 400; t < 403; t++) {
        const { prediction, observation } = off(sign * 1.5, 1, t);
        scorer.learn(prediction, observation, 1);
      }
      fc.assert(
        fc.property(sizes, (unsorted) => {
          const scores = [...unsorted, 10, 100]
            .sort((a, b) => a - b)
            .map((size) => {
              const { prediction, observation } = off(sign * size, 1, 403);
              return scorer.score(prediction, observation).score;
            });
          const falls = scores.slice(1).map((score, n) => scores[n] - score);
          expect(Math.max(...falls)).toBeLessThan(1e-12); // but for rounding
        }),
        { numRuns: 100, seed: 1 },
      );
    });

    it('blames the dimension that is off', () => {
      const scorer = trained(create, 4, 400);
      for (let culprit = 0; culprit < 4; culprit++) {
        const { prediction, observation } = off(0, 4, 400);
        const value = observation.value.map((level, d) => (d === culprit ? level + 30 * SCALE : level));
        const { attribution } = scorer.score(prediction, { ...observation, value });
        expect(attribution.indexOf(Math.max(...attribution))).toBe(culprit);
        expect(attribution[culprit]).toBeGreaterThan(0.9);
      }
    });

    it('takes what is missing for no evidence', () => {
      const scorer = trained(create, 2, 400);
      const { prediction, observation } = off(30, 2, 400);
      const half = scorer.score(prediction, { ...observation, value: [Number.NaN, observation.value[1]] });
      expect(half.attribution).toEqual([0, 1]);
      const none = scorer.score(prediction, { ...observation, value: [Number.NaN, Number.NaN] });
      expect(none).toEqual({ score: 0, attribution: [0.5, 0.5] });
    });

    it('restored at any index of a stream continues bit for bit', () => {
      const stream = ordinary(460, 2).map(({ prediction, observation }, t) => {
        const value = observation.value.map((number, d) => {
          if (t % 11 === 5 + d) return Number.NaN;
          return t % 19 === 18 ? number + 40 : number;
        });
        return { prediction: t === 0 ? noPrediction(2) : prediction, observation: { ...observation, value } };
      });
      const reference = create(2);
      const kept: { readonly snapshot: string; readonly score: Score }[] = [];
      for (const { prediction, observation } of stream) {
        const score = reference.score(prediction, observation);
        const snapshot = isStart(kept.length) ? JSON.stringify(reference.snapshot()) : '';
        kept.push({ snapshot, score });
        reference.learn(prediction, observation, 1);
      }
      expect(kept.slice(-30).some(({ score }) => score.score > 0)).toBe(true); // by then all do score
      const end = JSON.stringify(reference.snapshot());
      for (const start of kept.keys()) {
        if (!isStart(start)) continue;
        const scorer = create(2);
        scorer.restore(JSON.parse(kept[start].snapshot));
        for (let t = start; t < stream.length; t++) {
          const { prediction, observation } = stream[t];
          expect(scorer.score(prediction, observation)).toEqual(kept[t].score);
          scorer.learn(prediction, observation, 1);
        }
        expect(JSON.stringify(scorer.snapshot())).toBe(end);
      }
    });

    it('refuses the snapshot of another configuration, kind or version, and stays as it was', () => {
      const scorer = trained(create, 2, 60);
      const own = scorer.snapshot();
      expectRefused(scorer, trained(traits.createOther, 2, 60).snapshot(), /another configuration: config\./);
      expectRefused(scorer, trained(create, 3, 60).snapshot(), /config\.dimensions is 3 there and 2 here/);
      expectRefused(scorer, trained(traits.createStranger, 2, 60).snapshot(), /this one was taken from/);
      expectRefused(scorer, { ...own, version: own.version + 1 }, /expected version/);
      scorer.restore(throughText(own));
    });

    it('refuses a snapshot with any one character changed, and stays as it was', () => {
      expectDamageRefused(trained(create, 1, 60), 60);
    });
  });
}

interface Moment {
  readonly prediction: Prediction;
  readonly observation: Observation;
}

/** Forecasts that are off by Laplace errors of the predicted scale, about levels that wander a little. */
function ordinary(length: number, dimensions: number): Moment[] {
  const random = new Random(3);
  return Array.from({ length }, (_, t) => {
    const expected = Array.from({ length: dimensions }, (_, d) => 10 * d + random.normal());
    const value = expected.map((level) => {
      const u = random.uniform() - 0.5;
      return level - SCALE * Math.sign(u) * Math.log(1 - 2 * Math.abs(u));
    });
    const prediction = laplaceBand(
      expected,
      expected.map(() => SCALE),
    );
    return { prediction, observation: observed(value, t) };
  });
}

/** A forecast of the usual levels that is off by so many scales in every dimension. */
function off(scales: number, dimensions: number, t: number): Moment {
  const expected = Array.from({ length: dimensions }, (_, d) => 10 * d);
  const prediction = laplaceBand(
    expected,
    expected.map(() => SCALE),
  );
  return {
    prediction,
    observation: observed(
      expected.map((level) => level + scales * SCALE),
      t,
    ),
  };
}

function trained(factory: ScorerFactory, dimensions: number, length: number): Scorer {
  const scorer = factory(dimensions);
  for (const { prediction, observation } of ordinary(length, dimensions))
    scorer.learn(prediction, observation, 1);
  return scorer;
}

function expectSound({ score, attribution }: Score, dimensions: number): void {
  expect(score).toBeGreaterThanOrEqual(0);
  expect(score).toBeLessThanOrEqual(1);
  expect(attribution).toHaveLength(dimensions);
  for (const share of attribution) expect(share).toBeGreaterThanOrEqual(0);
  expect(attribution.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 9);
}

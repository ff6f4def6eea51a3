import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { laplaceBand, noPrediction, predictionOf } from '../../../src/models/laplaceBand.ts';
import { attribute, standardResidual } from '../../../src/models/scorer.ts';
import { EvidenceScorer } from '../../../src/models/scorers/evidenceScorer.ts';
import { TailScorer } from '../../../src/models/scorers/tailScorer.ts';
import { ZScoreScorer } from '../../../src/models/scorers/zScoreScorer.ts';
import { untimed } from '../../support/observations.ts';

describe('ZScoreScorer', () => {
  it('is z / (z + deviations) of the largest residual over its scale', () => {
    const scorer = new ZScoreScorer({ dimensions: 2, deviations: 6 });
    const score = scorer.score(laplaceBand([10, 10], [1, 2]), untimed(13, -2));
    expect(score.score).toBe(0.5);
    expect(score.attribution[0]).toBeCloseTo(1 / 3, 12);
    expect(score.attribution[1]).toBeCloseTo(2 / 3, 12);
  });

  it('has no evidence without a forecast', () => {
    expect(new ZScoreScorer({ dimensions: 2 }).score(noPrediction(2), untimed(1, 2))).toEqual({
      score: 0,
      attribution: [0.5, 0.5],
    });
  });
});

describe('TailScorer', () => {
  it('says nothing in its first fifty events', () => {
    const scorer = new TailScorer({ dimensions: 1 });
    for (let t = 0; t < 50; t++) {
      expect(scorer.score(laplaceBand([0], [1]), untimed(1e6)).score).toBe(0);
      scorer.learn(laplaceBand([0], [1]), untimed(t % 3));
    }
    expect(scorer.score(laplaceBand([0], [1]), untimed(1e6)).score).toBeGreaterThan(0.5);
  });

  it('wants more of many dimensions: one in ten that is off scores lower than one alone', () => {
    const scores = [1, 10].map((dimensions) => {
      const scorer = new TailScorer({ dimensions });
      const prediction = laplaceBand(new Array(dimensions).fill(0), new Array(dimensions).fill(1));
      for (let t = 0; t < 300; t++) {
        scorer.learn(
          prediction,
          untimed(...Array.from({ length: dimensions }, (_, d) => Math.sin(t * (d + 1)))),
        );
      }
      return scorer.score(prediction, untimed(6, ...new Array<number>(dimensions - 1).fill(0))).score;
    });
    expect(scores[1]).toBeLessThan(scores[0]);
  });
});

describe('attribute', () => {
  it('shares as the evidence is shared, without overflow', () => {
    expect(attribute([1, 3])).toEqual([0.25, 0.75]);
    expect(attribute([0, 0, 0])).toEqual([1 / 3, 1 / 3, 1 / 3]);
    expect(attribute([1e308, 1e308])).toEqual([0.5, 0.5]);
    expect(attribute([0, 5e-324])).toEqual([0, 1]);
    const evidence = fc.array(fc.double({ min: 0, max: 1e308, noNaN: true }), {
      minLength: 1,
      maxLength: 20,
    });
    fc.assert(
      fc.property(evidence, (parts) => {
        const shares = attribute(parts);
        expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12);
        expect(shares.indexOf(Math.max(...shares))).toBe(parts.indexOf(Math.max(...parts)));
      }),
      { seed: 1 },
    );
  });
});

describe('standardResidual', () => {
  it('is the signed residual over its scale, at most a million, 0 for what is missing', () => {
    const prediction = laplaceBand([1, 1, 1, Number.NaN, 1], [2, 1e-300, 1, 1, 1]);
    const observation = untimed(5, -1e300, Number.NaN, 3, 1);
    expect([0, 1, 2, 3, 4].map((d) => standardResidual(prediction, observation, d))).toEqual([
      2, -1e6, 0, 0, 0,
    ]);
  });
});

describe('predictionOf', () => {
  it('reads back the prediction that a forecast was made of', () => {
    const number = fc.double({ min: -1e6, max: 1e6, noNaN: true });
    fc.assert(
      fc.property(number, fc.double({ min: 1, max: 1e6, noNaN: true }), (expected, scale) => {
        const prediction = laplaceBand([expected], [scale]);
        const forecast = {
          event: 0,
          time: undefined,
          key: undefined,
          value: 0,
          imputed: false,
          residual: -expected,
        };
        const [lower, upper] = [prediction.lower[0], prediction.upper[0]];
        const read = predictionOf({ ...forecast, expected, lower, upper });
        expect({ ...read, scale: [] }).toEqual({ ...prediction, scale: [] });
        expect(read.scale[0] / Math.max(scale, 1e-6 * Math.abs(expected))).toBeCloseTo(1, 6);
      }),
      { seed: 1 },
    );
  });
});

it.each<[() => unknown, string]>([
  [
    () => new TailScorer({ dimensions: 0 }),
    'TailScorer: expected dimensions to be a positive integer, got 0',
  ],
  [
    () => new TailScorer({ dimensions: 1, surprise: 0 }),
    'TailScorer: expected surprise to be a positive number, got 0',
  ],
  [
    () => new ZScoreScorer({ dimensions: 1, deviations: -1 }),
    'ZScoreScorer: expected deviations to be a positive number, got -1',
  ],
  [
    () => new EvidenceScorer({ dimensions: 1, surprise: Number.NaN }),
    'EvidenceScorer: expected surprise to be a positive number, got NaN',
  ],
])('refuses wrong options: %s', (make, message) => {
  expect(make).toThrow(message);
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/core/random.ts';
import { MovingAverage } from '../../../src/models/evidence/movingAverage.ts';
import { laplaceBand, noPrediction, predictionOf } from '../../../src/models/scaling/laplaceBand.ts';
import { RobustScaler } from '../../../src/models/scaling/robustScaler.ts';
import { attribute, bonferroni, type Scorer, standardResidual } from '../../../src/models/scorer.ts';
import { ConformalScorer } from '../../../src/models/scorers/conformalScorer.ts';
import { DspotScorer, type DspotScorerOptions } from '../../../src/models/scorers/dspotScorer.ts';
import { DynamicThresholdScorer } from '../../../src/models/scorers/dynamicThresholdScorer.ts';
import { EvidenceScorer } from '../../../src/models/scorers/evidenceScorer.ts';
import { GaussianTailScorer } from '../../../src/models/scorers/gaussianTailScorer.ts';
import { TailScorer } from '../../../src/models/scorers/tailScorer.ts';
import { ZScoreScorer } from '../../../src/models/scorers/zScoreScorer.ts';
import { seal } from '../../../src/models/snapshot/snapshot.ts';
import { fields } from '../../../src/models/snapshot/state.ts';
import { dynamicThreshold } from '../../../src/numerics/stats/dynamicThreshold.ts';
import { gaussianTail } from '../../../src/numerics/stats/gaussianTail.ts';
import { TailModel } from '../../../src/numerics/stats/tailModel.ts';
import { exponential, logNormal } from '../../support/distributions.ts';
import { untimed } from '../../support/observations.ts';
import { real } from '../../support/real.ts';
import { expectRefused } from '../../support/snapshotChecks.ts';

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
  it('combines the tails of the smoothed residual and of the value, each mixed with the prior while young', () => {
    const DIMENSIONS = 2;
    const scorer = new TailScorer({ dimensions: DIMENSIONS, surprise: 2 });
    const scaler = new RobustScaler({ dimensions: DIMENSIONS });
    const tails = Array.from({ length: DIMENSIONS }, () => [new TailModel(), new TailModel()]);
    const residuals: number[][] = [[], []];
    const random = new Random(1);
    for (let t = 0; t < 400; t++) {
      const prediction = laplaceBand([0, 5], [1, 2]);
      const value = [random.normal(), t % 7 === 0 ? Number.NaN : 5 + 3 * random.normal()];
      if (t % 97 === 96) value[0] = 60;
      const weight = t % 5 === 0 ? 0 : 1;
      const evidence = [0, 0];
      for (let d = 0; d < DIMENSIONS; d++) {
        if (Number.isNaN(value[d])) continue;
        residuals[d].push((value[d] - [0, 5][d]) / [1, 2][d]);
        // The mean of all residuals, each with two thirds of the weight of the next one.
        const weights = residuals[d].map((_, k, { length }) => (2 / 3) ** (length - 1 - k));
        const smoothed = mean(residuals[d].map((residual, k) => residual * weights[k])) / mean(weights);
        const statistics = [Math.abs(smoothed), Math.min(50, Math.abs(scaler.standardise(d, value[d])))];
        for (const [channel, statistic] of statistics.entries()) {
          const tail = tails[d][channel];
          const ratio = (statistic + 0.05) / Math.exp(tail.medianLevel());
          const prior = t < 50 ? 0 : 2.5 * Math.log10(1 + (ratio / 1.55) ** 2);
          const young = Math.exp(-t / 750);
          evidence[d] += ((1 - young) * tail.surprise(statistic) + young * prior) ** 3 / 2;
          if (weight > 0) tail.learn(statistic);
        }
      }
      const surprise = Math.max(0, Math.cbrt(evidence[0] + evidence[1]) - Math.log10(DIMENSIONS));
      const { score, attribution } = scorer.score(prediction, untimed(...value));
      expect(score).toBeCloseTo(surprise / (surprise + 2), 9);
      if (t >= 50) expect(attribution[0]).toBeCloseTo(evidence[0] / (evidence[0] + evidence[1]), 9);
      scorer.learn(prediction, untimed(...value), weight);
      scaler.learn(value, weight);
    }
  });

  it('says nothing in its first fifty events', () => {
    const scorer = new TailScorer({ dimensions: 1 });
    for (let t = 0; t < 50; t++) {
      expect(scorer.score(laplaceBand([0], [1]), untimed(1e6)).score).toBe(0);
      scorer.learn(laplaceBand([0], [1]), untimed(t % 3), 1);
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
          1,
        );
      }
      return scorer.score(prediction, untimed(6, ...new Array<number>(dimensions - 1).fill(0))).score;
    });
    expect(scores[1]).toBeLessThan(scores[0]);
  });
});

describe('GaussianTailScorer', () => {
  it('is Numenta’s log likelihood of the short mean against the long mean and deviation', () => {
    const scorer = new GaussianTailScorer({ dimensions: 1, shortWindow: 4, longWindow: 100_000 });
    const random = new Random(1);
    const errors: number[] = [];
    for (let t = 0; t < 1000; t++) {
      const error = Math.abs(random.normal()) * (t % 100 > 95 ? 4 : 1);
      const recent = mean([...errors.slice(-3), error]);
      const usual = mean(errors);
      const z = (recent - usual) / Math.sqrt(mean(errors.map((e) => (e - usual) ** 2)));
      // What comes first is not learnt: see SettledResiduals.
      const { score } = scorer.score(laplaceBand([0], [1]), untimed(error));
      const isKnown = errors.length >= 50;
      expect(score).toBeCloseTo(isKnown ? Math.log10(gaussianTail(z) + 1e-10) / -10 : 0, 9);
      scorer.learn(laplaceBand([0], [1]), untimed(error));
      if (t >= 50) errors.push(error);
    }
  });

  it('scores 0.5 at the probability ε and never more than 1', () => {
    const scorer = new GaussianTailScorer({ dimensions: 1, shortWindow: 1, epsilon: 0.001 });
    for (let t = 0; t < 200; t++) scorer.learn(laplaceBand([0], [1]), untimed(1 + (t % 2))); // mean 1.5, deviation 0.5
    const score = (error: number): number => scorer.score(laplaceBand([0], [1]), untimed(error)).score;
    expect(score(1.5 + 0.5 * 3.0902323)).toBeCloseTo(0.5, 3);
    expect(score(1e9)).toBe(1);
  });

  it('wants more of many dimensions', () => {
    const [one, ten] = [1, 10].map((dimensions) => {
      const scorer = new GaussianTailScorer({ dimensions });
      const prediction = laplaceBand(new Array(dimensions).fill(0), new Array(dimensions).fill(1));
      const others = new Array<number>(dimensions - 1).fill(0);
      for (let t = 0; t < 200; t++) scorer.learn(prediction, untimed(t % 3, ...others));
      return scorer.score(prediction, untimed(30, ...others)).score;
    });
    expect(one - ten).toBeCloseTo(0.1, 3); // a decade of the ten
  });
});

describe('ConformalScorer', () => {
  it('needs no more observations than make ε possible: the strangest of 1/ε scores 0.5', () => {
    const scorer = new ConformalScorer({ dimensions: 1, epsilon: 0.01, window: 99 });
    for (let t = 0; t < 50 + 99; t++) scorer.learn(laplaceBand([0], [1]), untimed(t % 7));
    expect(scorer.score(laplaceBand([0], [1]), untimed(7)).score).toBe(0.5);
  });

  it('scores by the share of what was as strange, itself counted and ties with it', () => {
    const scorer = new ConformalScorer({ dimensions: 2, epsilon: 0.1, window: 40 });
    const prediction = laplaceBand([0, 0], [1, 2]);
    const random = new Random(1);
    const strangeness: number[] = [];
    for (let t = 0; t < 200; t++) {
      const value = [random.below(9) - 4, random.below(17) - 8];
      const alpha = Math.max(Math.abs(value[0]), Math.abs(value[1]) / 2);
      if (t >= 50) {
        const window = strangeness.slice(-40);
        const p = (window.filter((other) => other >= alpha).length + 1) / (window.length + 1);
        const surprise = -Math.log10(p);
        const { score } = scorer.score(prediction, untimed(...value));
        expect(score).toBeCloseTo(surprise / (surprise + 1), 12);
        strangeness.push(alpha);
      }
      scorer.learn(prediction, untimed(...value));
    }
  });

  it('is a p-value: on exchangeable residuals of any distribution, p ≤ ε in a share ε of records', () => {
    for (const draw of [exponential.draw, logNormal.draw, (random: Random) => random.below(50)]) {
      for (const epsilon of [0.01, 0.05, 0.2]) {
        const scorer = new ConformalScorer({ dimensions: 1, epsilon, window: 500 });
        const random = new Random(7);
        let [alarms, records] = [0, 0];
        for (let t = 0; t < 8000; t++) {
          const observation = untimed(draw(random));
          if (t >= 600) {
            records++;
            if (scorer.score(laplaceBand([0], [1]), observation).score >= 0.5) alarms++;
          }
          scorer.learn(laplaceBand([0], [1]), observation);
        }
        // Four standard errors, doubled as neighbours share their window.
        const slack = 8 * Math.sqrt((epsilon * (1 - epsilon)) / records);
        expect(alarms / records).toBeLessThan(epsilon + slack);
        // Ties may make it less.
        expect(alarms / records).toBeGreaterThan(epsilon - slack - 0.02);
      }
    }
  });
});

describe('DspotScorer', () => {
  const prediction = laplaceBand([0], [1]);

  function trainedOn(offset: number, options: Partial<DspotScorerOptions> = {}): DspotScorer {
    const scorer = new DspotScorer({ dimensions: 1, ...options });
    const random = new Random(3);
    for (let t = 0; t < 3000; t++) scorer.learn(prediction, untimed(offset + random.normal()));
    return scorer;
  }

  it('wants more of many dimensions, to score and to refuse to learn: at risk q each has q/D', () => {
    const [one, five] = [1, 5].map((dimensions) => {
      const scorer = new DspotScorer({ dimensions, risk: 1e-4 });
      const random = new Random(3);
      const many = laplaceBand(new Array(dimensions).fill(0), new Array(dimensions).fill(1));
      const missing = new Array<number>(dimensions - 1).fill(Number.NaN);
      const learn = (value: number): void => scorer.learn(many, untimed(value, ...missing));
      for (let t = 0; t < 1000; t++) learn(random.normal());
      const surprise = (value: number): number => {
        const { score } = scorer.score(many, untimed(value, ...missing));
        return (score / (1 - score)) * 4;
      };
      return { scorer, learn, surprise };
    });
    let value = 2;
    while (one.surprise(value) < -Math.log10(5e-5)) value += 0.01; // between q and q/5
    expect(one.surprise(value) - five.surprise(value)).toBeCloseTo(Math.log10(5), 9);
    const learnt = ({ scorer, learn }: typeof one): boolean => {
      const before = String(fields(scorer.snapshot().state)['0.peaks']);
      learn(value);
      return String(fields(scorer.snapshot().state)['0.peaks']) !== before;
    };
    expect([learnt(one), learnt(five)]).toEqual([false, true]);
  });

  it('refuses a state with more peaks than values', () => {
    const { kind, version, config, state } = trainedOn(0).snapshot();
    const [threshold, normal] = fields(state)['0.counts'] as Float64Array;
    const counts = Float64Array.of(threshold, normal, normal + 1);
    const forged = seal(kind, version, config, { ...fields(state), '0.counts': counts });
    expectRefused(trainedOn(0), forged, /0\.counts contradict each other/);
  });

  it('puts right a forecast that is off by a constant', () => {
    const [right, off] = [trainedOn(0), trainedOn(40)];
    for (const distance of [-9, -3, 1, 4, 7]) {
      const scores = [
        right.score(prediction, untimed(distance)),
        off.score(prediction, untimed(40 + distance)),
      ];
      expect(scores[1].score).toBeCloseTo(scores[0].score, 6);
    }
  });

  it('scores 0.5 where a value becomes less probable than the risk, and learns nothing from there on', () => {
    const scorer = trainedOn(0, { risk: 1e-3 });
    let [low, high] = [0, 50];
    for (let k = 0; k < 60; k++) {
      const middle = (low + high) / 2;
      if (scorer.score(prediction, untimed(middle)).score < 0.5) low = middle;
      else high = middle;
    }
    expect(low).toBeGreaterThan(2.5); // 3.29 without the error of the mean and of the fit
    expect(low).toBeLessThan(5);
    const parts = (): string => {
      const state = fields(scorer.snapshot().state);
      return `${state['0.peaks']} ${state['ordinary.0']}`;
    };
    const before = parts();
    scorer.learn(prediction, untimed(high + 1e-6));
    expect(parts()).toBe(before);
    scorer.learn(prediction, untimed(low - 1e-6));
    expect(parts()).not.toBe(before);
  });

  it('says nothing before it is calibrated', () => {
    const scorer = new DspotScorer({ dimensions: 1, calibration: 100 });
    const random = new Random(3);
    for (let t = 0; t < 150; t++) {
      expect(scorer.score(prediction, untimed(1e9)).score).toBe(0);
      scorer.learn(prediction, untimed(random.normal()));
    }
    for (let t = 0; t < 500; t++) scorer.learn(prediction, untimed(random.normal()));
    expect(scorer.score(prediction, untimed(1e9)).score).toBeGreaterThan(0.5);
  });
});

describe('DynamicThresholdScorer', () => {
  it('scores the largest smoothed error against the threshold that was chosen from the last window, each stride', () => {
    const options = { window: 200, stride: 10, smoothing: 3 };
    const scorer = new DynamicThresholdScorer({ dimensions: 2, ...options });
    const prediction = laplaceBand([0, 0], [1, 1]);
    const random = new Random(2);
    const smoothing = [new MovingAverage(options.smoothing), new MovingAverage(options.smoothing)];
    const errors: number[] = [];
    let threshold = Number.POSITIVE_INFINITY;
    for (let t = 0; t < 800; t++) {
      const each = smoothing.map(() => Math.abs(random.normal()) * (t % 190 > 185 ? 8 : 1));
      if (t >= 50) {
        const smoothed = Math.max(...smoothing.map((average, d) => average.with(each[d])));
        const { score } = scorer.score(prediction, untimed(...each));
        expect(score).toBeCloseTo(smoothed / (smoothed + threshold) || 0, 12);
        errors.push(smoothed);
        for (const [d, average] of smoothing.entries()) average.learn(each[d]);
        if (errors.length >= 140 && errors.length % options.stride === 0) {
          threshold = Math.max(1, dynamicThreshold(Float64Array.from(errors.slice(-options.window))));
        }
      }
      scorer.learn(prediction, untimed(...each));
    }
    expect(threshold).toBeLessThan(8);
  });

  it('never takes an error for anomalous that the forecast’s own scale allows for', () => {
    const scorer = new DynamicThresholdScorer({ dimensions: 1, smoothing: 1 });
    for (let t = 0; t < 1000; t++) scorer.learn(laplaceBand([0], [1]), untimed(1e-6 * (t % 5)));
    expect(scorer.score(laplaceBand([0], [1]), untimed(0.99)).score).toBeLessThan(0.5);
    expect(scorer.score(laplaceBand([0], [1]), untimed(1.01)).score).toBeGreaterThan(0.5);
  });
});

describe('bonferroni', () => {
  it('is the surprise at a probability times the number of those that there are', () => {
    expect(bonferroni([2])).toBe(2);
    expect(bonferroni([0, 3, 1, ...new Array<number>(7).fill(0)])).toBeCloseTo(2, 12);
    expect(bonferroni([0.1, 0, 0.2])).toBe(0);
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
    const number = real(-1e6, 1e6);
    fc.assert(
      fc.property(number, real(1, 1e6), (expected, scale) => {
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
  [
    () => new GaussianTailScorer({ dimensions: 1, epsilon: 1 }),
    'GaussianTailScorer: expected epsilon to be a number above 0 and below 1, got 1',
  ],
  [
    () => new GaussianTailScorer({ dimensions: 1, shortWindow: 0 }),
    'GaussianTailScorer: expected shortWindow to be a positive integer, got 0',
  ],
  [
    () => new ConformalScorer({ dimensions: 1, epsilon: 0.001, window: 500 }),
    'ConformalScorer: expected window to be 999 or more, for epsilon 0.001, got 500',
  ],
  [
    () => new DspotScorer({ dimensions: 1, risk: 0 }),
    'DspotScorer: expected risk to be a number above 0 and below 1, got 0',
  ],
  [
    () => new DspotScorer({ dimensions: 1, level: Number.NaN }),
    'DspotScorer: expected level to be a number above 0 and below 1, got NaN',
  ],
  [
    () => new DynamicThresholdScorer({ dimensions: 1, window: 1.5 }),
    'DynamicThresholdScorer: expected window to be a positive integer, got 1.5',
  ],
])('refuses wrong options: %s', (make, message) => {
  expect(make).toThrow(message);
});

describe.each<[string, () => Scorer]>([
  ['EvidenceScorer', () => new EvidenceScorer({ dimensions: 1 })],
  ['TailScorer', () => new TailScorer({ dimensions: 1 })],
])('%s', (_, create) => {
  it('scores what came often as high as at first when it may not teach, and lower when it does', () => {
    const scoresOf = (weight: number): number[] => {
      const scorer = create();
      const random = new Random(1);
      const prediction = laplaceBand([0], [1]);
      const scores: number[] = [];
      for (let t = 0; t < 6000; t++) {
        const isExcursion = t > 2000 && t % 100 === 0;
        const observation = untimed(isExcursion ? 15 : random.normal());
        if (isExcursion) scores.push(scorer.score(prediction, observation).score);
        scorer.learn(prediction, observation, isExcursion ? weight : 1);
      }
      return scores;
    };
    const [silent, taught] = [scoresOf(0), scoresOf(1)];
    expect(taught[0]).toBe(silent[0]);
    expect(Math.min(...silent)).toBeGreaterThan(0.9 * silent[0]);
    expect(taught.at(-1)).toBeLessThan(0.8 * silent[0]);
  });
});

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

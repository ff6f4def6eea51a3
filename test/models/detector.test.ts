import { describe, expect, it } from 'vitest';
import { RxAnomalyError } from '../../src/core/errors.ts';
import { type Detection, Detector } from '../../src/models/detector.ts';
import type { DetectorOptions } from '../../src/models/detectorOptions.ts';
import type { Forecaster, Observation } from '../../src/models/forecaster.ts';
import { EmaForecaster } from '../../src/models/forecasters/emaForecaster.ts';
import { LastValueForecaster } from '../../src/models/forecasters/lastValueForecaster.ts';
import { LstmForecaster } from '../../src/models/forecasters/lstmForecaster.ts';
import type { Scorer } from '../../src/models/scorer.ts';
import { TailScorer } from '../../src/models/scorers/tailScorer.ts';
import { ZScoreScorer } from '../../src/models/scorers/zScoreScorer.ts';
import { observed, throughText, untimed, waves } from '../support/observations.ts';
import { expectDamageRefused, expectRefused } from '../support/snapshotChecks.ts';

const SMALL = { hidden: 4, window: 8, stride: 4, lags: 2, horizons: [1] } as const;

/** Last value and z-score, so that a test can compute the result. */
function simple(options: Partial<DetectorOptions> = {}): Detector {
  return new Detector({
    dimensions: 1,
    forecaster: (dimensions) => new LastValueForecaster({ dimensions }),
    scorer: (dimensions) => new ZScoreScorer({ dimensions }),
    threshold: { warmUp: 10 },
    ...options,
  });
}

/** A detector whose parts write down every call that changes or asks something. */
function spied(options: Partial<DetectorOptions> = {}): { detector: Detector; calls: string[] } {
  const calls: string[] = [];
  const note = (call: string): void => {
    calls.push(call);
  };
  class SpyForecaster extends LastValueForecaster {
    override predict() {
      note('predict');
      return super.predict();
    }
    override learn(observation: Observation, weight: number): void {
      note(`forecaster.learn ${observation.value.join()} × ${weight}`);
      super.learn(observation, weight);
    }
  }
  const spyScorer = (dimensions: number): Scorer => {
    const inner = new ZScoreScorer({ dimensions });
    return {
      name: 'spy',
      score: (prediction, observation) => {
        note('score');
        return inner.score(prediction, observation);
      },
      learn: (_, { value }, weight) => note(`scorer.learn ${value.join()} × ${weight}`),
      snapshot: () => inner.snapshot(),
      restore: (snapshot) => inner.restore(snapshot),
    };
  };
  const detector = simple({
    forecaster: (dimensions) => new SpyForecaster({ dimensions }),
    scorer: spyScorer,
    ...options,
  });
  const { threshold } = detector;
  const [decide, learn] = [threshold.decide.bind(threshold), threshold.learn.bind(threshold)];
  threshold.decide = (score) => {
    note('flag');
    return decide(score);
  };
  threshold.learn = (flag, score) => {
    note('threshold.learn');
    learn(flag, score);
  };
  return { detector, calls };
}

function warmedUp(detector: Detector, length = 40): Detector {
  for (let t = 0; t < length; t++) detector.process(observed([t % 2], t));
  return detector;
}

describe('Detector', () => {
  it('predicts, scores, flags and only then learns', () => {
    const { detector, calls } = spied();
    detector.process(untimed(5));
    detector.process(untimed(6));
    const once = (value: number): string[] => [
      'predict',
      'score',
      'flag',
      `scorer.learn ${value} × 1`,
      `forecaster.learn ${value} × 1`,
      'threshold.learn',
    ];
    expect(calls).toEqual([...once(5), ...once(6)]);
  });

  it.each([
    ['normal', 1],
    ['anomalous', 0],
    [{ learn: 0.25, acceptAfter: false }, 0.25],
    [undefined, 1],
  ] as const)('with recurring: %j learns from what it flagged with weight %d', (recurring, weight) => {
    const { detector, calls } = spied(recurring === undefined ? {} : { recurring });
    warmedUp(detector);
    expect(detector.process(observed([1000], 40)).isAnomaly).toBe(true);
    expect(calls.slice(-3)).toEqual([
      `scorer.learn 1000 × ${weight}`,
      `forecaster.learn 1000 × ${weight}`,
      'threshold.learn',
    ]);
  });

  it('detects without learning, as often as it is asked', () => {
    const detector = warmedUp(simple());
    const before = JSON.stringify(detector.snapshot());
    const detections = [1000, 0.5, Number.NaN, 1000].map((value) => detector.detect(observed([value], 40)));
    expect(detections[0]).toEqual(detections[3]);
    expect(JSON.stringify(detector.snapshot())).toBe(before);
  });

  it('says the same of an event whatever comes after it: process is detect, then learn', () => {
    const [whole, parts] = [simple(), simple()];
    for (const observation of waves(60, 1)) {
      const detection = parts.detect(observation);
      expect(whole.process(observation)).toEqual(detection);
      parts.learn(observation, detection);
    }
  });

  it('has no forecast of the first event and scores it nonetheless', () => {
    for (const detector of [simple(), new Detector({ dimensions: 1 })]) {
      const first = detector.process(untimed(7));
      expect(first.value).toEqual([7]);
      expect(first.prediction.expected).toEqual([Number.NaN]);
      expect(first.residual).toEqual([Number.NaN]);
      expect(first.score).toBeGreaterThanOrEqual(0);
      expect(first.attribution).toEqual([1]);
      expect(first).toMatchObject({ isAnomaly: false, warmingUp: true, severity: 'none', imputed: false });
    }
  });

  it('puts what was expected in the place of what is missing, and neither scores nor learns it', () => {
    const { detector, calls } = spied({ dimensions: 2 });
    detector.process(untimed(5, 50));
    const half = detector.process(untimed(Number.NaN, 51));
    expect(half).toMatchObject({ value: [5, 51], residual: [0, 1], imputed: true });
    expect(half.attribution).toEqual([0, 1]);
    calls.length = 0;
    const none = detector.process(untimed(Number.NaN, Number.NaN));
    expect(none).toMatchObject({ value: [5, 51], residual: [0, 0], imputed: true, score: 0 });
    expect(none.attribution).toEqual([0.5, 0.5]);
    expect(calls).not.toContain('score');
    const after = detector.process(untimed(6, 52));
    expect(after.prediction.expected).toEqual([5, 51]);
  });

  it('feeds an imputed observation to the forecaster with weight 0 and to the scorer not at all', () => {
    const { detector, calls } = spied();
    warmedUp(detector);
    calls.length = 0;
    const detection = detector.process({ time: undefined, value: [1000], imputed: true });
    expect(calls).toEqual(['predict', 'flag', 'forecaster.learn 1000 × 0', 'threshold.learn']);
    expect(detection).toMatchObject({ score: 0, isAnomaly: false, imputed: true });
  });

  it('finds a spike, alerts once and says which dimension', () => {
    const detector = simple({ dimensions: 3 });
    const detections = waves(120, 3).map(({ time, value }, t) =>
      detector.process({
        time,
        value: t === 90 ? [value[0], value[1] + 40, value[2]] : value,
        imputed: false,
      }),
    );
    expect(detections[90]).toMatchObject({ isAnomaly: true, severity: 'critical', startOfIncident: true });
    expect(detections[90].attribution[1]).toBeGreaterThan(0.9);
    expect(detections.filter(({ startOfIncident }) => startOfIncident)).toHaveLength(1);
  });

  it.each([0, 42, -1e-7, 1e300])(
    'never flags a stream that is always %d, and flags it when it moves',
    (constant) => {
      const forecaster = (dimensions: number): Forecaster => new LstmForecaster({ dimensions, ...SMALL });
      const detector = new Detector({ dimensions: 1, forecaster });
      for (let t = 0; t < 3000; t++) expect(detector.process(observed([constant], t)).isAnomaly).toBe(false);
      expect(detector.process(observed([constant === 0 ? 1 : 2 * constant], 3000)).isAnomaly).toBe(true);
    },
  );

  it('without learning from anomalies is not taught the new level by the anomaly itself', () => {
    const levels = [1, 0].map((learn) => {
      const detector = simple({
        forecaster: (dimensions) => new EmaForecaster({ dimensions }),
        recurring: { learn, acceptAfter: false },
      });
      warmedUp(detector, 60);
      let last: Detection | undefined;
      for (let t = 60; t < 160; t++) last = detector.process(observed([100 + (t % 2)], t));
      return last!;
    });
    expect(levels[0].isAnomaly).toBe(false);
    expect(levels[1].isAnomaly).toBe(true);
    expect(levels[1].prediction.expected[0]).toBeLessThan(1);
  });

  describe('snapshot and restore', () => {
    const makers: readonly (readonly [string, () => Detector])[] = [
      [
        'the defaults, smaller',
        () =>
          new Detector({
            dimensions: 2,
            forecaster: (D) => new LstmForecaster({ dimensions: D, ...SMALL }),
            threshold: { warmUp: 40 },
          }),
      ],
      [
        'EMA and tail, learning little from anomalies',
        () =>
          new Detector({
            dimensions: 2,
            forecaster: (D) => new EmaForecaster({ dimensions: D }),
            scorer: (D) => new TailScorer({ dimensions: D }),
            threshold: { warmUp: 40 },
            recurring: { learn: 0.1, acceptAfter: false },
          }),
      ],
    ];

    it.each(makers)('restored at any index of a stream of 300 continues bit for bit: %s', (_, create) => {
      const stream = withAnomalies(waves(300, 2));
      const reference = create();
      const kept: { readonly snapshot: string; readonly verdict: string }[] = [];
      for (const observation of stream) {
        const snapshot = JSON.stringify(reference.snapshot());
        kept.push({ snapshot, verdict: JSON.stringify(reference.process(observation)) });
      }
      const end = JSON.stringify(reference.snapshot());
      expect(kept.filter(({ verdict }) => verdict.includes('"isAnomaly":true')).length).toBeGreaterThan(3);
      const restored = create();
      for (const [start, { snapshot }] of kept.entries()) {
        restored.restore(JSON.parse(snapshot));
        // 30 events, more than window and hold, and now and then to the end.
        const stop = start % 25 === 0 ? stream.length : Math.min(stream.length, start + 30);
        for (let t = start; t < stop; t++) {
          const verdict = JSON.stringify(restored.process(stream[t]));
          if (verdict !== kept[t].verdict) expect(verdict, `event ${t} after ${start}`).toBe(kept[t].verdict);
        }
        expect(JSON.stringify(restored.snapshot())).toBe(kept[stop]?.snapshot ?? end);
      }
    });

    it('refuses what any one of its parts refuses, and stays as it was', () => {
      const detector = warmedUp(simple());
      const others: readonly (readonly [Partial<DetectorOptions>, RegExp])[] = [
        [{ threshold: { warmUp: 11 } }, /snapshot of Threshold: .*config\.warmUp is 11 there and 10 here/],
        [
          { scorer: (dimensions) => new ZScoreScorer({ dimensions, deviations: 3 }) },
          /snapshot of ZScoreScorer/,
        ],
        [{ scorer: (dimensions) => new TailScorer({ dimensions }) }, /this one was taken from "TailScorer"/],
        [
          { forecaster: (dimensions) => new EmaForecaster({ dimensions }) },
          /snapshot of LastValueForecaster/,
        ],
        [
          { recurring: { learn: 0, acceptAfter: false } },
          /snapshot of Detector: .*config\.anomalyWeight is 0 there and 1 here/,
        ],
      ];
      for (const [options, reason] of others) {
        const other = simple(options);
        for (let t = 0; t < 30; t++) other.process(observed([t], t));
        expectRefused(detector, other.snapshot(), reason);
      }
    });

    it('refuses a snapshot with any one character changed, and stays as it was', () => {
      expectDamageRefused(warmedUp(simple()), 200);
    });

    it('takes its own snapshot back from text', () => {
      const detector = warmedUp(simple());
      const snapshot = throughText(detector.snapshot());
      detector.process(observed([1000], 40));
      detector.restore(snapshot);
      expect(throughText(detector.snapshot())).toEqual(snapshot);
    });
  });

  it('disposes of its forecaster', () => {
    let disposed = 0;
    const detector = simple({
      forecaster: (dimensions): Forecaster =>
        new (class extends LastValueForecaster {
          override dispose(): void {
            disposed++;
          }
        })({ dimensions }),
    });
    detector.dispose();
    expect(disposed).toBe(1);
  });

  it.each<[object, string]>([
    [{ dimensions: 0 }, 'Detector: expected dimensions to be a positive integer, got 0'],
    [
      { dimensions: 1, recurring: { learn: 2 } },
      'Detector: expected recurring.learn to be a number from 0 to 1, got 2',
    ],
    [
      { dimensions: 1, recurring: { learn: Number.NaN } },
      'Detector: expected recurring.learn to be a number from 0 to 1, got NaN',
    ],
    [{ dimensions: 1, threshold: { hold: 0 } }, 'Threshold: expected hold to be a positive integer, got 0'],
    [{ dimensions: 1, scorers: [] }, 'Detector: unknown option scorers'],
  ])('refuses %j', (options, message) => {
    const make = (): Detector => new Detector(options as DetectorOptions);
    expect(make).toThrow(RxAnomalyError);
    expect(make).toThrow(message);
  });
});

/** Spikes, a dropped-out dimension, gaps, an imputed stretch and a level shift. */
function withAnomalies(stream: readonly Observation[]): Observation[] {
  return stream.map(({ time, value: [a, b] }, t) => {
    if (t === 90 || t === 91 || t === 180) return { time, value: [a + 30, b], imputed: false };
    if (t % 37 === 5) return { time, value: [Number.NaN, b], imputed: false };
    if (t % 53 === 7) return { time, value: [Number.NaN, Number.NaN], imputed: false };
    if (t >= 120 && t < 124) return { time, value: [a, b], imputed: true };
    return { time, value: t >= 220 && t < 240 ? [a, -50] : [a, b], imputed: false };
  });
}

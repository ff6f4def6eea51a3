import { describe, expect, it } from 'vitest';
import { Random } from '../../src/core/random.ts';
import { Detector } from '../../src/models/detector.ts';
import { DriftDetector } from '../../src/models/driftDetector.ts';
import { LastValueForecaster } from '../../src/models/forecasters/lastValueForecaster.ts';
import { ZScoreScorer } from '../../src/models/scorers/zScoreScorer.ts';
import { PageHinkley } from '../../src/numerics/stats/pageHinkley.ts';
import { observed, throughText, untimed } from '../support/observations.ts';
import { expectDamageRefused, expectRefused } from '../support/snapshotChecks.ts';

type Process = (t: number, random: Random, last: number) => number;

/** Values of a process, each from its place, chance and the value before. */
function values(process: Process, length: number, seed: number): number[] {
  const random = new Random(seed);
  let last = 0;
  return Array.from({ length }, (_, t) => {
    last = process(t, random, last);
    return last;
  });
}

const wave = (t: number, period: number): number => Math.sin((2 * Math.PI * t) / period);
const heavyTailed = (random: Random): number =>
  random.normal() / Math.hypot(random.normal(), random.normal(), random.normal());

/** Where drift is signalled, and the size of every residual; the default detector but for `drift`. */
function detect(series: readonly number[], drift = true): { signals: number[]; errors: number[] } {
  const detector = new Detector({ dimensions: 1, drift });
  const signals: number[] = [];
  const errors = series.map((value, t) => {
    const detection = detector.process(observed([value], t));
    if (detection.drift) signals.push(t);
    return Math.abs(detection.residual[0]);
  });
  detector.dispose();
  return { signals, errors };
}

const mean = (numbers: readonly number[]): number =>
  numbers.reduce((sum, number) => sum + number, 0) / numbers.length;

const STATIONARY: readonly (readonly [string, Process])[] = [
  ['a wave with noise', (t, random) => 10 + wave(t, 40) + 0.1 * random.normal()],
  ['two waves with noise', (t, random) => wave(t, 24) + 0.5 * wave(t, 168) + 0.2 * random.normal()],
  ['an autoregression', (_, random, last) => 0.8 * last + random.normal()],
  ['heavy-tailed noise', (_, random) => heavyTailed(random)],
  ['noise that is five times as loud by day', (t, random) => (t % 288 < 96 ? 0.2 : 1) * random.normal()],
];

const CHANGE = 3000;
const CHANGES: readonly (readonly [string, Process])[] = [
  [
    'a wave where there was none',
    (t, random) => (t < CHANGE ? 0.2 * random.normal() : wave(t, 15) + 0.1 * random.normal()),
  ],
  [
    'a reversed autoregression',
    (t, random, last) => (t < CHANGE ? 0.9 : -0.9) * last + 0.4 * random.normal(),
  ],
  ['another level', (t, random) => (t < CHANGE ? 10 : 13) + wave(t, 40) + 0.1 * random.normal()],
];

describe('DriftDetector over the residuals of the default forecaster', () => {
  it('signals less than once in 20,000 events of processes that stay what they are', () => {
    const length = 8000;
    const found = STATIONARY.flatMap(([name, process]) =>
      [1, 2].flatMap((seed) => detect(values(process, length, seed)).signals.map((t) => `${name} at ${t}`)),
    );
    expect(found.length, found.join(', ')).toBeLessThanOrEqual((STATIONARY.length * 2 * length) / 20_000);
  });

  describe.each(CHANGES)('a process that becomes %s', (_, process) => {
    const runs = [1, 2, 3].map((seed) => {
      const series = values(process, CHANGE + 1500, seed);
      return { fast: detect(series), slow: detect(series, false) };
    });

    it('is signalled within a hundred events, and not before', () => {
      for (const { fast, slow } of runs) {
        expect(fast.signals.filter((t) => t < CHANGE)).toEqual([]);
        expect(fast.signals[0]).toBeLessThan(CHANGE + 100);
        expect(slow.signals).toEqual([]);
      }
    });

    it('changes nothing before the signal, its own event included', () => {
      for (const { fast, slow } of runs) {
        const [signal] = fast.signals;
        expect(fast.errors.slice(0, signal + 1)).toEqual(slow.errors.slice(0, signal + 1));
      }
    });

    it('is learnt again faster: residuals are back sooner', () => {
      const settled = mean(runs.flatMap(({ slow }) => slow.errors.slice(-300)));
      /** Events until fifty in a row are as good as they will be, but for a third. */
      const eventsUntilBack = (errors: readonly number[]): number => {
        for (let t = CHANGE; t < errors.length - 50; t++) {
          if (mean(errors.slice(t, t + 50)) < 1.33 * settled) return t - CHANGE;
        }
        return errors.length - CHANGE;
      };
      const [fast, slow] = (['fast', 'slow'] as const).map((which) =>
        mean(runs.map((run) => eventsUntilBack(run[which].errors))),
      );
      expect(fast).toBeLessThan(0.8 * slow);
    });
  });
});

describe('DriftDetector', () => {
  const feed = (drift: DriftDetector, size: (t: number) => number, length: number, from = 0): number[] => {
    const found: number[] = [];
    for (let t = from; t < from + length; t++) {
      const observation = untimed(size(t));
      if (drift.signals([0], observation)) found.push(t);
      drift.learn([0], observation);
    }
    return found;
  };
  const random = new Random(1);
  const ordinary = (): number => random.normal();

  it('sums by how much the mean residual of the dimensions is above its usual size, five such sizes at most', () => {
    const [D, rate] = [2, 1 - 2 ** (-1 / 700)];
    const [drift, rise] = [new DriftDetector(D), new PageHinkley({ tolerance: 0.75, evidence: 50 })];
    const random = new Random(3);
    const usual = [0, 0];
    const seen = [0, 0];
    const signals: number[] = [];
    for (let t = 0; t < 1500; t++) {
      const grown = t % 1000 > 900 ? 6 : 1;
      const value = [grown * random.normal(), t % 3 === 0 ? Number.NaN : 10 * grown * random.normal()];
      if (t % 400 === 399) value[0] = 1e6;
      const expected = [0.5, t % 7 === 0 ? Number.NaN : 1];
      const sizes = value.map((each, d) => Math.abs(each - expected[d]));
      const known = [0, 1].filter((d) => !Number.isNaN(sizes[d]));
      const mean =
        known.reduce((sum, d) => sum + Math.min(5, sizes[d] / Math.max(1e-9, usual[d])), 0) / known.length;
      const isSignalled = t >= 500 && rise.signals(mean);
      expect(drift.signals(expected, untimed(...value)), String(t)).toBe(isSignalled);
      if (isSignalled) signals.push(t);
      drift.learn(expected, untimed(...value));
      if (t >= 500) rise.learn(mean);
      for (const d of known) {
        const bounded = ++seen[d] > 30 ? Math.min(sizes[d], 8 * usual[d]) : sizes[d];
        usual[d] += Math.max(rate, 1 / seen[d]) * (bounded - usual[d]);
      }
    }
    expect(signals.length).toBeGreaterThan(0);
  });

  it('says nothing in the first 500 observations', () => {
    expect(feed(new DriftDetector(1), (t) => 2 ** (t / 20), 500)).toEqual([]);
  });

  it('takes a few outliers, however large, for no drift', () => {
    const drift = new DriftDetector(1);
    expect(feed(drift, (t) => (t % 100 === 0 ? 1e9 : ordinary()), 3000)).toEqual([]);
  });

  it('is not troubled by what is missing, made up or not forecast', () => {
    const drift = new DriftDetector(2);
    for (let t = 0; t < 600; t++) drift.learn([0, 0], untimed(ordinary(), ordinary()));
    const before = throughText(drift.snapshot());
    for (let t = 0; t < 100; t++) {
      drift.learn([0, 0], untimed(Number.NaN, Number.NaN));
      drift.learn([0, 0], { time: undefined, value: [1e6, 1e6], imputed: true });
      drift.learn([Number.NaN, Number.NaN], untimed(1, 1));
    }
    expect(throughText(drift.snapshot())).toEqual(before);
    expect(drift.signals([0, 0], untimed(Number.NaN, Number.NaN))).toBe(false);
  });

  it('restored at any index continues bit for bit', () => {
    const sizes = Array.from({ length: 900 }, (_, t) => (t < 700 ? 1 : 4) * ordinary());
    const reference = new DriftDetector(1);
    const whole = feed(reference, (t) => sizes[t], 900);
    expect(whole).toHaveLength(1);
    for (let at = 0; at < 900; at += 37) {
      const [first, second] = [new DriftDetector(1), new DriftDetector(1)];
      const start = feed(first, (t) => sizes[t], at);
      second.restore(throughText(first.snapshot()));
      expect([...start, ...feed(second, (t) => sizes[t], 900 - at, at)]).toEqual(whole);
      expect(second.snapshot()).toEqual(reference.snapshot());
    }
  });

  it('refuses the snapshot of other dimensions and a damaged one', () => {
    const drift = new DriftDetector(1);
    feed(drift, ordinary, 600);
    expectRefused(drift, new DriftDetector(2).snapshot(), /config\.dimensions is 2 there and 1 here/);
    expectDamageRefused(drift, 100);
  });
});

describe('Detector on drift', () => {
  /** Whether `boostLearningRate` was called before the observation was learnt, by position. */
  function boosted(drift: boolean): number[] {
    const calls: number[] = [];
    let learnt = 0;
    class Boosting extends LastValueForecaster {
      boostLearningRate(): void {
        calls.push(learnt);
      }
      override learn(...given: Parameters<LastValueForecaster['learn']>): void {
        learnt++;
        super.learn(...given);
      }
    }
    const detector = new Detector({
      dimensions: 1,
      drift,
      forecaster: (dimensions) => new Boosting({ dimensions }),
      scorer: (dimensions) => new ZScoreScorer({ dimensions }),
    });
    const random = new Random(2);
    for (let t = 0; t < 1500; t++) {
      const { drift: now } = detector.process(observed([(t < 1000 ? 1 : 5) * random.normal()], t));
      if (now) expect(calls.at(-1)).toBe(t);
    }
    return calls;
  }

  it('tells its forecaster to boostLearningRate at the event of the signal, before that is learnt', () => {
    const calls = boosted(true);
    expect(calls).toHaveLength(1);
    expect(calls[0]).toBeGreaterThan(1000);
  });

  it('does not look for it when turned off', () => {
    expect(boosted(false)).toEqual([]);
  });

  it('leaves a forecaster alone that cannot boostLearningRate', () => {
    const detector = new Detector({
      dimensions: 1,
      forecaster: (dimensions) => new LastValueForecaster({ dimensions }),
    });
    let signals = 0;
    const random = new Random(2);
    for (let t = 0; t < 1500; t++) {
      if (detector.process(observed([(t < 1000 ? 1 : 5) * random.normal()], t)).drift) signals++;
    }
    expect(signals).toBe(1);
  });
});

import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/core/random.ts';
import { Detector } from '../../../src/models/detector.ts';
import { EmaForecaster } from '../../../src/models/forecasters/emaForecaster.ts';
import { LstmForecaster } from '../../../src/models/forecasters/lstmForecaster.ts';
import { RegimeWatch } from '../../../src/models/regimes/regimeWatch.ts';
import { EvidenceScorer } from '../../../src/models/scorers/evidenceScorer.ts';

/** Noise, with what is to happen to it. */
function values(count: number, change: (x: number, t: number) => number, seed = 1): number[] {
  const random = new Random(seed);
  return Array.from({ length: count }, (_, t) => change(20 + random.normal(), t));
}

function findings(stream: readonly number[]): string[] {
  const watch = new RegimeWatch();
  return stream.map((x) => {
    const finding = watch.learn(x);
    if (finding === 'level' || finding === 'scale') watch.restart(watch.candidate);
    return finding;
  });
}

describe('RegimeWatch', () => {
  it('finds ordinary streams ordinary: noise, steps, trends, growing noise, bursts of up to 30', () => {
    const streams = [
      values(3000, (x) => x),
      values(3000, (x, t) => x + (t > 1500 ? 30 : 0)),
      values(3000, (x, t) => x + t / 20),
      values(3000, (x, t) => 20 + (x - 20) * (t > 1500 ? 10 : 1)),
      values(3000, (x, t) => (t % 600 < 29 && t > 600 ? x + 1000 : x)),
      new Array<number>(3000).fill(7),
    ];
    for (const stream of streams) expect(new Set(findings(stream))).toEqual(new Set(['ordinary']));
  });

  it('finds another level after a hundred values, and then that one ordinary', () => {
    const found = findings(values(3000, (x, t) => (t < 1000 ? x : x + 1000)));
    expect(found.indexOf('level')).toBe(1099);
    expect(found.indexOf('suspended')).toBe(1029);
    expect(new Set(found.slice(1100))).toEqual(new Set(['ordinary']));
  });

  it('finds another unit, larger or smaller', () => {
    for (const factor of [1e-6, 1e6, 1e-3]) {
      const found = findings(values(3000, (x, t) => (t < 1000 ? x : factor * x)));
      const at = found.findIndex((each) => each === 'scale' || each === 'level');
      expect(at).toBeGreaterThan(1050);
      expect(at).toBeLessThan(1420);
    }
  });

  it('suspends what stands still out there, and lets the old regime return', () => {
    const found = findings(values(3000, (x, t) => (t >= 1000 && t < 2000 ? 9999 : x)));
    expect(found.filter((each) => each === 'level' || each === 'scale')).toEqual([]);
    expect(found[1500]).toBe('suspended');
    expect(new Set(found.slice(2100))).toEqual(new Set(['ordinary']));
  });
});

describe('a detector', () => {
  const detector = (options: object = {}): Detector =>
    new Detector({
      dimensions: 1,
      forecaster: (dimensions) => new EmaForecaster({ dimensions }),
      ...options,
    });
  const run = (which: Detector, stream: readonly number[]) =>
    stream.map((x) => which.process({ value: [x], time: undefined, imputed: false }));

  it('finds a spike after a start in another unit, and reports the change and the warm-up', () => {
    const stream = values(3000, (x, t) => (t < 1000 ? 1e6 * x : t === 1600 ? x + 40 : x));
    const seen = run(detector(), stream);
    expect(seen[1600].isAnomaly).toBe(true);
    const changed = seen.findIndex(({ drift }) => drift === 'scale' || drift === 'level');
    expect(changed).toBeGreaterThan(1050);
    expect(changed).toBeLessThan(1450);
    expect(
      seen.slice(changed, changed + 40).every(({ warmingUp, isAnomaly }) => warmingUp && !isAnomaly),
    ).toBe(true);
    expect(seen[changed + 60].warmingUp).toBe(false);
    // without it the spike drowns in what was
    expect(run(detector({ drift: false }), stream)[1600].isAnomaly).toBe(false);
  });

  it('takes up a regime that returns as if nothing had been', () => {
    const glitch = values(4000, (x, t) => (t >= 1500 && t < 1800 ? x + 1000 : t === 2400 ? x + 12 : x));
    const seen = run(detector(), glitch);
    const scorer = new EvidenceScorer({ dimensions: 1 });
    const returned = detector({ scorer: () => scorer });
    run(returned, glitch.slice(0, 2000));
    expect(seen[2400].isAnomaly).toBe(true);
    // the scale of the scorer is that of before
    const z = (scorer.restartable.park(0) as { vectors: { scaler: Float64Array } }).vectors.scaler;
    expect(z[0]).toBeCloseTo(20, 0);
    expect(z[1]).toBeLessThan(1.5);
  });

  it('leaves a level that shifted an anomaly where flagged events are never learnt', () => {
    const stream = values(3000, (x, t) => (t < 1000 ? x : x + 1000));
    const never = detector({
      recurring: { learn: 0, acceptAfter: false },
      threshold: { habituation: false },
    });
    const seen = run(never, stream);
    expect(seen.every(({ drift }) => drift !== 'level')).toBe(true);
    expect(seen.slice(1001).every(({ isAnomaly }) => isAnomaly)).toBe(true);
  });

  it('begins anew in the dimension alone that has changed', () => {
    const random = new Random(9);
    const two = new Detector({
      dimensions: 2,
      forecaster: (dimensions) => new EmaForecaster({ dimensions }),
    });
    let found = 0;
    for (let t = 0; t < 3000; t++) {
      const value = [random.normal() + (t < 1000 ? 0 : 1000), random.normal() + (t === 1180 ? 40 : 0)];
      const detection = two.process({ value, time: undefined, imputed: false });
      if (t === 1180) {
        expect(detection.warmingUp).toBe(false);
        found = detection.score;
      }
    }
    expect(found).toBeGreaterThan(0.5);
  });

  it('continues from a snapshot bit for bit before, during and after a change', () => {
    const stream = values(2600, (x, t) => (t < 1000 || t >= 1900 ? x : 1000 + 3 * x));
    const make = (): Detector =>
      new Detector({
        dimensions: 1,
        forecaster: (dimensions) =>
          new LstmForecaster({ dimensions, hidden: 3, engine: 'reference', seed: 1 }),
      });
    const whole = make();
    const snapshots = new Map<number, string>();
    const results: unknown[] = [];
    for (const [t, x] of stream.entries()) {
      if ([900, 1010, 1060, 1100, 1300, 1910, 1925].includes(t))
        snapshots.set(t, JSON.stringify(whole.snapshot()));
      results.push(whole.process({ value: [x], time: undefined, imputed: false }));
    }
    expect(
      (results as { drift: unknown }[]).some(({ drift }) => drift === 'level' || drift === 'scale'),
    ).toBe(true);
    for (const [t, text] of snapshots) {
      const resumed = make();
      resumed.restore(JSON.parse(text));
      const upTo = Math.min(stream.length, t + 250);
      expect(run(resumed, stream.slice(t, upTo)), `from ${t}`).toEqual(results.slice(t, upTo));
    }
  });
});

import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/core/random.ts';
import { Detector } from '../../../src/models/detector.ts';
import { EmaForecaster } from '../../../src/models/forecasters/emaForecaster.ts';
import { LstmForecaster } from '../../../src/models/forecasters/lstmForecaster.ts';
import { Regimes } from '../../../src/models/regimes/regimes.ts';
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

describe('RegimeWatch, by numbers', () => {
  /** About a level, by turns one above and one below it: a standard deviation of 1.25 for normal values. */
  const by =
    (level: number, size = 1) =>
    (t: number) =>
      level + (t % 2 === 0 ? size : -size);
  const learnt = (count: number, value: (t: number) => number): RegimeWatch => {
    const watch = new RegimeWatch();
    for (let t = 0; t < count; t++) watch.learn(value(t));
    return watch;
  };
  const next = (watch: RegimeWatch, count: number, value: (t: number) => number): string[] =>
    Array.from({ length: count }, (_, t) => watch.learn(value(t)));

  it('calls gross what is fifty deviations from the mean of more than fifty values', () => {
    const watch = learnt(200, by(3));
    const { mean, deviation } = watch;
    expect(mean).toBeCloseTo(3, 1);
    expect(deviation).toBeCloseTo(Math.sqrt(Math.PI / 2), 1);
    expect([-50.01, -49.99, 49.99, 50.01].map((off) => watch.isGross(mean + off * deviation))).toEqual([
      ...[true, false, false, true],
    ]);
    expect(learnt(50, by(3)).isGross(1e9)).toBe(false);
    expect(learnt(51, by(3)).isGross(1e9)).toBe(true);
  });

  it('counts others against gross values: what is suspended is over when they are as many', () => {
    const watch = learnt(200, by(0));
    expect(next(watch, 30, by(500)).lastIndexOf('ordinary')).toBe(28);
    const after = next(watch, 40, by(0));
    expect(after.indexOf('ordinary')).toBe(29);
    // A glitch of fewer leaves no trace, and the next one begins from nothing.
    expect(new Set(next(watch, 29, by(500)))).toEqual(new Set(['ordinary']));
    expect(new Set(next(watch, 29, by(0)))).toEqual(new Set(['ordinary']));
    expect(next(watch, 30, by(500)).at(-1)).toBe('suspended');
  });

  it('distinguishes another level from another spread, by a factor of five', () => {
    // The first thirty values far out have widened the known spread by a factor of 1.45.
    for (const [size, kind] of [
      [6.5, 'level'],
      [8, 'scale'],
      [0.32, 'level'],
      [0.26, 'scale'],
    ] as const) {
      const watch = learnt(200, by(0));
      const found = next(watch, 100, by(500, size));
      expect([found.indexOf(kind), found[98]]).toEqual([99, 'suspended']);
      expect(watch.candidate[0]).toBeCloseTo(500, 0);
      expect(watch.candidate[2]).toBe(100); // values
    }
  });

  it('takes what stands still far out for its own after 5,000 values, not before', () => {
    const watch = learnt(200, by(0));
    const found = next(watch, 5200, () => 500);
    expect(found.indexOf('suspended')).toBe(29);
    expect(found.lastIndexOf('suspended')).toBe(4998);
  });

  it('takes what lasted for over after twenty others', () => {
    const watch = learnt(200, by(0));
    next(watch, 300, () => 500);
    expect(next(watch, 30, by(0)).indexOf('ordinary')).toBe(19);
  });

  it('finds a spread that has collapsed within a block of 200 values that moves', () => {
    const collapse = (size: number, t0 = 600): string[] => next(learnt(t0, by(0)), 400, by(0, size));
    // From end to end less than 6 / 300 of a deviation, which 200 such values have made a quarter smaller by then.
    const found = collapse(0.0092);
    expect(found.indexOf('scale')).toBe(199);
    expect(found.slice(0, 199)).not.toContain('scale');
    expect(collapse(0.0097)[199]).toBe('ordinary');
    expect(collapse(0.0035, 200).indexOf('scale')).toBe(399); // after three blocks in all
    // What moves less than half of the time stands.
    expect(next(learnt(600, by(0)), 400, (t) => (t % 3 === 0 ? 0.005 : 0))[199]).toBe('scale');
    expect(next(learnt(600, by(0)), 400, (t) => (t % 5 === 0 ? 0.005 : 0))[199]).toBe('ordinary');
  });
});

describe('Regimes', () => {
  const by = (level: number) => (t: number) => level + (t % 2 === 0 ? 1 : -1);

  /** A model whose states are numbered, and what was done to it. */
  function recorded(): {
    regimes: Regimes;
    log: string[];
    learn: (count: number, value: (t: number) => number) => number;
  } {
    const log: string[] = [];
    let state = 0;
    const model = {
      park: (d: number) => `${d}:${state}`,
      restart: (d: number, scale: Float64Array) => {
        log.push(`restart ${d} at ${Math.round(scale[0])}`);
        state++;
      },
      prepareResume: (_: number, parked: unknown) => () => log.push(`resume ${parked}`),
    };
    const regimes = new Regimes(1, [model]);
    let t = 0;
    return {
      ...{ regimes, log },
      learn: (count, value) => {
        let kept = 0;
        for (let k = 0; k < count; k++) if (!Number.isNaN(regimes.learn([value(t++)])[0])) kept++;
        return kept;
      },
    };
  }

  it('restart models at the hundredth value, and take the old state back at the twentieth', () => {
    const { regimes, log, learn } = recorded();
    expect(learn(200, by(0))).toBe(200);
    expect(regimes.warmingUp).toBe(false);
    expect(learn(99, by(1000))).toBe(29);
    expect([regimes.change, regimes.parked, log]).toEqual([undefined, undefined, []]);
    expect(learn(1, by(1000))).toBe(1);
    expect([regimes.change, log]).toEqual(['level', ['restart 0 at 1000']]);
    expect(regimes.warmingUp).toBe(true);
    learn(1, by(1000));
    expect(regimes.change).toBe(undefined);
    learn(48, by(1000));
    expect(regimes.warmingUp).toBe(true);
    learn(11, by(1000));
    expect(regimes.warmingUp).toBe(false);
    learn(19, by(0));
    expect(log).toHaveLength(1);
    learn(1, by(0));
    expect(log).toEqual(['restart 0 at 1000', 'resume 0:0']);
    expect(regimes.warmingUp).toBe(false);
    expect(learn(40, by(0))).toBe(40); // it is the known one again
    learn(20, by(1000));
    expect(log).toHaveLength(3); // they may alternate
  });

  it('do not take back what is far from both, nor what comes and goes', () => {
    const { log, learn } = recorded();
    learn(200, by(0));
    learn(160, by(1000));
    learn(25, (t) => (t % 2 === 0 ? 12 : -12)); // beyond five deviations
    learn(30, by(1000));
    for (let k = 0; k < 4; k++) {
      learn(15, by(0));
      learn(16, by(1000));
    }
    expect(log).toEqual(['restart 0 at 1000']);
  });

  it('give up a regime that has not returned for 5,000 values', () => {
    const { regimes, learn } = recorded();
    learn(200, by(0));
    learn(100, by(1000));
    learn(5000, by(1000));
    expect(regimes.parked).toHaveLength(1);
    learn(1, by(1000));
    expect(regimes.parked).toBe(undefined);
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

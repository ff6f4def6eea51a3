import { describe, expect, it } from 'vitest';
import type { Verdict } from '../../src/core/reading.ts';
import { SeasonalForecaster } from '../../src/models/forecasters/seasonalForecaster.ts';
import { ZScoreScorer } from '../../src/models/scorers/zScoreScorer.ts';
import { detectAnomalies } from '../../src/operators/detectAnomalies.ts';
import { flagAnomalies } from '../../src/operators/flagAnomalies.ts';
import { incidents } from '../../src/operators/incidents.ts';
import { lstmForecast } from '../../src/operators/lstmForecast.ts';
import { scoreResiduals } from '../../src/operators/scoreResiduals.ts';
import { runOperator } from '../support/runOperator.ts';
import { noisySine, SMALL, withChanges } from '../support/series.ts';

const { warmUp, ...lstm } = SMALL;
const MINUTE = 60_000;

/** What the three operators leave out: `flagAnomalies` does not know the scorer. */
function withoutEvidence<T extends { readonly evidence?: unknown }>({
  evidence: _,
  ...rest
}: T): Omit<T, 'evidence'> {
  return rest;
}

describe('detectAnomalies is the three stages in one', () => {
  interface Event {
    readonly key: string;
    readonly time: number;
    readonly value: readonly (number | null)[];
  }
  const [first, second] = [1, 2].map((seed) => noisySine({ length: 600, seed }));
  const events: readonly Event[] = first.map((value, t) => ({
    key: 'pump',
    time: t * MINUTE,
    // A spike, one dimension missing under a spike of the other, both missing, an outage.
    value:
      t === 300
        ? [value, 30]
        : t === 400
          ? [30, null]
          : t > 500 && t < 510
            ? [null, Number.NaN]
            : [value, second[t]],
  }));
  const staged = runOperator(events as readonly { value: readonly number[] }[], (source) =>
    source.pipe(lstmForecast({ ...lstm, horizons: [1, 4] }), scoreResiduals(), flagAnomalies({ warmUp })),
  );
  const atOnce = runOperator(
    events as readonly { value: readonly number[] }[],
    detectAnomalies({ ...SMALL, horizons: [1, 4] }),
  );

  it('verdict by verdict and field by field, when it learns from anomalies', () => {
    expect(staged).toHaveLength(events.length);
    for (const [t, { earlier: _earlier, ...verdict }] of staged.entries()) {
      expect(withoutEvidence(atOnce[t]!), `verdict ${t}`).toEqual(verdict);
    }
    expect(atOnce.filter(({ isAnomaly }) => isAnomaly).length).toBeGreaterThan(1);
  });

  it('with events that were put in for a gap, too', () => {
    const marked = noisySine({ length: 400 }).map((value, t) => ({ value, imputed: t % 50 < 5 }));
    const one = runOperator(marked, detectAnomalies(SMALL));
    const three = runOperator(marked, (source) =>
      source.pipe(lstmForecast(lstm), scoreResiduals(), flagAnomalies({ warmUp })),
    );
    expect(three).toEqual(one);
    expect(one[52]).toMatchObject({ imputed: true, score: 0, residual: 0, value: marked[52].value });
  });

  it('with a change of process that both signal, and rules of suppression', () => {
    const changing = noisySine({ length: 1200, period: 15 }).map((value, t) =>
      t < 800 ? 10 + 0.02 * Math.sin(7 * t) : value + (t === 1000 ? -8 : 0),
    );
    const suppress = [{ name: 'small', below: 1 }];
    const one = runOperator(changing, detectAnomalies({ ...SMALL, suppress }));
    const three = runOperator(changing, (source) =>
      source.pipe(lstmForecast(lstm), scoreResiduals(), flagAnomalies({ warmUp, suppress })),
    );
    expect(three).toEqual(one.map(withoutEvidence));
    const drifts = one.flatMap(({ drift }, t) => (drift ? [t] : []));
    expect(drifts.length).toBeGreaterThan(0);
    expect(drifts[0]).toBeGreaterThan(800);
    expect(one[1000]).toMatchObject({ isAnomaly: true });
    expect(one.some(({ suppressed }) => suppressed === 'small')).toBe(true);
  });

  it('on a constant stream, where the scale is at its floor', () => {
    const constant = [...new Array<number>(200).fill(5), 5.001, 5, 5];
    const three = runOperator(constant, (source) =>
      source.pipe(lstmForecast(lstm), scoreResiduals(), flagAnomalies({ warmUp })),
    );
    expect(three).toEqual(runOperator(constant, detectAnomalies(SMALL)).map(withoutEvidence));
  });
});

describe('a spike in a noisy sine', () => {
  const SPIKE = 900;
  const series = withChanges(noisySine({ length: 1500 }), new Map([[SPIKE, 14]]));
  const events = series.map((value, t) => ({ value, time: t * MINUTE }));
  const verdicts = runOperator(events, detectAnomalies({ hidden: 8, horizons: [1] }));
  const flagged = verdicts.filter(({ isAnomaly }) => isAnomaly);

  it('is flagged where it is, with a score above the threshold', () => {
    const { isAnomaly, score, severity, startOfIncident, value, expected, upper, residual } = verdicts[SPIKE];
    expect({ isAnomaly, startOfIncident, value }).toEqual({
      isAnomaly: true,
      startOfIncident: true,
      value: 14,
    });
    expect(score).toBeGreaterThan(0.5);
    expect(score).toBe(Math.max(...verdicts.map((verdict) => verdict.score)));
    expect(severity).not.toBe('none');
    expect(residual).toBe(14 - expected);
    expect(value).toBeGreaterThan(upper);
  });

  it('is one incident, and alerts once', () => {
    const merged = runOperator(verdicts, incidents());
    const [incident] = merged.filter(({ peak }) => peak === verdicts[SPIKE]);
    const own = flagged.filter(({ time }) => time! >= SPIKE * MINUTE && time! < (SPIKE + 60) * MINUTE);
    expect(own.filter(({ startOfIncident }) => startOfIncident)).toEqual([verdicts[SPIKE]]);
    expect(incident).toMatchObject({
      key: undefined,
      first: verdicts[SPIKE],
      last: own.at(-1),
      start: SPIKE * MINUTE,
      end: own.at(-1)!.time,
      count: own.length,
      open: false,
    });
    expect(merged.reduce((sum, { count }) => sum + count, 0)).toBe(flagged.length);
  });

  it('leaves less than one in a hundred of the rest flagged', () => {
    const rest = verdicts.filter((_, t) => t < SPIKE || t > SPIKE + 20);
    expect(rest.filter(({ isAnomaly }) => isAnomaly).length / rest.length).toBeLessThan(0.01);
  });

  it('is not predicted: the band before it holds what it should, about 95 %', () => {
    const settled = verdicts.slice(300, SPIKE);
    const inside = settled.filter(({ value, lower, upper }) => value >= lower && value <= upper);
    expect(inside.length / settled.length).toBeGreaterThan(0.9);
  });
});

describe('a level that shifts for good', () => {
  const SHIFT = 600;
  const series = noisySine({ length: 1200, noise: 0.05 }).map((value, t) => (t < SHIFT ? value : value + 6));
  const run = (learn: number): readonly Verdict<number, number>[] =>
    runOperator(
      series,
      detectAnomalies({ ...SMALL, stride: 2, recurring: { learn, acceptAfter: false }, drift: false }),
    );
  const runs = { none: run(0), some: run(0.3), all: run(1) };
  const errorAfter = (verdicts: readonly Verdict<number, number>[]): number =>
    verdicts.slice(-200).reduce((sum, { residual }) => sum + Math.abs(residual) / 200, 0);

  it('is the same to all until the first event after it was flagged', () => {
    expect(runs.none[SHIFT].isAnomaly).toBe(true);
    expect(runs.none.slice(0, SHIFT + 1)).toEqual(runs.all.slice(0, SHIFT + 1));
    expect(runs.some.slice(0, SHIFT + 1)).toEqual(runs.all.slice(0, SHIFT + 1));
  });

  it('is learnt the sooner, the more is learnt from anomalies', () => {
    const [none, some, all] = [runs.none, runs.some, runs.all].map((verdicts) => {
      return verdicts.slice(SHIFT, SHIFT + 300).reduce((sum, { residual }) => sum + Math.abs(residual), 0);
    });
    expect(all).toBeLessThan(some);
    expect(some).toBeLessThan(none);
  });

  it('is got used to when anomalies are learnt from', () => {
    expect(errorAfter(runs.all)).toBeLessThan(0.5);
  });

  it('is learnt like any other event by default', () => {
    expect(runOperator(series, detectAnomalies({ ...SMALL, stride: 2, drift: false }))).toEqual(runs.all);
  });
});

describe('its parts can be replaced', () => {
  it('by another forecaster', () => {
    const series = Array.from({ length: 200 }, (_, t) => t % 4);
    const forecaster = (dimensions: number) => new SeasonalForecaster({ dimensions, period: 4 });
    const verdicts = runOperator(series, detectAnomalies({ forecaster, warmUp: 0 }));
    expect(verdicts.slice(8).map(({ expected }) => expected)).toEqual(series.slice(8));
  });

  it('by another scorer', () => {
    const scorer = (dimensions: number) => new ZScoreScorer({ dimensions });
    const [own, other] = [{}, { scorer }].map((options) =>
      runOperator(noisySine({ length: 100 }), detectAnomalies({ ...SMALL, ...options })),
    );
    expect(other.map(({ expected }) => expected)).toEqual(own.map(({ expected }) => expected));
    expect(other[99].score).not.toBe(own[99].score);
  });
});

describe('prices', () => {
  it('come back as prices when their log-returns are modelled', () => {
    const prices = noisySine({ length: 300, noise: 0.01 }).map((value) => 1000 * Math.exp(value / 100));
    const verdicts = runOperator(
      prices.with(250, 2000),
      detectAnomalies({ ...SMALL, transform: 'logReturn' }),
    );
    expect(verdicts[250]).toMatchObject({ value: 2000, isAnomaly: true });
    expect(verdicts[250].expected).toBeGreaterThan(1000);
    expect(verdicts[250].expected).toBeLessThan(1300);
    expect(verdicts[250].residual).toBe(2000 - verdicts[250].expected);
    verdicts.slice(1).forEach(({ lower, expected, upper }) => {
      expect(lower).toBeGreaterThan(0);
      expect(lower <= expected && expected <= upper).toBe(true);
    });
  });
});

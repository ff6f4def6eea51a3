import { describe, expect, it } from 'vitest';
import { type Choice, DEFAULT_CHOICE, DEFAULT_THRESHOLD, THRESHOLDS } from '../../../src/lab/tune/choice.ts';
import { lead } from '../../../src/lab/tune/results.ts';
import { search } from '../../../src/lab/tune/search.ts';
import type { SeriesOutcome } from '../../../src/lab/tune/trial.ts';
import { code, commandLine } from '../../../src/lab/tune/tuneText.ts';

const PART = { from: 0, to: 1 };
const SERIES = 12;

/** As if every series had 4 incidents in one piece, of which so many were found, by choice and threshold. */
function outcomes(found: (choice: Choice, threshold: number, series: number) => number) {
  const tried: Choice[] = [];
  const run = (choice: Choice): Promise<SeriesOutcome[]> => {
    tried.push(choice);
    const of = (threshold: number, series: number) => [
      { incidents: 4, found: found(choice, threshold, series), falseAlerts: 1 },
    ];
    return Promise.resolve(
      Array.from({ length: SERIES }, (_, series) => ({
        own: of(DEFAULT_THRESHOLD, series),
        replayed: THRESHOLDS.map((threshold) => of(threshold, series)),
      })),
    );
  };
  return { run, tried };
}

describe('the search', () => {
  it('takes what is ahead on every series, one option after the other, and the threshold last', async () => {
    const { run } = outcomes(
      ({ forecaster, scorer }, threshold) =>
        1 + Number(forecaster === 'ema') + Number(scorer === 'tail') + Number(threshold === 0.6),
    );
    const { choice, threshold, tried } = await search(run, PART);
    expect([choice, threshold]).toEqual([{ forecaster: 'ema', scorer: 'tail', recurring: 'normal' }, 0.6]);
    expect(tried.filter(({ taken }) => taken)).toHaveLength(3); // the defaults among them
    expect(tried.filter(({ choice: { scorer } }) => scorer === 'tail')[0]!.choice.forecaster).toBe('ema');
  });

  it('keeps the defaults where a change is ahead by luck: on one series of twelve', async () => {
    const { run } = outcomes(
      ({ forecaster }, _, series) =>
        2 + Number(forecaster === 'ema' && series === 0) * 2 - Number(forecaster === 'ema' && series === 1),
    );
    const { choice, threshold } = await search(run, PART);
    expect([choice, threshold]).toEqual([DEFAULT_CHOICE, DEFAULT_THRESHOLD]);
  });

  it('prefers the threshold nearest to the default among equal ones', async () => {
    const { tried } = await search(outcomes(() => 2).run, PART);
    for (const { threshold } of tried) expect(threshold).toBe(DEFAULT_THRESHOLD);
  });

  it('tries every alternative of every option, and none of them twice', async () => {
    const { run, tried } = outcomes(() => 1);
    await search(run, PART);
    const names = tried.slice(0, -1).map((choice) => JSON.stringify(choice)); // the last is the incumbent's, known
    expect(new Set(names).size).toBe(names.length);
    expect(names.length).toBe(1 + 5 + 6 + 1);
  });
});

describe('the lead', () => {
  const segment = (found: number) => ({ incidents: 4, found, falseAlerts: 0 });

  it('resamples series where there are many, else their pieces', () => {
    const many = Array.from({ length: 9 }, () => [segment(2), segment(2)]);
    expect(lead(many, many, { from: 0, to: 2 })).toMatchObject({ difference: 0, resampled: '9 series' });
    const few = many.slice(0, 2);
    expect(lead(few, few, { from: 0, to: 2 }).resampled).toBe('4 segments of the series');
  });

  it('is of the part that is asked for', () => {
    const better = [[segment(2), segment(4)]];
    const worse = [[segment(2), segment(1)]];
    expect(lead(better, worse, { from: 0, to: 1 }).difference).toBe(0);
    expect(lead(better, worse, { from: 1, to: 2 }).difference).toBeCloseTo(1 - 2 / 5, 12);
  });
});

describe('the recommendation', () => {
  it('names what differs from the defaults, as a command line and as code', () => {
    const settings = {
      choice: { forecaster: 'ema', scorer: 'tail', recurring: 'anomalous' },
      threshold: 0.6,
    } as const;
    expect(commandLine(settings)).toBe(
      'rx-anomaly detect <table> --forecaster ema --scorer tail --recurring anomalous --threshold 0.6',
    );
    expect(code(settings)).toContain(
      "detectAnomalies({ forecaster: namedForecasters.ema(1), scorer: namedScorers.tail(), recurring: 'anomalous', threshold: 0.6 })",
    );
    const pretrained = { ...settings, choice: { ...settings.choice, forecaster: 'pretrained' } } as const;
    expect(code(pretrained)).toContain('import { detectAnomalies, pretrainedForecaster, namedScorers } from');
    expect(code(pretrained)).toContain('{ forecaster: await pretrainedForecaster(), scorer');
    expect(commandLine(settings, 'logReturn')).toContain('<table> --transform logReturn --forecaster ema ');
    expect(code(settings, 'logReturn')).toContain("{ transform: 'logReturn', forecaster");
    expect(code({ choice: DEFAULT_CHOICE, threshold: DEFAULT_THRESHOLD })).toContain('detectAnomalies())');
  });
});

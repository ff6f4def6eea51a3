import { describe, expect, it } from 'vitest';
import { evaluate } from '../../src/backtest/evaluate.ts';
import type { ForecasterResult } from '../../src/backtest/forecasterResults.ts';
import { thresholdTradeOff } from '../../src/backtest/metrics/thresholdTradeOff.ts';
import type { ReportIncident } from '../../src/backtest/report/reportDocument.ts';
import { reportVerdict } from '../../src/backtest/reportVerdict.ts';
import type { RecordedStream } from '../../src/backtest/streamRecorder.ts';
import { recorded } from './recorded.ts';

/** A stream of 1,000 records with these scores, flagged from 0.5 on, each alone. */
function stream(name: string, peaks: Readonly<Record<number, number>>, labels?: RecordedStream['labels']) {
  const scores = Float64Array.from({ length: 1000 }, (_, at) => peaks[at] ?? 0);
  const flags = [...scores.keys()].filter((at) => scores[at]! >= 0.5);
  const incidents = flags.map(
    (at): ReportIncident => ({
      ...{ first: at, last: at, peak: at, severity: 'low', score: scores[at]! },
      ...{ value: [0], expected: [0], lower: [-1], upper: [1] },
    }),
  );
  return recorded(Array.from(scores), { name, scores, flags, alerts: flags, incidents, labels });
}

function verdictOn(streams: readonly RecordedStream[], forecasters: readonly ForecasterResult[] = []) {
  const tradeOff = thresholdTradeOff(streams, { warmUp: 0 });
  return reportVerdict(streams, evaluate(streams, 0.5), tradeOff, forecasters);
}

const forecaster = (name: string, errorRatio: number): ForecasterResult => ({
  ...{ forecaster: name, errorRatio, low: null, high: null, best: 1, streams: 1, within: 0.95 },
  evaluation: null,
});

describe('reportVerdict', () => {
  const labels = [
    { first: 300, last: 310 },
    { first: 600, last: 610 },
    { first: 800, last: 810 },
  ];

  it('counts as the figures do, and names what was missed and what was wrong', () => {
    const { sentences, lists } = verdictOn([
      stream('a', { 302: 0.9, 500: 0.6, 605: 0.45 }, labels),
      stream('b', { 700: 0.7 }, []),
      stream('c', { 700: 0.7 }),
    ]);
    expect(sentences[0]).toBe(
      'Found 1 of 3 labelled incidents; 2 false alerts, 1.00 per 1,000 records. 1 of 3 streams have no labels and do not count.',
    );
    expect(lists).toEqual([
      {
        title: 'Missed',
        spots: [
          { stream: 0, name: 'a, record 601', first: 600, last: 610 },
          { stream: 0, name: 'a, record 801', first: 800, last: 810 },
        ],
      },
      {
        title: 'False alerts',
        spots: [
          { stream: 0, name: 'a, record 501', first: 500, last: 500 },
          { stream: 1, name: 'b, record 701', first: 700, last: 700 },
        ],
      },
    ]);
  });

  it('says what another threshold would have done', () => {
    const { sentences } = verdictOn([stream('a', { 302: 0.9, 605: 0.45, 805: 0.44 }, labels)]);
    expect(sentences.at(-1)).toMatch(/^A threshold of 0\.4\d* would.* have found 3 with 0 false\.$/);
    const best = verdictOn([stream('a', { 302: 0.9, 605: 0.9, 805: 0.9 }, labels)]);
    expect(best.sentences.at(-1)).toMatch(
      /^None of \d+ other thresholds that were tried, [\d.]+ to [\d.]+, would have done better\.$/,
    );
    expect(best.sentences[0]).toBe('Found 3 of 3 labelled incidents; no false alert.');
    expect(best.lists).toEqual([]);
  });

  it('speaks of incidents where there are no labels', () => {
    const peaks = Object.fromEntries([100, 200, 300, 400, 500, 600].map((at, i) => [at, 0.6 + i / 50]));
    const { sentences, lists } = verdictOn([stream('a', peaks)]);
    expect(sentences).toEqual([
      'Found 6 incidents in 1,000 records: 6.00 per 1,000. There are no labels, so nobody knows which of them are right.',
    ]);
    expect(lists.map(({ title }) => title)).toEqual(['The 5 with the highest scores']);
    expect(lists[0]!.spots[0]).toMatchObject({ first: 600, name: 'record 601' });
    expect(verdictOn([stream('a', {})]).sentences).toEqual(['Found no incident in 1,000 records.']);
  });

  it('compares the forecasts with the last value', () => {
    const say = (ratio: number): string[] => [
      ...verdictOn([stream('a', {})], [forecaster('lstm', 1), forecaster('lastValue', ratio)]).sentences,
    ];
    expect(say(1.2048)).toContain('Forecasts are 17 % better than the last value.');
    expect(say(0.8)).toContain('Forecasts are 25 % worse than the last value.');
    expect(say(1.001)).toContain('Forecasts are as good as the last value.');
  });
});

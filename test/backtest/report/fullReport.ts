import { evaluate } from '../../../src/backtest/evaluate.ts';
import { forecasterResults } from '../../../src/backtest/forecasterResults.ts';
import { forecastErrors } from '../../../src/backtest/metrics/forecastErrors.ts';
import type { ReportDocument } from '../../../src/backtest/report/reportDocument.ts';
import { reportOf } from '../../../src/backtest/reportOf.ts';
import type { RecordedStream } from '../../../src/backtest/streamRecorder.ts';
import { sampleStream } from './sampleReport.ts';

/** The report of a run with a baseline, made as the command makes it. */
export function fullReport(name = 'pump'): ReportDocument {
  const labels = [{ first: 1500, last: 1520 }];
  const { times, dimensions, score, incidents } = sampleStream({
    name,
    records: 3000,
    jumps: [[1505, 10, 9]],
    labels,
  });
  const flags = [...score.keys()].filter((at) => score[at]! >= 0.5);
  const own: RecordedStream = {
    name,
    times,
    dimensions,
    scores: score,
    alertScores: score,
    flags,
    alerts: incidents.map(({ first }) => first),
    incidents,
    imputed: [],
    labels,
  };
  const lastValue = dimensions.map((each) => ({
    ...each,
    expected: each.value.map((_, at) => each.value[at - 1] ?? Number.NaN),
  }));
  const forecasts = [forecastErrors([own, { ...own, dimensions: lastValue }])];
  const evaluation = evaluate([own], 0.5);
  return reportOf({
    title: 'Backtest',
    run: [['seed', '1']],
    streams: [[own, { problems: {} }]],
    evaluation,
    policy: {},
    forecasterResults: forecasterResults(['lstm', 'lastValue'], forecasts, [evaluation, evaluation]),
    forecasts,
  });
}

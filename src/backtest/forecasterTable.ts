import { formatNumber } from '../charts/formatNumber.ts';
import type { ForecasterResult } from './forecasterResults.ts';
import type { ForecastComparison } from './metrics/forecastErrors.ts';
import { meanOf } from './metrics/incidentCounts.ts';
import type { ReportTable } from './report/reportDocument.ts';

/**
 * The forecaster compared with simpler ones, over all streams.
 *
 * @param forecasterResults the backtested forecaster first
 */
export function forecasterTable(forecasterResults: readonly ForecasterResult[]): ReportTable {
  const isLabelled = forecasterResults.some(({ evaluation }) => evaluation !== null);
  const first = forecasterResults[0]!.forecaster;
  const notes = [
    `Error: the mean of |value − expected|, as a multiple of that of ${first}: above 1 is worse; the geometric mean ` +
      'over the streams, with a 95 % bootstrap interval if there are five streams or more. Without the first 100 ' +
      'records, imputed values and labelled windows.',
  ];
  if (isLabelled) {
    notes.push(
      'F1, NAB, VUS-PR and false alerts: with the same scorer at the same threshold on the residuals of each. A scorer ' +
        'that also uses the values themselves depends less on the forecast.',
    );
  }
  const header = ['forecaster', 'error', '95 % interval', 'best on', 'values in the 95 % band'];
  return {
    header: [...header, ...(isLabelled ? ['F1', 'NAB', 'VUS-PR', 'false per 1,000'] : [])],
    rows: forecasterResults.map((results) => [
      ...errorCells(results),
      ...(isLabelled ? detectionCells(results) : []),
    ]),
    verdict: [errorVerdict(first, forecasterResults), detectionVerdict(forecasterResults)].join(' ').trim(),
    notes,
  };
}

function errorCells({
  forecaster,
  errorRatio,
  low,
  high,
  best,
  streams,
  within,
}: ForecasterResult): string[] {
  return [
    forecaster,
    fixed(errorRatio, 3),
    low === null || high === null ? '–' : `${low.toFixed(3)} … ${high.toFixed(3)}`,
    `${best} of ${streams}`,
    within === null ? '–' : `${(100 * within).toFixed(1)} %`,
  ];
}

function detectionCells({ evaluation }: ForecasterResult): string[] {
  const { pooled, nab, vusPr = [] } = evaluation ?? {};
  return [
    fixed(pooled?.f1, 3),
    fixed(nab?.[0]?.score, 1),
    fixed(meanOf(vusPr), 3),
    fixed(pooled?.falseAlertsPer1000, 2),
  ];
}

/** One sentence: whether the forecaster has the lowest error, and how certain that is. */
function errorVerdict(first: string, [, ...others]: readonly ForecasterResult[]): string {
  const compared = others.filter(({ errorRatio }) => errorRatio !== null);
  if (compared.length === 0) return 'There were too few records to compare the forecasts.';
  const closest = compared.reduce((a, b) => (a.errorRatio! <= b.errorRatio! ? a : b));
  const { forecaster, errorRatio, low, high } = closest;
  const percent = `${(100 * Math.abs(errorRatio! - 1)).toFixed(1)} %`;
  const sure =
    low === null || high === null
      ? 'too few streams for an interval'
      : low > 1 || high < 1
        ? 'more than chance over these streams'
        : 'no more than chance over these streams';
  return errorRatio! >= 1
    ? `Of the simpler forecasters ${forecaster} comes closest to ${first}: its error is ${percent} higher, ${sure}.`
    : `${forecaster}, which is simpler, has an error ${percent} lower than that of ${first}, ${sure}.`;
}

/** Which residuals gave the best detection; nothing without labels. */
function detectionVerdict(forecasterResults: readonly ForecasterResult[]): string {
  const f1 = ({ evaluation }: ForecasterResult): number => evaluation?.pooled.f1 ?? 0;
  const best = forecasterResults.reduce((a, b) => (f1(b) > f1(a) ? b : a));
  if (f1(best) === 0) return '';
  const [first] = forecasterResults as [ForecasterResult];
  return best === first
    ? `No other finds the labelled incidents better: F1 ${f1(best).toFixed(3)}.`
    : `${best.forecaster} finds the labelled incidents better: F1 ${f1(best).toFixed(3)} against ${f1(first).toFixed(3)}.`;
}

/** The errors on one stream, a row per forecaster and a column per dimension. */
export function errorTable(
  forecasters: readonly string[],
  { records, errors }: ForecastComparison,
  dimensions: readonly string[],
): ReportTable {
  return {
    header: [
      'forecaster',
      ...dimensions.map((name) => (dimensions.length === 1 ? 'mean error' : `mean error, ${name}`)),
      'values in the 95 % band',
    ],
    rows: forecasters.map((forecaster, at) => {
      const { meanAbsolute, within } = errors[at]!;
      const share = within === null ? '–' : `${(100 * within).toFixed(1)} %`;
      return [forecaster, ...meanAbsolute.map(formatNumber), share];
    }),
    notes: [`Over ${records.toLocaleString('en')} records.`],
  };
}

function fixed(value: number | null | undefined, digits: number): string {
  return value == null ? '–' : value.toFixed(digits);
}

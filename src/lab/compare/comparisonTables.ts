import type { TitledTable } from '../../backtest/report/renderTable.ts';
import { grouped } from '../../cli/text/formatText.ts';
import type { BacktestComparison, FoundLabel, MeasureComparison } from './compareBacktests.ts';
import type { SavedStream } from './savedBacktest.ts';

/** The tables of a comparison, for the terminal and for HTML. @param names of the two runs */
export function comparisonTables(
  { settings, measures, streams, leftOut, onlyA, onlyB, both, neither }: BacktestComparison,
  [a, b]: readonly [string, string],
): TitledTable[] {
  const sure = measures.some(({ low }) => low !== null);
  const tables: TitledTable[] = [
    { title: 'What differs', header: ['setting', a, b], rows: settings, notes: [] },
    {
      title: 'Over all',
      ...(streams.length === 0 ? {} : { verdict: inWords(measures, [a, b]) }),
      header: ['measure', a, b, 'difference', '95 % interval', 'second better'],
      rows: streams.length === 0 ? [] : measures.map(measureRow),
      notes: [
        `Over ${streams.length} labelled streams that both have. ` +
          (sure
            ? 'Intervals and the share of resamples in which the second is better: a paired bootstrap over the streams. They show the variation over streams of this kind, not over seeds.'
            : 'Too few streams for intervals.'),
        ...leftOut.map((line) => `Left out: ${line}.`),
      ],
    },
    {
      title: 'Labels found',
      header: ['stream', 'label', 'found by'],
      rows: [...onlyA.map((label) => labelRow(label, a)), ...onlyB.map((label) => labelRow(label, b))],
      notes: [`Both found ${both}, neither ${neither}; listed are those that one of them found.`],
    },
    {
      title: 'Streams',
      header: [
        'stream',
        ...['F1', 'found', 'false', 'NAB', 'VUS-PR'].flatMap((name) => [`${name} a`, `${name} b`]),
      ],
      rows: streams.map(streamRow),
      notes: [`a: ${a}; b: ${b}.`],
    },
  ];
  return tables.filter(({ rows, notes }) => rows.length > 0 || notes.length > 0);
}

/** Which of the two is better in what, and how sure that is. */
function inWords(measures: readonly MeasureComparison[], names: readonly [string, string]): string {
  const parts = ['F1 by incident', 'found', 'false alerts'].flatMap((name) => {
    const found = measures.find(({ measure }) => measure === name);
    if (found === undefined || found.difference === null) return [];
    const { a, b, difference, low, high, moreIsBetter } = found;
    const of = name === 'found' ? 'labels found' : name;
    if (difference === 0) return [`${of}: ${number(a)} in both`];
    const better = difference > 0 === moreIsBetter ? names[1] : names[0];
    const isSure = low !== null && high !== null && (low > 0 || high < 0);
    const doubt = low === null ? '' : isSure ? '' : ', which may be chance';
    return [`${of}: ${number(a)} and ${number(b)} (${better} is better${doubt})`];
  });
  return `${parts.join('; ')}.`;
}

function measureRow({
  measure,
  a,
  b,
  difference,
  low,
  high,
  probability,
  moreIsBetter,
}: MeasureComparison): string[] {
  const better = probability === null ? null : moreIsBetter ? probability : 1 - probability;
  return [
    measure,
    number(a),
    number(b),
    signed(difference),
    low === null || high === null ? '–' : `${signed(low)} … ${signed(high)}`,
    better === null ? '–' : `${Math.round(100 * better)} %`,
  ];
}

function labelRow({ stream, label }: FoundLabel, by: string): string[] {
  return [stream, label.start?.replace(/T(\d\d:\d\d).*/, ' $1') ?? `record ${grouped(label.first + 1)}`, by];
}

function streamRow([a, b]: readonly [SavedStream, SavedStream]): string[] {
  const cells = ({ metrics, nab, vusPr }: SavedStream): string[] => [
    number(metrics?.f1 ?? null),
    metrics === null ? '–' : `${metrics.found} of ${metrics.incidents}`,
    number(metrics?.falseAlerts ?? null),
    number(nab?.[0]?.score ?? null),
    number(vusPr),
  ];
  const [mine, theirs] = [cells(a), cells(b)];
  return [a.name, ...mine.flatMap((cell, at) => [cell, theirs[at]])];
}

function number(value: number | null): string {
  if (value === null) return '–';
  return Number.isInteger(value) ? String(value) : value.toFixed(Math.abs(value) >= 10 ? 1 : 3);
}

function signed(value: number | null): string {
  return value === null ? '–' : `${value > 0 ? '+' : value < 0 ? '−' : ''}${number(Math.abs(value))}`;
}

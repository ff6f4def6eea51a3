import type { ReportTable } from '../../backtest/index.ts';
import type { BacktestComparison, FoundLabel, MeasureComparison } from './compareBacktests.ts';
import type { SavedStream } from './savedBacktest.ts';

/** A table of a comparison under a heading; without rows it is left out. */
export type TitledTable = ReportTable & { readonly title: string };

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
  return [
    stream,
    label.start?.replace(/T(\d\d:\d\d).*/, ' $1') ?? `record ${(label.first + 1).toLocaleString('en')}`,
    by,
  ];
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

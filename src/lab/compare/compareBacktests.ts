import { type BootstrapDifference, NAB_PROFILES, pairedBootstrap } from '../../backtest/index.ts';
import { incidentF1, meanOf } from '../../backtest/metrics/incidentCounts.ts';
import { matchLabels } from '../../backtest/report/incidentTable.ts';
import type { SavedBacktest, SavedSpan, SavedStream } from './savedBacktest.ts';

/** Two runs over the same streams, side by side. */
export interface BacktestComparison {
  /** Differences between the two set-ups, as name and both values. */
  readonly settings: readonly (readonly [name: string, a: string, b: string])[];
  /** Labelled streams that both have, with the same records and labels. */
  readonly streams: readonly (readonly [a: SavedStream, b: SavedStream])[];
  /** Streams that cannot be compared, with the reason. */
  readonly leftOut: readonly string[];
  readonly measures: readonly MeasureComparison[];
  /** Labels that only one of the two found. */
  readonly onlyA: readonly FoundLabel[];
  readonly onlyB: readonly FoundLabel[];
  /** How many both found, and how many neither. */
  readonly both: number;
  readonly neither: number;
}

/** One measure over all streams that are compared; `difference` is b − a. */
export interface MeasureComparison extends BootstrapDifference {
  readonly measure: string;
  readonly a: number | null;
  readonly b: number | null;
  /** Whether higher is better. */
  readonly moreIsBetter: boolean;
}

export interface FoundLabel {
  readonly stream: string;
  readonly label: SavedSpan;
}

/** Minimum number of streams for a useful bootstrap. */
const FEWEST = 5;

export function compareBacktests(a: SavedBacktest, b: SavedBacktest): BacktestComparison {
  const leftOut: string[] = [];
  const streams: [SavedStream, SavedStream][] = [];
  const others = new Map(b.streams.map((stream) => [stream.name, stream]));
  for (const mine of a.streams) {
    const theirs = others.get(mine.name);
    others.delete(mine.name);
    const why = theirs === undefined ? 'only in the first' : whyNot(mine, theirs);
    if (theirs !== undefined && why === undefined) streams.push([mine, theirs]);
    else leftOut.push(`${mine.name}: ${why}`);
  }
  for (const name of others.keys()) leftOut.push(`${name}: only in the second`);
  const found = streams.map(([mine, theirs]) => ({
    name: mine.name,
    labels: mine.labels ?? [],
    byA: matchFound(mine),
    byB: matchFound(theirs),
  }));
  const labels = (byA: boolean, byB: boolean): FoundLabel[] =>
    found.flatMap((stream) =>
      stream.labels
        .filter((_, at) => stream.byA[at] === byA && stream.byB[at] === byB)
        .map((label) => ({ stream: stream.name, label })),
    );
  return {
    settings: differingSettings(a, b),
    streams,
    leftOut,
    measures: MEASURES.map(([measure, of, moreIsBetter]) => {
      const side = (which: 0 | 1, indices: readonly number[]): number | null =>
        of(indices.map((at) => streams[at][which]));
      const all = [...streams.keys()];
      const difference = (indices: readonly number[]): number | null => {
        const [first, second] = [side(0, indices), side(1, indices)];
        return first === null || second === null ? null : second - first;
      };
      const compared =
        streams.length < FEWEST
          ? { difference: difference(all), low: null, high: null, probability: null }
          : pairedBootstrap(streams.length, difference);
      return { measure, a: side(0, all), b: side(1, all), moreIsBetter, ...compared };
    }),
    onlyA: labels(true, false),
    onlyB: labels(false, true),
    both: labels(true, true).length,
    neither: labels(false, false).length,
  };
}

function whyNot(mine: SavedStream, theirs: SavedStream): string | undefined {
  if (mine.records !== theirs.records) return 'not the same records';
  if (mine.labels === null || theirs.labels === null) return 'no labels';
  const spans = ({ labels }: SavedStream): string =>
    JSON.stringify(labels?.map(({ first, last }) => [first, last]));
  return spans(mine) === spans(theirs) ? undefined : 'not the same labels';
}

function matchFound({ incidents, labels }: SavedStream): readonly boolean[] {
  return matchLabels(incidents, labels ?? []).found;
}

type Measure = readonly [
  name: string,
  of: (streams: readonly SavedStream[]) => number | null,
  moreIsBetter: boolean,
];

const MEASURES: readonly Measure[] = [
  ['F1 by incident', (streams) => incidentF1(streams.map(({ metrics }) => metrics ?? NOTHING)), true],
  ['found', (streams) => sumOf(streams, (stream) => stream.metrics?.found), true],
  ['false alerts', (streams) => sumOf(streams, (stream) => stream.metrics?.falseAlerts), false],
  [
    'false alerts per 1,000 records',
    (streams) =>
      (1000 * sumOf(streams, (stream) => stream.metrics?.falseAlerts)) /
      Math.max(
        1,
        sumOf(streams, (stream) => stream.records),
      ),
    false,
  ],
  [
    'median delay, records, mean over streams',
    (streams) => meanOf(streams.map(({ metrics }) => metrics?.delayRecords?.median ?? null)),
    false,
  ],
  ...NAB_PROFILES.map(({ name, tpWeight, fnWeight }): Measure => {
    const score = (streams: readonly SavedStream[]): number | null => {
      const of = (pick: 'raw' | 'windows'): number =>
        sumOf(streams, ({ nab }) => nab?.find(({ profile }) => profile === name)?.[pick]);
      const windows = of('windows');
      return windows === 0
        ? null
        : (100 * (of('raw') + fnWeight * windows)) / ((tpWeight + fnWeight) * windows);
    };
    return [`NAB ${name}`, score, true];
  }),
  [
    'precision by range, mean over streams',
    (streams) => meanOf(streams.map(({ ranges }) => ranges?.precision ?? null)),
    true,
  ],
  [
    'recall by range, mean over streams',
    (streams) => meanOf(streams.map(({ ranges }) => ranges?.recall ?? null)),
    true,
  ],
  ['VUS-PR, mean over streams', (streams) => meanOf(streams.map(({ vusPr }) => vusPr)), true],
];

const NOTHING = { incidents: 0, found: 0, falseAlerts: 0 };

function sumOf(streams: readonly SavedStream[], of: (stream: SavedStream) => number | undefined): number {
  return streams.reduce((sum, stream) => sum + (of(stream) ?? 0), 0);
}

function differingSettings(a: SavedBacktest, b: SavedBacktest): [string, string, string][] {
  const names = ['version', 'forecaster', 'scorer', 'seed', 'threshold', 'policy', 'interrupted'] as const;
  const asText = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));
  return names
    .map((name): [string, string, string] => [name, asText(a[name]), asText(b[name])])
    .filter(([, first, second]) => first !== second);
}

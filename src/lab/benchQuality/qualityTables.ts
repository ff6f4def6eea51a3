import type { RangeMetrics } from '../../backtest/index.ts';
import { incidentF1, meanOf } from '../../backtest/metrics/incidentCounts.ts';
import { counted } from '../../cli/text/formatText.ts';
import type { Comparison } from '../quality/compareQuality.ts';
import type { SetQuality } from '../quality/setQuality.ts';
import { differenceCell, over } from './qualityCells.ts';
import type { ConfigurationResults, SetResults } from './qualityResults.ts';

/** A table that can be printed as text or as Markdown. */
export interface QualityTable {
  readonly title: string;
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** `nab: 31 series, 178,786 records` */
export function setTitle({ name, series, records }: SetResults): string {
  return `${name}: ${series} series, ${counted(records, 'record')}`;
}

const PROFILES = ['standard', 'low FP', 'low FN']; // as NAB_PROFILES, in short

/** Every measure of a set, a row for each configuration: mean over the seeds, ± their standard deviation. */
export function qualityTables(set: SetResults): QualityTable[] {
  const rows = (cells: (seeds: ConfigurationResults['seeds']) => string[]): string[][] =>
    set.configurations.map(({ name, seeds }) => [name, ...cells(seeds)]);
  return [
    {
      title: 'NAB at the threshold, by NAB’s own search for the best one, and at the best one in use',
      header: ['', ...PROFILES, ...PROFILES.map((name) => `search ${name}`), `best ${PROFILES[0]}`],
      rows: rows((seeds) => [
        ...PROFILES.map((_, p) => over(seeds, ({ nab }) => nab[p]!.score, 1)),
        ...PROFILES.map((_, p) => over(seeds, ({ nab }) => nab[p]!.optimised.score, 1)),
        over(seeds, ({ nab }) => nab[0]!.best.score, 1),
      ]),
    },
    {
      title: 'By incident: flags count for finding, alerts as false; delay in records',
      header: ['', 'found', 'precision', 'recall', 'F1', 'median delay', 'mean delay', 'VUS-PR'],
      rows: rows((seeds) => [
        `${over(seeds, ({ incidents }) => incidents.found, 1)} of ${seeds[0]!.incidents.incidents}`,
        over(seeds, ({ incidents }) => incidents.precision, 3),
        over(seeds, ({ incidents }) => incidents.recall, 3),
        over(seeds, ({ incidents }) => incidents.f1, 3),
        over(seeds, ({ incidents }) => incidents.delayRecords?.median ?? null, 1),
        over(seeds, ({ incidents }) => incidents.delayRecords?.mean ?? null, 1),
        over(seeds, ({ vusPr }) => vusPr, 3),
      ]),
    },
    {
      title: 'By incident, alerts alone and flags alone: F1 at the threshold and at the best one',
      header: ['', 'by alert', 'best by alert', 'at', 'by flag', 'best by flag', 'at'],
      rows: rows((seeds) => [
        over(seeds, ({ byAlert }) => byAlert.own.f1, 3),
        over(seeds, ({ byAlert }) => byAlert.best.f1, 3),
        over(seeds, ({ byAlert }) => byAlert.best.threshold, 2),
        over(seeds, ({ byFlag }) => byFlag.own.f1, 3),
        over(seeds, ({ byFlag }) => byFlag.best.f1, 3),
        over(seeds, ({ byFlag }) => byFlag.best.threshold, 2),
      ]),
    },
    {
      title: 'Means over the series, each counting the same whatever its length and number of incidents',
      header: ['', 'F1 by alert', 'F1 by flag', 'false alerts per 1,000'],
      rows: rows((seeds) => [
        over(seeds, ({ series }) => meanOf(series.map(({ byAlert }) => incidentF1([byAlert.own]))), 3),
        over(seeds, ({ series }) => meanOf(series.map(({ byFlag }) => incidentF1([byFlag.own]))), 3),
        over(
          seeds,
          ({ series }) =>
            meanOf(series.map(({ byAlert, records }) => (1000 * byAlert.own.falseAlerts) / records)),
          2,
        ),
      ]),
    },
    {
      title: 'False alerts per 1,000 records by age of the stream',
      header: ['', 'all', '< 1,000', '1,000 – 4,000', 'later'],
      rows: rows((seeds) => [
        over(seeds, ({ incidents }) => incidents.falseAlertsPer1000, 2),
        ...[0, 1, 2].map((band) => over(seeds, (run) => run.falseAlertsByAge[band]!.per1000, 2)),
      ]),
    },
    {
      title: 'By range (Tatbul et al. 2018): flat, and with front bias and α = 0.5',
      header: ['', 'precision', 'recall', 'F1', 'front recall', 'front F1'],
      rows: rows((seeds) => [
        ...ranges(seeds, (run) => run.flatRanges, ['precision', 'recall', 'f1']),
        ...ranges(seeds, (run) => run.frontRanges, ['recall', 'f1']),
      ]),
    },
    ...comparisonTables(set),
  ];
}

/** How far the first configuration is ahead of each other one, at each kind of threshold. */
function comparisonTables({ comparisons }: SetResults): QualityTable[] {
  const [first] = comparisons;
  if (first === undefined) return [];
  const name = first.configuration;
  const titles = {
    'own threshold': `${name} at its own threshold minus each other at its best`,
    'best threshold': `${name} at its best threshold minus each other at its best`,
    'held-out threshold': `${name} minus each other, both at thresholds chosen on the other folds`,
  };
  return (Object.keys(titles) as (keyof typeof titles)[]).flatMap((threshold): QualityTable[] => {
    const shown = ({ at }: Comparison): boolean =>
      at === threshold || (at === null && threshold === 'own threshold');
    const measures = first.measures.filter(shown);
    if (measures.length === 0) return [];
    return [
      {
        title: `${titles[threshold]}: difference [95 % interval] P(ahead), by bootstrap over the series`,
        header: ['', ...measures.map(({ measure }) => measure)],
        rows: comparisons.map((comparison) => [
          comparison.baseline,
          ...comparison.measures.filter(shown).map((each) => differenceCell(each, each.measure)),
        ]),
      },
    ];
  });
}

function ranges(
  seeds: readonly SetQuality[],
  which: (quality: SetQuality) => RangeMetrics,
  fields: readonly (keyof RangeMetrics)[],
): string[] {
  return fields.map((field) => over(seeds, (quality) => which(quality)[field], 3));
}

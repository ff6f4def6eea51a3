import { meanOf } from '../../backtest/metrics/incidentCounts.ts';
import {
  type BootstrapDifference,
  type BootstrapOptions,
  pairedBootstrap,
} from '../../backtest/metrics/pairedBootstrap.ts';
import { RxAnomalyError } from '../../core/errors.ts';
import {
  type Measure,
  meanVusPr,
  type SeriesQuality,
  THRESHOLD_MEASURES,
  type ThresholdMeasure,
} from './seriesQuality.ts';
import type { SetQuality } from './setQuality.ts';

/** One measure by which two configurations are compared. */
export interface Comparison extends BootstrapDifference {
  readonly measure: ThresholdMeasure | 'VUS-PR';
  /**
   * The threshold of the first configuration; the baseline uses its own best one, except for held-out thresholds,
   * which then apply to both. null for a measure without threshold.
   */
  readonly at: 'own threshold' | 'best threshold' | 'held-out threshold' | null;
}

/**
 * How far a configuration is ahead of a baseline on the same series, with its confidence: a paired bootstrap over the
 * series. Each side is the mean over its seeds. Best thresholds are those of the whole set, held-out ones those of the
 * folds, where both sides have them; they are not chosen again for each resample.
 *
 * @param subject one for each seed
 * @param baseline one for each seed; as many as it has
 * @throws RxAnomalyError BAD_INPUT when the two have different series
 */
export function compareQuality(
  subject: readonly SetQuality[],
  baseline: readonly SetQuality[],
  options: BootstrapOptions = {},
): Comparison[] {
  if (subject.length === 0 || baseline.length === 0) return [];
  const names = subject[0].series.map(({ name }) => name);
  for (const { series } of [...subject, ...baseline]) {
    if (series.length !== names.length || series.some(({ name }, at) => name !== names[at]))
      throw new RxAnomalyError('BAD_INPUT', 'compareQuality: expected the same series on both sides');
  }
  if (names.length === 0) return [];
  const [mine, theirs] = [subject, baseline].map((side) => side.map(({ series }) => series));
  const compare = (measure: Measure, other: Measure): BootstrapDifference =>
    bootstrapQuality({ runs: mine, measure }, { runs: theirs, measure: other }, options);
  const isHeldOut = [...subject, ...baseline].every(({ byAlert }) => byAlert.heldOut !== undefined);
  const both = (Object.keys(THRESHOLD_MEASURES) as ThresholdMeasure[]).flatMap((measure): Comparison[] => {
    const by = THRESHOLD_MEASURES[measure];
    return [
      { measure, at: 'own threshold', ...compare(by('own'), by('best')) },
      { measure, at: 'best threshold', ...compare(by('best'), by('best')) },
      ...(isHeldOut
        ? [{ measure, at: 'held-out threshold' as const, ...compare(by('heldOut'), by('heldOut')) }]
        : []),
    ];
  });
  return [...both, { measure: 'VUS-PR', at: null, ...compare(meanVusPr, meanVusPr) }];
}

/** One side of a comparison. */
export interface ComparedRuns {
  /** (seeds)(series) at least one; several results of a series are pooled. */
  readonly runs: readonly (readonly (SeriesQuality | readonly SeriesQuality[])[])[];
  /** The measure of each run; the side's value is the mean. */
  readonly measure: Measure;
}

/**
 * How far one side is ahead of the other on the same series, by paired bootstrap over them. Choices based on the
 * series, such as thresholds, are not repeated for each resample.
 */
export function bootstrapQuality(
  subject: ComparedRuns,
  baseline: ComparedRuns,
  options: BootstrapOptions = {},
): BootstrapDifference {
  return pairedBootstrap(
    subject.runs[0].length,
    (indices) => {
      const [a, b] = [overSeeds(subject, indices), overSeeds(baseline, indices)];
      if (a === null || b === null) return null;
      return Math.abs(a - b) < TIE ? 0 : a - b;
    },
    options,
  );
}

/** The same gains, added in another order or several times, differ in the last digits; real differences are larger. */
const TIE = 1e-9;

function overSeeds({ runs, measure }: ComparedRuns, indices: readonly number[]): number | null {
  return meanOf(runs.map((series) => measure(indices.flatMap((at) => series[at]))));
}

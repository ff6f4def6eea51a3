import { RxAnomalyError } from '../../core/errors.ts';
import { NAB_PROFILES } from '../nab/profiles.ts';
import { type BootstrapDifference, type BootstrapOptions, pairedBootstrap } from '../pairedBootstrap.ts';
import { incidentF1, meanOf, nabScore, type SeriesQuality } from './seriesQuality.ts';
import type { SetQuality } from './setQuality.ts';

/** One measure by which two configurations are compared. */
export interface Comparison extends BootstrapDifference {
  /** `NAB standard`, `F1 by alert`, `F1 by flag` or `VUS-PR`. */
  readonly measure: string;
  /**
   * At which threshold the first configuration stands; the baseline always stands at its own best one. null for a
   * measure that has none.
   */
  readonly at: 'own threshold' | 'best threshold' | null;
}

/**
 * How far a configuration is ahead of a baseline on the same series, and how sure that is: a paired bootstrap over the
 * series. Each side is the mean over its seeds. Best thresholds are those of the whole set; they are not chosen again
 * for each resample.
 *
 * @param subject one for each seed
 * @param baseline one for each seed; as many as it has
 * @throws RxAnomalyError BAD_INPUT when the two have not judged the same series
 */
export function compareQuality(
  subject: readonly SetQuality[],
  baseline: readonly SetQuality[],
  options: BootstrapOptions = {},
): Comparison[] {
  if (subject.length === 0 || baseline.length === 0) return [];
  const names = subject[0]!.series.map(({ name }) => name);
  for (const { series } of [...subject, ...baseline]) {
    if (series.length !== names.length || series.some(({ name }, at) => name !== names[at]))
      throw new RxAnomalyError('BAD_INPUT', 'compareQuality: expected the same series on both sides');
  }
  if (names.length === 0) return [];
  const compare = (mine: Measure, theirs: Measure): BootstrapDifference =>
    pairedBootstrap(
      names.length,
      (indices) => {
        const [a, b] = [overSeeds(subject, mine, indices), overSeeds(baseline, theirs, indices)];
        return a === null || b === null ? null : a - b;
      },
      options,
    );
  const both = Object.entries(MEASURES).flatMap(([measure, by]): Comparison[] => [
    { measure, at: 'own threshold', ...compare(by('own'), by('best')) },
    { measure, at: 'best threshold', ...compare(by('best'), by('best')) },
  ]);
  return [...both, { measure: 'VUS-PR', at: null, ...compare(vus, vus) }];
}

type Measure = (series: readonly SeriesQuality[]) => number | null;

const [STANDARD] = NAB_PROFILES;

/** Measures that hang on a threshold. */
const MEASURES: Readonly<Record<string, (at: 'own' | 'best') => Measure>> = {
  'NAB standard': (at) => (series) => nabScore(series, STANDARD!, at),
  'F1 by alert': (at) => (series) => incidentF1(series.map(({ byAlert }) => byAlert[at])),
  'F1 by flag': (at) => (series) => incidentF1(series.map(({ byFlag }) => byFlag[at])),
};

const vus: Measure = (series) => meanOf(series.map(({ vusPr }) => vusPr));

function overSeeds(runs: readonly SetQuality[], measure: Measure, indices: readonly number[]): number | null {
  return meanOf(runs.map(({ series }) => measure(indices.map((at) => series[at]!))));
}

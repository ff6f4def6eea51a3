import type { BootstrapDifference, BootstrapOptions } from '../../backtest/metrics/pairedBootstrap.ts';
import { RxAnomalyError } from '../../core/errors.ts';
import { bootstrapQuality } from './bootstrapQuality.ts';
import { type Measure, meanVusPr, THRESHOLD_MEASURES, type ThresholdMeasure } from './measures.ts';
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

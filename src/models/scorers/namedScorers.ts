import { factoryOf } from '../../core/optionSet.ts';
import type { ScorerFactory } from '../scorer.ts';
import { ConformalScorer, conformalOptions } from './conformalScorer.ts';
import { DspotScorer, dspotOptions } from './dspotScorer.ts';
import { DynamicThresholdScorer, dynamicThresholdOptions } from './dynamicThresholdScorer.ts';
import { evidenceFactory } from './evidenceScorer.ts';
import { GaussianTailScorer, gaussianTailOptions } from './gaussianTailScorer.ts';
import { TailScorer, tailOptions } from './tailScorer.ts';
import { ZScoreScorer, zScoreOptions } from './zScoreScorer.ts';

/** Name of a scorer on the command line and in configurations. */
export type ScorerName =
  | 'evidence'
  | 'tail'
  | 'zScore'
  | 'gaussianTail'
  | 'conformal'
  | 'dspot'
  | 'dynamicThreshold';

/**
 * Every scorer by name: `options` are those of its class except the dimensions, its defaults where left out.
 *
 * @throws RxAnomalyError BAD_OPTION for unknown options, and for wrong ones when the factory is called
 */
export const namedScorers: Readonly<Record<ScorerName, (options?: object) => ScorerFactory>> = {
  evidence: evidenceFactory,
  tail: (options = {}) => factoryOf('TailScorer', tailOptions, options, (all) => new TailScorer(all)),
  zScore: (options = {}) => factoryOf('ZScoreScorer', zScoreOptions, options, (all) => new ZScoreScorer(all)),
  gaussianTail: (options = {}) =>
    factoryOf('GaussianTailScorer', gaussianTailOptions, options, (all) => new GaussianTailScorer(all)),
  conformal: (options = {}) =>
    factoryOf('ConformalScorer', conformalOptions, options, (all) => new ConformalScorer(all)),
  dspot: (options = {}) => factoryOf('DspotScorer', dspotOptions, options, (all) => new DspotScorer(all)),
  dynamicThreshold: (options = {}) =>
    factoryOf(
      'DynamicThresholdScorer',
      dynamicThresholdOptions,
      options,
      (all) => new DynamicThresholdScorer(all),
    ),
};

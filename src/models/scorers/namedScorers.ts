import type { ScorerFactory } from '../scorer.ts';
import { ConformalScorer } from './conformalScorer.ts';
import { DspotScorer } from './dspotScorer.ts';
import { DynamicThresholdScorer } from './dynamicThresholdScorer.ts';
import { EvidenceScorer } from './evidenceScorer.ts';
import { GaussianTailScorer } from './gaussianTailScorer.ts';
import { TailScorer } from './tailScorer.ts';
import { ZScoreScorer } from './zScoreScorer.ts';

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
 * @throws RxAnomalyError BAD_OPTION from the factory, when it is called
 */
export const namedScorers: Readonly<Record<ScorerName, (options?: object) => ScorerFactory>> = {
  evidence: (options) => (dimensions) => new EvidenceScorer({ ...options, dimensions }),
  tail: (options) => (dimensions) => new TailScorer({ ...options, dimensions }),
  zScore: (options) => (dimensions) => new ZScoreScorer({ ...options, dimensions }),
  gaussianTail: (options) => (dimensions) => new GaussianTailScorer({ ...options, dimensions }),
  conformal: (options) => (dimensions) => new ConformalScorer({ ...options, dimensions }),
  dspot: (options) => (dimensions) => new DspotScorer({ ...options, dimensions }),
  dynamicThreshold: (options) => (dimensions) => new DynamicThresholdScorer({ ...options, dimensions }),
};

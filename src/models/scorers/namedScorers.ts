import type { ScorerFactory } from '../scorer.ts';
import { ConformalScorer } from './conformalScorer.ts';
import { DspotScorer } from './dspotScorer.ts';
import { DynamicThresholdScorer } from './dynamicThresholdScorer.ts';
import { EvidenceScorer } from './evidenceScorer.ts';
import { GaussianTailScorer } from './gaussianTailScorer.ts';
import { TailScorer } from './tailScorer.ts';
import { ZScoreScorer } from './zScoreScorer.ts';

/** What a scorer is called on the command line: its `name`. */
export type ScorerName =
  | 'evidence'
  | 'tail'
  | 'zScore'
  | 'gaussianTail'
  | 'conformal'
  | 'dspot'
  | 'dynamicThreshold';

/** Every scorer with its defaults, by name. */
export const namedScorers: Readonly<Record<ScorerName, ScorerFactory>> = {
  evidence: (dimensions) => new EvidenceScorer({ dimensions }),
  tail: (dimensions) => new TailScorer({ dimensions }),
  zScore: (dimensions) => new ZScoreScorer({ dimensions }),
  gaussianTail: (dimensions) => new GaussianTailScorer({ dimensions }),
  conformal: (dimensions) => new ConformalScorer({ dimensions }),
  dspot: (dimensions) => new DspotScorer({ dimensions }),
  dynamicThreshold: (dimensions) => new DynamicThresholdScorer({ dimensions }),
};

import { ConformalScorer } from '../../../src/models/scorers/conformalScorer.ts';
import { DspotScorer } from '../../../src/models/scorers/dspotScorer.ts';
import { DynamicThresholdScorer } from '../../../src/models/scorers/dynamicThresholdScorer.ts';
import { EvidenceScorer } from '../../../src/models/scorers/evidenceScorer.ts';
import { GaussianTailScorer } from '../../../src/models/scorers/gaussianTailScorer.ts';
import { TailScorer } from '../../../src/models/scorers/tailScorer.ts';
import { ZScoreScorer } from '../../../src/models/scorers/zScoreScorer.ts';
import { describeScorer } from '../../contracts/scorerContract.ts';

describeScorer('the tail scorer', {
  create: (dimensions) => new TailScorer({ dimensions }),
  createOther: (dimensions) => new TailScorer({ dimensions, surprise: 4 }),
  createStranger: (dimensions) => new ZScoreScorer({ dimensions }),
  monotoneFrom: 0,
});

describeScorer('the z-score scorer', {
  create: (dimensions) => new ZScoreScorer({ dimensions }),
  createOther: (dimensions) => new ZScoreScorer({ dimensions, deviations: 3 }),
  createStranger: (dimensions) => new TailScorer({ dimensions }),
  monotoneFrom: 0,
});

describeScorer('the evidence scorer', {
  create: (dimensions) => new EvidenceScorer({ dimensions }),
  createOther: (dimensions) => new EvidenceScorer({ dimensions, surprise: 4 }),
  createStranger: (dimensions) => new ZScoreScorer({ dimensions }),
  monotoneFrom: 3, // below, its volatility channel sees calm as well as storm
});

describeScorer('the Gaussian tail', {
  create: (dimensions) => new GaussianTailScorer({ dimensions }),
  createOther: (dimensions) => new GaussianTailScorer({ dimensions, shortWindow: 3 }),
  createStranger: (dimensions) => new ZScoreScorer({ dimensions }),
  monotoneFrom: 0,
});

describeScorer('the conformal scorer', {
  create: (dimensions) => new ConformalScorer({ dimensions }),
  createOther: (dimensions) => new ConformalScorer({ dimensions, epsilon: 0.01 }),
  createStranger: (dimensions) => new ZScoreScorer({ dimensions }),
  monotoneFrom: 0,
});

describeScorer('DSPOT', {
  create: (dimensions) => new DspotScorer({ dimensions }),
  createOther: (dimensions) => new DspotScorer({ dimensions, risk: 1e-3 }),
  createStranger: (dimensions) => new ZScoreScorer({ dimensions }),
  monotoneFrom: 1.5, // it measures from the mean of the last residuals, which is not 0
});

describeScorer('the dynamic threshold', {
  create: (dimensions) => new DynamicThresholdScorer({ dimensions }),
  createOther: (dimensions) => new DynamicThresholdScorer({ dimensions, smoothing: 1 }),
  createStranger: (dimensions) => new ZScoreScorer({ dimensions }),
  monotoneFrom: 0,
});

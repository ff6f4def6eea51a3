import { EvidenceScorer } from '../../../src/models/scorers/evidenceScorer.ts';
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

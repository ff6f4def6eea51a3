import { log10 } from '../core/math/log.ts';
import { type MadeOf, requireMade } from '../core/options.ts';
import type { Evidence } from '../core/reading.ts';
import type { Observation, PointAndScale, Prediction, Restartable } from './forecaster.ts';
import type { Restorable } from './snapshot/snapshot.ts';
import type { TransformName } from './transform.ts';

/** The score of one observation. */
export interface Score {
  /** 0 … 1, high = anomalous. Never NaN. */
  readonly score: number;
  /** (D) share of each dimension; not negative, sums to 1. */
  readonly attribution: readonly number[];
}

/** Turns the residual of a forecast into a score that is comparable across streams. */
export interface Scorer extends Restorable {
  readonly name: string;
  /** Whether all that it remembers is in vectors of `numerics/pooled`: only such a scorer can serve a fleet. @default false */
  readonly isPooled?: boolean;
  /**
   * `false` where neither `score` nor `learn` keeps the prediction: it may then be the same object with other numbers at the next
   * event, which saves allocations. @default it is a new object each time
   */
  readonly keepsPrediction?: false;
  /** What begins anew where a dimension has become another. Left out by a scorer that has nothing to begin anew. */
  readonly restartable?: Restartable;
  /**
   * Called where from now on something else is seen of dimension `d` than until now: values without what covariates explain.
   * Left out by a scorer that has learnt nothing of how values go on.
   */
  forgetCourse?(d: number): void;
  /** Pure, and from what came before alone. Missing values (NaN) are no evidence. */
  score(prediction: Prediction, observation: Observation): Score;
  /** The part of the evidence that counted most. Pure. Called for flagged events; left out by a scorer that cannot say. */
  evidence?(prediction: Prediction, observation: Observation): Evidence | undefined;
  /**
   * Updates with the scored observation.
   *
   * @param weight 0 … 1: how much to learn from it; at 0 only the state is updated
   */
  learn(prediction: Prediction, observation: Observation, weight: number): void;
}

/**
 * Creates a scorer once the number of dimensions is known.
 *
 * @param transform what `detectAnomalies` does to values before they are modelled; undefined where it is not known
 */
export type ScorerFactory = (dimensions: number, transform?: TransformName) => Scorer;

/** A factory whose scorers are checked. @param where whose option `scorer` it is, for messages */
export function checkedScorers(where: string, create: ScorerFactory): ScorerFactory {
  return (dimensions, transform) => requireMade(where, 'scorer', SCORER, create(dimensions, transform));
}

const SCORER: MadeOf<Scorer> = { what: 'a scorer', methods: ['score', 'learn'], call: 'namedScorers.tail()' };

/** Shares of `evidence` (≥ 0) that sum to 1; equal ones if there is none. */
export function attribute(evidence: readonly number[]): number[] {
  let largest = 0;
  for (const e of evidence) largest = Math.max(largest, e);
  if (!(largest > 0)) return evidence.map(() => 1 / evidence.length);
  // Divided by the largest first: cubes of evidence may overflow, ratios may not.
  const shares = evidence.map((e) => e / largest);
  let sum = 0;
  for (const share of shares) sum += share;
  for (let d = 0; d < shares.length; d++) shares[d] /= sum;
  return shares;
}

/** Shares by the cube of the evidence: an ordinary dimension gets next to nothing, however many there are. */
export function attributeCubed(evidence: readonly number[]): number[] {
  return attribute(evidence.map((e) => e * e * e));
}

/**
 * The surprise, −log10 p, of the least probable of several dimensions: as it is the smallest of D probabilities, D times
 * as probable (Bonferroni), whatever their dependence. At least 0.
 */
export function bonferroni(surprises: readonly number[]): number {
  let largest = 0;
  for (const surprise of surprises) largest = Math.max(largest, surprise);
  return Math.max(0, largest - log10(surprises.length));
}

/** value − expected in units of the predicted scale, capped so that nothing overflows; 0 for missing values. */
export function standardResidual(prediction: PointAndScale, observation: Observation, d: number): number {
  const ratio = (observation.value[d] - prediction.expected[d]) / prediction.scale[d];
  return Number.isNaN(ratio) ? 0 : Math.max(-LARGEST_RATIO, Math.min(LARGEST_RATIO, ratio));
}

/** Of a residual over its predicted scale. */
export const LARGEST_RATIO = 1e6;

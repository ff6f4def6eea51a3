/**
 * What a user of NAB's benchmark cares about, as weights of the kinds of outcome: the application profiles of Lavin & Ahmad
 * 2015 ("Evaluating Real-time Anomaly Detection Algorithms: the Numenta Anomaly Benchmark"); the values are those of
 * NAB 1.1's `config/profiles.json`. Its fourth weight, of true negatives, is not used by the scorer.
 */
export interface NabProfile {
  /** NAB's name for it. */
  readonly name: string;
  /** Reward of a window detected at its first record. */
  readonly tpWeight: number;
  /** Cost of a false positive far from any window. */
  readonly fpWeight: number;
  /** Cost of a window missed. */
  readonly fnWeight: number;
}

/** The three profiles by which NAB publishes its results. */
export const NAB_PROFILES: readonly NabProfile[] = [
  { name: 'standard', tpWeight: 1, fpWeight: 0.11, fnWeight: 1 },
  { name: 'reward_low_FP_rate', tpWeight: 1, fpWeight: 0.22, fnWeight: 1 },
  { name: 'reward_low_FN_rate', tpWeight: 1, fpWeight: 0.11, fnWeight: 2 },
];

import type { Prediction } from '../forecaster.ts';
import type { Observation } from '../observation.ts';

/** One dimension of an observation, as the channels of evidence see it. The same object each time: not to be kept. */
export interface ChannelInput {
  readonly prediction: Prediction;
  readonly observation: Observation;
  /** Index of the dimension. Its value is there: missing ones are not shown. */
  readonly dimension: number;
  /** The value in standard deviations from the mean, by what came before it. */
  readonly z: number;
  /** `z`, compressed, less what is usual at this hour of the week. */
  readonly deviation: number;
  /** (3) residuals over their predicted scale, those of the newest forecast first; NaN where there is no forecast. */
  readonly residuals: Float64Array;
}

/** One kind of evidence in one dimension of one stream. */
export interface EvidenceChannel {
  /**
   * A number of any unit, 0 or more: small where all is ordinary, large where it is odd, from what came before.
   * What counts is how rarely it has been as large, which the tail model knows. NaN where there is nothing to say. Pure.
   */
  statistic(input: ChannelInput): number;
  /**
   * Takes in what was judged.
   *
   * @param weight 0 moves on what says how things are, and leaves alone what says how they should be
   */
  learn(input: ChannelInput, weight: number): void;
  /** All that it remembers, by name, always of the same lengths: snapshots read it and write to it. */
  carried(): Readonly<Record<string, Float64Array>>;
}

/** The memory of a channel: how rarely its statistic was as large. {@link TailModel} is one. */
export interface Tail {
  /** All that it remembers, always of the same length. Who writes to it calls `refresh`. */
  readonly state: Float64Array;
  /** −log10 of the probability of `statistic` or more; 0 while too little was seen. Pure. */
  surprise(statistic: number): number;
  learn(statistic: number): void;
  /** Median of ln(statistic + 0.05) so far. */
  medianLevel(): number;
  /** Takes note that `state` was written to. */
  refresh(): void;
  /** Forgets all but so many statistics' worth of what was learnt; a tail without it forgets everything. */
  fade?(kept: number): void;
}

/** What is usual at a time of the day or the year. {@link SeasonalProfile} is one. */
export interface Season {
  /** All that it remembers, always of the same length. */
  readonly state: Float64Array;
  /** The usual standardised value at `time`, in milliseconds since 1970; 0 where nothing is known. Pure. */
  at(time: number | undefined): number;
  /** @param x standardised value, compressed */
  learn(time: number | undefined, x: number): void;
}

/** A channel, and what its evidence is worth among the others'. */
export interface ChannelSpec {
  /** Unlike those of the others. */
  readonly name: string;
  /** Its part in the power mean, above 0. Those of {@link defaultChannels} sum to 1. */
  readonly share: number;
  /**
   * Whether, while the stream is young, a tail is believed that is heavier than what was seen: for statistics whose outliers
   * are worth little before the stream is known.
   * @default false
   */
  readonly cautious?: boolean;
  /**
   * Whether its evidence is of how the value moves: in a stream that mostly stands still, it is worth at most as much as a
   * step of that size is rare, and nothing while the value stands.
   * @default false
   */
  readonly moves?: boolean;
  /** A channel for one dimension of one stream. */
  readonly create: () => EvidenceChannel;
  /** What turns its statistic into a probability. @default a {@link TailModel} */
  readonly tail?: () => Tail;
}

import type { TailResolution } from '../../numerics/stats/tailModel.ts';
import type { Observation, Prediction } from '../forecaster.ts';
import type { Memory, Packable } from '../snapshot/vectors.ts';

/**
 * One dimension of an observation, as the channels of evidence receive it. The same object each time: do not keep it.
 */
export interface ChannelInput {
  readonly prediction: Prediction;
  readonly observation: Observation;
  /** Index of the dimension. Its value exists: channels are not called for missing ones. */
  readonly dimension: number;
  /** The value in standard deviations from the mean of what came before. */
  readonly z: number;
  /** `z`, compressed, minus the usual value at this hour of the week. */
  readonly deviation: number;
  /** (3) residuals over their predicted scale, those of the newest forecast first; NaN where there is no forecast. */
  readonly residuals: Float64Array;
}

/** One kind of evidence in one dimension of one stream. */
export interface EvidenceChannel {
  /**
   * A number of any unit, 0 or more: small for ordinary values, large for unusual ones, compared with what came
   * before.
   * Only its rarity counts, which the tail model knows. NaN without a result. Pure.
   */
  statistic(input: ChannelInput): number;
  /** Whether the statistic is above (1) or below (−1) what is usual; left out by a channel that has no sides. Pure. */
  direction?(input: ChannelInput): 1 | -1;
  /**
   * Updates with a scored observation.
   *
   * @param weight at 0 the current state is updated, but not what is learnt as normal
   */
  learn(input: ChannelInput, weight: number): void;
  /**
   * Its whole state, by name, always of the same lengths: snapshots read and write it. Of a plain vector they take any
   * finite number, and NaN or an infinity where a new channel has one.
   */
  carried(): Memory;
}

/** The memory of a channel: how rarely its statistic was as large. `TailModel` is one. */
export interface Tail {
  /** Its whole state: numbers, always of the same length, or what packs it. Call `refresh` after writing to it. */
  readonly state: Float64Array | Packable;
  /** −log10 of the probability of `statistic` or more; 0 while too little was seen. Pure. */
  surprise(statistic: number): number;
  /** How heavy it is, above 0: like a power law of exponent 1 / decay. Beyond 0.25 novelty counts for less. @default 0.25 */
  readonly decay?: number;
  learn(statistic: number): void;
  /** Median of ln(statistic + 0.05) so far. */
  medianLevel(): number;
  /** Call after writing to `state`. */
  refresh(): void;
  /** Forgets all but so many statistics' worth of what was learnt; a tail without it forgets everything. */
  fade?(kept: number): void;
}

/** The usual value at a time of the day or the year. {@link SeasonalProfile} is one. */
export interface Season {
  /** Its whole state: numbers, always of the same length, or what packs it. */
  readonly state: Float64Array | Packable;
  /** The usual standardised value at `time`, in milliseconds since 1970; 0 where unknown. Pure. */
  at(time: number | undefined): number;
  /** @param x standardised value, compressed */
  learn(time: number | undefined, x: number): void;
}

/** A channel, and the weight of its evidence. */
export interface ChannelSpec {
  /** Unique among the channels. */
  readonly name: string;
  /** Its weight in the power mean, from 1e-6 to 1e6. Those of {@link defaultChannels} sum to 1, without `calm`. */
  readonly share: number;
  /**
   * Whether, while the stream is young, a heavier tail than the observed one is assumed: for statistics whose
   * outliers mean little before the stream is known.
   * @default false
   */
  readonly cautious?: boolean;
  /**
   * Of the power law that `cautious` assumes, from 0.1 to 100; the smaller, the heavier. The more the decay of the tail that
   * was seen differs from 1 / exponent, the less it counts. @default 4.2, whatever was seen
   */
  readonly exponent?: number;
  /**
   * Whether its evidence is of how the value moves: in a stream that mostly stands still, it is worth at most as much as a
   * step of that size is rare, and nothing while the value stands. While a stream is young and the value itself usual, the
   * heavier tail that `cautious` assumes gives way to how often the stream has moved as far.
   * @default false
   */
  readonly moves?: boolean;
  /** A channel for one dimension of one stream. */
  readonly create: () => EvidenceChannel;
  /** Turns its statistic into a probability. @default a `TailModel` of that resolution */
  readonly tail?: (resolution: TailResolution) => Tail;
}

/** What a `DimensionEvidence` consists of. */
export interface EvidenceParts {
  /** D of the stream. */
  readonly dimensions: number;
  readonly channels: readonly ChannelSpec[];
  readonly season: () => Season;
  /** Whether streams that mostly keep one value, or stand, are treated as intermittent. */
  readonly intermittence: boolean;
  /** Whether days, weeks and periods of the stream's own are looked for. */
  readonly cycles: boolean;
  /** Whether the durations of high and low values are learnt. */
  readonly durations: boolean;
  /** Of tails. */
  readonly resolution: TailResolution;
}

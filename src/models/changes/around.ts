import type { ChangeKind, ChangeSize } from './changePoint.ts';
import type { Fit } from './fits.ts';
import type { Profile } from './profile.ts';
import type { Means } from './windows.ts';

/** What a change shows in. */
export type Way = 'level' | 'slope' | 'noise' | 'cycle';

/** What may have changed, and what speaks for it. */
export interface Candidate extends ChangeSize {
  readonly kind: ChangeKind;
  /** What shows it: of a scale the noise or the height of the cycle. */
  readonly way: Way;
  /** Index of the first value after the change. */
  readonly at: number;
  /** What its certainty follows from, see `certaintyOf`. */
  readonly evidence: readonly number[];
}

/** A block of values: the index at which it ended, its mean without the extremes, its mean roughness. */
export interface Block {
  readonly end: number;
  readonly mean: number;
  readonly roughness: number;
}

/** What the detector has shown, and what is remembered of the stream. */
export interface Setting {
  /** Index of the value at which evidence was first shown. */
  readonly noticed: number;
  /** Index of the first value that may be the first after a change. */
  readonly earliest: number;
  /** The share of the events since that were flagged. */
  readonly flagged: number;
  /** Longer back than the values, newest first. */
  readonly blocks: readonly Block[];
}

/** What all kinds are looked for in. */
export interface Around {
  /** (n) as they are, without the cycle, and those within bounds. */
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly bounded: Float64Array;
  readonly means: Means;
  readonly cycle: Profile | undefined;
  /** The first index that may be the first after a change, and the last one. */
  readonly first: number;
  readonly last: number;
  readonly setting: Setting;
}

export interface Fits {
  readonly level: Fit;
  readonly slope: Fit;
}

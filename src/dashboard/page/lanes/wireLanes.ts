export const LANE_RANGES = ['hour', 'day', 'week', 'all'] as const;

/** Which time is shown: the newest, as far back as its name says, or all. */
export type LaneRange = (typeof LANE_RANGES)[number];

/** What is new in the swim lanes of a range: answer to `/lanes`. */
export interface WireLanes {
  /** For the next request. */
  readonly cursor: string;
  /** Whether it replaces all that was known. */
  readonly fresh: boolean;
  /** Of a slice, milliseconds. */
  readonly width: number;
  /** Number of the oldest slice that is kept: its time divided by the width. */
  readonly start: number;
  /** Slices that are kept. */
  readonly count: number;
  /** (R) the stream in each row, −1 for none; where it has changed. */
  readonly rows?: readonly number[];
  /** By the number of a slice: (R) bytes in base64, the greatest score × 250; 255 without events. */
  readonly slices: readonly (readonly [slice: number, cells: string])[];
  /** Streams without times, which have no row. */
  readonly untimed: number;
  /** Streams with events a day ahead of all others, or more than 400 days behind, which have no place. */
  readonly unplaced: number;
}

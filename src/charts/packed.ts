/** A column of numbers: little-endian floats of 4 or 8 bytes in base64. */
export interface PackedColumn {
  readonly bytes: 4 | 8;
  readonly base64: string;
}

/** Times by their steps: `start`, then for each run `count` steps of `step` milliseconds. */
export interface PackedSteps {
  readonly start: number;
  readonly runs: readonly (readonly [step: number, count: number])[];
}

export interface PackedDimension {
  readonly name: string;
  readonly value: PackedColumn;
  readonly expected: PackedColumn;
  readonly lower: PackedColumn;
  readonly upper: PackedColumn;
}

/** What is expected of the events after a record; H steps. */
export interface PackedFan {
  /** The number of that record in the stream, from 0. */
  readonly record: number;
  /** (H) null in a stream without times. */
  readonly times: PackedColumn | null;
  readonly dimensions: readonly {
    /** (H) */
    readonly expected: PackedColumn;
    /** (Q, H) ascending in Q */
    readonly quantiles: readonly PackedColumn[];
  }[];
}

/** What the page knows of a stream: the JSON next to each chart. */
export interface PackedStream {
  /** The records that are drawn. */
  readonly records: number;
  /** The number of each in the stream, from 1; null where all are drawn. */
  readonly numbers: PackedColumn | null;
  readonly times: PackedColumn | PackedSteps | null;
  readonly resolution: TimeResolution;
  readonly dimensions: readonly PackedDimension[];
  readonly score: PackedColumn;
  /** After the newest record; null where only the next event was forecast. */
  readonly ahead: PackedFan | null;
  readonly threshold: number;
  readonly incidents: readonly PackedIncident[];
  readonly labels: readonly (readonly [first: number, last: number])[];
  readonly changes: readonly PackedChange[];
}

/** A lasting change: the position of the first record after it, its dimension, what to write at it, and the same in full. */
export type PackedChange = readonly [record: number, dimension: number, mark: string, words: string];

/** What is shaded and marked in a chart, by the position of its records in the columns. */
export type ChartMarks = Pick<PackedStream, 'labels' | 'incidents'> & {
  readonly silences?: readonly Silence[];
  readonly changes?: readonly PackedChange[];
};

/** Without events: from and to on the x axis, the severity as its index, and the position of the record that reported it. */
export type Silence = readonly [from: number, to: number, severity: number, record: number];

/**
 * Record indices, the severity as its index in {@link SEVERITIES}, and the channel of evidence that counted most at the peak with the
 * dimension that it is of, where that is known.
 */
export type PackedIncident = readonly [
  first: number,
  last: number,
  peak: number,
  severity: number,
  channel?: string,
  dimension?: number,
];

export const SEVERITIES = ['low', 'medium', 'high', 'critical'] as const;

/** The coarsest unit that distinguishes all times of a stream. */
export type TimeResolution = 'day' | 'minute' | 'second' | 'millisecond';

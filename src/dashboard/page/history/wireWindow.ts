import type { PackedColumn } from '../../../charts/packed.ts';
import type { WireChange } from '../wire.ts';

/** A window of a stream: answer to `/history`. */
export interface WireWindow {
  readonly stream: number;
  /**
   * Records in a point at most: 1, 8, 64, 512 or 4,096; where finer summaries are kept and fit, and at the end, there are fewer. With more than 1
   * `value` and `expected` are means, `lower` and `upper` the least and the greatest value, `score` the greatest.
   */
  readonly perPoint: number;
  /** Whether x, and `since` and `end`, are milliseconds; otherwise numbers of records, from 1. */
  readonly hasTimes: boolean;
  /** Where what is kept of the stream begins; null without records. */
  readonly since: number | null;
  readonly end: number | null;
  readonly x: PackedColumn;
  readonly value: PackedColumn;
  readonly expected: PackedColumn;
  readonly lower: PackedColumn;
  readonly upper: PackedColumn;
  readonly score: PackedColumn;
  /** The lasting changes in it, of the dimension that is shown. */
  readonly changes: readonly WireChange[];
}

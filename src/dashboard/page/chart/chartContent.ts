import type { LiveColumns } from '../liveColumns.ts';
import type { WireChange, WireIncident, WireMark } from '../wire.ts';

/** What the chart shows in addition to the columns. */
export interface ChartContent {
  readonly columns: LiveColumns;
  readonly incidents: () => readonly WireIncident[];
  readonly marks: () => readonly WireMark[];
  readonly changes: () => readonly WireChange[];
  readonly threshold: number;
}

/** A stretch of a stream: numbers of its first and last record, and how they are called. */
export interface MarkedEvents {
  readonly first: number;
  readonly last: number;
  readonly from: string;
  readonly to: string;
}

/** What a board counts, for `/metrics`. */
export interface BoardMeasures {
  readonly events: number;
  readonly anomalies: number;
  readonly incidents: number;
  /** Of them, streams that fell silent, since this board was made. */
  readonly absences: number;
  readonly changes: number;
  readonly perSecond: number;
  /** Event time of the newest event, milliseconds; NaN without. */
  readonly newest: number;
  /** Streams by state. */
  readonly states: Readonly<Record<string, number>>;
}

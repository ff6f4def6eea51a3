/** One moment of one stream, as the models receive it. */
export interface Observation {
  /** Milliseconds since 1970-01-01T00:00:00Z; undefined in a stream without times. */
  readonly time: number | undefined;
  /** (D) one number per dimension; NaN where it is missing. */
  readonly value: readonly number[];
  /** True when the whole value was imputed to fill a gap. */
  readonly imputed: boolean;
}

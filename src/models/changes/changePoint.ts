/**
 * What has changed for good: `'level'` (the values are higher or lower), `'slope'` (they rise or fall faster or slower), `'scale'`
 * (they vary more or less) or `'season'` (their cycle has another height, shape or phase, has begun or has ended).
 */
export type ChangeKind = 'level' | 'slope' | 'scale' | 'season';

/** How large a change is. All in the unit of the stream, of a slope per event. */
export interface ChangeSize {
  /**
   * Before the change: the median of a level without its cycle, the slope of a line, the standard deviation about level and
   * cycle, half the height of a cycle (0 where there was none).
   */
  readonly before: number;
  /** The same after it. */
  readonly after: number;
  /** `after − before`; of a season the root mean square of what the cycle differs by, as its phase alone may have changed. */
  readonly size: number;
}

/** A lasting change of a stream. */
export interface ChangePoint extends ChangeSize {
  readonly key: string | undefined;
  readonly kind: ChangeKind;
  /** Of the value, from 0. */
  readonly dimension: number;
  /** When it changed, as estimated: the time of the first event after it; undefined in a stream without times. */
  readonly time: number | undefined;
  /** The time of the event at which it was detected. */
  readonly detectedAt: number | undefined;
  /** How many events before that one the first event after the change came; 1 or more. */
  readonly eventsAgo: number;
  /**
   * 0 … 0.65: the share of findings like this one that are real changes of this kind, within 64 events of the estimated one, on the
   * simulated series by which it was calibrated. What was estimated to be surer was not, on families of series left out: it is 0.65.
   */
  readonly certainty: number;
}

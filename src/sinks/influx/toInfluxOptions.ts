import type { Backlog } from '../../clients/influx/backlog.ts';
import type { InfluxConnection } from '../../clients/influx/connection.ts';
import type { Nanoseconds } from '../../clients/influx/nanoseconds.ts';
import type { Value, Verdict } from '../../core/reading.ts';

/** Verdicts that InfluxDB did not accept. */
export interface LostVerdicts<E = unknown, V extends Value = Value> {
  readonly verdicts: readonly Verdict<E, V>[];
  readonly error: Error;
}

/** Where verdicts are written, and how. */
export interface ToInfluxOptions<E = unknown, V extends Value = Value> extends InfluxConnection {
  /** @default 'rx_anomaly' */
  readonly measurement?: string;
  /** Tags of a verdict. @default the field `tags` of its event where it has one, else its key as `key` */
  readonly tags?: (verdict: Verdict<E, V>) => Readonly<Record<string, string>>;
  /** Time of a verdict in nanoseconds. @default the field `timeNs` of its event where it has one, else its time */
  readonly timeNs?: (verdict: Verdict<E, V>) => Nanoseconds;
  /** Names of a value's dimensions: `expected_speed`. @default their indices, from 0; none for a stream of numbers */
  readonly dimensions?: readonly string[];
  /**
   * Names the incident that a flagged verdict belongs to. @default key and time of the incident's first verdict: from
   * its field `incident` if `checkpoint` has set one, else as far as this subscription has seen it
   */
  readonly incidentId?: (verdict: Verdict<E, V>) => string | undefined;
  /** Verdicts per write at most, 1 to 100000. @default 5000 */
  readonly batchSize?: number;
  /** Milliseconds, above 0 and below 2^31, after which an incomplete batch is written. @default 1000 */
  readonly every?: number;
  /** Verdicts that may wait, 1 to 100000000; one more is an error. @default 1000000 */
  readonly maxWaiting?: number;
  /** Counts pending verdicts; also given to fromInflux, so that it reads no faster than is written. @default its own */
  readonly backlog?: Backlog;
  /**
   * What to do when a batch is refused or `retry.limit` is passed: end the stream, or continue without these
   * verdicts.
   * @default 'error'
   */
  readonly onFailure?: 'error' | 'skip';
  /** Called with what is not in InfluxDB; required with 'skip'. */
  readonly onLost?: (lost: LostVerdicts<E, V>) => void;
}

import { Backlog } from '../../clients/backlog.ts';
import {
  type CheckedConnection,
  CONNECTION_OPTIONS,
  checkConnection,
  checkText,
  type InfluxConnection,
} from '../../clients/influx/connection.ts';
import type { Nanoseconds } from '../../clients/influx/nanoseconds.ts';
import { checkWait } from '../../clients/retry.ts';
import { badOption, optionChecks } from '../../core/options.ts';
import type { Value, Verdict } from '../../core/reading.ts';
import { type PointFormat, tagsOf, timeNsOf } from './verdictPoint.ts';

/** ToInfluxOptions with every default filled in. */
export interface CheckedToInflux<E, V extends Value> {
  readonly connection: CheckedConnection;
  readonly format: PointFormat<E, V>;
  readonly incidentId: ToInfluxOptions<E, V>['incidentId'];
  readonly batchSize: number;
  readonly every: number;
  readonly maxWaiting: number;
  readonly backlog: Backlog | undefined;
  readonly skips: boolean;
  readonly onLost: (lost: LostVerdicts<E, V>) => void;
}

/** Failures in a row after which a write is given up: about two and a half minutes. */
const LIMIT = 10;

/** @throws RxAnomalyError BAD_OPTION */
export function checkToInflux<E, V extends Value>(
  where: string,
  options: ToInfluxOptions<E, V>,
): CheckedToInflux<E, V> {
  const check = optionChecks(where);
  check.known(options, [...CONNECTION_OPTIONS, ...OWN_OPTIONS]);
  const { tags = tagsOf, timeNs = timeNsOf, incidentId, backlog, onLost, onFailure = 'error' } = options;
  for (const option of ['tags', 'timeNs', 'incidentId', 'onLost'] as const) {
    check.optionalFunction(option, options[option]);
  }
  if (onFailure === 'skip' && onLost === undefined)
    throw badOption(where, 'onLost', "given with 'skip'", onLost);
  if (backlog !== undefined && !(backlog instanceof Backlog)) {
    throw badOption(where, 'backlog', 'a Backlog', backlog);
  }
  const count = (name: string, value: number, largest: number): number =>
    check.within(name, check.positiveInteger(name, value), 1, largest);
  return {
    connection: checkConnection(where, options, check, LIMIT),
    format: {
      measurement: checkMeasurement(where, options.measurement ?? 'rx_anomaly'),
      tags,
      timeNs,
      dimensions: options.dimensions?.map((name) => checkText(where, 'dimensions', name)),
    },
    incidentId,
    batchSize: count('batchSize', options.batchSize ?? 5000, 100_000),
    every: checkWait(check, 'every', options.every ?? 1000),
    maxWaiting: count('maxWaiting', options.maxWaiting ?? 1_000_000, 100_000_000),
    backlog,
    skips: check.oneOf('onFailure', onFailure, ['error', 'skip']) === 'skip',
    onLost: onLost ?? (() => {}),
  };
}

const OWN_OPTIONS: readonly (keyof ToInfluxOptions)[] = [
  'measurement',
  'tags',
  'timeNs',
  'dimensions',
  'incidentId',
  'batchSize',
  'every',
  'maxWaiting',
  'backlog',
  'onFailure',
  'onLost',
];

/** Line protocol cannot say every name: a backslash would escape what comes after it. */
function checkMeasurement(where: string, name: unknown): string {
  const text = checkText(where, 'measurement', name);
  if (/[\\\n\r]/.test(text))
    throw badOption(where, 'measurement', 'without backslashes and line breaks', text);
  return text;
}

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

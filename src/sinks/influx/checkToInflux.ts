import { Backlog } from '../../clients/influx/backlog.ts';
import {
  type CheckedConnection,
  CONNECTION_OPTIONS,
  checkConnection,
  checkText,
} from '../../clients/influx/connection.ts';
import { checkWait } from '../../clients/retry.ts';
import { badOption, optionChecks } from '../../core/options.ts';
import type { Value } from '../../core/reading.ts';
import type { LostVerdicts, ToInfluxOptions } from './toInfluxOptions.ts';
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

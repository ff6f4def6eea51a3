import type { Observable } from 'rxjs';
import { badOption, show } from '../../../core/options.ts';
import type { Value } from '../../../core/reading.ts';
import {
  Backlog,
  fromInflux,
  type InfluxPosition,
  type InfluxReading,
  type InfluxWarning,
  toInflux,
} from '../../../influx/index.ts';
import type { DurableVerdict } from '../../../models/durable/durableState.ts';
import { asJson, badSnapshot, fields, list, type State, text } from '../../../models/snapshot/state.ts';
import { type InfluxOptions, influxConnection, influxSelection } from '../../options/influxOptions.ts';
import { derivedNames } from '../derivation.ts';
import type { DetectionContext, OpenDetection } from '../detection.ts';
import { detectorOptions } from '../detectorOptions.ts';
import { openDetection } from '../openDetection.ts';
import type { DetectionOptions } from '../rowOptions.ts';
import { detectorConfig, type RunConfig } from '../runConfig.ts';
import { outages, sourceRetry } from './outages.ts';

type Reading = InfluxReading<Value>;
type Detected = DurableVerdict<Reading, Value>;

/** Of the state in its store. */
const NAME = 'influx';
/** Points and verdicts that wait: no more are queried meanwhile. */
const MAX_WAITING = 20_000;
/** Points a query. */
const PAGE_SIZE = 2500;
/** Milliseconds: a state waits for the verdicts before it to be written. */
const WRITE_EVERY = 200;

/** The points of an InfluxDB, with `follow` also those that are still to be written. */
export async function influxDetection(
  options: InfluxOptions,
  detectionOptions: DetectionOptions,
  context: DetectionContext,
): Promise<OpenDetection> {
  const { follow = false, poll = 1, allowedLateness = 10, field } = options;
  const { counts, log } = context;
  const backlog = new Backlog(MAX_WAITING);
  const reading = {
    ...{ ...influxConnection(options), ...influxSelection(options), backlog, pageSize: PAGE_SIZE },
    ...{
      checkSchema: options.schemaCheck !== false,
      onWarning: lateOnce(log),
      retry: sourceRetry(context),
    },
    follow: follow && { every: Math.max(1, 1000 * poll), allowedLateness: 1000 * allowedLateness },
  };
  requireOtherMeasurement(options, context.command);
  const names = derivedNames(field, context.derivation ?? {});
  const deliver = writeBack(options, names, backlog, log);
  return await openDetection<Reading, InfluxPosition>(
    {
      name: NAME,
      config: { ...selectionConfig(options), ...detectorConfig(detectionOptions) },
      detect: {
        ...detectorOptions<Reading>(detectionOptions, context, follow ? 'clock' : 'time'),
        value: (point) => point.value,
      },
      readPosition,
      source: (position) => fromInflux({ ...reading, position }),
      place: ({ position }) => {
        counts.newRows++;
        return () => asJson({ position });
      },
      ...(deliver === undefined ? {} : { deliver }),
      onWaiting: (change) => backlog.add(change),
      owns: () => true,
      dimensions: () => field,
    },
    context,
  );
}

/** @throws RxAnomalyError BAD_SNAPSHOT where it is none of an InfluxDB */
function readPosition(state: State): InfluxPosition {
  const { from, seen } = fields(fields(state, ['position']).position, ['from', 'seen']);
  return {
    from: matching('from', from, /^-?\d{1,19}$/, 'nanoseconds'),
    seen: list('seen', seen).map((each) =>
      matching('seen', each, /^-?\d{1,19} /, 'nanoseconds and a series'),
    ),
  };
}

function matching(name: string, state: State | undefined, form: RegExp, expected: string): string {
  const found = text(name, state);
  if (!form.test(found))
    throw badSnapshot(`snapshot: expected ${name} to be ${expected}, got ${show(found)}`);
  return found;
}

function selectionConfig({
  database,
  retentionPolicy,
  measurement,
  field,
  groupBy,
}: InfluxOptions): RunConfig {
  return {
    ...{ database, measurement, field },
    'retention-policy': retentionPolicy ?? null,
    'group-by': groupBy ?? null,
  };
}

/** @throws RxAnomalyError BAD_OPTION; aliases are found when it is written */
function requireOtherMeasurement(options: InfluxOptions, command: string): void {
  const { measurement, retentionPolicy, writeBack, writeBackRetentionPolicy = retentionPolicy } = options;
  if (writeBack !== measurement || writeBackRetentionPolicy !== retentionPolicy) return;
  const expected =
    'another measurement than the one that is read, whose fields would be overwritten, or given with --write-back-retention-policy';
  throw badOption(command, '--write-back', expected, writeBack);
}

/** Reports late points when there are twice as many as were reported before. */
function lateOnce(log: (line: string) => void): (warning: InfluxWarning) => void {
  let reported = 0;
  return ({ message, count }) => {
    if (count !== undefined && count < 2 * reported) return;
    reported = count ?? reported;
    log(message);
  };
}

/** Writes the verdicts to a measurement where one is named. */
function writeBack(
  options: InfluxOptions,
  names: readonly string[],
  backlog: Backlog,
  log: (line: string) => void,
): ((verdicts: Observable<Detected>) => Observable<Detected>) | undefined {
  const { writeBack: measurement, writeBackRetentionPolicy: policy, follow = false } = options;
  if (measurement === undefined) return undefined;
  const write = toInflux<Reading, Value>({
    ...{ ...influxConnection(options), backlog, measurement, every: WRITE_EVERY },
    ...(names.length > 1 ? { dimensions: names } : {}),
    ...(policy === undefined ? {} : { retentionPolicy: policy }),
    retry: { onRetry: outages(log), ...(follow ? { limit: Number.POSITIVE_INFINITY } : {}) }, // as long as it reads
  });
  return (verdicts) => verdicts.pipe(write) as Observable<Detected>; // it emits what it was given
}

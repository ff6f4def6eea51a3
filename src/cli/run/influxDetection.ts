import type { Observable } from 'rxjs';
import type { Value, Verdict } from '../../core/reading.ts';
import { Backlog, type InfluxPosition, type InfluxReading, toInflux } from '../../influx/index.ts';
import type { CheckpointStore } from '../../models/durable/checkpointStore.ts';
import type { DurableVerdict } from '../../models/durable/durableDetector.ts';
import { checkpoint } from '../../operators/checkpoint.ts';
import type { CheckpointOptions } from '../../operators/checkpointOptions.ts';
import { inOrder } from '../../operators/inOrder.ts';
import { given, type InfluxSourceOptions, influxConnection } from '../options/influxSourceOptions.ts';
import { CHECKPOINT_EVERY } from '../options/options.ts';
import { influxDetectionOptions, influxReadings, MAX_WAITING, NAME } from './influxReadings.ts';
import type { DetectionOptions } from './rowOptions.ts';

type Reading = InfluxReading;
type Deliver = (verdicts: Observable<DurableVerdict<Reading, Value>>) => Observable<Verdict<Reading, Value>>;

/** Who takes the verdicts, one after another. */
export interface VerdictSink {
  take(verdict: DurableVerdict<Reading, Value>): void;
  /** What to wait for before the next one; undefined when it can come. */
  room(): Promise<void> | undefined;
}

/** What a run is given beside its options. */
export interface InfluxContext
  extends Pick<CheckpointOptions<Reading, Value, never, never>, 'onSaveFailed' | 'signal'> {
  readonly store: CheckpointStore;
  readonly sink: VerdictSink;
  readonly events: Pick<
    NonNullable<CheckpointOptions<Reading, Value, never, never>['detect']>,
    'onEvict' | 'onProblem'
  >;
}

/** Milliseconds: a state waits for the verdicts before it to be written. */
const WRITE_EVERY = 200;

/** Every point of an InfluxDB judged, and its verdict where it goes; with `follow` for ever. */
export function influxDetection(
  options: InfluxSourceOptions,
  detectionOptions: DetectionOptions,
  { sink, events, ...context }: InfluxContext,
): Observable<Verdict<Reading, Value>> {
  const { follow = false, writeBack } = options;
  const names = given('field', options.field);
  const { detect, config } = influxDetectionOptions(options, detectionOptions);
  const backlog = new Backlog(MAX_WAITING);
  const onWaiting = (change: number): void => backlog.add(change);
  const taken = inOrder(
    () => sink.room(),
    (verdict: DurableVerdict<Reading, Value>) => {
      sink.take(verdict);
      return verdict;
    },
    onWaiting,
  );
  const deliver: Deliver =
    writeBack === undefined
      ? (verdicts) => verdicts.pipe(taken)
      : (verdicts) =>
          verdicts.pipe(
            taken,
            toInflux<Reading, Value>({
              ...{ ...influxConnection(options), backlog, measurement: writeBack, every: WRITE_EVERY },
              ...(names.length > 1 ? { dimensions: names } : {}),
              ...(follow ? { retry: { limit: Number.POSITIVE_INFINITY } } : {}), // as long as it reads
            }),
          );
  return checkpoint<Reading, Value, InfluxPosition, Verdict<Reading, Value>>({
    ...{ ...context, name: NAME, source: influxReadings(options, backlog), deliver, onWaiting, config },
    every: Math.max(1, 1000 * (options.checkpointEvery ?? CHECKPOINT_EVERY)),
    detect: { ...detect, ...events },
  });
}

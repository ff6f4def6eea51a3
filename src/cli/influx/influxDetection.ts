import type { Observable } from 'rxjs';
import type { Value, Verdict } from '../../core/reading.ts';
import {
  Backlog,
  fromInflux,
  type InfluxPosition,
  type InfluxReading,
  toInflux,
} from '../../influx/index.ts';
import type { CheckpointStore } from '../../models/durable/checkpointStore.ts';
import type { DurableVerdict } from '../../models/durable/durableDetector.ts';
import type { Json } from '../../models/snapshot.ts';
import { checkpoint } from '../../operators/checkpoint.ts';
import type { CheckpointOptions } from '../../operators/checkpointOptions.ts';
import { inOrder } from '../../operators/inOrder.ts';
import { namedModels } from '../namedModels.ts';
import { DEFAULT_MODELS } from '../options.ts';
import type { JudgeOptions } from '../rowOptions.ts';
import { influxSelection } from './influxReadingOptions.ts';
import {
  CHECKPOINT_EVERY,
  given,
  type InfluxSourceOptions,
  influxConnection,
} from './influxSourceOptions.ts';

type Reading = InfluxReading;
type Deliver = (verdicts: Observable<DurableVerdict<Reading, Value>>) => Observable<Verdict<Reading, Value>>;

/** Who takes the verdicts, one after another. */
export interface VerdictTaker {
  take(verdict: DurableVerdict<Reading, Value>): void;
  /** What to wait for before the next one; undefined when it can come. */
  room(): Promise<void> | undefined;
}

/** What a run is given beside its options. */
export interface InfluxSurroundings
  extends Pick<CheckpointOptions<Reading, Value, never, never>, 'onSaveFailed' | 'signal'> {
  readonly store: CheckpointStore;
  readonly taker: VerdictTaker;
  readonly events: Pick<
    NonNullable<CheckpointOptions<Reading, Value, never, never>['detect']>,
    'onEvict' | 'onProblem'
  >;
}

/** Of the state in its store. */
export const NAME = 'influx';
/** Points and verdicts that wait to be dealt with: no more are asked for meanwhile. */
const MAX_WAITING = 20_000;

/** A page is judged at one go, in which no signal is heard: a tenth of a second. */
const PAGE_SIZE = 2500;
/** Milliseconds: a state waits for the verdicts before it to be written. */
const WRITE_EVERY = 200;

/** Every point of an InfluxDB judged, and its verdict where it goes; with `follow` for ever. */
export function influxDetection(
  options: InfluxSourceOptions,
  judging: JudgeOptions,
  { taker, events, ...surroundings }: InfluxSurroundings,
): Observable<Verdict<Reading, Value>> {
  const connection = influxConnection(options);
  const { follow = false, poll = 1, allowedLateness = 10, writeBack } = options;
  const measurement = given('measurement', options.measurement);
  const names = given('field', options.field);
  const { forecaster, scorer, seed, ...detect } = { ...DEFAULT_MODELS, ...judging };
  const backlog = new Backlog(MAX_WAITING);
  const onWaiting = (change: number): void => backlog.add(change);

  const source = (position: InfluxPosition | undefined): Observable<Reading> =>
    fromInflux({
      ...connection,
      ...influxSelection(measurement, names, options),
      ...{ position, backlog, pageSize: PAGE_SIZE },
      follow: follow && { every: Math.max(1, 1000 * poll), allowedLateness: 1000 * allowedLateness },
    });
  const taken = inOrder(
    () => taker.room(),
    (verdict: DurableVerdict<Reading, Value>) => {
      taker.take(verdict);
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
              ...{ ...connection, backlog, measurement: writeBack, every: WRITE_EVERY },
              ...(names.length > 1 ? { dimensions: names } : {}),
              ...(follow ? { retry: { limit: Number.POSITIVE_INFINITY } } : {}), // as long as it reads
            }),
          );
  return checkpoint<Reading, Value, InfluxPosition, Verdict<Reading, Value>>({
    ...{ ...surroundings, name: NAME, source, deliver, onWaiting },
    every: Math.max(1, 1000 * (options.checkpointEvery ?? CHECKPOINT_EVERY)),
    config: configOf(options, { forecaster, scorer }),
    detect: {
      ...{ ...detect, ...events, value: (reading) => reading.value },
      ...namedModels({ forecaster, scorer, seed }),
    },
  });
}

/** What a state must have been saved with to be gone on from: by the names of the options. */
function configOf(
  { database, retentionPolicy, measurement, field, groupBy }: InfluxSourceOptions,
  models: { readonly [name: string]: string },
): Json {
  return {
    ...models,
    database: database ?? null,
    'retention-policy': retentionPolicy ?? null,
    measurement: measurement ?? null,
    field: field ?? null,
    'group-by': groupBy ?? null,
  };
}

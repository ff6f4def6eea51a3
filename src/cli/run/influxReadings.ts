import type { Observable } from 'rxjs';
import type { Value } from '../../core/reading.ts';
import { type Backlog, fromInflux, type InfluxPosition, type InfluxReading } from '../../influx/index.ts';
import { asJson, type Json } from '../../models/snapshot.ts';
import type { StreamDetectorOptions } from '../../models/streamDetectorOptions.ts';
import type { WithValue } from '../../operators/measured.ts';
import { influxSelection } from '../options/influxReadingOptions.ts';
import { given, type InfluxSourceOptions, influxConnection } from '../options/influxSourceOptions.ts';
import { namedModels } from '../options/namedModels.ts';
import { DEFAULT_MODELS } from '../options/options.ts';
import type { DetectionOptions } from './rowOptions.ts';

/** Of the state of an InfluxDB's points in its store: `detect` and `serve` can go on from each other's. */
export const NAME = 'influx';

/** Points and verdicts that wait to be dealt with: no more are asked for meanwhile. */
export const MAX_WAITING = 20_000;

/** A page is judged at one go, in which no signal is heard: a tenth of a second. */
const PAGE_SIZE = 2500;

/** The points that the options speak of, from a position on, with `follow` for ever. */
export function influxReadings(
  options: InfluxSourceOptions,
  backlog: Backlog,
): (position: InfluxPosition | undefined) => Observable<InfluxReading> {
  const { follow = false, poll = 1, allowedLateness = 10 } = options;
  const all = {
    ...influxConnection(options),
    ...influxSelection(given('measurement', options.measurement), given('field', options.field), options),
    ...{ backlog, pageSize: PAGE_SIZE },
    follow: follow && { every: Math.max(1, 1000 * poll), allowedLateness: 1000 * allowedLateness },
  };
  return (position) => fromInflux({ ...all, position });
}

/** How they are judged, and what a state must have been saved with to be gone on from, by the names of the options. */
export function influxDetectionOptions(
  { database, retentionPolicy, measurement, field, groupBy }: InfluxSourceOptions,
  detectionOptions: DetectionOptions,
): {
  readonly detect: StreamDetectorOptions<InfluxReading, Value> & WithValue<InfluxReading, Value>;
  readonly config: Json;
} {
  const { forecaster, scorer, seed, ...detect } = { ...DEFAULT_MODELS, ...detectionOptions };
  const config = {
    ...{ forecaster, scorer },
    database: database ?? null,
    'retention-policy': retentionPolicy ?? null,
    measurement: measurement ?? null,
    field: field ?? null,
    'group-by': groupBy ?? null,
  };
  return {
    detect: { ...detect, value: (reading) => reading.value, ...namedModels({ forecaster, scorer, seed }) },
    config: asJson(config),
  };
}

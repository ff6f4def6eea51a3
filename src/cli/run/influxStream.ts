import type { Value } from '../../core/reading.ts';
import { Backlog, type InfluxPosition, type InfluxReading } from '../../influx/index.ts';
import { asJson, trusted } from '../../models/snapshot.ts';
import type { InfluxSourceOptions } from '../options/influxSourceOptions.ts';
import type { OpenDetection } from './detection.ts';
import { influxDetectionOptions, influxReadings, MAX_WAITING, NAME } from './influxReadings.ts';
import { openDetection } from './openDetection.ts';
import type { Persistence } from './persistence.ts';
import type { DetectionOptions } from './rowOptions.ts';

/** The points of an InfluxDB, judged as they come. */
export async function influxStream(
  options: InfluxSourceOptions,
  detectionOptions: DetectionOptions,
  persistence: Persistence,
): Promise<OpenDetection> {
  const backlog = new Backlog(MAX_WAITING);
  const points = influxReadings(options, backlog);
  return await openDetection<InfluxReading<Value>>(
    {
      ...{ ...influxDetectionOptions(options, detectionOptions), name: NAME },
      // As `detect` saves it: each can go on from the other's.
      source: (saved) => points(trusted<{ position?: InfluxPosition }>(saved ?? {}).position),
      place:
        ({ position }) =>
        () =>
          asJson({ position }),
      onWaiting: (change) => backlog.add(change),
      owns: () => true,
      dimensions: () => options.field ?? [],
    },
    persistence,
  );
}

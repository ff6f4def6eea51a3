import type { Value } from '../../core/reading.ts';
import { Backlog, type InfluxPosition, type InfluxReading } from '../../influx/index.ts';
import { asJson, trusted } from '../../models/snapshot.ts';
import type { InfluxSourceOptions } from '../options/influxSourceOptions.ts';
import type { JudgedSource } from './detection.ts';
import { influxJudging, influxReadings, MAX_WAITING, NAME } from './influxReadings.ts';
import { judgedStream } from './openDetection.ts';
import type { Keeping } from './persistence.ts';
import type { JudgeOptions } from './rowOptions.ts';

/** The points of an InfluxDB, judged as they come. */
export async function influxStream(
  options: InfluxSourceOptions,
  judging: JudgeOptions,
  keeping: Keeping,
): Promise<JudgedSource> {
  const backlog = new Backlog(MAX_WAITING);
  const points = influxReadings(options, backlog);
  return await judgedStream<InfluxReading<Value>>(
    {
      ...{ ...influxJudging(options, judging), name: NAME },
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
    keeping,
  );
}

import { from } from 'rxjs';
import type { Value, Verdict } from '../../core/reading.ts';
import { StreamDetector } from '../../models/streamDetector.ts';
import type { FromInfluxOptions } from '../../sources/influx/influxOptions.ts';
import type { InfluxReading } from '../../sources/influx/influxReading.ts';
import { readInflux } from '../../sources/influx/readInflux.ts';
import { breather } from '../breather.ts';
import { namedModels } from '../namedModels.ts';
import { DEFAULT_MODELS } from '../options.ts';
import type { JudgeOptions } from '../rowOptions.ts';
import { gatesOf } from './gatesOf.ts';
import type { JudgedSource } from './judgedSource.ts';

/** The points of an InfluxDB, judged as they come. */
export function influxStream(options: FromInfluxOptions, judging: JudgeOptions): JudgedSource {
  const { forecaster, scorer, seed, ...rest } = { ...DEFAULT_MODELS, ...judging };
  const streams = new StreamDetector<InfluxReading, Value>(
    {
      ...rest,
      ...namedModels({ forecaster, scorer, seed }),
    },
    'serve',
  );
  const ended = new AbortController();
  return {
    verdicts$: from(judge(readInflux(options, ended.signal), streams)),
    owns: () => true,
    dimensions: () => [options.fields ?? []].flat(),
    gates: (key) => gatesOf(streams, key),
    takeFeedback: (feedback) => streams.takeFeedback(feedback),
    close: async () => {
      ended.abort();
      streams.dispose();
    },
  };
}

async function* judge(
  readings: AsyncIterable<InfluxReading>,
  streams: StreamDetector<InfluxReading, Value>,
): AsyncGenerator<Verdict<unknown, Value>, void, void> {
  const breathe = breather();
  for await (const reading of readings) {
    const verdict = streams.process(reading);
    await breathe();
    if (verdict !== undefined) yield verdict;
  }
}

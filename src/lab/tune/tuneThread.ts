import { parentPort, workerData } from 'node:worker_threads';
import { messageOf, RxAnomalyError } from '../../core/errors.ts';
import { loadPretrainedWeights } from '../../models/pretrained/pretrainedWeights.ts';
import type { LabelledSeries } from '../quality/detectSeries.ts';
import type { Answer } from '../threadPool.ts';
import { runTrial, type SeriesOutcome, type Trial } from './trial.ts';

// A thread of `tune`: runs one trial over one series at a time.

/** What a thread gets at its start. */
export interface TuneThreadData {
  readonly series: readonly LabelledSeries[];
  /** Share of the records of each series to tune on. */
  readonly share: number;
}

/** One task; the series by its index. */
export interface TuneJob extends Trial {
  readonly series: number;
}

const { series, share } = workerData as TuneThreadData;

const loaded = loadPretrainedWeights(); // of one of the forecasters that are tried

parentPort?.on('message', async (job: TuneJob) => {
  await loaded;
  parentPort?.postMessage(answer(job));
});

function answer(job: TuneJob): Answer<SeriesOutcome> {
  const one = series[job.series];
  try {
    return { result: runTrial(job, one, share) };
  } catch (error) {
    const code = error instanceof RxAnomalyError ? error.code : undefined;
    return { failure: { code, message: `${one.name}: ${messageOf(error)}` } };
  }
}

import { parentPort, workerData } from 'node:worker_threads';
import { messageOf, RxAnomalyError } from '../../core/errors.ts';
import { type DetectedSeries, detectSeries } from '../quality/detectSeries.ts';
import { type SetQuality, setQuality } from '../quality/setQuality.ts';
import type { FoldAssignments } from '../quality/setThresholds.ts';
import type { Answer } from '../threadPool.ts';
import { type Configuration, settingsOf } from './configurations.ts';
import { loadConfigurations } from './loadConfigurations.ts';
import type { SeriesSet } from './readSets.ts';

// A thread of `bench-quality`: runs detectors on series, and computes the figures of sets.

/**
 * What a thread gets at its start. Configurations hold functions, which messages cannot carry: it loads them itself.
 */
export interface ThreadData {
  readonly configFile: string | undefined;
  readonly sets: readonly SeriesSet[];
}

/** One task; the figures where `detected` is given, with the fold assignments. Sets and series by their index. */
export type ThreadJob = { readonly configuration: string; readonly seed: number } & (
  | { readonly set: number; readonly series: number }
  | { readonly detected: readonly DetectedSeries[]; readonly assignments: FoldAssignments | undefined }
);

const { configFile, sets } = workerData as ThreadData;
const configurations = loadConfigurations(configFile);

parentPort?.on('message', async (job: ThreadJob) => {
  parentPort?.postMessage(await answer(job));
});

async function answer(job: ThreadJob): Promise<Answer<DetectedSeries | SetQuality>> {
  try {
    // the names were checked before any thread was started
    return { result: work(job, (await configurations).get(job.configuration)!) };
  } catch (error) {
    const where = 'detected' in job ? '' : `${sets[job.set]!.series[job.series]!.name}: `;
    const message = `${job.configuration}: ${where}${messageOf(error)}`;
    return { failure: { code: error instanceof RxAnomalyError ? error.code : undefined, message } };
  }
}

function work(job: ThreadJob, configuration: Configuration): DetectedSeries | SetQuality {
  const settings = settingsOf(configuration, job.seed);
  if ('detected' in job) return setQuality(job.detected, settings, job.assignments);
  return detectSeries(sets[job.set]!.series[job.series]!, settings);
}

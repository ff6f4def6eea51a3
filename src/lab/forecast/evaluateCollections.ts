import { setImmediate } from 'node:timers/promises';
import type { Progress } from '../../cli/output/progress.ts';
import type { PretrainedWeights } from '../../models/pretrained/pretrainedWeights.ts';
import { forecastErrors } from './forecastErrors.ts';
import { type CollectionResult, collectionResult } from './forecastResults.ts';
import { type Collection, readCollection, simulatedCollection } from './readCollection.ts';
import { allSubjects } from './subjects.ts';

const SIMULATED = 100; // series

/**
 * Errors of all forecasters on simulated series that were not learnt from, and on each folder.
 *
 * @param seed of the LSTM that learns from scratch
 */
export async function evaluateCollections(
  folders: readonly string[],
  weights: PretrainedWeights,
  seed: number,
  progress: Progress,
  signal: AbortSignal,
): Promise<CollectionResult[]> {
  const collections: Collection[] = [simulatedCollection(SIMULATED)];
  for (const folder of folders) collections.push(await readCollection(folder, signal));
  const subjects = allSubjects(weights, seed);
  const results: CollectionResult[] = [];
  const all = collections.reduce((sum, { series }) => sum + series.length, 0);
  let [done, records] = [0, 0];
  try {
    for (const { name, series } of collections) {
      const errors = [];
      for (const one of series) {
        await setImmediate();
        signal.throwIfAborted();
        errors.push(forecastErrors(one, subjects));
        records += one.values.length;
        progress.update(++done / all, records, one.name);
      }
      results.push(collectionResult(name, [...subjects.keys()], errors));
    }
  } finally {
    progress.clear();
  }
  return results;
}

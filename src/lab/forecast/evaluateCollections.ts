import { setImmediate } from 'node:timers/promises';
import type { Progress } from '../../cli/output/progress.ts';
import type { PretrainedWeights } from '../../models/pretrained/pretrainedWeights.ts';
import { type Adaptation, adaptationOf } from './adaptation.ts';
import { type ForecastErrors, forecastErrors } from './forecastErrors.ts';
import { type CollectionResult, collectionResult } from './forecastResults.ts';
import { type Collection, readCollection, simulatedCollection } from './readCollection.ts';
import { ADAPTING, allSubjects, FROZEN, LEARNING } from './subjects.ts';

/** Errors of all forecasters, and what adapting does to those of the pre-trained network. */
export interface EvaluatedCollection extends CollectionResult {
  /** By how it adapts. */
  readonly adaptations: Readonly<Record<typeof ADAPTING | typeof LEARNING, Adaptation>>;
}

/**
 * Errors of all forecasters on simulated series that were not learnt from, and on each folder.
 *
 * @param simulated how many series are simulated
 * @param seed of the LSTM that learns from scratch
 */
export async function evaluateCollections(
  folders: readonly string[],
  simulated: number,
  weights: PretrainedWeights,
  seed: number,
  progress: Progress,
  signal: AbortSignal,
): Promise<EvaluatedCollection[]> {
  const collections: Collection[] = [simulatedCollection(simulated)];
  for (const folder of folders) collections.push(await readCollection(folder, signal));
  const subjects = allSubjects(weights, seed);
  const results: EvaluatedCollection[] = [];
  const all = collections.reduce((sum, { series }) => sum + series.length, 0);
  let [done, records] = [0, 0];
  try {
    for (const { name, series } of collections) {
      const errors: ForecastErrors[][] = [];
      for (const one of series) {
        await setImmediate();
        signal.throwIfAborted();
        errors.push(forecastErrors(one, subjects));
        records += one.values.length;
        progress.update(++done / all, records, one.name);
      }
      const names = [...subjects.keys()];
      const seriesNames = series.map((one) => one.name);
      const adaptation = (how: string): Adaptation => {
        const [frozen, adapting] = [names.indexOf(FROZEN), names.indexOf(how)];
        return adaptationOf(
          seriesNames,
          errors.map((each) => ({ frozen: each[frozen], adapting: each[adapting] })),
        );
      };
      results.push({
        ...collectionResult(name, names, errors),
        adaptations: { [ADAPTING]: adaptation(ADAPTING), [LEARNING]: adaptation(LEARNING) },
      });
    }
  } finally {
    progress.clear();
  }
  return results;
}

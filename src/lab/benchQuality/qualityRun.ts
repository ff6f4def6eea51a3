import type { Progress } from '../../cli/output/progress.ts';
import type { DetectedSeries } from '../quality/detectSeries.ts';
import type { SetQuality } from '../quality/setQuality.ts';
import type { FoldAssignments } from '../quality/setThresholds.ts';
import { ThreadPool } from '../threadPool.ts';
import { type Configuration, isSeeded } from './configurations.ts';
import type { ThreadData, ThreadJob } from './qualityThread.ts';
import type { SeriesSet } from './readSets.ts';

/** What to run. */
export interface QualityPlan {
  readonly sets: readonly SeriesSet[];
  /** By name, in the order of the tables; the first is compared with the others. */
  readonly configurations: ReadonlyMap<string, Configuration>;
  readonly configFile: string | undefined;
  /** (sets) in folds; undefined without cross-validation. */
  readonly assignments: readonly FoldAssignments[] | undefined;
  /** Whether the choice of a configuration is cross-validated over the sets. */
  readonly leaveOut: boolean;
  /** Seeds of the configurations that depend on one: 1, 2 … */
  readonly seeds: number;
  readonly threads: number;
}

/** The results of one configuration on one set under one seed. */
export interface QualityRun {
  /** Index of the set. */
  readonly set: number;
  readonly configuration: string;
  readonly seed: number;
  readonly quality: SetQuality;
}

/** All finished runs; after an interruption, those finished until then. */
export interface QualityRuns {
  readonly runs: readonly QualityRun[];
  readonly planned: number;
  readonly interrupted: boolean;
}

/**
 * Runs every configuration over every series of every set, series in parallel. The first seed of all configurations
 * comes before the second of any, so that the results of an interrupted run can be compared.
 *
 * @param onRun called with every finished run
 * @throws RxAnomalyError for errors in a configuration or a series
 */
export async function runQuality(
  plan: QualityPlan,
  onRun: (run: QualityRun) => void,
  progress: Progress,
  signal: AbortSignal,
): Promise<QualityRuns> {
  const { sets, configurations, configFile, assignments, threads } = plan;
  const data: ThreadData = { configFile, sets };
  const pool = new ThreadPool<ThreadJob, DetectedSeries | SetQuality>(
    new URL('./qualityThread.js', import.meta.url),
    data,
    threads,
    signal,
  );
  const started = [...planned(sets, configurations, plan.seeds)];
  const total = started.reduce((sum, { set }) => sum + recordsOf(sets[set]!), 0);
  const runs: QualityRun[] = [];
  let records = 0;
  let what = '';
  const show = (): void => progress.update(records / total, records, what);
  const beat = setInterval(show, 500); // a long series reports nothing until it is done
  const detect = async (run: Omit<QualityRun, 'quality'>): Promise<void> => {
    const { set, configuration, seed } = run;
    const detected = await Promise.all(
      sets[set]!.series.map(async ({ name }, series) => {
        const result = await pool.run({ configuration, seed, set, series });
        records += (result as DetectedSeries).records;
        what = `${configuration}, seed ${seed}: ${name}`;
        show();
        return result as DetectedSeries;
      }),
    );
    const figures = { configuration, seed, detected, assignments: assignments?.[set] };
    const quality = (await pool.run(figures, true)) as SetQuality;
    runs.push({ ...run, quality });
    progress.clear();
    onRun({ ...run, quality });
  };
  try {
    await Promise.all(started.map(detect));
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    clearInterval(beat);
    progress.clear();
    await pool.close();
  }
  return { runs, planned: started.length, interrupted: signal.aborted };
}

function* planned(
  sets: readonly SeriesSet[],
  configurations: ReadonlyMap<string, Configuration>,
  seeds: number,
): Generator<Omit<QualityRun, 'quality'>> {
  for (let seed = 1; seed <= seeds; seed++) {
    for (const set of sets.keys()) {
      for (const [name, configuration] of configurations) {
        if (seed === 1 || isSeeded(configuration)) yield { set, configuration: name, seed };
      }
    }
  }
}

/** Records of all series of a set. */
export function recordsOf({ series }: SeriesSet): number {
  return series.reduce((sum, { values, dimensions }) => sum + values.length / dimensions.length, 0);
}

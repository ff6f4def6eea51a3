import type { BootstrapDifference } from '../../backtest/index.ts';
import type { IncidentCounts } from '../../backtest/metrics/incidentCounts.ts';
import type { Progress } from '../../cli/output/progress.ts';
import { RxAnomalyError } from '../../core/errors.ts';
import type { LabelledSeries } from '../quality/detectSeries.ts';
import { ThreadPool } from '../threadPool.ts';
import { type Choice, DEFAULT_CHOICE, DEFAULT_THRESHOLD, MOST_TRIALS } from './choice.ts';
import { f1Of, lead, type Part, type SeriesResults, totalOf } from './results.ts';
import { type SearchResult, search } from './search.ts';
import { splitSeries } from './segments.ts';
import type { SeriesOutcome } from './trial.ts';
import type { TuneState } from './tuneState.ts';
import type { TuneJob, TuneThreadData } from './tuneThread.ts';

export interface TunePlan {
  readonly series: readonly LabelledSeries[];
  /** Share of the records of each series to tune on. */
  readonly share: number;
  readonly seed: number;
  readonly threads: number;
}

/** The result of a search. */
export interface TuneResult extends SearchResult {
  /** On the rest of every series, which no choice has used. */
  readonly rest: {
    readonly usual: RestOutcome;
    readonly tuned: RestOutcome;
    /** How far the tuned options are ahead of the defaults. */
    readonly lead: BootstrapDifference & { readonly resampled: string };
  };
}

export interface RestOutcome extends IncidentCounts {
  readonly f1: number;
}

/**
 * Searches on the first part of every series, and reports on the rest.
 *
 * @throws RxAnomalyError BAD_INPUT where one of the parts holds no labelled incident; the signal's reason when it aborts
 */
export async function runTune(
  plan: TunePlan,
  state: TuneState,
  progress: Progress,
  signal: AbortSignal,
): Promise<TuneResult> {
  const { series, share, seed, threads } = plan;
  const { bounds, tuned } = splitSeries(series[0], share);
  const [first, rest]: Part[] = [
    { from: 0, to: tuned },
    { from: tuned, to: bounds.length - 1 },
  ];
  const data: TuneThreadData = { series, share };
  const pool = new ThreadPool<TuneJob, SeriesOutcome>(
    new URL('./tuneThread.js', import.meta.url),
    data,
    threads,
    signal,
  );
  const all = series.reduce((sum, one) => sum + recordsOf(one), 0);
  let [reached, detected] = [0, 0]; // records, the second without those of an earlier run
  let what = '';
  const show = (): void => progress.update(Math.min(0.99, reached / (all * MOST_TRIALS)), detected, what);
  const beat = setInterval(show, 500); // a long series reports nothing until it is done
  const run = async (choice: Choice, threshold = DEFAULT_THRESHOLD): Promise<SeriesOutcome[]> =>
    await Promise.all(
      series.map(async (one, at) => {
        const key = [...Object.values(choice), threshold, seed, one.name].join(' ');
        const known = state.get(key);
        const outcome = known ?? (await pool.run({ choice, threshold, seed, series: at }));
        if (known === undefined) {
          state.add(key, outcome);
          detected += recordsOf(one);
        }
        reached += recordsOf(one);
        what = `${choice.forecaster}, ${choice.scorer}, ${choice.recurring}`;
        show();
        return outcome;
      }),
    );
  try {
    const usual = (await run(DEFAULT_CHOICE)).map(({ own }) => own);
    for (const [part, name] of [
      [first, 'first part'],
      [rest, 'rest'],
    ] as const) {
      if (totalOf(usual, part).incidents > 0) continue;
      throw new RxAnomalyError(
        'BAD_INPUT',
        `tune: the ${name} of the series holds no labelled incident; choose another --split`,
      );
    }
    reached = 0;
    const found = await search(run, first);
    // Learning may depend on what is flagged: the figures are those of a run, not of a replay.
    const final = (await run(found.choice, found.threshold)).map(({ own }) => own);
    return {
      ...found,
      rest: {
        usual: outcomeOf(usual, rest),
        tuned: outcomeOf(final, rest),
        lead: lead(final, usual, rest),
      },
    };
  } finally {
    clearInterval(beat);
    progress.clear();
    await pool.close();
    await state.save();
  }
}

function recordsOf({ values, dimensions }: LabelledSeries): number {
  return values.length / dimensions.length;
}

function outcomeOf(results: SeriesResults, part: Part): RestOutcome {
  return { ...totalOf(results, part), f1: f1Of(results, part) };
}

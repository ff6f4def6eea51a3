import type { BootstrapDifference } from '../../backtest/index.ts';
import {
  ALTERNATIVES,
  type Choice,
  DEFAULT_CHOICE,
  DEFAULT_THRESHOLD,
  neighbours,
  THRESHOLDS,
} from './choice.ts';
import { f1Of, lead, type Part, type SeriesResults } from './results.ts';
import type { SeriesOutcome } from './trial.ts';

/** The options with their threshold. */
export interface Settings {
  readonly choice: Choice;
  readonly threshold: number;
}

/** One choice that was tried, at its best threshold on the first part. */
export interface Tried extends Settings {
  readonly f1: number;
  /** How far it was ahead of the choice it was to replace; null for the first one. */
  readonly lead: (BootstrapDifference & { readonly resampled: string }) | null;
  /** Whether it replaced it. */
  readonly taken: boolean;
}

export interface SearchResult extends Settings {
  readonly tried: readonly Tried[];
}

/**
 * A change is accepted only when it is ahead in so many of the resamples: with a dozen things to try, the best of
 * them is ahead by chance more often than not. 0.9 is a convention; each is resampled at its own best threshold, so
 * that the share is optimistic, and only the rest shows the gain.
 */
const CONVINCING = 0.9;

/**
 * Fixes the options one after the other on the first part of every series, each at its best threshold, and last the
 * threshold: coordinate descent from the defaults.
 *
 * @param run returns the outcomes of a choice, one for each series
 */
export async function search(
  run: (choice: Choice) => Promise<readonly SeriesOutcome[]>,
  part: Part,
): Promise<SearchResult> {
  const usual = await candidate(DEFAULT_CHOICE, run, part);
  const tried: Tried[] = [{ ...summaryOf(usual), lead: null, taken: true }];
  let incumbent = usual;
  for (const option of Object.keys(ALTERNATIVES) as (keyof Choice)[]) {
    const choices = neighbours(incumbent.choice, option);
    const candidates = await Promise.all(choices.map((choice) => candidate(choice, run, part)));
    const leads = candidates.map((each) => lead(each.results, incumbent.results, part));
    const best = candidates.reduce((a, b) => (b.f1 > a.f1 ? b : a));
    const isTaken = isConvincing(leads[candidates.indexOf(best)]);
    tried.push(
      ...candidates.map((each, at) => ({
        ...summaryOf(each),
        lead: leads[at],
        taken: isTaken && each === best,
      })),
    );
    if (isTaken) incumbent = best;
  }
  const outcomes = await run(incumbent.choice);
  const atDefault = outcomes.map(({ replayed }) => replayed[THRESHOLDS.indexOf(DEFAULT_THRESHOLD)]);
  const moved = isConvincing(lead(incumbent.results, atDefault, part));
  return { choice: incumbent.choice, threshold: moved ? incumbent.threshold : DEFAULT_THRESHOLD, tried };
}

interface Candidate extends Settings {
  readonly f1: number;
  readonly results: SeriesResults;
}

/** A choice at its best threshold; of equal ones the nearest to the default. */
async function candidate(
  choice: Choice,
  run: (choice: Choice) => Promise<readonly SeriesOutcome[]>,
  part: Part,
): Promise<Candidate> {
  const outcomes = await run(choice);
  const all = THRESHOLDS.map((threshold, at): Candidate => {
    const results = outcomes.map(({ replayed }) => replayed[at]);
    return { choice, threshold, results, f1: f1Of(results, part) };
  });
  const distance = ({ threshold }: Candidate): number => Math.abs(threshold - DEFAULT_THRESHOLD);
  return all.reduce((a, b) => (b.f1 > a.f1 || (b.f1 === a.f1 && distance(b) < distance(a)) ? b : a));
}

function summaryOf({ choice, threshold, f1 }: Candidate): Omit<Tried, 'lead' | 'taken'> {
  return { choice, threshold, f1 };
}

function isConvincing({ difference, probability }: BootstrapDifference): boolean {
  return difference !== null && difference > 0 && probability !== null && probability >= CONVINCING;
}

import { InvalidArgumentError, Option } from 'commander';
import { naturalNumber } from '../../cli/options/parsers.ts';
import { badOption } from '../../core/options.ts';
import { assignFolds } from '../quality/assignFolds.ts';
import type { FoldAssignments } from '../quality/setThresholds.ts';
import type { SeriesSet } from './readSets.ts';

export const foldsOption = (): Option =>
  new Option(
    '--folds <k>',
    'cross-validate over the series: the results of a chosen threshold, or a chosen configuration, on other series',
  ).argParser(foldCount);

/** Number of fold assignments: held-out figures of a single one vary by points of NAB. Ten repetitions are usual. */
const REPEATS = 10;

/**
 * The series of each set, assigned to folds.
 *
 * @returns (sets)
 * @throws RxAnomalyError BAD_OPTION for a set with fewer series than folds
 */
export function assignFoldsOfSets(sets: readonly SeriesSet[], folds: number): FoldAssignments[] {
  return sets.map(({ name, series }) => {
    const count = series.length;
    if (count < folds)
      throw badOption('bench-quality', '--folds', `at most ${count}, the number of series in ${name}`, folds);
    const names = series.map((each) => each.name);
    return Array.from({ length: REPEATS }, (_, repeat) => assignFolds(names, folds, repeat + 1));
  });
}

function foldCount(text: string): number {
  const folds = naturalNumber(text);
  if (folds < 2) throw new InvalidArgumentError('Expected a whole number of 2 or more.');
  return folds;
}

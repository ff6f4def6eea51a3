import { badOption } from '../../core/options.ts';
import { Random } from '../../core/random.ts';

/**
 * Assigns series to folds for cross-validation (Stone 1974), each to one. All folds get the same number of series,
 * and of each folder the same number, plus or minus one. The assignment is random; the order of the names does not
 * matter.
 *
 * @param names of the series, each once: `folder/file`, or `file` for one in no folder
 * @param folds from 2 to the number of series
 * @param seed another seed gives another assignment
 * @returns (series) the fold of each, 0 … folds − 1
 * @throws RxAnomalyError BAD_OPTION
 */
export function assignFolds(names: readonly string[], folds: number, seed = 1): number[] {
  if (!Number.isSafeInteger(folds) || folds < 2 || folds > names.length) {
    const expected = `an integer from 2 to the number of series, ${names.length}`;
    throw badOption('assignFolds', 'folds', expected, folds);
  }
  const random = new Random(seed);
  const shuffled = shuffle(
    [...names.keys()].sort((a, b) => inOrder(names[a], names[b])),
    random,
  );
  // Folder by folder, one series to each fold in turn: no folder gives a fold two more than another.
  const deck = shuffled.sort((a, b) => inOrder(folderOf(names[a]), folderOf(names[b])));
  const assigned = new Array<number>(names.length);
  for (const [at, series] of deck.entries()) assigned[series] = at % folds;
  return assigned;
}

/** Fisher–Yates. */
function shuffle(items: number[], random: Random): number[] {
  for (let at = items.length - 1; at > 0; at--) {
    const other = random.below(at + 1);
    [items[at], items[other]] = [items[other], items[at]];
  }
  return items;
}

function folderOf(name: string): string {
  return name.slice(0, name.lastIndexOf('/') + 1);
}

function inOrder(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

import type { Problem, ProblemKind, Value } from '../core/reading.ts';
import type { ReaderOptions } from '../models/readerOptions.ts';

/** Where the problems of one subscription go. */
export interface ProblemReporter<E> {
  readonly onProblem: (problem: Problem<E>) => void;
  /** Reports what only its end tells: how many there were. */
  readonly finish: () => void;
}

/**
 * Calls `onProblem` where it is a function, with the count of the problem's kind so far. Where it was left out, warns on the console of the first problem of each kind,
 * and at the end of how many there were: nothing is ignored in silence unless that was asked for by `'silent'`.
 *
 * @param where whose events they are
 */
export function problemReporter<E>(
  where: string,
  onProblem: ReaderOptions<E, Value>['onProblem'],
): ProblemReporter<E> {
  if (onProblem === 'silent') return { onProblem: () => {}, finish: () => {} };
  const counts = new Map<ProblemKind, number>();
  const counted = (kind: ProblemKind): number => {
    const count = (counts.get(kind) ?? 0) + 1;
    counts.set(kind, count);
    return count;
  };
  if (onProblem !== undefined) {
    return {
      onProblem: (problem) => {
        if (problem.kind === 'slowEngine' && counts.has('slowEngine')) return; // the same for every key
        onProblem({ ...problem, count: counted(problem.kind) });
      },
      finish: () => {},
    };
  }
  return {
    onProblem: ({ kind, message }) => {
      if (kind === 'slowEngine' && counts.has(kind)) return;
      if (counted(kind) === 1)
        console.warn(
          `${where}: ${message} (more of this kind are counted; see onProblem, or set it to 'silent')`,
        );
    },
    finish: () => {
      for (const [kind, count] of counts)
        if (count > 1) console.warn(`${where}: ${count} events had the problem ${kind}`);
    },
  };
}

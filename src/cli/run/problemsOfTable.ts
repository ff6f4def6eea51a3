import type { DetectionContext } from './detection.ts';
import type { ProblemCounts } from './problemCounts.ts';

/** What counts the problems of one table. */
export type TableProblems = Pick<ProblemCounts, 'add' | 'addEviction'>;

/**
 * Where the problems of a table are counted: of `serve`, which has no summary while it runs and may show several tables, at once
 * and with the table's name.
 */
export function problemsOfTable(
  name: string,
  { command, counts: { problems } }: Pick<DetectionContext, 'command' | 'counts'>,
): TableProblems {
  if (command !== 'serve') return problems;
  const prefix = `${name}: `;
  return {
    add: (kind, message) =>
      problems.addLive(kind, message.startsWith(prefix) ? message : `${prefix}${message}`),
    addEviction: () => problems.addEviction(),
  };
}

import { expect, it } from 'vitest';
import { runSummary } from '../../src/cli/output/runSummary.ts';
import { RunCounts } from '../../src/cli/run/runCounts.ts';

function summary(newRows: number, warmingUp: number): string[] {
  const counts = new RunCounts();
  counts.newRows = newRows;
  counts.warmingUp = warmingUp;
  return runSummary(counts, 1, 'line').slice(1);
}

it('has the warm-up where it was much of the run, or all of it', () => {
  expect(summary(5000, 2000)).toEqual(['the warm-up took 2,000 lines of them, in which nothing is flagged']);
  expect(summary(5000, 499)).toEqual([]);
  expect(summary(100, 100)).toEqual(['nothing could be flagged yet: every line fell in the warm-up']);
  expect(summary(0, 0)).toEqual([]);
});

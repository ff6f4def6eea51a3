import { expect, it } from 'vitest';
import { outages, sourceOutages } from '../../../src/cli/run/outages.ts';
import { RunCounts } from '../../../src/cli/run/runCounts.ts';

it('reports the first failure in a row and every tenth, what several readers have in common once', () => {
  const lines: string[] = [];
  const report = outages((line) => lines.push(line));
  for (let count = 1; count <= 12; count++)
    for (const message of ['away', 'away', 'busy']) report({ error: new Error(message), count, wait: 1 });
  expect(lines).toEqual([
    ...['away; trying again', 'busy; trying again'],
    ...['away; trying again (11 failures so far)', 'busy; trying again (11 failures so far)'],
  ]);
});

it('counts those of a source', () => {
  const counts = new RunCounts();
  const report = sourceOutages({ log: () => {}, counts });
  for (const count of [1, 2]) report({ error: new Error('away'), count, wait: 1 });
  expect(counts.outages).toBe(2);
});

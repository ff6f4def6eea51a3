import { expect, it, vi } from 'vitest';
import { outages, sourceRetry } from '../../../src/cli/run/live/outages.ts';
import { RunCounts } from '../../../src/cli/run/runCounts.ts';
import { checkRetry, LIMIT_AT_FIRST, patienceOf } from '../../../src/clients/retry.ts';

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

it('reports how long it tries, and of a source until when it is away; a service waits longer for its first answer', () => {
  const counts = new RunCounts();
  const lines: string[] = [];
  const context = { log: (line: string) => lines.push(line), counts };
  const of = (command: 'detect' | 'serve') => {
    const options = sourceRetry({ ...context, command });
    const policy = checkRetry('x', options, { limit: Infinity, limitAtFirst: LIMIT_AT_FIRST });
    return { ...policy, patience: patienceOf(policy, 1, policy.limitAtFirst).patience! };
  };
  const [detect, serve] = [of('detect'), of('serve')];
  expect(detect).toMatchObject({ limit: Infinity, limitAtFirst: 4 });
  expect(serve).toMatchObject({ limit: Infinity, limitAtFirst: 18 });
  for (const { onRetry, patience } of [detect, serve])
    onRetry({ error: new Error('away'), count: 1, wait: 500, patience });
  expect(lines).toEqual(['away; trying again for about 6 seconds', 'away; trying again for about 5 minutes']);
  expect(counts.waitingFor).toBe('away');
  counts.newRows++;
  expect(counts.waitingFor).toBeUndefined();
});

it('reports when events come again, once an outage', () => {
  vi.useFakeTimers();
  try {
    const counts = new RunCounts();
    const lines: string[] = [];
    const { onRetry } = sourceRetry({ command: 'serve', log: (line) => lines.push(line), counts });
    const fail = (count: number) => onRetry!({ error: new Error('away'), count, wait: 500 });
    fail(1);
    fail(2);
    vi.advanceTimersByTime(20_000);
    expect(lines).toEqual(['away; trying again']);
    counts.newRows++;
    vi.advanceTimersByTime(10_000);
    expect(lines.slice(1)).toEqual([expect.stringMatching(/^events come again, after 2[01] seconds$/)]);
    counts.newRows++;
    fail(1);
    vi.advanceTimersByTime(120_000);
    counts.newRows += 5;
    vi.advanceTimersByTime(1_000);
    expect(lines.slice(2)).toEqual(['away; trying again', 'events come again, after 2 minutes']);
  } finally {
    vi.useRealTimers();
  }
});

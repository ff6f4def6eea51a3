import { expect, it } from 'vitest';
import { ProblemCounts } from '../../../src/cli/run/problemCounts.ts';

it('problems of a source without an end are reported at once: the first of a kind, and when there are twice as many', () => {
  const lines: string[] = [];
  const problems = new ProblemCounts((line) => lines.push(line));
  for (let k = 1; k <= 5; k++) problems.addLive('badTime', `event ${k}: expected a time`);
  problems.addLive('timeBackwards', 'event 6: goes back');
  problems.addLive('missing', 'event 7: no value');
  expect(lines).toEqual([
    'warning: event 1: expected a time',
    'warning: event 2: expected a time (2 times that cannot be read so far)',
    'warning: event 4: expected a time (4 times that cannot be read so far)',
    'warning: event 6: goes back',
  ]);
  expect(problems.lines()[0]).toBe('5 times that cannot be read (the first: event 1: expected a time)');
});

import { expect, it } from 'vitest';
import { LoggedFeedback, readPlace } from '../../../src/cli/run/workers/loggedFeedback.ts';
import type { Position } from '../../../src/distributed/contract.ts';

const compare = (a: Position, b: Position): number => Number(a) - Number(b);
const quiet = (): void => {};

it('reports after a restart what became of feedback that was read just before, and of what is read then', async () => {
  const lines: string[] = [];
  const before = new LoggedFeedback(compare, (line) => lines.push(line), undefined);
  before.read(1, 7, [{ key: 'pump', position: 5, refusedFeedback: 'of 2 dimensions' }]);
  expect(lines).toEqual(['warning: feedback on pump was refused: of 2 dimensions']);
  const saved: unknown = JSON.parse(JSON.stringify(before.save()));
  const after = new LoggedFeedback(compare, quiet, saved as never);
  await expect(after.outcome({ partition: 1, position: 5 })).rejects.toThrow('of 2 dimensions');
  await after.outcome({ partition: 1, position: 6 });
  let isApplied = false;
  const later = after.outcome({ partition: 1, position: 8 }).then(() => {
    isApplied = true;
  });
  await Promise.resolve();
  expect(isApplied).toBe(false);
  after.read(1, 9, []);
  await later;
});

it('refuses a place that is none', () => {
  expect(readPlace({ partition: 1, position: 'a-1' })).toEqual({ partition: 1, position: 'a-1' });
  for (const place of [{}, { partition: 1 }, { partition: -1, position: 2 }, { partition: 1, position: {} }])
    expect(() => readPlace(place)).toThrow('snapshot: ');
});

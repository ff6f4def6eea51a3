import { describe, expect, it } from 'vitest';
import type { Verdict } from '../../../src/core/reading.ts';
import { alerts } from '../../../src/operators/alerts.ts';
import { toConsole } from '../../../src/sinks/console/toConsole.ts';
import { spike } from '../../dashboard/verdicts.ts';
import { runOperator } from '../../support/runOperator.ts';

function linesOf(overrides: Partial<Verdict<number, number>>): string[] {
  const lines: string[] = [];
  const reported = runOperator([spike(1, overrides)], alerts<number, number>());
  expect(runOperator(reported, toConsole({ write: (line) => lines.push(line) }))).toEqual(reported);
  return lines;
}

describe('toConsole', () => {
  it('writes a line when an incident begins, and when it has ended', () => {
    expect(linesOf({ key: 'pump-7', expected: 4.14159265 })).toEqual([
      '2023-11-14T22:13:21.000Z pump-7: high incident began, 8, expected 4.1416, score 0.900',
      '2023-11-14T22:13:21.000Z pump-7: high incident ended after 1 flagged event, 8, expected 4.1416, score 0.900',
    ]);
  });

  it('does without a time and a key', () => {
    expect(linesOf({ key: undefined, time: undefined })[0]).toMatch(/^high incident began/);
  });

  it('lets no name write to the terminal', () => {
    for (const line of linesOf({ key: 'a\u001b[2J\nb\u202e' })) expect(line).not.toMatch(/[\p{C}]/u);
  });
});

import { describe, expect, it } from 'vitest';
import type { Verdict } from '../../../src/core/reading.ts';
import { alerts } from '../../../src/operators/alerts.ts';
import { toConsole } from '../../../src/sinks/console/toConsole.ts';
import { spike, verdict } from '../../dashboard/verdicts.ts';
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

  it('says since when a key is silent, and when it returns or the stream ends', () => {
    const lines: string[] = [];
    const found = runOperator(
      [verdict(0), verdict(60), verdict(61, { key: 'b' }), verdict(200, { key: 'b' })],
      alerts<number, number>({ absentAfter: 30_000, absentBy: 'time' }),
    );
    runOperator(found, toConsole({ write: (line) => lines.push(line) }));
    expect(lines).toEqual([
      '2023-11-14T22:13:50.000Z pump: absence began, no event since 2023-11-14T22:13:20.000Z',
      '2023-11-14T22:14:20.000Z pump: absence ended, no event since 2023-11-14T22:13:20.000Z',
      '2023-11-14T22:14:50.000Z pump: absence began, no event since 2023-11-14T22:14:20.000Z',
      '2023-11-14T22:14:51.000Z b: absence began, no event since 2023-11-14T22:14:21.000Z',
      '2023-11-14T22:16:40.000Z b: absence ended, no event since 2023-11-14T22:14:21.000Z',
      '2023-11-14T22:14:50.000Z pump: absence ended, no event yet since 2023-11-14T22:14:20.000Z',
    ]);
  });

  it('names the other streams of a group', () => {
    const lines: string[] = [];
    const keys = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
    const events = keys.map((key, n) => spike(n, { key }));
    const write = (line: string) => lines.push(line);
    runOperator(runOperator(events, alerts<number, number>({ group: '5m' })), toConsole({ write }));
    runOperator(
      runOperator(events.slice(0, 2), alerts<number, number>({ group: '5m' })),
      toConsole({ write }),
    );
    const line = '2023-11-14T22:13:20.000Z a: high incident began, 8, expected 0, score 0.900; with';
    expect(lines[0]).toBe(`${line} 6 more streams: b, c, d, e, f, …`);
    expect(lines[2]).toMatch(/ began, .*; with 1 more stream: b$/);
  });

  it('does without a time and a key', () => {
    expect(linesOf({ key: undefined, time: undefined })[0]).toMatch(/^high incident began/);
  });

  it('lets no name write to the terminal', () => {
    for (const line of linesOf({ key: 'a\u001b[2J\nb\u202e' })) expect(line).not.toMatch(/[\p{C}]/u);
  });
});

import { describe, expect, it } from 'vitest';
import { detectAnomalies } from '../../src/operators/detectAnomalies.ts';
import { fillGaps } from '../../src/operators/fillGaps.ts';
import { reorder } from '../../src/operators/reorder.ts';
import { ForecasterProbe } from '../support/probedForecaster.ts';
import { runOperator } from '../support/runOperator.ts';

const START = Date.UTC(2024, 2, 4);
const minutes = (count: number): number[] => Array.from({ length: count }, (_, i) => START + i * 60_000);

describe.each([
  ['seconds', 1e-3],
  ['microseconds', 1e3],
  ['nanoseconds', 1e6],
])('times in %s', (_, perMs) => {
  const events = minutes(5).map((ms) => ({ value: 1, time: ms * perMs }));

  it('come out in milliseconds', () => {
    const verdicts = runOperator(events, detectAnomalies({ forecaster: new ForecasterProbe().factory }));
    expect(verdicts.map(({ time }) => time)).toEqual(minutes(5));
  });

  it('are put in order and filled up', () => {
    const [a, b, c, d, e] = events;
    const ordered = runOperator(
      [a!, c!, b!, d!, e!],
      reorder<{ value: number; time: number }>({
        allowedLateness: 90_000,
        onLate: ({ time }) => expect.unreachable(String(time)),
      }),
    );
    expect(ordered).toEqual(events);
    const filled = runOperator([a!, b!, e!], fillGaps<{ value: number; time: number }>({ cadence: 60_000 }));
    expect(filled.map(({ time, imputed }) => [time, imputed])).toEqual(
      minutes(5).map((time, i) => [time, i === 2 || i === 3]),
    );
  });

  it('that change their unit are reported, not read as another year', () => {
    const problems: string[] = [];
    const mixed = events.map((event, i) => (i === 3 ? { ...event, time: minutes(5)[3]! } : event));
    const verdicts = runOperator(
      mixed,
      detectAnomalies({
        forecaster: new ForecasterProbe().factory,
        onProblem: ({ kind, message }: { kind: string; message: string }) =>
          problems.push(`${kind}: ${message}`),
      }),
    );
    expect(problems).toEqual([
      expect.stringMatching(/^badTime: event 3: expected a time in \w+ as before, not in milliseconds, got /),
    ]);
    expect(verdicts[3]!.time).toBe(minutes(5)[2]);
    expect(verdicts[4]!.time).toBe(minutes(5)[4]);
  });
});

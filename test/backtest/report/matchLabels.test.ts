import { describe, expect, it } from 'vitest';
import { matchLabels } from '../../../src/backtest/report/incidentTable.ts';
import type { ReportIncident } from '../../../src/backtest/report/reportDocument.ts';

const incident = (first: number, last: number): ReportIncident => ({
  first,
  last,
  peak: first,
  severity: 'low',
  score: 0.6,
  value: [],
  expected: [],
  lower: [],
  upper: [],
});

describe('matchLabels', () => {
  it('finds a label with which an incident shares a single record', () => {
    const labels = [
      { first: 10, last: 20 },
      { first: 30, last: 40 },
    ];
    expect(matchLabels([incident(20, 25), incident(28, 29)], labels)).toEqual({
      found: [true, false],
      labelled: [true, false],
    });
  });

  it('lets one incident find two labels and two incidents find one', () => {
    const labels = [
      { first: 0, last: 1 },
      { first: 3, last: 9 },
    ];
    expect(matchLabels([incident(1, 4), incident(8, 8)], labels)).toEqual({
      found: [true, true],
      labelled: [true, true],
    });
  });
});

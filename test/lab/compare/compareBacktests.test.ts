import { describe, expect, it } from 'vitest';
import { compareBacktests } from '../../../src/lab/compare/compareBacktests.ts';
import { comparisonPictures } from '../../../src/lab/compare/comparisonPictures.ts';
import { comparisonTables } from '../../../src/lab/compare/comparisonTables.ts';
import type { SavedBacktest, SavedStream } from '../../../src/lab/compare/savedBacktest.ts';

const NOTHING = {
  precision: null,
  recall: null,
  delayRecords: null,
  delayMs: null,
  falseAlertsPer1000: null,
  falseAlertsPerDay: null,
};

/** A stream of 1,000 records with two labels, of which those at the given records were found. */
function stream(name: string, found: readonly number[], falseAlerts = 0): SavedStream {
  const labels = [100, 500].map((first) => ({ first, last: first + 20, start: null }));
  const f1 = (2 * found.length) / (2 + found.length + falseAlerts);
  return {
    name,
    records: 1000,
    metrics: { ...NOTHING, records: 1000, incidents: 2, found: found.length, falseAlerts, f1 },
    labels,
    incidents: found.map((first) => ({ first, last: first + 2, start: null })),
    vusPr: 0.5,
    ranges: { precision: 0.5, recall: 0.5, f1: 0.5 },
    nab: [{ profile: 'standard', raw: 2 * found.length - 2, windows: 2, score: 50 * found.length }],
  };
}

const run = (streams: readonly SavedStream[], more: Partial<SavedBacktest> = {}): SavedBacktest => ({
  version: '1',
  forecaster: 'lstm',
  scorer: 'evidence',
  seed: 1,
  threshold: 0.5,
  policy: {},
  interrupted: false,
  pooled: null,
  streams,
  ...more,
});

describe('compareBacktests', () => {
  it('tells what was run otherwise, and which labels only one of the two found', () => {
    const a = run([stream('x', [100, 500]), stream('y', [100])]);
    const b = run([stream('x', [500], 3), stream('y', [100, 500])], { forecaster: 'ema', threshold: 0.6 });
    const { settings, onlyA, onlyB, both, neither, measures } = compareBacktests(a, b);
    expect(settings).toEqual([
      ['forecaster', 'lstm', 'ema'],
      ['threshold', '0.5', '0.6'],
    ]);
    expect(onlyA.map((each) => [each.stream, each.label.first])).toEqual([['x', 100]]);
    expect(onlyB.map((each) => [each.stream, each.label.first])).toEqual([['y', 500]]);
    expect([both, neither]).toEqual([2, 0]);
    const of = (name: string) => measures.find(({ measure }) => measure === name);
    expect(of('found')).toMatchObject({ a: 3, b: 3, difference: 0, low: null, probability: null });
    expect(of('false alerts per 1,000 records')).toMatchObject({ a: 0, b: 1.5 });
    expect(of('F1 by incident')).toMatchObject({ a: 6 / 7, b: 6 / 10 });
    expect(of('NAB standard')).toMatchObject({ a: 75, b: 75 });
  });

  it('says how sure a difference is, from five streams on', () => {
    const names = ['a', 'b', 'c', 'd', 'e', 'f'];
    const worse = run(names.map((name) => stream(name, [100], 2)));
    const better = run(names.map((name) => stream(name, [100, 500])));
    const { measures } = compareBacktests(worse, better);
    expect(measures[0]).toMatchObject({ measure: 'F1 by incident', probability: 1 });
    expect(measures[0]!.low).toBeGreaterThan(0);
    const tables = comparisonTables(compareBacktests(worse, better), ['worse', 'better']);
    const all = tables.find(({ title }) => title === 'Over all');
    const row = all!.rows.find(([measure]) => measure === 'false alerts');
    expect(row).toEqual(['false alerts', '12', '0', '−12', '−12 … −12', '100 %']);
  });

  it('leaves out what is not the same on both sides, and says so', () => {
    const short = { ...stream('short', []), records: 900 };
    const other = { ...stream('other', []), labels: [{ first: 3, last: 4, start: null }] };
    const a = run([stream('same', []), stream('mine', []), stream('short', []), stream('other', [])]);
    const b = run([stream('same', []), stream('theirs', []), short, other]);
    const { streams, leftOut } = compareBacktests(a, b);
    expect(streams.map(([{ name }]) => name)).toEqual(['same']);
    expect(leftOut).toEqual([
      'mine: only in the first',
      'short: not the same records',
      'other: not the same labels',
      'theirs: only in the second',
    ]);
  });

  it('draws what each run flagged where the two differ, those with most differences first', () => {
    const mine = [stream('same', [100]), stream('other', [100, 500]), stream('late', [100])];
    const late = { ...stream('late', [100]), incidents: [{ first: 110, last: 112, start: null }] };
    const theirs = [stream('same', [100]), stream('other', []), late];
    const { diagrams, more } = comparisonPictures(compareBacktests(run(mine), run(theirs)), ['a', 'b']);
    expect(diagrams.map(({ title }) => title)).toEqual(['other', 'late']);
    expect(more).toBe(0);
    const [other] = diagrams;
    expect(other!.x).toMatchObject({ from: 1, to: 1000 });
    expect(other!.lines.map(({ name, points }) => [name, points.filter(({ y }) => y !== null)])).toEqual([
      ['labels', [101, 121, 501, 521].map((x) => ({ x, y: 3 }))],
      ['first: a', [101, 103, 501, 503].map((x) => ({ x, y: 2 }))],
      ['second: b', []],
    ]);
  });

  it('draws no more than a page can show, and counts the others', () => {
    const many = (found: readonly number[]) =>
      run(Array.from({ length: 30 }, (_, n) => stream(`s${n}`, found)));
    const { diagrams, more } = comparisonPictures(compareBacktests(many([100]), many([])), ['a', 'b']);
    expect([diagrams.length, more]).toEqual([24, 6]);
  });

  it('has its result in words', () => {
    const mine = Array.from({ length: 6 }, (_, n) => stream(`s${n}`, [100, 500]));
    const theirs = Array.from({ length: 6 }, (_, n) => stream(`s${n}`, [100], 1));
    const all = comparisonTables(compareBacktests(run(mine), run(theirs)), ['a', 'b']);
    expect(all.find(({ title }) => title === 'Over all')?.verdict).toBe(
      'F1 by incident: 1 and 0.500 (a is better); labels found: 12 and 6 (a is better); false alerts: 0 and 6 (a is better).',
    );
    const same = comparisonTables(compareBacktests(run(mine), run(mine)), ['a', 'b']);
    expect(same.find(({ title }) => title === 'Over all')?.verdict).toBe(
      'F1 by incident: 1 in both; labels found: 12 in both; false alerts: 0 in both.',
    );
  });
});

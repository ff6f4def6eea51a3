import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseLabels, windowsFor } from '../../src/backtest/labels.ts';
import { RxAnomalyError } from '../../src/core/errors.ts';
import { describeWithShared } from '../support/environment/shared.ts';

const window = (start: string, end: string) => ({ start: Date.parse(start), end: Date.parse(end) });

const refusal = (run: () => unknown): string => {
  try {
    run();
  } catch (error) {
    expect(error).toBeInstanceOf(RxAnomalyError);
    expect((error as RxAnomalyError).code).toBe('BAD_INPUT');
    expect((error as RxAnomalyError).message).not.toContain('\n');
    return (error as RxAnomalyError).message;
  }
  throw new Error('expected a refusal');
};

describe('parseLabels', () => {
  it('reads windows', () => {
    const labels = parseLabels(
      '{"a/x.csv": [["2014-04-10 07:15:00.000000", "2014-04-11 16:45:00.000000"]], "b.csv": []}',
    );
    expect(labels.get('a/x.csv')).toEqual([window('2014-04-10T07:15Z', '2014-04-11T16:45Z')]);
    expect(labels.get('b.csv')).toEqual([]);
  });

  it('reads instants as windows of no length', () => {
    const labels = parseLabels('{"a/x.csv": ["2014-04-11 00:00:00"]}');
    expect(labels.get('a/x.csv')).toEqual([window('2014-04-11T00:00Z', '2014-04-11T00:00Z')]);
  });

  it.each([
    ['{', /^my\.json: expected JSON/],
    ['[]', /^my\.json: expected an object from file path .*, got \[\]$/],
    ['null', /got null$/],
    ['{"x.csv": 3}', /^my\.json: "x\.csv": expected a list of .*, got 3$/],
    [
      '{"x.csv": [["2014-04-10"]]}',
      /^my\.json: "x\.csv" window 1: expected \[start, end\] or one time, got \["2014-04-10"\]$/,
    ],
    ['{"x.csv": ["2014-04-10", {"start": 1}]}', /"x\.csv" window 2: expected \[start, end\]/],
    ['{"x.csv": [["2014-04-10", "soon"]]}', /"x\.csv" window 1: expected a time like .*, got "soon"$/],
    ['{"x.csv": [["2014-04-10", 5]]}', /got 5$/],
    [
      '{"x.csv": [["2014-04-11", "2014-04-10"]]}',
      /expected start ≤ end, got \["2014-04-11", "2014-04-10"\]$/,
    ],
  ])('refuses %s in one line that says where and what', (text, message) => {
    expect(refusal(() => parseLabels(text, 'my.json'))).toMatch(message);
  });
});

describe('windowsFor', () => {
  const labels = parseLabels(`{
    "one/x.csv": ["2001-01-01"], "two/x.csv": ["2002-01-01"], "one/y.csv": ["2003-01-01"], "z.csv": ["2004-01-01"],
    "deep/z.csv": ["2005-01-01"]
  }`);
  const yearFor = (path: string): number | undefined => {
    const found = windowsFor(labels, path);
    return found && new Date(found[0]!.start).getUTCFullYear();
  };

  it.each([
    ['one/x.csv', 2001],
    ['/anywhere/data/two/x.csv', 2002],
    ['./two/x.csv', 2002],
    ['C:\\data\\two\\x.csv', 2002],
    ['y.csv', 2003],
    ['elsewhere/y.csv', 2003],
    ['one/y.csv.gz', 2003],
    ['z.csv', 2004],
    ['elsewhere/z.csv', 2004],
    ['deep/z.csv', 2005],
  ])('finds %s by its longest ending', (path, year) => {
    expect(yearFor(path)).toBe(year);
  });

  it('finds a table by the name of its stream, and a series of it by its key', () => {
    const named = parseLabels(`{
      "fleet": ["2001-01-01"], "fleet/p": ["2002-01-01"], "other.csv/p": ["2003-01-01"], "fleet/a/b": ["2004-01-01"]
    }`);
    const yearOf = (path: string, key?: string): number | undefined => {
      const found = windowsFor(named, path, key);
      return found && new Date(found[0]!.start).getUTCFullYear();
    };
    expect(yearOf('data/fleet.csv')).toBe(2001);
    expect(yearOf('data/fleet.csv.gz', 'p')).toBe(2002);
    expect(yearOf('data/fleet.csv', 'a/b')).toBe(2004);
    expect(yearOf('data/fleet.csv', 'q')).toBe(2001);
    expect(yearOf('other.csv', 'p')).toBe(2003);
    expect(yearOf('other.csv', 'q')).toBeUndefined();
    expect(yearOf('third.csv', 'p')).toBeUndefined();
  });

  it('matches whole path segments only', () => {
    expect(yearFor('yy.csv')).toBeUndefined();
    expect(yearFor('csv')).toBeUndefined();
    expect(yearFor('unknown.csv')).toBeUndefined();
  });

  it('names the rivals where the path does not decide', () => {
    expect(refusal(() => windowsFor(labels, 'x.csv'))).toMatch(
      /"one\/x\.csv" and "two\/x\.csv" fit "x\.csv"/,
    );
  });
});

describeWithShared('nab/labels', 'the labels of NAB', (folder) => {
  const windows = parseLabels(readFileSync(`${folder}/combined_windows.json`, 'utf8'));
  const instants = parseLabels(readFileSync(`${folder}/combined_labels.json`, 'utf8'));

  it('are 57 windows over 31 files, all but the one NAB’s authors moved by hand around a labelled instant', () => {
    expect(windows.size).toBe(31);
    expect([...windows.values()].flat()).toHaveLength(57);
    const strays = [...windows].flatMap(([path, list]) =>
      list
        .filter(({ start, end }) => !instants.get(path)!.some((at) => at.start >= start && at.end <= end))
        .map(() => path),
    );
    expect(strays).toEqual(['realAWSCloudwatch/iio_us-east-1_i-a2eb1cd9_NetworkIn.csv']);
  });
});

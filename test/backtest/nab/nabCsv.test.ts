import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import { nabCsv, nabResultPath } from '../../../src/backtest/nab/nabCsv.ts';

describe('nabCsv', () => {
  it('writes the four columns, label 1 within a window', () => {
    const lines = nabCsv({
      timestamps: [
        '2014-04-01 00:00:00',
        '2014-04-01 00:05:00',
        '2014-04-01 00:10:00',
        '2014-04-01 00:15:00',
      ],
      values: ['20.0', '', '1e3', '-4'],
      scores: Float64Array.of(0, 0.25, 1, 1e-7),
      windows: [{ first: 1, last: 2 }],
    });
    expect([...lines]).toEqual([
      'timestamp,value,anomaly_score,label',
      '2014-04-01 00:00:00,20.0,0,0',
      '2014-04-01 00:05:00,,0.25,1',
      '2014-04-01 00:10:00,1e3,1,1',
      '2014-04-01 00:15:00,-4,1e-7,0',
    ]);
  });

  it('keeps a row a row whatever the cells hold', () => {
    const odd = { timestamps: ['a,b', 'c"d'], values: ['1\n2', '3'], scores: [0, 1], windows: [] };
    expect(parse([...nabCsv(odd)].join('\n'), { columns: true })).toEqual([
      { timestamp: 'a,b', value: '1\n2', anomaly_score: '0', label: '0' },
      { timestamp: 'c"d', value: '3', anomaly_score: '1', label: '0' },
    ]);
  });
});

describe('nabResultPath', () => {
  it('puts the detector’s name before the category and before the file', () => {
    expect(nabResultPath('rxAnomaly', 'realKnownCause/nyc_taxi.csv')).toBe(
      'rxAnomaly/realKnownCause/rxAnomaly_nyc_taxi.csv',
    );
    expect(nabResultPath('rx', 'nyc_taxi.csv')).toBe('rx/rx_nyc_taxi.csv');
  });

  it.each(['', 'rx_anomaly', 'a/b', '..'])('refuses the name %j, which NAB could not read back', (name) => {
    expect(() => nabResultPath(name, 'a/b.csv')).toThrow('expected name to be letters and digits only');
  });
});

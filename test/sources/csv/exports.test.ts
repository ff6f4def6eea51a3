import { describe, expect, it } from 'vitest';
import { type CsvOptions, openCsv } from '../../../src/sources/index.ts';
import { bytesOf, readCsv } from './csvOf.ts';

const ROWS = 60;
const value = (i: number): string => (20 + 3 * Math.sin(i / 5)).toFixed(2);
const pad = (n: number): string => String(n).padStart(2, '0');
/** Every hour from the fourth of March 2024 on, a Monday. */
const iso = (i: number): string => new Date(Date.UTC(2024, 2, 4, i)).toISOString();
const table = (head: readonly string[], row: (i: number) => string, rows: number = ROWS): string =>
  `${[...head, ...Array.from({ length: rows }, (_, i) => row(i))].join('\n')}\n`;

interface Expected {
  readonly values: readonly string[];
  /** Of the first rows. */
  readonly times: readonly string[];
}

const EXPORTS: readonly [name: string, text: string, expected: Expected][] = [
  [
    'a zone of the IANA database in the name of the column',
    table(['timestamp(Europe/Berlin),temp'], (i) => `${iso(i).slice(0, 19)},${value(i)}`),
    { values: ['temp'], times: ['2024-03-03T23:00:00.000Z', '2024-03-04T00:00:00.000Z'] },
  ],
  [
    "Windows' performance counters, with the minutes west of UTC",
    table([`"(PDH-CSV 4.0) (W. Europe Standard Time)(-60)","\\\\H\\cpu"`], (i) => {
      const [y, m, d] = iso(i).slice(0, 10).split('-');
      return `"${m}/${d}/${y} ${iso(i).slice(11, 19)}.123","${value(i)}"`;
    }),
    { values: ['\\\\H\\cpu'], times: ['2024-03-03T23:00:00.123Z', '2024-03-04T00:00:00.123Z'] },
  ],
  [
    'Cloud Monitoring: rows of labels, times as JavaScript prints them',
    table(
      [
        'TimeSeries ID,cpu/a,cpu/b',
        'resource.type,gce_instance,gce_instance',
        'resource.label.zone,us-a,us-a',
      ],
      (i) =>
        `"Mon Mar 04 2024 ${pad(i % 24)}:00:00 GMT+0100 (Central European Standard Time)",${value(i)},1.5`,
      24,
    ),
    { values: ['cpu/a', 'cpu/b'], times: ['2024-03-03T23:00:00.000Z', '2024-03-04T00:00:00.000Z'] },
  ],
  [
    'HistData: milliseconds without a sign',
    table(
      [],
      (i) =>
        `${iso(i)
          .replaceAll(/[-:.Z]/g, '')
          .replace('T', ' ')},${value(i)}`,
    ),
    { values: ['column2'], times: ['2024-03-04T00:00:00.000Z', '2024-03-04T01:00:00.000Z'] },
  ],
  [
    'a clock with a point in a column of its own, German numbers',
    table(
      ['Datum;Uhrzeit;Wert'],
      (i) => `${iso(i).slice(8, 10)}.03.24;${iso(i).slice(11, 13)}.15;${value(i).replace('.', ',')}`,
    ),
    { values: ['Wert'], times: ['2024-03-04T00:15:00.000Z', '2024-03-04T01:15:00.000Z'] },
  ],
  [
    'year, day of the year, hour and minute together',
    table(['year,doy,hhmm,temp'], (i) => `2024,${64 + Math.floor(i / 24)},${(i % 24) * 100},${value(i)}`),
    { values: ['temp'], times: ['2024-03-04T00:00:00.000Z', '2024-03-04T01:00:00.000Z'] },
  ],
  [
    'years with decimals',
    table(['decimal_date,co2'], (i) => `${(1990 + i / 4).toFixed(4)},${value(i)}`),
    { values: ['co2'], times: ['1990-01-01T00:00:00.000Z', '1990-04-02T06:00:00.000Z'] },
  ],
  [
    'year and month in six digits',
    table(['YearMonth,sales'], (i) => `${1990 + Math.floor(i / 12)}${pad((i % 12) + 1)},${value(i)}`),
    { values: ['sales'], times: ['1990-01-01T00:00:00.000Z', '1990-02-01T00:00:00.000Z'] },
  ],
  [
    'year, month and decimal year without a header',
    table(
      ['# decimal, average'],
      (i) =>
        `  ${1990 + Math.floor(i / 12)}  ${String((i % 12) + 1).padStart(2)}   ${(1990 + i / 12).toFixed(4)}   ${value(i)}`,
    ),
    { values: ['column4'], times: ['1990-01-01T00:00:00.000Z', '1990-02-01T00:00:00.000Z'] },
  ],
  [
    'quarters, from 1970 on',
    table(['Quarter,GDP'], (i) => `Q${(i % 4) + 1} ${1970 + Math.floor(i / 4)},${value(i)}`),
    { values: ['GDP'], times: ['1970-01-01T00:00:00.000Z', '1970-04-01T00:00:00.000Z'] },
  ],
  [
    'seconds of an oscilloscope',
    table(['t;V'], (i) => `${(i / 1000).toExponential(3)};${value(i)}`.replaceAll('.', ',').toUpperCase()),
    { values: ['V'], times: ['1970-01-01T00:00:00.000Z', '1970-01-01T00:00:00.001Z'] },
  ],
  [
    'packets with addresses, which are no numbers with thousands',
    table(
      ['"No.","Time","Source","Length"'],
      (i) => `"${i + 1}","${(i / 2).toFixed(6)}","10.0.0.${i % 3}","${value(i)}"`,
    ),
    { values: ['Length'], times: ['1970-01-01T00:00:00.000Z', '1970-01-01T00:00:00.500Z'] },
  ],
  [
    'RDB of the USGS: widths of columns below the names, the zone in a column',
    table(
      ['# USGS', 'agency_cd\tsite_no\tdatetime\ttz_cd\tflow\tflow_cd', '5s\t15s\t20d\t6s\t14n\t10s'],
      (i) => `USGS\t01646500\t${iso(i).slice(0, 16).replace('T', ' ')}\tEST\t${value(i)}\tP`,
    ),
    { values: ['flow'], times: ['2024-03-04T05:00:00.000Z', '2024-03-04T06:00:00.000Z'] },
  ],
  [
    'Julian days',
    table(['JD,mag'], (i) => `${(2460373.5 + i / 24).toFixed(8)},${value(i)}`),
    { values: ['mag'], times: ['2024-03-04T00:00:00.000Z', '2024-03-04T01:00:00.000Z'] },
  ],
  [
    'modified Julian days',
    table(['MJD,mag'], (i) => `${(60373 + i / 24).toFixed(8)},${value(i)}`),
    { values: ['mag'], times: ['2024-03-04T00:00:00.000Z', '2024-03-04T01:00:00.000Z'] },
  ],
  [
    'minutes since 1970',
    table(['unix_minutes,v'], (i) => `${28491840 + 60 * i},${value(i)}`),
    { values: ['v'], times: ['2024-03-04T00:00:00.000Z', '2024-03-04T01:00:00.000Z'] },
  ],
  [
    'a log of a web server',
    table(
      [],
      (i) =>
        `10.0.0.1 - - [0${4 + Math.floor(i / 24)}/Mar/2024:${pad(i % 24)}:00:00 +0000] "GET / HTTP/1.1" ${value(i)}`,
    ),
    { values: ['column6'], times: ['2024-03-04T00:00:00.000Z', '2024-03-04T01:00:00.000Z'] },
  ],
  [
    'AEMO: a column that repeats its name',
    table(
      ['I,DISPATCH,1,SETTLEMENTDATE,RRP'],
      (i) => `D,DISPATCH,1,"${iso(i).slice(0, 19).replace('T', ' ')}",${value(i)}`,
    ),
    { values: ['RRP'], times: ['2024-03-04T00:00:00.000Z', '2024-03-04T01:00:00.000Z'] },
  ],
  [
    'clocks without a date, over midnight',
    table(['clock,v'], (i) => `${iso(i).slice(11, 19)},${value(i)}`),
    { values: ['v'], times: ['1970-01-01T00:00:00.000Z', '1970-01-01T01:00:00.000Z'] },
  ],
  [
    'a header of NumPy: a sign for comments before the names',
    table(['# date time temp'], (i) => `${iso(i).slice(0, 19).replace('T', ' ')} ${value(i)}`),
    { values: ['temp'], times: ['2024-03-04T00:00:00.000Z', '2024-03-04T01:00:00.000Z'] },
  ],
  [
    'weather archives: YEAR, MO, DA, HR, MN',
    table(['YEAR,MO,DA,HR,MN,TEMP'], (i) => {
      const [y, m, d, h] = iso(i).split(/[-T:]/).map(Number);
      return `${y},${m},${d},${h},30,${value(i)}`;
    }),
    { values: ['TEMP'], times: ['2024-03-04T00:30:00.000Z', '2024-03-04T01:30:00.000Z'] },
  ],
  [
    'PicoLog: the unit of the times in a row of its own',
    table(['Time,Channel A', '(ms),(V)', ''], (i) => `${(i * 0.5).toFixed(1)},${value(i)}`),
    { values: ['Channel A'], times: ['1970-01-01T00:00:00.000Z', '1970-01-01T00:00:00.000Z'] },
  ],
  [
    'a sign of one character for degrees Celsius, with each number',
    table(['Time,Temp(℃)'], (i) => `${iso(i).slice(0, 19).replace('T', ' ')},${value(i)}℃`),
    { values: ['Temp(℃)'], times: ['2024-03-04T00:00:00.000Z', '2024-03-04T01:00:00.000Z'] },
  ],
  [
    'an Arduino: milliseconds since it was switched on',
    table(['millis,temp'], (i) => `${1500 + 1000 * i},${value(i)}`),
    { values: ['temp'], times: ['1970-01-01T00:00:01.500Z', '1970-01-01T00:00:02.500Z'] },
  ],
  [
    'times as in the names of files',
    table(['time,temp'], (i) => `${iso(i).slice(0, 19).replace('T', '_').replaceAll(':', '-')},${value(i)}`),
    { values: ['temp'], times: ['2024-03-04T00:00:00.000Z', '2024-03-04T01:00:00.000Z'] },
  ],
];

describe('an export', () => {
  it.each(EXPORTS)('is read as a person reads it: %s', async (_name, text, expected) => {
    const warnings: string[] = [];
    const { table: opened, rows } = await readCsv(text, {
      onWarning: (line) => warnings.push(line),
    });
    expect(opened.columns.value).toEqual(expected.values);
    expect(rows.slice(0, 2).map(({ time }) => new Date(time!).toISOString())).toEqual(expected.times);
    expect(rows.map((row) => row.value[0])).toEqual(rows.map((_, i) => Number(value(i))));
    expect(rows.length).toBeGreaterThanOrEqual(24);
    // Times follow each other.
    expect(rows.every(({ time }, i) => i === 0 || time! > rows[i - 1]!.time!)).toBe(true);
    expect(warnings).toEqual([]);
  });

  const REFUSED: readonly [name: string, text: string, message: RegExp, options?: CsvOptions][] = [
    [
      'a column a year',
      table(['Country,1990,1991,1992,1993'], (i) => `C${i},1,2,3,${value(i)}`),
      /columns "1990", "1991" and 2 more are called like times: .*--value/,
    ],
    [
      'a column an hour',
      table(
        [`date,${Array.from({ length: 24 }, (_, h) => `${pad(h)}:00`).join(',')}`],
        (i) => `${iso(24 * i).slice(0, 10)},${Array.from({ length: 24 }, () => value(i)).join(',')}`,
      ),
      /columns "00:00", "01:00" and 22 more are called like times/,
    ],
    [
      'line protocol',
      table([], (i) => `cpu,host=a usage=${value(i)} ${Date.parse(iso(i))}000000`),
      /line protocol of InfluxDB/,
    ],
    [
      'rrdtool fetch',
      table(
        ['                 temp', ''],
        (i) => `${Date.parse(iso(i)) / 1000}: ${Number(value(i)).toExponential(10)}`,
      ),
      /output of rrdtool fetch/,
    ],
    [
      'days of syslog, which have no year',
      table(['time,v'], (i) => `Oct ${pad(1 + (i >> 2))} ${pad(i % 24)}:15:00,${value(i)}`),
      /row 1: column "time": "Oct 01 00:15:00" is not a time that is recognised; --time-format/,
    ],
    [
      'numbers in which --decimal allows no comma',
      table(['time;v'], (i) => `${iso(i)};${value(i).replace('.', ',')}`),
      /row 1: column "v": "20,00" is no number/,
      { decimal: '.' },
    ],
    [
      'numbers that could be epochs next to the time',
      table(['time,bytes'], (i) => `${iso(i)},${1e12 + 12_345 * i}`),
      /no column of numbers to model; .*; column "bytes" seems to hold times .*: --value "bytes" models it/,
    ],
    [
      'one damaged date among those of ISO 8601',
      table(['time,v'], (i) => `${i === 30 ? '2024-15-04 12:00' : iso(i)},${value(i)}`),
      /row 31: column "time": "2024-15-04 12:00" is no date with the month first, as those before were read/,
    ],
    [
      'one damaged date among those with the month first',
      table(
        ['time,v'],
        (i) =>
          `${i === 30 ? '15/04' : iso(i).slice(5, 10).replace('-', '/')}/2024 ${iso(i).slice(11, 16)},${value(i)}`,
      ),
      /row 31: column "time": "15\/04\/2024 06:00" is no date with the month first, as those before were read/,
    ],
    [
      'a first row of too many cells',
      table(['time,a,b'], (i) => `${i === 0 ? '2024-03-04,00:00,20.5' : `${iso(i)},${value(i)}`},3`),
      /row 1: 4 cells where the table has 3 columns; .*--delimiter/,
    ],
    [
      'a first row of too few cells',
      table(['time,a,b'], (i) => (i === 0 ? '2024-03-04 00:00' : `${iso(i)},${value(i)},3`)),
      /row 1: 1 cell where the table has 3 columns; .*--delimiter/,
    ],
    [
      'rows in which nothing can be read',
      table(['time,value'], (i) => `monday,number ${i % 3}`),
      /row 1: column "time": "monday" is not a time|none of the \d+ rows below the header/,
    ],
  ];

  const WARNED: readonly [name: string, text: string, warning: RegExp, options?: CsvOptions][] = [
    [
      'days without a year',
      table(['date,v'], (i) => `Oct ${pad(1 + i)},${value(i)}`, 31),
      /"Oct 01" is read as a month and a year; if it is a day, it lacks the year/,
    ],
    [
      'seconds or microseconds since a start',
      table(['timestamp,v'], (i) => `${112_574_307 + 10_000 * i},${value(i)}`),
      /column "timestamp": read as epoch seconds, of the years before 1977; .*--time-format/,
    ],
    [
      'numbers that may name series',
      table(['time,user_id,value'], (i) => `${iso(i)},${1000 + (i % 3)},${value(i)}`),
      /column "user_id": 3 numbers that come again and again; .*--key "user_id"/,
    ],
    [
      'a column called a time that is none',
      table(['Time,v'], (i) => `${((i % 24) / 24).toFixed(6)},${value(i)}`),
      /column "Time": "0.000000" is modelled as a number/,
    ],
    [
      'milliseconds that --time-format calls seconds',
      table(['ts,v'], (i) => `${Date.parse(iso(i))},${value(i)}`),
      /column "ts": "1709510400000" is read as the year 561\d\d; --time-format/,
      { timeFormat: 'seconds' },
    ],
    [
      'an hour that comes twice when clocks are set back',
      table(
        ['time,v'],
        (i) =>
          `${new Date(Date.UTC(2024, 9, 26, i < 27 ? i : i - 1)).toISOString().slice(0, 19)},${value(i)}`,
      ),
      /row 28: column "time": an hour comes twice, as clocks do at the end of summer time; --time-zone/,
    ],
    [
      'tables of Flux whose tags were dropped',
      table(['result,table,_time,_value'], (i) => `_result,${i % 2},${iso(i >> 1)},${value(i)}`),
      /row 2: column "_time": "2024-03-04T00:00:00.000Z" is the time of an earlier row too; .*--key/,
    ],
    [
      '-1 among numbers above 0',
      table(['time,count'], (i) => `${iso(i)},${i % 9 === 5 ? -1 : 100 + (i % 50)}`),
      /row 24: column "count": -1 lies far outside .*--missing=-1/,
    ],
  ];

  it.each(WARNED)('is read with a warning: %s', async (_name, text, warning, options = {}) => {
    const warnings: string[] = [];
    await readCsv(text, { ...options, onWarning: (line) => warnings.push(line) });
    expect(warnings.join('\n')).toMatch(warning);
  });

  it('of numbered devices is read as a series each', async () => {
    const { table: opened } = await readCsv(
      table(['time,device_id,value'], (i) => `${iso(i)},${1000 + (i % 3)},${value(i)}`),
      { onWarning: 'silent' },
    );
    expect(opened.columns.key).toBe('device_id');
  });

  it('of the InfluxDB shell is read as a series for each tag that it was grouped by', async () => {
    const { table: opened, rows } = await readCsv(
      table(['name,time,host,usage'], (i) => `cpu,${Date.parse(iso(i >> 1))}000000,${'ab'[i % 2]},${i}`),
    );
    expect(opened.columns).toEqual({ time: 'time', key: 'host', value: ['usage'] });
    expect(rows.slice(0, 3).map(({ key, value: [usage] }) => [key, usage])).toEqual([
      ['a', 0],
      ['b', 1],
      ['a', 2],
    ]);
  });

  it('of Home Assistant is read as a series for each entity, whatever other columns there are', async () => {
    const { table: opened, rows } = await readCsv(
      table(
        ['entity_id,state,last_changed,friendly_name'],
        (i) => `sensor.${'ab'[i % 2]},${value(i)},${iso(i >> 1)},${['Hall', 'Bath'][i % 2]}`,
      ),
    );
    expect(opened.columns.key).toBe('entity_id');
    expect(rows[1]?.key).toBe('sensor.b');
  });

  it('of hours up to 25 tells that no clock shows the last one of the day on which clocks are set back', async () => {
    const { table: opened, rows } = await readCsv(
      table(['Date,Hour,Price'], (i) => `2024-10-27,${1 + i},${value(i)}`, 25),
    );
    expect(opened.columns).toEqual({ time: 'Date+Hour', value: ['Price'] });
    expect(rows[0]?.time).toBe(Date.UTC(2024, 9, 27, 1));
    expect(rows[23]?.time).toBe(Date.UTC(2024, 9, 28));
    expect(rows[24]?.problems[0]?.message).toBe(
      'row 25: column Date+Hour: "2024-10-27 25:00:00" is not a time',
    );
  });

  it('of a spreadsheet has its days on the clock of --time-zone', async () => {
    const text = table(['Time,v'], (i) => `${(45355 + i / 24).toFixed(6)},${value(i)}`);
    const { table: opened, rows } = await readCsv(text, { timeZone: 'Europe/Berlin' });
    expect(opened.guessed).toContain('times read as spreadsheet days (guessed)');
    expect(rows.map(({ time }) => time)).toEqual(rows.map((_, i) => Date.parse(iso(i - 1))));
  });

  it('whose times only --time-format can read needs no --time', async () => {
    const { rows } = await readCsv(
      table(['time,temp'], (i) => `${iso(i).slice(0, 13).replace('T', '#')},${value(i)}`),
      { timeFormat: '%Y-%m-%d#%H' },
    );
    expect(rows.slice(0, 2).map(({ time }) => time)).toEqual([0, 1].map((i) => Date.parse(iso(i))));
  });

  it.each(REFUSED)('is refused, with the reason: %s', async (_name, text, message, options = {}) => {
    const read = async (): Promise<void> => {
      const opened = await openCsv(bytesOf(text), { ...options, onWarning: 'silent' });
      for await (const _ of opened.rows());
    };
    await expect(read()).rejects.toThrow(message);
  });

  it('of an hour a column is read where the columns are named', async () => {
    const { rows } = await readCsv(
      table(['date,00:00,12:00,18:00,20:00'], (i) => `${iso(24 * i).slice(0, 10)},${value(i)},2,3,4`),
      { value: ['00:00', '12:00', '18:00', '20:00'], onWarning: 'silent' },
    );
    expect(rows[0]?.value).toEqual([20, 2, 3, 4]);
  });
});

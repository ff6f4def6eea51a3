import { describe, expect, it } from 'vitest';
import type { CsvOptions } from '../../../src/sources/index.ts';
import { readCsv } from './csvOf.ts';

const ROWS = 60;
const START = Date.UTC(2024, 2, 3, 22);
const value = (i: number): string => (20 + 3 * Math.sin(i / 5)).toFixed(2);
const pad = (n: number, digits = 2): string => String(n).padStart(digits, '0');
const at = (i: number): Date => new Date(START + i * 1_800_000);
/** Every half hour, over midnight, noon and the end of a day. */
const iso = (i: number): string => at(i).toISOString();
const day = (i: number): string => iso(i).slice(0, 10);
const clock = (i: number): string => iso(i).slice(11, 16);
const hour12 = (i: number): number => at(i).getUTCHours() % 12 || 12;
const minute = (i: number): string => pad(at(i).getUTCMinutes());
const half = (i: number): string => (at(i).getUTCHours() < 12 ? 'AM' : 'PM');
const us = (i: number): string => `${iso(i).slice(5, 7)}/${iso(i).slice(8, 10)}/${iso(i).slice(0, 4)}`;
const hhmm = (i: number): number => at(i).getUTCHours() * 100 + at(i).getUTCMinutes();
const days = (i: number): number => at(i).getTime() / 86_400_000;
const dayOfYear = (i: number): number => Math.floor(days(i) - Date.UTC(2024, 0) / 86_400_000) + 1;
const table = (head: readonly string[], row: (i: number) => string, rows: number = ROWS): string =>
  `${[...head, ...Array.from({ length: rows }, (_, i) => row(i))].join('\n')}\n`;

interface Read {
  readonly times: readonly string[];
  readonly values: readonly (readonly number[])[];
  readonly names: readonly string[];
  readonly time: string | undefined;
  readonly warnings: readonly string[];
}

async function read(text: string, options: CsvOptions = {}): Promise<Read> {
  const warnings: string[] = [];
  const { table: opened, rows } = await readCsv(text, {
    onWarning: (line) => warnings.push(line),
    ...options,
  });
  return {
    times: rows.map(({ time }) => (time === undefined ? 'no time' : new Date(time).toISOString())),
    values: rows.map((row) => row.value),
    names: opened.columns.value,
    time: opened.columns.time,
    warnings,
  };
}

const HALF_HOURS = Array.from({ length: ROWS }, (_, i) => iso(i));
const VALUES = Array.from({ length: ROWS }, (_, i) => [Number(value(i))]);

/** Half-hourly tables, each of one series and one measurement. */
const TABLES: readonly [name: string, text: string, options?: CsvOptions][] = [
  [
    'AM and PM in a column of their own',
    table(['Date,Time,AM/PM,V'], (i) => `${us(i)},${pad(hour12(i))}:${minute(i)},${half(i)},${value(i)}`),
  ],
  [
    'am and pm under another name, in small letters, after a time with its date',
    table(
      ['when;ap;V'],
      (i) =>
        `${iso(i).slice(8, 10)}.03.2024 ${pad(hour12(i))}:${minute(i)};${half(i).toLowerCase()};${value(i)}`,
    ),
  ],
  [
    'A and P under a name that says so',
    table(['Date,Time,A/P,V'], (i) => `${us(i)},${hour12(i)}:${minute(i)},${half(i)[0]},${value(i)}`),
  ],
  [
    'AM and PM with a clock of 24 hours, to which they add nothing',
    table(['Date,Time,AM/PM,V'], (i) => `${day(i)},${clock(i)},${half(i)},${value(i)}`),
  ],
  [
    'AM and PM that are named with the time',
    table(['Date,Time,AM/PM,V'], (i) => `${us(i)},${pad(hour12(i))}:${minute(i)},${half(i)},${value(i)}`),
    { time: ['Date', 'Time', 'AM/PM'] },
  ],
  [
    '午前 and 午後 in a column of their own',
    table(
      ['日付,区分,時刻,値'],
      (i) => `${day(i)},${half(i) === 'AM' ? '午前' : '午後'},${hour12(i) % 12}:${minute(i)},${value(i)}`,
    ),
  ],
  [
    'a clock without a sign and without zeros in front',
    table(['Date,HHMM,T'], (i) => `${day(i).replaceAll('-', '')},${hhmm(i)},${value(i)}`),
  ],
  [
    'hours and minutes in a column each, next to the date',
    table(['date,hour,minute,v'], (i) => `${day(i)},${at(i).getUTCHours()},${Number(minute(i))},${value(i)}`),
  ],
  [
    'local times next to those of UTC',
    table(
      ['Date Local,Time Local,Date GMT,Time GMT,ppb'],
      (i) => `${day(i - 16)},${clock(i - 16)},${day(i)},${clock(i)},${value(i)}`,
    ),
  ],
  [
    'Campbell without a header: station, year, day of the year, clock',
    table([], (i) => `101,2024,${dayOfYear(i)},${hhmm(i)},${value(i)}`),
  ],
  [
    'year to minute without a header',
    table(
      [],
      (i) =>
        `2024,${day(i).slice(5, 7)},${day(i).slice(8)},${at(i).getUTCHours()},${Number(minute(i))},${value(i)}`,
    ),
  ],
  [
    'clocks of six digits that are written as numbers',
    table(['<DATE>,<TIME>,v'], (i) => `${day(i).replaceAll('-', '')},${hhmm(i) * 100},${value(i)}`),
  ],
  [
    'milliseconds after the clock',
    table(['Date,Time,ms,LEVEL'], (i) => `${day(i).replaceAll('-', '/')},${clock(i)}:00,0,${value(i)}`),
  ],
  [
    'the span of each row in place of a clock',
    table(['Date,Hours,SE3'], (i) => `${day(i)},${clock(i)} - ${clock(i + 1)},${value(i)}`),
  ],
  [
    'AM and PM and a zone in columns of their own',
    table(
      ['Date,Time,AM/PM,TZ,V'],
      (i) => `${us(i - 10)},${hour12(i - 10)}:${minute(i - 10)},${half(i - 10)},EST,${value(i)}`,
    ),
  ],
  [
    'parts of a date in Finnish, with a clock',
    table(
      ['Asema,Vuosi,Kuukausi,Päivä,Aika [UTC],Lämpötila'],
      (i) => `Helsinki,2024,3,${at(i).getUTCDate()},${clock(i)},${value(i)}`,
    ),
  ],
  [
    'names of parts in capitals',
    table(
      ['YEAR,MO,DY,HR,MN,T2M'],
      (i) => `2024,3,${at(i).getUTCDate()},${at(i).getUTCHours()},${Number(minute(i))},${value(i)}`,
    ),
  ],
  [
    'dates and clocks of two zones without a header, clocks without a sign',
    table(
      [],
      (i) =>
        `${day(i).replaceAll('-', '')} ${clock(i).replace(':', '')} ${day(i - 14).replaceAll('-', '')} ${clock(i - 14).replace(':', '')} ${value(i)}`,
    ),
  ],
  [
    'names that look like units, above the units',
    table(
      ['date,time,DOY,H', '[yyyy-mm-dd],[HH:MM],[ddd.ddd],[W+1m-2]'],
      (i) => `${day(i)},${clock(i)},${(dayOfYear(i) + (days(i) % 1)).toFixed(3)},${value(i)}`,
    ),
  ],
  ['MATLAB day numbers', table(['datenum,T'], (i) => `${(days(i) + 719_529).toFixed(6)},${value(i)}`)],
  [
    'day numbers in the first column, whatever it is called',
    table(['days,T'], (i) => `${(days(i) + 719_529).toFixed(6)},${value(i)}`),
  ],
  [
    'day numbers and decimal years next to the time',
    table(
      ['date,datenum,decimal_year,T'],
      (i) =>
        `${iso(i)},${(days(i) + 719_529).toFixed(6)},${(2024 + dayOfYear(i) / 366 + i / 1e5).toFixed(7)},${value(i)}`,
    ),
  ],
  [
    'a number of a station in every row',
    table(
      ['STN YYYY MM DD HH mm TEMP'],
      (i) => `725 ${day(i).replaceAll('-', ' ')} ${clock(i).replace(':', ' ')} ${value(i)}`,
    ),
  ],
  [
    'other numbers of what is measured, and its interval',
    table(
      ['Site Num,POC,Serial Number,Interval,time,v'],
      (i) => `1103,1,10001234,1800,${iso(i)},${value(i)}`,
    ),
  ],
  [
    'a single cell in a column of numbers',
    table(['time,v,firmware'], (i) => `${iso(i)},${value(i)},${i === 0 ? '10001234' : ''}`),
  ],
];

describe('the columns of a table', () => {
  it.each(TABLES)('are found: %s', async (_name, text, options) => {
    const found = await read(text, options);
    expect(found.times).toEqual(HALF_HOURS);
    expect(found.values).toEqual(VALUES);
    expect(found.warnings).toEqual([]);
  });

  it('are found below several lines of remarks: KNMI, hours up to 24', async () => {
    const found = await read(
      table(
        ['# BRON: KNMI', '# T = temperatuur in 0.1 C', '# STN,YYYYMMDD,HH,   T', ''],
        (i) =>
          `  260,202403${pad(4 + Math.floor(i / 24))},${String((i % 24) + 1).padStart(5)},${String(200 + i).padStart(5)}`,
      ),
    );
    expect(found.names).toEqual(['T']);
    expect(found.times).toEqual(
      Array.from({ length: ROWS }, (_, i) => new Date(Date.UTC(2024, 2, 4, i + 1)).toISOString()),
    );
    expect(found.values).toEqual(Array.from({ length: ROWS }, (_, i) => [200 + i]));
    expect(found.warnings).toEqual([]);
  });

  it.each([
    ['Ora/Hour', ';'],
    ['Godzina', ','],
    ['OPR_HR', ','],
  ])('are found: hours from 1 to 24 under %s', async (name, delimiter) => {
    const found = await read(
      table([`Date${delimiter}${name}${delimiter}v`], (i) =>
        [`2024-03-${pad(4 + Math.floor(i / 24))}`, (i % 24) + 1, value(i)].join(delimiter),
      ),
    );
    expect(found.times.slice(22, 25)).toEqual([
      '2024-03-04T23:00:00.000Z',
      '2024-03-05T00:00:00.000Z',
      '2024-03-05T01:00:00.000Z',
    ]);
    expect(found.values).toEqual(VALUES);
  });

  it('are found: years and months of small letters, of the weather service', async () => {
    const found = await read(
      table(
        ['Heathrow', '   yyyy  mm   tmax', '              degC'],
        (i) => `   ${1990 + Math.floor(i / 12)}  ${String((i % 12) + 1).padStart(2)}  ${value(i)}`,
      ),
    );
    expect(found.names).toEqual(['tmax']);
    expect(found.times[13]).toBe('1991-02-01T00:00:00.000Z');
  });

  it('are found: a year and the name of a month', async () => {
    const months = ['Januar', 'Februar', 'März', 'April', 'Mai', 'Juni'];
    const found = await read(
      table(
        ['Jahr;Monat;Index'],
        (i) => `${2000 + Math.floor(i / 6)};${months[i % 6]};${value(i).replace('.', ',')}`,
      ),
    );
    expect(found.times.slice(5, 8)).toEqual([
      '2000-06-01T00:00:00.000Z',
      '2001-01-01T00:00:00.000Z',
      '2001-02-01T00:00:00.000Z',
    ]);
    expect(found.values).toEqual(VALUES);
  });

  it.each(['response_time', 'travel time', 'uptime'])('are no clocks: numbers under %s', async (name) => {
    const found = await read(
      table([`date,host,${name}`], (i) => `2024-03-${pad(4 + Math.floor(i / 2))},h${i % 2},${(i * 7) % 60}`),
    );
    expect(found.names).toEqual([name]);
    expect(found.values).toEqual(HALF_HOURS.map((_, i) => [(i * 7) % 60]));
  });

  it('are no times by the name alone', async () => {
    const found = await read(table(['created by,v'], (i) => `user-${i % 7}-0,${value(i)}`));
    expect(found.time).toBeUndefined();
    expect(found.values).toEqual(VALUES);
    expect(found.warnings).toEqual([]);
  });

  it('are found: hours of work on each day are no hours of the clock', async () => {
    const found = await read(
      table(
        ['date,work hours,v'],
        (i) => `${new Date(START + i * 86_400_000).toISOString().slice(0, 10)},${i % 9},${value(i)}`,
      ),
    );
    expect(found.names).toEqual(['work hours', 'v']);
  });

  it('are found: date and hour without a header', async () => {
    const found = await read(
      table([], (i) => `2024-03-${pad(4 + Math.floor(i / 24))},${i % 24},${value(i)}`),
    );
    expect(found.names).toEqual(['column3']);
    expect(found.times[25]).toBe('2024-03-05T01:00:00.000Z');
    expect(found.values).toEqual(VALUES);
  });

  it('are found: a year, a month and a decimal year of other names', async () => {
    const found = await read(
      table(
        ['year mon decdate co2'],
        (i) =>
          `${1980 + Math.floor(i / 12)} ${(i % 12) + 1} ${(1980 + (i + 0.5) / 12).toFixed(4)} ${value(i)}`,
      ),
    );
    expect(found.names).toEqual(['co2']);
    expect(found.times[13]).toBe('1981-02-01T00:00:00.000Z');
  });

  it('are the seconds of an oscilloscope', async () => {
    const found = await read(
      table(['Model,DSOX', 'second,Volt'], (i) => `${(i / 1000 - 0.01).toExponential(6)},${value(i)}`),
    );
    expect(found.names).toEqual(['Volt']);
    expect(found.times.slice(9, 12)).toEqual([
      '1969-12-31T23:59:59.999Z',
      '1970-01-01T00:00:00.000Z',
      '1970-01-01T00:00:00.001Z',
    ]);
  });

  it.each([
    ['texts that are no halves of the day', ['time,ap,v'], (i: number) => `${iso(i)},AP${i % 2},${value(i)}`],
    ['a counter in the hundred thousands', ['time,v'], (i: number) => `${iso(i)},${739_000 + 3 * i}`],
    ['a meter among the years', ['time,kWh'], (i: number) => `${iso(i)},${(1980 + i / 20).toFixed(2)}`],
    ['two numbers without a header', [], (i: number) => `${iso(i)},${i % 13},${2024 + (i % 2)}`],
  ] as const)('are no times where they only look so: %s', async (_name, head, row) => {
    const found = await read(table(head, row));
    expect(found.times).toEqual(HALF_HOURS);
    expect(found.values).toEqual(
      HALF_HOURS.map((_, i) =>
        row(i)
          .split(',')
          .slice(1)
          .map(Number)
          .filter((number) => !Number.isNaN(number)),
      ),
    );
  });

  it('reports AM and PM that the named columns leave out', async () => {
    const text = table(
      ['Date,Time,AM/PM,V'],
      (i) => `${us(i)},${hour12(i)}:${minute(i)},${half(i)},${value(i)}`,
    );
    const { warnings } = await read(text, { time: ['Date', 'Time'] });
    expect(warnings.join('\n')).toMatch(/column "AM\/PM" holds AM and PM, .*--time Date,Time,AM\/PM/);
  });

  it('reports a station whose number changes further down', async () => {
    const rows = (station: number, offset: number) => (i: number) =>
      `${station},${iso(i + offset)},${value(i)}`;
    const text = table(['STN,time,v'], rows(260, 0), 300) + table([], rows(270, 300), 5);
    const { warnings } = await read(text, { sampleRows: 100 });
    expect(warnings.join('\n')).toMatch(/row 301: column "STN" changes from "260" to "270"; .*--key STN/);
  });
});

describe('a year with the day before the month', () => {
  const ydm = (first: number) =>
    table(['Date,kWh'], (i) => {
      const time = new Date(Date.UTC(2024, 2, first, i)).toISOString();
      return `2024/${time.slice(8, 10)}/${time.slice(5, 7)} ${time.slice(11, 16)},${value(i)}`;
    });
  const hours = (first: number): string[] =>
    Array.from({ length: ROWS }, (_, i) => new Date(Date.UTC(2024, 2, first, i)).toISOString());

  it('is read where no other order has all dates', async () => {
    const found = await read(ydm(12));
    expect(found.times).toEqual(hours(12));
    expect(found.warnings).toEqual([]);
  });

  it('is read with a warning where only the steps between the rows say so', async () => {
    const found = await read(ydm(3));
    expect(found.times).toEqual(hours(3));
    expect(found.warnings.join('\n')).toMatch(
      /"2024\/03\/03 00:00" can have the day or the month first; .*--time-format/,
    );
  });

  it('is not taken for the usual order, be the days or the months even', async () => {
    const found = await read(
      table(['Date,kWh'], (i) => `2024/03/${pad(1 + Math.floor(i / 24))} ${pad(i % 24)}:00,${value(i)}`),
    );
    expect(found.times[25]).toBe('2024-03-02T01:00:00.000Z');
    const monthly = await read(table(['Date,kWh'], (i) => `2024/${pad(i + 1)}/01,${value(i)}`, 12));
    expect(monthly.times[11]).toBe('2024-12-01T00:00:00.000Z');
    expect([...found.warnings, ...monthly.warnings]).toEqual([]);
  });
});

describe('a cell that is doubtful', () => {
  const WARNED: readonly [name: string, text: string, warning: RegExp][] = [
    [
      'IST is of three countries',
      table(['time,v'], (i) => `${iso(i).slice(0, 19)} IST,${value(i)}`),
      /IST is read as the time of India \(UTC\+05:30\); it may be of Israel or Ireland \(--time-zone decides/,
    ],
    [
      'digits beyond 2^53',
      table(['time,counter'], (i) => `${iso(i)},${9_007_199_254_740_993n + 7n * BigInt(i)}`),
      /row 1: column "counter": 9007199254740993 has more digits than a number holds; read as 9007199254740992/,
    ],
    [
      'signs in words in another column',
      table(['Datum;Af Bij;Bedrag'], (i) => `${iso(i)};${i % 3 === 0 ? 'Af' : 'Bij'};${value(i)}`),
      /column "Af Bij": "Af" and "Bij" seem to be the signs of the numbers .*--key "Af Bij"/,
    ],
    [
      'years of the Buddhist calendar',
      table(['date,v'], (i) => `14/3/2567 ${pad(i % 24)}:00,${value(i)}`, 24),
      /column "date": "14\/3\/2567 00:00" is read as the year 2567; if it is of the Buddhist calendar/,
    ],
    [
      'a text that looks like a time, where no column is one',
      table(['Stamp,v'], (i) => `week ${i} of 2024,${value(i)}`),
      /row 1: column "Stamp": "week 0 of 2024" looks like a time .*--time "Stamp" with --time-format/,
    ],
  ];

  it.each(WARNED)(
    'is read with a warning, which is an error where asked for: %s',
    async (_name, text, warning) => {
      const { warnings } = await read(text);
      expect(warnings.join('\n')).toMatch(warning);
      await expect(read(text, { strict: true })).rejects.toThrow(warning);
    },
  );

  it('has the zone that is named where its abbreviation is of several', async () => {
    const text = table(['time,v'], (i) => `${iso(i).slice(0, 19)} IST,${value(i)}`);
    const { times, warnings } = await read(text, { timeZone: 'Asia/Jerusalem' });
    expect(times[0]).toBe('2024-03-03T20:00:00.000Z');
    expect(warnings).toEqual([]);
  });

  const REFUSED: readonly [name: string, text: string, message: RegExp][] = [
    [
      'a unit next to others',
      table(['time,mem'], (i) => `${iso(i)},${i === 40 ? '20746 KiB' : `${value(i)} MiB`}`),
      /row 41: column "mem": "20746 KiB" is in another unit, KiB, than the other cells, which are in MiB; .*--value/,
    ],
    [
      'a number without the suffix of the others',
      table(['time,reqs'], (i) => `${iso(i)},${i === 40 ? '981.96' : `${value(i)}K`}`),
      /row 41: column "reqs": "981.96" has no unit, unlike the other cells, which are in K/,
    ],
    [
      'states in words',
      table(['time,valve'], (i) => `${iso(i)},${i % 9 === 0 ? 'Manual' : 'Auto'}`),
      /row 1: column "valve": "Manual" is no number \(states .*--delimiter/,
    ],
    [
      'a column called a time whose texts are none',
      table(['Created (UTC),v'], (i) => `day ${i} of 2024,${value(i)}`),
      /row 1: column "Created \(UTC\)": .* is not a time that is recognised; --time-format/,
    ],
  ];

  it.each(REFUSED)('is refused before the first row is read: %s', async (_name, text, message) => {
    await expect(read(text)).rejects.toThrow(message);
  });

  it('ends the rows where the header of another table stands', async () => {
    const text = `${table(['time,v'], (i) => `${iso(i)},${value(i)}`)}\nhost,count\nweb,3\n`;
    await expect(read(text)).rejects.toThrow(
      /row 61: "host,count" holds names .*the header of another table/,
    );
  });
});

describe('columns of covariates', () => {
  const text = table(['time,load,celsius,flag'], (i) => `${iso(i)},${value(i)},${i % 7},${i % 2}`);

  it('are read apart from the values, in the order in which they are named', async () => {
    const { table: opened, rows } = await readCsv(text, {
      covariates: ['flag', 'celsius'],
      onWarning: 'silent',
    });
    expect(opened.columns).toMatchObject({ value: ['load'], covariates: ['flag', 'celsius'] });
    expect(rows.map((row) => row.covariates)).toEqual(rows.map((_, i) => [i % 2, i % 7]));
    expect(rows[3]).toMatchObject({ value: [Number(value(3))], text: { value: [value(3)] } });
    const without = await readCsv(text, { value: 'load' });
    expect(without.rows.every((row) => !('covariates' in row))).toBe(true);
    expect(without.table.columns).not.toHaveProperty('covariates');
  });

  it('report what cannot be read as other columns do', async () => {
    const holed = text.replace(/,3,1$/m, ',,x');
    const { rows } = await readCsv(holed, { covariates: ['celsius', 'flag'], onWarning: 'silent' });
    const [row] = rows.filter(({ problems }) => problems.length > 0);
    expect(row!.covariates).toEqual([Number.NaN, Number.NaN]);
    expect(row!.problems.map(({ kind, column }) => [kind, column])).toEqual([
      ['missing', 'celsius'],
      ['notANumber', 'flag'],
    ]);
  });

  it('are refused where they are not there, hold no numbers, or are something else already', async () => {
    await expect(readCsv(text, { covariates: 'wind' })).rejects.toThrow('no column "wind"');
    await expect(readCsv(text, { value: 'load', covariates: 'load' })).rejects.toThrow(
      'column "load" cannot be a covariate, too',
    );
    await expect(readCsv(text, { covariates: [] })).rejects.toThrow(
      'expected covariates to be one column or more',
    );
  });
});

import { describe, expect, it } from 'vitest';
import type { CsvColumns, CsvOptions } from '../../../src/sources/index.ts';
import { readCsv } from './csvOf.ts';

/** A file of `count` rows under a header. */
function file(header: string, row: (i: number) => string, count = 20): string {
  return `${header}\n${Array.from({ length: count }, (_, i) => row(i)).join('\n')}\n`;
}
const iso = (i: number): string => new Date(Date.UTC(2014, 0, 1) + i * 3_600_000).toISOString();
const wave = (i: number): string => (Math.sin(i) * 10).toFixed(3);
const epoch = (i: number): number => 1_600_000_000 + i * 60;

async function columnsOf(content: string, options?: CsvOptions): Promise<CsvColumns> {
  return (await readCsv(content, options)).table.columns;
}

describe('the guess of columns', () => {
  it.each<[string, string, CsvColumns]>([
    [
      'a time and a value',
      file('timestamp,value', (i) => `${iso(i)},${wave(i)}`),
      { time: 'timestamp', value: ['value'] },
    ],
    [
      'several values',
      file('Date,rpm,temp', (i) => `${iso(i)},${i % 3},${wave(i)}`),
      { time: 'Date', value: ['rpm', 'temp'] },
    ],
    [
      'a time that is not first',
      file('host,v,created', (i) => `web,${wave(i)},${iso(i)}`),
      { time: 'created', value: ['v'] },
    ],
    [
      'an epoch named so',
      file('v,event_time', (i) => `${wave(i)},${epoch(i)}`),
      { time: 'event_time', value: ['v'] },
    ],
    [
      'an epoch out of order',
      file('EventTime,v', (i) => `${epoch(i ^ 1)},${wave(i)}`),
      { time: 'EventTime', value: ['v'] },
    ],
    [
      'a first column that looks like an epoch',
      file('x,v', (i) => `${epoch(i)},${wave(i)}`),
      { time: 'x', value: ['v'] },
    ],
    [
      'seconds since the start',
      file('Time (s),v', (i) => `${i / 10},${wave(i)}`),
      { time: 'Time (s)', value: ['v'] },
    ],
    [
      'a time and its epoch',
      file('ts_ms,date,v', (i) => `${(i * 7) % 5},${iso(i)},${wave(i)}`),
      { time: 'date', value: ['ts_ms', 'v'] },
    ],
    ['days as numbers', file('day,v', (i) => `${20140110 + i},${wave(i)}`), { time: 'day', value: ['v'] }],
    [
      'months',
      file('Month,Passengers', (i) => `19${49 + i}-01,${112 + (i % 7)}`),
      { time: 'Month', value: ['Passengers'] },
    ],
    [
      'big first values that go up and down',
      file('bytes,v', (i) => `${1.5e9 + (i % 3)},${wave(i)}`),
      { value: ['bytes', 'v'] },
    ],
    [
      'a value named like a time',
      file('timestamp,travel_time', (i) => `${iso(i)},${300 + (i % 5)}`),
      { time: 'timestamp', value: ['travel_time'] },
    ],
    ['a single column', file('load', wave), { value: ['load'] }],
    ['a ramp alone', file('value', (i) => `${i}`), { value: ['value'] }],
    [
      'gaps in the sample',
      file('time,v', (i) => (i % 3 ? `${iso(i)},` : `${iso(i)},${wave(i)}`)),
      { time: 'time', value: ['v'] },
    ],
    [
      'values that come later',
      file('time,v', (i) => (i < 300 ? `${iso(i)},` : `${iso(i)},1`), 310),
      { time: 'time', value: ['v'] },
    ],
    ['names in any script', file('时间,温度', (i) => `${iso(i)},${i}`), { time: '时间', value: ['温度'] }],
    [
      'a short ramp',
      file('time,温度,°', (i) => `${iso(i)},${i},${wave(i)}`, 4),
      { time: 'time', value: ['温度', '°'] },
    ],
    ['a header alone', 'timestamp,value\n', { time: 'timestamp', value: ['value'] }],
    ['one event', 'timestamp,value\n2014-01-01,5\n', { time: 'timestamp', value: ['value'] }],
  ])('finds %s', async (_, content, columns) => expect(await columnsOf(content)).toEqual(columns));

  it.each([
    ['row numbers under a name', file('index,time,v', (i) => `${i},${iso(i)},${wave(i)}`), 'index'],
    ['row numbers under a blank', file(',time,v', (i) => `${i},${iso(i)},${wave(i)}`), 'column1'],
    ['row numbers in a first column', file('foo,time,v', (i) => `${i + 1},${iso(i)},${wave(i)}`), 'foo'],
    [
      'the row numbers of pandas',
      file('Unnamed: 0,time,v', (i) => `${i},${iso(i)},${wave(i)}`),
      'Unnamed: 0',
    ],
    [
      'numeric identifiers',
      file('time,reading_id,v', (i) => `${iso(i)},${(7 * i) % 61},${wave(i)}`),
      'reading_id',
    ],
  ])('does not model %s, and says so', async (_, content, column) => {
    const { table } = await readCsv(content);
    expect(table.columns.value).toEqual(['v']);
    expect(table.guessed).toContain(`column "${column}" left out: it numbers the rows or what they are of`);
  });

  it.each(['label', 'Label', 'is_anomaly', 'anomaly', 'isAnomaly'])(
    'does not model a %s of zeros and ones',
    async (name) => {
      const content = file(`time,v,${name}`, (i) => `${iso(i)},${wave(i)},${i === 7 ? 1 : 0}`);
      expect(await columnsOf(content)).toEqual({ time: 'time', value: ['v'], label: name });
      expect(await columnsOf(content, { value: [name, 'v'] })).toEqual({ time: 'time', value: [name, 'v'] });
    },
  );

  it('models an anomaly column that holds more than zeros and ones', async () => {
    const content = file('time,anomaly', (i) => `${iso(i)},${wave(i)}`);
    expect(await columnsOf(content)).toEqual({ time: 'time', value: ['anomaly'] });
  });

  it('reads what is named and guesses the rest', async () => {
    const content = file('time,a,b,host,bad', (i) => `${iso(i)},${wave(i)},${i % 4},web-${i % 2},0`);
    expect(await columnsOf(content, { value: 'b', key: 'host', label: 'bad' })).toEqual({
      time: 'time',
      value: ['b'],
      key: 'host',
      label: 'bad',
    });
    expect(await columnsOf(content, { key: 'host', label: 'bad' })).toMatchObject({ value: ['a', 'b'] });
  });

  it('tells what it guessed, and nothing where all is named', async () => {
    const content = file('time,a,host', (i) => `${epoch(i)};${wave(i)};web`.replaceAll(';', ','));
    expect((await readCsv(content)).table.guessed).toEqual([
      'time column "time" (guessed)',
      'times read as epoch seconds (guessed)',
      'value column "a" (guessed)',
      'column "host" left out: text',
    ]);
    const plain = file('time,a', (i) => `${iso(i)},${wave(i)}`);
    expect((await readCsv(plain, { time: 'time', value: 'a' })).table.guessed).toEqual([]);
  });
});

describe('the guess of the header', () => {
  it('calls the column of a file with only one after its position', async () => {
    const { table } = await readCsv('7\n9\n8\n');
    expect(table.guessed[0]).toBe('no header row; the column is called column1');
  });

  it('calls the columns of a file without one after their position', async () => {
    const content = file('', (i) => `${iso(i)},web,${wave(i)}`).trimStart();
    const { table, rows } = await readCsv(content);
    expect(table.header).toEqual(['column1', 'column2', 'column3']);
    expect(table.columns).toEqual({ time: 'column1', value: ['column3'] });
    expect(table.guessed[0]).toBe('no header row; the columns are called column1 to column3');
    expect(rows).toHaveLength(20);
    expect(rows[0]).toMatchObject({ row: 1, time: Date.UTC(2014, 0, 1) });
  });

  it('knows a header of numbers by the name over the times', async () => {
    const content = file('time,1,2', (i) => `${iso(i)},${wave(i)},${i % 5}`);
    expect(await columnsOf(content)).toEqual({ time: 'time', value: ['1', '2'] });
  });

  it('takes a first row that holds a named column for the header', async () => {
    const content = file('1,2', (i) => `${wave(i)},${wave(i + 1)}`);
    expect((await readCsv(content)).rows).toHaveLength(21);
    expect((await readCsv(content, { value: '2' })).rows).toHaveLength(20);
  });

  it('tells columns of the same name apart', async () => {
    const content = file('time,v,v,v_2', (i) => `${iso(i)},1,2,3`);
    const { table, rows } = await readCsv(content);
    expect(table.header).toEqual(['time', 'v', 'v_3', 'v_2']);
    expect(table.guessed).toContain('column 3 is called "v_3": there is a "v" before it');
    expect(rows[0]!.value).toEqual([1, 2, 3]);
  });
});

describe('the guess of the delimiter', () => {
  it.each([
    ['decimal commas outnumber semicolons', file('t;a;b', (i) => `${iso(i)};1,5;2,${i}`), [1.5, 2]],
    ['decimal commas without a header', file('', (i) => `${iso(i)};1,${i}`).trimStart(), [1]],
    ['text is full of semicolons', file('t,note,v', (i) => `${iso(i)},a;b;c;d,${i % 3}`), [0]],
    ['decimal commas stand alone', file('v', (i) => `${i % 2},5`), [0.5]],
    ['decimal commas are quoted between commas', file('t,v', (i) => `${iso(i)},"0,2${i}"`), [0.2]],
  ])('holds where %s', async (_, content, value) => {
    expect((await readCsv(content)).rows[0]!.value).toEqual(value);
  });

  it('gives way to the one that is named', async () => {
    const { table } = await readCsv('t#v\n2014-01-01#5\n', { delimiter: '#' });
    expect(table.columns).toEqual({ time: 't', value: ['v'] });
  });
});

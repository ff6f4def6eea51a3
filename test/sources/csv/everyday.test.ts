import { describe, expect, it } from 'vitest';
import type { CsvOptions } from '../../../src/sources/index.ts';
import { readCsv } from './csvOf.ts';

const ROWS = 60;
const value = (i: number): string => (20 + 3 * Math.sin(i / 5)).toFixed(2);
const at = (i: number): Date => new Date(Date.UTC(2024, 2, 20, 0, 15 * i));
const stamp = (i: number): string => at(i).toISOString().slice(0, 19).replace('T', ' ');
const table = (head: readonly string[], row: (i: number) => string, rows: number = ROWS): string =>
  `${[...head, ...Array.from({ length: rows }, (_, i) => row(i))].join('\n')}\n`;

async function read(text: string, options: CsvOptions = {}): ReturnType<typeof readCsv> {
  return readCsv(text, options);
}
const warningsOf = async (text: string, options: CsvOptions = {}): Promise<string[]> => {
  const warnings: string[] = [];
  await read(text, { ...options, onWarning: (line) => warnings.push(line) });
  return warnings;
};

describe('a zone', () => {
  it.each(['Time (UTC)', 'time_utc', 'TimeGenerated [UTC]', 'datetime_gmt'])(
    'in the name %s counts more than --time-zone',
    async (name) => {
      const text = table([`${name},v`], (i) => `${stamp(i)},${value(i)}`);
      const { table: opened, rows } = await read(text, { timeZone: 'Europe/Berlin' });
      expect(rows[1]!.time).toBe(at(1).getTime());
      expect(opened.guessed.join()).toMatch(/(?:UTC|GMT) by the column's name/);
    },
  );

  it('that is that of a place in the name gives way to --time-zone, which knows summer time', async () => {
    const text = table(['Zeit (MEZ);v'], (i) => `01.07.2024 ${10 + (i % 10)}:00;${value(i)}`, 9);
    const { rows } = await read(text, { timeZone: 'Europe/Berlin' });
    expect(rows[0]!.time).toBe(Date.UTC(2024, 6, 1, 8));
  });

  it('that shows an hour twice does not make series out of it, nor hides the column that has them', async () => {
    const start = Date.UTC(2026, 9, 24, 22);
    const wall = (i: number): string => {
      const time = start + 60_000 * i;
      const summer = time < Date.UTC(2026, 9, 25, 1) ? 2 : 1;
      return new Date(time + summer * 3_600_000).toISOString().slice(0, 19).replace('T', ' ');
    };
    const one = table(['time,v'], (i) => `${wall(i)},${value(i)}`, 600);
    const options = { timeZone: 'Europe/Berlin' };
    expect(await warningsOf(one, options)).toEqual([]);
    expect((await read(one, options)).rows.map(({ time }) => time)).toEqual(
      Array.from({ length: 600 }, (_, i) => start + 60_000 * i),
    );
    const two = table(['time,host,v'], (i) => `${wall(i >> 1)},${'ab'[i % 2]},${value(i)}`, 1200);
    expect(await warningsOf(two, options)).toEqual([]);
    const { table: opened, rows } = await read(two, options);
    expect(opened.columns.key).toBe('host');
    expect(rows.map(({ time }) => time)).toEqual(
      Array.from({ length: 1200 }, (_, i) => start + 60_000 * (i >> 1)),
    );
    // Rows of the same time are still rows of several series.
    const twice = table(['time,v'], (i) => `${wall(i >> 1)},${value(i)}`, 1200);
    expect(await warningsOf(twice, options)).toEqual([
      expect.stringMatching(/row 2: .* of an earlier row too/),
    ]);
  });

  it.each([
    ['five minutes', 5, 3, 60],
    ['quarters of an hour', 15, 2, 48],
    ['half hours', 30, 4, 24],
    ['hours of one day', 60, 3, 25],
  ])(
    'that is not known and shows an hour twice does not hide the column of series: %s',
    async (_name, minutes, series, times) => {
      const start = Date.UTC(2026, 9, 24, 23);
      const wall = (i: number): string => {
        const time = start + 60_000 * minutes * i;
        const summer = time < Date.UTC(2026, 9, 25, 1) ? 2 : 1;
        return new Date(time + summer * 3_600_000).toISOString().slice(0, 16).replace('T', ' ');
      };
      const text = table(
        ['time,host,v'],
        (i) => `${wall(Math.floor(i / series))},h${i % series},${value(i)}`,
        series * times,
      );
      expect((await read(text)).table.columns.key).toBe('host');
      expect(await warningsOf(text)).toEqual([
        expect.stringMatching(/column "time": .*, as clocks do at the end of summer time; --time-zone/),
      ]);
      const { table: zoned } = await read(text, { timeZone: 'Europe/Berlin' });
      expect(zoned.columns.key).toBe('host');
    },
  );

  it('that is not known makes no second hour of series that have an hour each, one below the other', async () => {
    const text = table(
      ['time,host,v'],
      (i) => `2026-10-25 02:${String(i % 60).padStart(2, '0')},${i < 60 ? 'a' : 'b'},${value(i)}`,
      120,
    );
    expect((await read(text)).table.columns.key).toBe('host');
    expect(await warningsOf(text)).toEqual([]);
  });

  it('that only some of the cells have is a warning with the reading of the others', async () => {
    const text = table(['time,v'], (i) => `${stamp(i)}${i < 40 ? 'Z' : ''},${value(i)}`);
    expect(await warningsOf(text, { timeZone: 'Europe/Berlin' })).toEqual([
      expect.stringMatching(
        /row 41: .* has no zone, unlike ".*Z"; read as Europe\/Berlin \(--time-zone decides\)/,
      ),
    ]);
    expect(await warningsOf(text)).toEqual([expect.stringMatching(/read as UTC/)]);
  });

  it('in hours in a column of its own belongs to the time', async () => {
    const text = table(['timestamp,utc_offset,v'], (i) => `${stamp(i)},-5,${value(i)}`);
    const { table: opened, rows } = await read(text);
    expect(opened.columns.value).toEqual(['v']);
    expect(rows[1]!.time).toBe(at(1).getTime() + 5 * 3_600_000);
  });
});

describe('the time', () => {
  it.each([
    ['is not the date of the export', (i: number) => `2024-04-01 00:00:00,${stamp(i)},${value(i)}`],
    ['is not a date without order', (i: number) => `19${50 + ((i * 7) % 40)}-05-11,${stamp(i)},${value(i)}`],
  ])('%s', async (_, row) => {
    const { table: opened, rows } = await read(table(['date,visit_date,v'], row));
    expect(opened.columns.time).toBe('visit_date');
    expect(rows[3]!.time).toBe(at(3).getTime());
  });

  it('has the date of its clocks, though that is the same throughout', async () => {
    const text = table(['date,time,v'], (i) => `2024-03-20,${stamp(i).slice(11)},${value(i)}`);
    expect((await read(text)).rows[3]!.time).toBe(at(3).getTime());
  });

  it.each([
    ['KW 02/2024', '2024-01-08'],
    ['2024 KW 2', '2024-01-08'],
    ['CW 1 2024', '2024-01-01'],
  ])('of a week is read: %s', async (text, day) => {
    const { rows } = await read(table(['week;v'], (i) => `${text};${value(i)}`, 3));
    expect(new Date(rows[0]!.time!).toISOString().slice(0, 10)).toBe(day);
  });

  it('of a counter that has begun anew is a warning', async () => {
    const text = table(['millis,v'], (i) => `${(4_294_950_000 + i * 1000) % 4_294_967_296},${value(i)}`);
    expect(await warningsOf(text)).toEqual([
      expect.stringMatching(/column "millis": .* modelled as a number/),
    ]);
  });
});

describe('a row that is no event', () => {
  it('is a total without a name, by its sum', async () => {
    const values = Array.from({ length: ROWS }, (_, i) => value(i));
    const sum = values.map(Number).reduce((a, b) => a + b, 0);
    const text = `${table(['date,v'], (i) => `${stamp(i)},${values[i]}`)},${sum.toFixed(2)}\n`;
    const { rows } = await read(text, { onWarning: 'silent' });
    expect(rows).toHaveLength(ROWS);
    expect(await warningsOf(text)).toEqual([expect.stringMatching(/row 61: .* left out: it sums up/)]);
    // Another number without a time is an event whose time is missing.
    const other = `${table(['date,v'], (i) => `${stamp(i)},${values[i]}`)},25.00\n`;
    expect((await read(other)).rows).toHaveLength(ROWS + 1);
  });

  it('is a total between the others', async () => {
    const text = table(['Date,Amount'], (i) => (i === 30 ? 'March Total,600' : `${stamp(i)},${value(i)}`));
    const { rows } = await read(text, { onWarning: 'silent' });
    expect(rows.map((row) => row.value[0])).not.toContain(600);
    expect(rows).toHaveLength(ROWS - 1);
  });

  it('describes the metrics of CloudWatch, with numbers', async () => {
    const text = table(
      ['Label,CPU,NetworkIn', 'Unit,Percent,Bytes', 'Period,300,300'],
      (i) => `${stamp(i).replaceAll('-', '/')},${value(i)},${1000 + i}`,
    );
    const { table: opened, rows } = await read(text);
    expect(opened.columns.value).toEqual(['CPU', 'NetworkIn']);
    expect(rows).toHaveLength(ROWS);
    expect(rows[0]!.value).toEqual([20, 1000]);
  });

  it('ends an archive of WinCC', async () => {
    const text = `${table(
      ['"VarName";"TimeString";"VarValue";"Validity";"Time_ms"'],
      (i) =>
        `"Tank${i % 2}";"20.03.2024 ${String(i % 24).padStart(2, '0')}:00:00";${value(i).replace('.', ',')};1;45371${i},5`,
      20,
    )}"$RT_OFF$";"20.03.2024 23:00:00";0;2;45387416666,6667\n`;
    const { table: opened, rows } = await read(text, { onWarning: 'silent' });
    expect(opened.columns).toEqual({ time: 'TimeString', value: ['VarValue'], key: 'VarName' });
    expect(rows).toHaveLength(20);
    expect(rows[1]!.value).toEqual([20.6]);
  });
});

describe('what measures nothing', () => {
  it.each([
    [
      'a scale of equal steps in the first column',
      'distance_m,v',
      (i: number) => `${(i / 4).toFixed(2)},${value(i)}`,
    ],
    [
      'a number of measurements, with gaps',
      'time,v,Measurement sequence number',
      (i: number) => `${stamp(i)},${value(i)},${5000 + 3 * i}`,
    ],
    ['a column of -999', 'time,v,p', (i: number) => `${stamp(i)},${value(i)},-999`],
    [
      'a numbered node, whose rows come in turn',
      'timestamp,node,v',
      (i: number) => `${stamp(i)},${17 + 6 * (i % 2)},${value(i)}`,
    ],
    ['the offset of a clock in seconds', 'time,timezone,v', (i: number) => `${stamp(i)},3600,${value(i)}`],
  ])('is not modelled: %s', async (_, head, row) => {
    const { table: opened } = await read(table([head], row));
    expect(opened.columns.value).toEqual(['v']);
  });

  it('separates series where it is the number of a node', async () => {
    const { rows } = await read(
      table(['timestamp,node,v'], (i) => `${stamp(i)},${17 + 6 * (i % 2)},${value(i)}`),
    );
    expect(rows.slice(0, 2).map((row) => row.key)).toEqual(['17', '23']);
  });

  it('is a column a year, though there are lines above it', async () => {
    const text = table(
      ['"Data Source","Indicators"', '"Country","Code","1990","1991","1992","1993"'],
      (i) => `"C${i}","C${i}",${value(i)},${value(i + 1)},${value(i + 2)},${value(i + 3)}`,
    );
    await expect(read(text)).rejects.toThrow('"1990", "1991" and 2 more are called like times');
  });
});

describe('states', () => {
  it.each([
    ['t', 'f'],
    ['Y', 'N'],
    ['OPEN', 'CLOSED'],
    ['running', 'stopped'],
    ['home', 'not_home'],
  ])('%s and %s are 1 and 0 in a column of nothing else', async (one, zero) => {
    const text = table(['time,state,v'], (i) => `${stamp(i)},${i % 7 < 3 ? one : zero},${value(i)}`);
    const { table: opened, rows } = await read(text);
    expect(opened.columns.value).toEqual(['state', 'v']);
    expect(rows.slice(2, 4).map((row) => row.value[0])).toEqual([1, 0]);
    expect(opened.guessed.join()).toContain(`"${one}" as 1, "${zero}" as 0`);
  });

  it('are no states next to a third text, and Open is a price', async () => {
    const other = table(
      ['time,state,v'],
      (i) => `${stamp(i)},${['open', 'closed', 'stuck'][i % 3]},${value(i)}`,
    );
    expect((await read(other)).table.columns.value).toEqual(['v']);
    const prices = table(['Date,Open,Close'], (i) => `${stamp(i)},${value(i)},${value(i + 1)}`);
    expect((await read(prices)).table.columns.value).toEqual(['Open', 'Close']);
  });

  it('of one series are read next to the numbers of another', async () => {
    const text = table(['entity_id,state,last_changed'], (i) =>
      i % 3 === 0
        ? `binary_sensor.door,${i % 2 === 0 ? 'on' : 'off'},${stamp(i)}`
        : `sensor.t,${i === 31 ? 'off' : value(i)},${stamp(i)}`,
    );
    const { table: opened, rows } = await read(text);
    expect(rows.filter(({ key }) => key === 'binary_sensor.door').map((row) => row.value[0])).toEqual(
      Array.from({ length: 20 }, (_, i) => (i % 2 === 0 ? 1 : 0)),
    );
    // A thermometer that is off has no value.
    expect(rows[31]!.problems).toHaveLength(1);
    expect(opened.guessed.join()).toContain('in the series "binary_sensor.door"');
  });
});

describe('numbers', () => {
  it('that commas have cut in two are refused', async () => {
    const cut = (i: number): string => ((i * 37.03) % 90).toFixed(2).replace('.', ',');
    const names = table(['Zeit,A,B'], (i) => `${stamp(i)},${cut(i)},${cut(i + 1)}`);
    await expect(read(names)).rejects.toThrow('row 1: 5 cells, but the header has 3');
    const numbered = table(['nr,wert'], (i) => `pump ${i},${cut(i)}`);
    await expect(read(numbered)).rejects.toThrow('may be one number with a decimal comma');
    // Without a header and other columns they can be read.
    const { rows } = await read(table([], cut));
    expect(rows[1]!.value).toEqual([37.03]);
    // Hours and minutes are no halves.
    const clocks = table([], (i) => `${stamp(i)},${i % 24},${String((i * 7) % 60).padStart(2, '0')}`);
    expect((await read(clocks)).rows).toHaveLength(ROWS);
  });

  it('that may be thousands among whole ones are refused however late they come', async () => {
    const text = table(['Datum;n'], (i) => `${stamp(i)};${i === 55 ? '3.456' : 500 + i}`);
    await expect(read(text, { sampleRows: 20 })).rejects.toThrow(
      'row 56: column "n": "3.456" can be read as a fraction or as thousands',
    );
    const { rows } = await read(text, { sampleRows: 20, decimal: ',' });
    expect(rows[55]!.value).toEqual([3456]);
  });

  it.each([
    [',', '"3,456"', 3456],
    ['\t', '3,456', 3456],
    [',', '3.456', 3.456],
    ['\t', '3.456', 3.456],
  ])(
    'between %j that are the first to have a separator, %s, are read as the warning has it',
    async (delimiter, cell, expected) => {
      const warnings: string[] = [];
      const onWarning = (line: string): void => void warnings.push(line);
      const late = (cells: Readonly<Record<number, string>>): string =>
        table([`time${delimiter}n`], (i) => `${stamp(i)}${delimiter}${cells[i] ?? i % 9}`);
      const { rows } = await read(late({ 55: cell }), { sampleRows: 20, onWarning });
      expect(rows[55]!.value).toEqual([expected]);
      expect(warnings).toEqual([
        expect.stringContaining(
          `can be read as a fraction or as thousands; read as ${expected}; --decimal decides`,
        ),
      ]);
      // After 1.5 it is no guess any more.
      await read(late({ 54: '1.5', 55: cell }), { sampleRows: 20, onWarning });
      expect(warnings).toHaveLength(1);
    },
  );

  it('in a column that is left out as text are a warning', async () => {
    const text = table(['time,v,w'], (i) => `${stamp(i)},${i < 40 ? 'starting' : value(i)},${value(i)}`);
    expect(await warningsOf(text)).toEqual([
      expect.stringMatching(
        /column "v": left out as text .* "starting", and 20 of 60 cells are numbers; --value "v"/,
      ),
    ]);
  });

  it('in cells with more than a number are a warning where nothing else moves', async () => {
    const text = table(['date;source;tmp'], (i) => `${stamp(i)};7;${200 + i}/5`);
    expect(await warningsOf(text)).toEqual([
      expect.stringMatching(/column "tmp": left out as text .*"200\/5"/),
    ]);
    const named = table(['date;source;tmp'], (i) => `${stamp(i)};${value(i)};${200 + i}/5`);
    expect(await warningsOf(named)).toEqual([]);
  });
});

describe('a file that is being written', () => {
  const whole = table(['time,v'], (i) => `${stamp(i)},${value(i)}`);

  it.each(['2', '20.', '20.5', '-', ''])('has no row yet that ends in %j', async (cell) => {
    const text = `${whole}${stamp(ROWS)},${cell}`;
    expect((await read(text, { onWarning: 'silent' })).rows).toHaveLength(ROWS);
    expect(await warningsOf(text)).toEqual([
      expect.stringMatching(/after row 60: .* the input ends in the middle of it/),
    ]);
    const quoted = text.replace('time,v', '"time","v"');
    expect((await read(quoted, { onWarning: 'silent' })).rows).toHaveLength(ROWS);
    const blanks = text.replaceAll(',', ' ');
    if (cell !== '') expect((await read(blanks, { onWarning: 'silent' })).rows).toHaveLength(ROWS);
  });

  it('has its last row where it is as long as the others, or has a line end, or numbers vary in length', async () => {
    expect((await read(`${whole}${stamp(ROWS)},20.55`)).rows).toHaveLength(ROWS + 1);
    expect((await read(`${whole}${stamp(ROWS)},2\n`)).rows).toHaveLength(ROWS + 1);
    expect((await read(`${whole.replace('20.00', '20')}${stamp(ROWS)},2`)).rows).toHaveLength(ROWS + 1);
  });
});

it('a column is named in a line of bounded length', async () => {
  const { table: opened } = await read(
    table([`time,${'x'.repeat(100_000)}`], (i) => `${stamp(i)},${value(i)}`),
  );
  expect(Math.max(...opened.guessed.map((line) => line.length))).toBeLessThan(2100);
});

describe('a code for missing values', () => {
  const long = (i: number): string =>
    `${stamp(i >> 1)},${i % 2 === 0 ? `A,${value(i)}` : `B,${i % 9 === 1 ? -999 : 1000 + i}`}`;
  it.each([
    ['among series of different sizes', 'time,sensor,v', long, 'a code for missing values'],
    [
      'in a flat series',
      'time,v',
      (i: number) => `${stamp(i)},${i % 9 === 1 ? -9999 : 5}`,
      'a code for missing values',
    ],
  ])('%s is a warning', async (_, head, row, words) => {
    expect((await warningsOf(table([head], row))).join()).toContain(words);
  });

  it('is no pulse of a flat series, nor a number of one that is negative', async () => {
    expect(await warningsOf(table(['time,v'], (i) => `${stamp(i)},${i % 9 === 1 ? 200 : 0}`))).toEqual([]);
    expect(await warningsOf(table(['time,v'], (i) => `${stamp(i)},${-999 + 90 * (i % 12)}`))).toEqual([]);
  });
});

it.each([
  ['open', 'closed'],
  ['up', 'down'],
])('%s and %s name series where they separate rows of the same time', async (one, other) => {
  const text = table(['time,which,v'], (i) => `${stamp(i >> 1)},${i % 2 === 0 ? one : other},${value(i)}`);
  expect((await read(text)).table.columns).toEqual({ time: 'time', key: 'which', value: ['v'] });
});

it('a pivoted table of Flux without annotations has fields of numbers, which are no tags', async () => {
  const text = table(
    [',result,table,_time,host,temp,hum'],
    (i) => `,_result,0,${at(i).toISOString()},x,${value(i)},${i}`,
  );
  expect((await read(text)).table.columns).toEqual({ time: '_time', key: 'host', value: ['temp', 'hum'] });
});

describe('several series whose times never meet', () => {
  const sensors: readonly string[] = ['kitchen', 'attic', 'hall'];
  it('are separated by texts that come in turn, whatever their column is called', async () => {
    const turn = (i: number): string => new Date(at(i - (i % 3)).getTime() + (i % 3) * 7000).toISOString();
    const text = table(['time,where,v'], (i) => `${turn(i)},${sensors[i % 3]},${value(i)}`);
    expect((await read(text)).table.columns).toEqual({ time: 'time', key: 'where', value: ['v'] });
    // Days of the week, and a door that opens and closes
    const days = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];
    const week = table(
      ['date,day,v'],
      (i) => `${new Date(Date.UTC(2024, 2, 4 + i)).toISOString()},${days[i % 7]},${value(i)}`,
    );
    expect((await read(week)).table.columns).toEqual({ time: 'date', value: ['v'] });
    const door = table(['time,door,v'], (i) => `${turn(i)},${i % 2 === 0 ? 'open' : 'closed'},${value(i)}`);
    expect((await read(door)).table.columns).toEqual({ time: 'time', value: ['door', 'v'] });
  });

  it('are separated where they stand below each other and the time begins anew', async () => {
    const text = table(['where,time,v'], (i) =>
      i < 30 ? `kitchen,${stamp(i + 100)},${value(i)}` : `attic,${stamp(i - 30)},${value(i)}`,
    );
    expect((await read(text)).table.columns.key).toBe('where');
    // One stream that changes its mode once
    const mode = table(['mode,time,v'], (i) => `${i < 30 ? 'heat' : 'cool'},${stamp(i)},${value(i)}`);
    expect((await read(mode)).table.columns.key).toBeUndefined();
  });

  it('are a warning where they come in no order, with values of their own', async () => {
    const which = (i: number): number => ((i * i * 7 + i) % 11) % 3;
    const text = table(
      ['time,where,v'],
      (i) => `${stamp(i)},${sensors[which(i)]},${100 * which(i) + i / 10}`,
    );
    expect(await warningsOf(text)).toEqual([
      expect.stringMatching(
        /column "where": 3 texts .* values of their own; if they name series, --key "where"/,
      ),
    ]);
    const marks = table(['time,mark,v'], (i) => `${stamp(i)},${which(i)}/10,${100 * which(i) + i / 10}`);
    expect(await warningsOf(marks)).toEqual([]);
    // Directions of the wind tell nothing of its speed.
    const wind = table(['time,direction,v'], (i) => `${stamp(i)},${['N', 'E', 'S'][which(i)]},${value(i)}`);
    expect(await warningsOf(wind)).toEqual([]);
    expect((await read(wind)).table.columns.key).toBeUndefined();
  });
});

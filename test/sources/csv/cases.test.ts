import { expect, it } from 'vitest';
import { type CsvOptions, type CsvRow, type CsvTable, openCsv } from '../../../src/sources/index.ts';
import { describeWithShared } from '../../support/environment/shared.ts';

interface Read {
  readonly table: CsvTable;
  readonly rows: readonly CsvRow[];
  readonly warnings: readonly string[];
}

/** A case, read to its end; warnings without the name of the file. */
async function read(path: string, options: CsvOptions = {}): Promise<Read> {
  const warnings: string[] = [];
  const table = await openCsv(path, {
    onWarning: (line) => warnings.push(line.replace(`${path}: `, '')),
    ...options,
  });
  const rows: CsvRow[] = [];
  for await (const row of table.rows()) rows.push(row);
  return { table, rows, warnings };
}

/** `2024-03-04T00:00:00.000Z sensor 20.5 3` */
function shown({ time, key, value }: CsvRow): string {
  const at = time === undefined ? 'no time' : new Date(time).toISOString();
  return [at, ...(key === undefined ? [] : [key]), ...value].join(' ');
}

type Pinned = [
  file: string,
  columns: CsvTable['columns'],
  rows: number,
  first: string,
  last: string,
  keys: readonly string[],
  withProblems: number,
  warnings: readonly string[],
];

/** What each case of ../shared/cases holds, as a person reads it. */
const CASES: readonly Pinned[] = [
  [
    'binance_mix.csv',
    {
      time: 'open_time',
      value: [
        'open',
        'high',
        'low',
        'close',
        'volume',
        'quote_volume',
        'trades',
        'taker_base_volume',
        'taker_quote_volume',
      ],
    },
    220,
    '2024-03-04T00:00:00.000Z 19.92 20.92 18.92 19.92 199.2 3984 59 99.6 1992',
    '2024-03-06T06:45:00.000Z 24.6 25.6 23.6 24.6 246 4920 73 123 2460',
    [],
    0,
    [],
  ],
  [
    'bool.zip',
    { time: 'time', value: ['running', 'temp'] },
    400,
    '2024-03-04T00:00:00.000Z 0 19.92',
    '2024-03-08T03:45:00.000Z 0 24.21',
    [],
    0,
    [],
  ],
  [
    'boolonly.csv',
    { time: 'time', value: ['running'] },
    219,
    '2024-03-04T00:00:00.000Z 0',
    '2024-03-06T06:30:00.000Z 1',
    [],
    0,
    [],
  ],
  [
    'cloudwatch.csv',
    { time: 'time', value: ['CPUUtilization'] },
    218,
    '2024-03-04T00:00:00.000Z 19.92',
    '2024-03-06T06:15:00.000Z 25.11',
    [],
    0,
    [],
  ],
  [
    'comments2.csv',
    { time: 'time', value: ['temp'] },
    200,
    '2024-03-04T00:00:00.000Z 20',
    '2024-03-12T07:00:00.000Z 19.01',
    [],
    0,
    [],
  ],
  [
    'ddmm_month.csv',
    { time: 'date', value: ['sales'] },
    219,
    '2000-01-01T00:00:00.000Z 19.92',
    '2018-03-01T00:00:00.000Z 25.41',
    [],
    0,
    [
      'column "date": dates such as "01/01/2000" can have the day or the month first; read with the day first (--day-first or --month-first decides)',
    ],
  ],
  [
    'desc.csv',
    { time: 'timestamp', value: ['close'] },
    219,
    '2024-03-05T21:15:00.000Z 16.65',
    '2024-03-08T03:45:00.000Z 24.36',
    [],
    0,
    [],
  ],
  [
    'excel.csv',
    { time: 'Time', value: ['Temp'] },
    219,
    '2024-03-04T00:00:00.000Z 19.92',
    '2024-03-06T06:30:00.000Z 25.41',
    [],
    0,
    [],
  ],
  [
    'flux.csv',
    { time: '_time', value: ['_value'], key: 'host' },
    216,
    '2024-03-04T00:00:00.000Z a 19.92',
    '2024-03-06T05:45:00.000Z a 24.81',
    ['a'],
    0,
    [],
  ],
  [
    'footer.csv',
    { time: 'time', value: ['sales'] },
    219,
    '2024-03-04T00:00:00.000Z 19.92',
    '2024-03-06T06:30:00.000Z 25.41',
    [],
    0,
    [],
  ],
  [
    'grafana_pct.csv',
    { time: 'Time', value: ['CPU'] },
    219,
    '2024-03-04T00:00:00.000Z 19.92',
    '2024-03-06T06:30:00.000Z 25.41',
    [],
    0,
    [],
  ],
  [
    'grafana_units.csv',
    { time: 'Time', value: ['Temperature'] },
    219,
    '2024-03-04T00:00:00.000Z 19.92',
    '2024-03-06T06:30:00.000Z 25.41',
    [],
    0,
    [],
  ],
  [
    'hass.csv',
    { time: 'last_changed', value: ['state'], key: 'entity_id' },
    219,
    '2024-03-04T00:00:00.000Z sensor.t1 19.92',
    '2024-03-05T03:15:00.109Z sensor.t1 24.04',
    ['sensor.t1', 'sensor.t2'],
    1,
    [],
  ],
  [
    'hobo.csv',
    { time: 'Date Time, GMT+01:00', value: ['Temp, °C (LGR S/N: 1000, SEN S/N: 1000)'] },
    218,
    '2024-03-03T23:00:00.000Z 19.92',
    '2024-03-06T05:15:00.000Z 25.11',
    [],
    0,
    [],
  ],
  [
    'household.txt',
    { time: 'Date+Time', value: ['Global_active_power', 'Voltage'] },
    219,
    '2024-03-04T00:00:00.000Z 19.92 239.92',
    '2024-03-06T06:30:00.000Z 25.41 245.41',
    [],
    2,
    [
      'column "Global_active_power": "19.920" can be read as a fraction or as thousands; read as 19.92; --decimal decides',
      'column "Voltage": "239.920" can be read as a fraction or as thousands; read as 239.92; --decimal decides',
    ],
  ],
  [
    'latin1.csv',
    { time: 'Zeit', value: ['Temperatur °C', 'Druck µbar'] },
    219,
    '2024-03-04T00:00:00.000Z 19.92 19.92',
    '2024-03-06T06:30:00.000Z 25.41 25.41',
    [],
    0,
    ['text that is not UTF-8, near "emperatur °C;Druck µ"; read as Windows-1252 (--encoding decides)'],
  ],
  [
    'latin1keys.csv',
    { time: 'time', value: ['temp'], key: 'name' },
    219,
    '2024-03-04T00:00:00.000Z Düse 20',
    '2024-03-08T13:00:00.000Z Düse 21.71',
    ['Düse', 'Däse'],
    0,
    ['text that is not UTF-8, near "0:00:00Z,Düse,20.00"; read as Windows-1252 (--encoding decides)'],
  ],
  [
    'longmetric.csv',
    { time: 'timestamp', value: ['value'], key: 'device+metric' },
    219,
    '2024-03-04T00:00:00.000Z device=d1,metric=temp 19.92',
    '2024-03-04T13:30:00.000Z device=d2,metric=temp 18.29',
    ['device=d1,metric=temp', 'device=d1,metric=hum', 'device=d2,metric=temp', 'device=d2,metric=hum'],
    0,
    [],
  ],
  [
    'm9999.csv',
    { time: 'time', value: ['temp'] },
    219,
    '2024-03-04T00:00:00.000Z 19.92',
    '2024-03-06T06:30:00.000Z 25.41',
    [],
    0,
    [
      'row 120: column "temp": -9999 lies far outside of the other values and has come 2 times: a code for missing values? --missing=-9999 reads it as that',
    ],
  ],
  [
    'ms_sep.csv',
    { time: 'time', value: ['temp'] },
    219,
    '2024-03-04T00:00:00.000Z 19.92',
    '2024-03-06T06:30:00.218Z 25.41',
    [],
    0,
    [],
  ],
  [
    'mt5.csv',
    {
      time: '<DATE>+<TIME>',
      value: ['<OPEN>', '<HIGH>', '<LOW>', '<CLOSE>', '<TICKVOL>', '<VOL>', '<SPREAD>'],
    },
    219,
    '2024-03-04T00:00:00.000Z 19.92 20.92 18.92 19.92 179 0 3',
    '2024-03-06T06:30:00.000Z 25.41 26.41 24.41 25.41 228 0 3',
    [],
    0,
    [],
  ],
  [
    'pi.csv',
    { time: 'Timestamp', value: ['FIC101.PV', 'TI102.PV'] },
    219,
    '2024-03-04T00:00:00.000Z 19.92 22.92',
    '2024-03-06T06:30:00.000Z 25.41 28.41',
    [],
    2,
    [],
  ],
  [
    'prom.csv',
    { time: 'Time', value: ['{instance="a:9100", job="node"}', '{instance="b:9100", job="node"}'] },
    219,
    '2024-03-04T00:00:00.000Z 19.92 22.92',
    '2024-03-06T06:30:00.000Z 25.41 28.41',
    [],
    0,
    [],
  ],
  [
    'rephead.csv',
    { time: 'time', value: ['temp'] },
    217,
    '2024-03-04T00:00:00.000Z 19.92',
    '2024-03-06T06:00:00.000Z 25.12',
    [],
    0,
    ['after row 100: the header again; left out', 'after row 200: the header again; left out'],
  ],
  [
    'rtable.csv',
    { time: 'time', value: ['temp'] },
    219,
    '2024-03-04T00:00:00.000Z 22.5',
    '2024-03-06T06:30:00.000Z 24.48',
    [],
    0,
    [],
  ],
  [
    'sep.csv',
    { time: 'Time', value: ['Pump 1'] },
    218,
    '2024-03-04T00:00:00.000Z 19.92',
    '2024-03-06T06:15:00.000Z 25.11',
    [],
    0,
    [],
  ],
  [
    't24.csv',
    { time: 'time', value: ['temp'] },
    219,
    '2024-03-04T00:00:00.000Z 19.92',
    '2024-03-06T06:30:00.000Z 25.41',
    [],
    0,
    [],
  ],
  [
    'thou_de.csv',
    { time: 'Zeit', value: ['Leistung'] },
    219,
    '2024-03-04T00:00:00.000Z 1992',
    '2024-03-06T06:30:00.000Z 2541',
    [],
    0,
    [],
  ],
  [
    'thou_mix.csv',
    { time: 'time', value: ['watts'] },
    219,
    '2024-03-04T00:00:00.000Z 900',
    '2024-03-06T06:30:00.000Z 979',
    [],
    0,
    [],
  ],
  [
    'thou_unq.csv',
    { time: 'time', value: ['watts'] },
    219,
    '2024-03-04T00:00:00.000Z 900',
    '2024-03-06T06:30:00.000Z 979',
    [],
    0,
    [],
  ],
  [
    'toa5.dat',
    { time: 'TIMESTAMP', value: ['AirT_Avg', 'RH'] },
    216,
    '2024-03-04T00:00:00.000Z 19.92 69.9',
    '2024-03-06T05:45:00.000Z 24.81 74.8',
    [],
    1,
    [],
  ],
  [
    'tzname.csv',
    { time: 'time', value: ['temp'] },
    219,
    '2024-03-03T23:00:00.000Z 19.92',
    '2024-03-06T05:30:00.000Z 25.41',
    [],
    0,
    [],
  ],
  [
    'us2y.csv',
    { time: 'Date', value: ['Temp'] },
    219,
    '2024-03-04T00:00:00.000Z 19.92',
    '2024-03-06T06:30:00.000Z 25.41',
    [],
    0,
    [],
  ],
  [
    'utf16nobom.csv',
    { time: 'time', value: ['temp'] },
    400,
    '2024-03-04T00:00:00.000Z 19.92',
    '2024-03-08T03:45:00.000Z 24.21',
    [],
    0,
    [],
  ],
  [
    'ws.txt',
    { time: 'column1', value: ['column2', 'column3'] },
    220,
    '2024-03-04T00:00:00.000Z 19.92 22.92',
    '2024-03-06T06:45:00.000Z 24.6 27.6',
    [],
    0,
    [],
  ],
];

describeWithShared('cases/tables', 'the tables that people report', (folder) => {
  it.each(CASES)(
    '%s is read as it is meant',
    async (file, columns, count, first, last, keys, withProblems, warned) => {
      const { table, rows, warnings } = await read(`${folder}/${file}`);
      expect(table.columns).toEqual(columns);
      expect(rows).toHaveLength(count);
      expect([rows[0]!, rows.at(-1)!].map(shown)).toEqual([first, last]);
      expect([...new Set(rows.map(({ key }) => key))].filter((key) => key !== undefined)).toEqual(keys);
      expect(rows.filter(({ problems }) => problems.length > 0)).toHaveLength(withProblems);
      expect(warnings).toEqual(warned);
    },
  );

  it.each(CASES.filter(([file]) => !['ddmm_month.csv', 'hass.csv', 'latin1keys.csv'].includes(file)))(
    '%s: rows of one series follow each other in time',
    async (file) => {
      const { rows } = await read(`${folder}/${file}`);
      const last = new Map<string | undefined, number>();
      for (const { key, time } of rows) {
        if (time === undefined) continue;
        expect(time).toBeGreaterThan(last.get(key) ?? Number.NEGATIVE_INFINITY);
        last.set(key, time);
      }
    },
  );

  it('binance_mix.csv: milliseconds and microseconds are one continuous time', async () => {
    const { rows } = await read(`${folder}/binance_mix.csv`);
    expect(new Set(rows.slice(1).map((row, i) => row.time! - rows[i]!.time!))).toEqual(new Set([900_000]));
  });

  it('ddmm_month.csv: --day-first reads months, and ends the warning', async () => {
    const { rows, warnings } = await read(`${folder}/ddmm_month.csv`, { dayFirst: true });
    expect(shown(rows[1]!)).toBe('2000-02-01T00:00:00.000Z 20.48');
    expect(warnings).toEqual([]);
  });

  it('m9999.csv: --missing=-9999 reads the code as what it is', async () => {
    const { rows, warnings } = await read(`${folder}/m9999.csv`, { missing: [-9999] });
    expect(rows.filter(({ value }) => Number.isNaN(value[0])).map(({ row }) => row)).toEqual([60, 120, 180]);
    expect(warnings).toEqual([]);
  });

  it('longmetric.csv: --key device,metric is what is recognised, --key none mixes on request', async () => {
    const named = await read(`${folder}/longmetric.csv`, { key: ['device', 'metric'] });
    const guessed = await read(`${folder}/longmetric.csv`);
    expect(named.rows).toEqual(guessed.rows);
    expect(guessed.table.guessed.join()).toContain('series separated by "device", "metric"');
    expect((await read(`${folder}/longmetric.csv`, { key: [] })).rows[0]!.key).toBeUndefined();
  });

  it('strict: what is doubtful is an error', async () => {
    for (const file of ['ddmm_month.csv', 'rephead.csv', 'm9999.csv', 'latin1.csv']) {
      await expect(read(`${folder}/${file}`, { strict: true })).rejects.toThrow('(--strict)');
    }
    await expect(read(`${folder}/thou_mix.csv`, { strict: true })).resolves.toBeDefined();
  });
});

import { describe, expect, it } from 'vitest';
import { openCsv } from '../../../src/sources/index.ts';
import { bytesOf, readCsv } from './csvOf.ts';

const ROWS = 60;
const value = (i: number): string => (20 + 3 * Math.sin(i / 5)).toFixed(2);
/** Every hour from the fourth of March 2024 on. */
const at = (i: number): Date => new Date(Date.UTC(2024, 2, 4, i));
const iso = (i: number): string => at(i).toISOString().slice(0, 19).replace('T', ' ');
const german = (i: number): string => iso(i).replace(/^(\d+)-(\d+)-(\d+) (\d+:\d+).*/, '$3.$2.$1 $4');

function table(head: readonly string[], row: (i: number) => string, tail: readonly string[] = []): string {
  return `${[...head, ...Array.from({ length: ROWS }, (_, i) => row(i)), ...tail].join('\n')}\n`;
}

async function warningsOf(content: string): Promise<string[]> {
  const warnings: string[] = [];
  const opened = await openCsv(bytesOf(content), { onWarning: (line) => warnings.push(line) });
  for await (const _ of opened.rows());
  return warnings;
}

/** Formats of real programs; in each the first value is `value(i)`, an hour after the one before. */
const FORMATS: readonly [name: string, text: string, values: readonly string[]][] = [
  [
    'LabVIEW',
    table(
      [
        'LabVIEW Measurement\t',
        'Separator\tTab',
        '***End_of_Header***\t',
        '\t',
        'Channels\t2\t\t',
        'Date\t2024/03/04\t2024/03/04\t',
        'Time\t00:00:00.0000000000000000000\t00:00:00\t',
        'X_Dimension\tTime\tTime\t',
        'Delta_X\t3600\t3600\t',
        '***End_of_Header***\t\t\t',
        'X_Value\tVoltage\tVoltage_1\tComment',
      ],
      (i) => `${(i * 3600).toFixed(6)}\t${value(i)}\t5.5${i === 0 ? '\t' : ''}`,
    ),
    ['Voltage', 'Voltage_1'],
  ],
  [
    'NDBC: blanks, parts of the date, newest first',
    table(['#YY  MM DD hh mm WDIR  WVHT', '#yr  mo dy hr mn degT     m'], (i) => {
      const [y, m, d, h] = iso(ROWS - 1 - i).split(/[- :]/);
      return `${y} ${m} ${d} ${h} 00  ${value(ROWS - 1 - i)}    ${i % 3 ? 'MM' : '1.2'}`;
    }),
    ['WDIR', 'WVHT'],
  ],
  [
    'DWD: hours as numbers, station and quality left out',
    table(
      ['STATIONS_ID;MESS_DATUM;QN_9;TT_TU;RF_TU;eor'],
      (i) => `         44;${iso(i).slice(0, 13).replaceAll(/[- ]/g, '')};    3;  ${value(i)};  80.0;eor`,
    ),
    ['TT_TU', 'RF_TU'],
  ],
  [
    'UCI air quality: clock with points, decimal commas, empty columns and rows at the end',
    table(
      ['Date;Time;CO(GT);T;;'],
      (i) =>
        `${german(i).slice(0, 10).replaceAll('.', '/')};${iso(i).slice(11).replaceAll(':', '.')};${value(i).replace('.', ',')};5,5;;`,
      [';;;;;', ';;;;;'],
    ),
    ['CO(GT)', 'T'],
  ],
  [
    'vmstat -t: two header rows that come again',
    table(['procs ---memory--- -----timestamp-----', ' r    free                 UTC'], (i) =>
      [
        ...(i > 0 && i % 20 === 0
          ? ['procs ---memory--- -----timestamp-----', ' r    free                 UTC']
          : []),
        ` ${value(i)} 123456 ${iso(i)}`,
      ].join('\n'),
    ),
    ['r', 'free'],
  ],
  [
    'mysql',
    table(['+------+------+', '| time | temp |', '+------+------+'], (i) => `| ${iso(i)} | ${value(i)} |`, [
      '+------+------+',
    ]),
    ['temp'],
  ],
  [
    'ENTSO-E: spans of time',
    table(['"MTU (UTC)","Price [EUR/MWh]"'], (i) => `"${german(i)} - ${german(i + 1)}","${value(i)}"`),
    ['Price [EUR/MWh]'],
  ],
  [
    'Open-Meteo: a table of one row above the table',
    table(
      ['latitude,longitude,elevation', '52.52,13.42,38.0', '', 'time,temp (°C)'],
      (i) => `${at(i).toISOString().slice(0, 16)},${value(i)}`,
    ),
    ['temp (°C)'],
  ],
  [
    'date and hhmm',
    table(['date,hhmm time,temp'], (i) => `${iso(i).slice(0, 10)},${(i % 24) * 100},${value(i)}`),
    ['temp'],
  ],
  [
    'year and day of the year',
    table(['Year,DOY,Hour,Temp'], (i) => `2024,${64 + Math.floor(i / 24)},${i % 24},${value(i)}`),
    ['Temp'],
  ],
  [
    'a phantom header of a spreadsheet',
    table(['Column1,Column2', 'time,temp'], (i) => `${iso(i)},${value(i)}`),
    ['temp'],
  ],
];

describe('a format of a real program', () => {
  it.each(FORMATS)('is read: %s', async (_, text, values) => {
    const { table: opened, rows } = await readCsv(text, { onWarning: 'silent' });
    expect(opened.columns.value).toEqual(values);
    expect(rows.map(({ time, value: [first] }) => [time, first])).toEqual(
      Array.from({ length: ROWS }, (_, i) => [at(i).getTime(), Number(value(i))]),
    );
  });
});

describe('what is no table, or not one', () => {
  it.each([
    ['JSON', '{"time":"2024-03-04","v":1}\n', /is no table but JSON; .* detect --rare finds/],
    ['JSON', '[\n  {\n    "time":"2024-03-04"}]\n', /jq -r '\.\[\] \| \[\.time, \.value\] \| @csv'/],
    ['HTML', '<!DOCTYPE html><table></table>\n', 'is no table but HTML'],
    [
      'perfdata',
      table([], (i) => `${1709510400 + i}\tweb\tload1=${value(i)};5.000;10.000;0;`),
      'performance data of Nagios',
    ],
    ['bzip2', 'BZh91AY&SY', 'is packed with bzip2; unpack it first: bzip2 -dc FILE'],
    ['xz', Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0]), 'is packed with xz; unpack it first: xz -dc FILE'],
    [
      'times cut by a spreadsheet',
      table(['time,v'], (i) => `1.70951E+12,${value(i)}`),
      'has cut to a few digits',
    ],
    [
      'a decimal comma without quotes',
      table(['time,v'], (i) => `${iso(i)},${value(i).replace('.', ',')}`),
      'row 1: 3 cells, but the header has 2',
    ],
    [
      'units that differ',
      table(['time,v'], (i) => `${iso(i)},${value(i)} ${i % 2 ? 'kW' : 'MW'}`),
      'is in another unit than',
    ],
    [
      'a later unit that differs',
      table(['time,v'], (i) => `${iso(i)},${value(i)} ${i === 50 ? 'MW' : 'kW'}`),
      'row 51: column "v"',
    ],
    [
      'a value below what is measured',
      table(['time,v'], (i) => `${iso(i)},${i === 9 ? '<0.5' : value(i)}`),
      'row 10: column "v": "<0.5" is not written as the other cells are',
    ],
    [
      'another table below',
      table(['time,v'], (i) => (i === 30 ? 'time,rpm' : `${iso(i)},${value(i)}`)),
      'row 31: "time,rpm" is the header of another table',
    ],
    [
      'a time that is none',
      table(['time,v'], (i) => `T${i}x,${value(i)}`),
      'row 1: column "time": "T0x" is not a time that is recognised; --time-format',
    ],
  ])('is refused with the reason: %s', async (_, content, message) => {
    await expect(readCsv(content, { onWarning: 'silent' })).rejects.toThrow(message);
  });

  it('is refused where a second series begins below the first, out of sight of the sample', async () => {
    const text = table(['time,host,v'], (i) => `${iso(i % 30)},${'ab'[Math.floor(i / 30)]},${value(i)}`);
    await expect(readCsv(text, { sampleRows: 20, onWarning: 'silent' })).rejects.toThrow(
      'row 31: column "host" changes from "a" to "b"',
    );
    expect((await readCsv(text, { sampleRows: 20, key: 'host' })).rows).toHaveLength(ROWS);
    expect((await readCsv(text)).table.columns.key).toBe('host');
  });
});

describe('what is doubtful', () => {
  it.each([
    [
      'a clock that was not set',
      table(['time,v'], (i) => `${i === 0 ? '1970-01-01 00:00:00' : iso(i)},${value(i)}`),
      'a time of 1970, far from the others',
    ],
    [
      'a code that fills a fifth of the column',
      table(['time,v'], (i) => `${iso(i)},${i % 5 === 0 ? -200 : value(i)}`),
      'column "v": -200 lies far outside of the other values and has come 2 times: a code for missing values? --missing=-200',
    ],
    [
      'ticks of .NET',
      table(['ts,v'], (i) => `${638451072000000000n + BigInt(i) * 36000000000n},${value(i)}`),
      'ticks of .NET',
    ],
    ['times that repeat', table(['time,v'], (i) => `${iso(i >> 1)},${value(i)}`), '--key names the column'],
    [
      'a total',
      table(['time,v'], (i) => `${iso(i)},${value(i)}`, ['Total,1200']),
      '"Total 1200" left out: it sums up the rows above',
    ],
    [
      'a comment between rows',
      table(['time,v'], (i) => `${i === 9 ? '# restarted\n' : ''}${iso(i)},${value(i)}`),
      '"# restarted" left out: a comment',
    ],
  ])('is a warning: %s', async (_, content, message) => {
    expect((await warningsOf(content)).join('\n')).toContain(message);
  });
});

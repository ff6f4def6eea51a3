import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openCsv } from '../../../src/sources/index.ts';
import { describeWithShared } from '../../support/environment/shared.ts';
import { bytesOf, readCsv } from './csvOf.ts';

const MIDNIGHT = Date.UTC(2014, 0, 1);
const PLAIN = 'timestamp,value\n2014-01-01 00:00:00,1.5\n2014-01-01 00:01:00,2\n';

describe('openCsv', () => {
  it('reads times, values and their text', async () => {
    const { table, rows } = await readCsv('timestamp,value\n2014-01-01 00:00:00,1.50\n');
    expect(table.header).toEqual(['timestamp', 'value']);
    expect(table.columns).toEqual({ time: 'timestamp', value: ['value'] });
    expect(rows).toEqual([
      {
        row: 1,
        time: MIDNIGHT,
        key: undefined,
        value: [1.5],
        label: undefined,
        text: { time: '2014-01-01 00:00:00', value: ['1.50'] },
        problems: [],
      },
    ]);
  });

  it('reads back any table, however its cells are quoted and its bytes cut', async () => {
    const cell = fc
      .string({ unit: 'grapheme', maxLength: 12 })
      .map((text) => text.trim().replaceAll('\0', ''));
    const row = fc.record({ value: fc.double({ noNaN: true, noDefaultInfinity: true }), key: cell });
    const tables = fc.array(row, { minLength: 1, maxLength: 30 });
    const quote = (text: string): string => `"${text.replaceAll('"', '""')}"`;
    const options = { value: 'value', key: 'key', delimiter: ',' };
    await fc.assert(
      fc.asyncProperty(
        tables,
        fc.constantFrom('\n', '\r\n'),
        fc.integer({ min: 1, max: 64 }),
        async (table, end, size) => {
          const lines = table.map((row) => `${quote(row.key)},${row.value}`);
          const text = ['key,value', ...lines].join(end) + end;
          const rows = [];
          for await (const row of (await openCsv(bytesOf(text, size), options)).rows()) rows.push(row);
          expect(rows.map(({ key, value }) => ({ key, value: value[0] }))).toEqual(
            table.map(({ key, value }) => ({ key, value: value === 0 ? 0 : value })),
          );
          expect(rows.map((row) => row.row)).toEqual(table.map((_, i) => i + 1));
        },
      ),
      { numRuns: 60 },
    );
  });

  describe('takes a file as it comes:', () => {
    const bom = '\ufeff';
    const utf16be = (text: string): Buffer => Buffer.from(text, 'utf16le').swap16();
    it.each<[string, string | Uint8Array]>([
      ['UTF-8 with a byte order mark', bom + PLAIN],
      ['UTF-16, little-endian', Buffer.from(bom + PLAIN, 'utf16le')],
      ['UTF-16, big-endian', utf16be(bom + PLAIN)],
      ['gzip', gzipSync(PLAIN)],
      ['gzip in two members', Buffer.concat([gzipSync(PLAIN.slice(0, 30)), gzipSync(PLAIN.slice(30))])],
      ['gzip of UTF-16', gzipSync(Buffer.from(bom + PLAIN, 'utf16le'))],
      ['Windows line ends', PLAIN.replaceAll('\n', '\r\n')],
      ['old Macintosh line ends', PLAIN.replaceAll('\n', '\r')],
      ['mixed line ends', PLAIN.replace('\n', '\r\n')],
      ['no line end at the end', PLAIN.trimEnd()],
      ['blank lines', `\n${PLAIN.replaceAll('\n', '\n\n  \n')}`],
      ['blanks around cells', PLAIN.replaceAll(',', ' ,  ')],
      ['quoted cells', PLAIN.replace(/[^,\n]+/g, '"$&"')],
      ['blanks before quotes', PLAIN.replace(/[^,\n]+/g, '"$&"').replaceAll(',', ', ')],
      ['semicolons', PLAIN.replaceAll(',', ';')],
      ['semicolons and decimal commas', PLAIN.replaceAll(',', ';').replace('1.5', '1,5')],
      ['tabs', PLAIN.replaceAll(',', '\t')],
      ['bars', PLAIN.replaceAll(',', '|')],
    ])('%s', async (_, content) => {
      for (const size of [1, 7, 1 << 16]) {
        const table = await openCsv(bytesOf(content, size));
        const rows = [];
        for await (const row of table.rows()) rows.push(row);
        expect(table.columns).toEqual({ time: 'timestamp', value: ['value'] });
        expect(rows.map(({ time, value }) => [time, ...value])).toEqual([
          [MIDNIGHT, 1.5],
          [MIDNIGHT + 60_000, 2],
        ]);
      }
    });
  });

  it('reads the same whatever the sample and the chunks', async () => {
    const lines = Array.from({ length: 1000 }, (_, i) => `${1600000000 + i},${i % 7},"a ""b""\n${i}"`);
    const text = `t,v,note\n${lines.join('\n')}\n`;
    const whole = await readCsv(text);
    for (const [size, sampleRows] of [
      [1, 1],
      [100, 50],
      [1 << 16, 5000],
    ] as const) {
      const table = await openCsv(bytesOf(text, size), { sampleRows });
      const rows = [];
      for await (const batch of table.batches()) rows.push(...batch);
      expect(rows).toEqual(whole.rows);
      expect(table.guessed).toEqual(whole.table.guessed);
    }
  });

  it('keeps line breaks, delimiters and doubled quotes inside a quoted cell', async () => {
    const { rows } = await readCsv('t,v,"a key"\n1600000000,1,"x, ""y""\nz"\n', { key: 'a key' });
    expect(rows.map((row) => row.key)).toEqual(['x, "y"\nz']);
  });

  it('takes a quote inside an unquoted cell for text', async () => {
    const { rows } = await readCsv('t,v,pipe\n1600000000,1,3/4" steel\n', { key: 'pipe' });
    expect(rows[0]!.key).toBe('3/4" steel');
  });

  it.each([
    [
      'shorter',
      '1600000060,3',
      'row 2: 2 cells where the table has 3 columns: "1600000060 3"; is the row cut off?',
    ],
    ['longer', '1600000060,4,5,6', 'row 2: 4 cells where the table has 3 columns'],
  ])('refuses a row that is %s than the header, after the rows before it', async (_, row, message) => {
    const table = await openCsv(bytesOf(`t,a,b\n1600000000,1,2\n${row}\n1600000120,4,5\n1600000180,5,6\n`));
    const rows: number[] = [];
    const reading = async (): Promise<void> => {
      for await (const next of table.rows()) rows.push(next.row);
    };
    await expect(reading()).rejects.toThrow(message);
    expect(rows).toEqual([1]);
  });

  it('passes over delimiters at the end of rows', async () => {
    const { rows } = await readCsv('t,a\n1600000000,1,,\n1600000060,2,,\n');
    expect(rows.map((row) => row.value)).toEqual([[1], [2]]);
  });

  it('says in the row what could not be read, and continues', async () => {
    const { rows } = await readCsv(
      't,temp\n2014-01-01,1\nsoon,2\n,NA\n2014-01-04,abc\n2014-01-05,-inf\n2014-01-06,1e300\n',
    );
    expect(rows.map(({ time, value }) => [time, ...value])).toEqual([
      [MIDNIGHT, 1],
      [undefined, 2],
      [undefined, Number.NaN],
      [Date.UTC(2014, 0, 4), Number.NaN],
      [Date.UTC(2014, 0, 5), -Infinity],
      [Date.UTC(2014, 0, 6), 1e300],
    ]);
    expect(rows.flatMap((row) => row.problems)).toEqual([
      { kind: 'badTime', column: 't', message: 'row 2: column t: "soon" is not a time' },
      { kind: 'badTime', column: 't', message: 'row 3: column t: no time' },
      { kind: 'missing', column: 'temp', message: 'row 3: column temp: no value' },
      { kind: 'notANumber', column: 'temp', message: 'row 4: column temp: "abc" is not a number' },
    ]);
    expect(rows[0]!.problems).toBe(rows[5]!.problems); // sound rows share one empty list
    expect(rows[0]!.problems).toSatisfy(Object.isFrozen);
  });

  it('reads labels as they are commonly written', async () => {
    const { rows } = await readCsv('t,v,truth\n1,1,0\n2,2,1\n3,3,true\n4,4,FALSE\n5,5,1.0\n6,6,\n', {
      label: 'truth',
    });
    expect(rows.map((row) => row.label)).toEqual([false, true, true, false, true, undefined]);
  });

  it('finds the table below any number of blank lines', async () => {
    expect((await readCsv(`${'\n'.repeat(3000)}${PLAIN}`)).rows).toHaveLength(2);
  });

  it('answers a live stream once it has seen the sample', async () => {
    let written = 0;
    async function* live(): AsyncGenerator<Uint8Array> {
      for (yield Buffer.from('t,v\n'); ; written++) yield Buffer.from(`${1600000000 + written},${written}\n`);
    }
    for await (const row of (await openCsv(live(), { sampleRows: 5 })).rows()) {
      expect(row.value).toEqual([row.row - 1]);
      expect(written).toBeLessThanOrEqual(Math.max(row.row, 5) + 1); // the parser looks one chunk ahead
      if (row.row === 50) break;
    }
  });

  it('reads its rows once', async () => {
    const { table } = await readCsv(PLAIN);
    await expect(async () => {
      for await (const _ of table.rows()) break;
    }).rejects.toThrow('input: its rows have been read already; open it again');
  });
});

describeWithShared('nab', 'openCsv on NAB', (nab) => {
  it('echoes times and values as they stand in the file', async () => {
    const table = await openCsv(`${nab}/data/realKnownCause/nyc_taxi.csv`);
    expect(table.columns).toEqual({ time: 'timestamp', value: ['value'] });
    const rows = [];
    for await (const row of table.rows()) rows.push(row);
    expect(rows).toHaveLength(10320);
    expect(rows[0]!.text).toEqual({ time: '2014-07-01 00:00:00', value: ['10844'] });
    expect(rows.flatMap((row) => row.problems)).toEqual([]);
    expect(rows.every((row, i) => row.time === Date.UTC(2014, 6, 1) + i * 1_800_000)).toBe(true);
  });
});

describeWithShared('cloud-monitoring', 'openCsv on cloud monitoring', (data) => {
  it('finds the label column next to the value', async () => {
    const table = await openCsv(`${data}/data/app1-02.csv`);
    expect(table.columns).toEqual({ time: 'TimeStamp', value: ['Value'], label: 'Label' });
    await table.close();
  });
});

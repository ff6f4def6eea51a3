import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { RxAnomalyError } from '../../../src/core/errors.ts';
import { type CsvOptions, type CsvRow, openCsv } from '../../../src/sources/index.ts';
import { bytesOf, readCsv } from './csvOf.ts';

const folder = mkdtempSync(join(tmpdir(), 'rx-anomaly-csv-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** What reading raises: always ours, always one line. */
async function faultOf(reading: Promise<unknown>): Promise<string> {
  const error: unknown = await reading.then(
    () => 'nothing was raised',
    (reason: unknown) => reason,
  );
  if (!(error instanceof RxAnomalyError)) throw error;
  expect(error.message).not.toContain('\n');
  return `${error.code} ${error.message}`;
}

const days = (count: number): string =>
  Array.from({ length: count }, (_, i) => `${new Date(i * 864e5).toISOString()},${i % 7}\n`).join('');

describe('a CSV file that cannot be read', () => {
  it('is absent', async () => {
    const path = join(folder, 'absent.csv');
    expect(await faultOf(openCsv(path))).toBe(`BAD_INPUT ${path}: cannot be read: no such file`);
  });

  it('is a directory', async () => {
    expect(await faultOf(openCsv(folder))).toBe(`BAD_INPUT ${folder}: cannot be read: it is a directory`);
  });

  it('is empty', async () => {
    const path = join(folder, 'empty.csv');
    writeFileSync(path, '');
    expect(await faultOf(openCsv(path))).toBe(`BAD_INPUT ${path}: is empty`);
    expect(await faultOf(readCsv('\n\n'))).toBe('BAD_INPUT input: is empty');
    expect(await faultOf(readCsv('\ufeff'))).toBe('BAD_INPUT input: is empty');
    expect(await faultOf(readCsv(gzipSync('')))).toBe('BAD_INPUT input: is empty');
  });

  it('is no text', async () => {
    expect(await faultOf(readCsv(Buffer.from('\x7fELF\0\0a,b\n1,2\n\0\x01')))).toBe(
      'BAD_INPUT input: is not a text file',
    );
  });

  it('has a first row that cannot be parsed', async () => {
    expect(await faultOf(readCsv('"t,v\n2014-01-01,1\n'))).toBe(
      'BAD_INPUT input: first row: a quote is opened and never closed',
    );
  });

  it('has a header and no rows: that is a table without events', async () => {
    expect((await readCsv('timestamp,value\n')).rows).toEqual([]);
  });

  it('has a header and no rows, of which it warns', async () => {
    for (const content of ['time,value\n', 'time,value\ns,V\n']) {
      const warnings: string[] = [];
      await readCsv(content, { onWarning: (line) => warnings.push(line) });
      expect(warnings).toEqual(['input: there is a header, but no row of data']);
    }
  });

  it('holds text and nothing else', async () => {
    for (const [content, cell] of [
      ['a,b\nx,y\nz,w\n', 'row 1: column "a": "x"'],
      ['a\n1\nx\n', 'row 2: column "a": "x"'],
    ]) {
      const fault = await faultOf(readCsv(content!));
      expect(fault).toMatch(/^BAD_INPUT input: no column of numbers to model; /);
      expect(fault).toContain(`${cell} is no number`);
    }
  });

  it('lacks the column that was named', async () => {
    const names: CsvOptions[] = [
      { time: 'when' },
      { value: 'when' },
      { value: ['v', 'when'] },
      { key: 'when' },
      { label: 'when' },
    ];
    for (const options of names) {
      expect(await faultOf(readCsv('t,v\n2014-01-01,1\n', options))).toBe(
        'BAD_INPUT input: no column "when"; the columns are "t", "v"',
      );
    }
  });

  it('has no column of numbers', async () => {
    expect(await faultOf(readCsv('t,v\n2014-01-01,low\n2014-01-02,high\n'))).toBe(
      'BAD_INPUT input: no column of numbers to model; the columns are "t", "v"; row 1: column "v": "low" is no number ' +
        '(states are read as true and false, on and off or 1 and 0); --delimiter and --header-row decide how columns are found; detect --rare COLUMN finds rare categories, --rare alone rare lines of a log',
    );
  });

  it('has no times where they should be', async () => {
    expect(await faultOf(readCsv('host,v\n,1\nweb,1\ndb,2\n', { time: 'host' }))).toBe(
      'BAD_INPUT input: row 2: column "host": "web" is not a time, nor are most of the first rows; ' +
        '--time-format says how times are written, --time names another column',
    );
  });

  it('has no numbers, or no labels, where they should be', async () => {
    const text = 't,host,v\n2014-01-01,web,1\n2014-01-02,db,2\n';
    expect(await faultOf(readCsv(text, { value: 'host' }))).toBe(
      'BAD_INPUT input: row 1: column "host": "web" is not a number, nor are any of the first rows',
    );
    expect(await faultOf(readCsv(text, { label: 'host' }))).toBe(
      'BAD_INPUT input: row 1: column "host": "web" is not 0 or 1, nor are most of the first rows',
    );
  });
});

describe('a CSV file that breaks off', () => {
  async function readUntilFault(content: string | Uint8Array): Promise<{ rows: CsvRow[]; fault: string }> {
    const rows: CsvRow[] = [];
    const reading = async (): Promise<void> => {
      for await (const row of (await openCsv(bytesOf(content, 1000))).rows()) rows.push(row);
    };
    return { fault: await faultOf(reading()), rows };
  }

  it.each([10, 1000])(
    'names the row, of %i, in which a quote is never closed, after the rows before it',
    async (count) => {
      const { rows, fault } = await readUntilFault(`t,v\n${days(count)}"2020-01-01,5\n2020-01-02,6\n`);
      expect(fault).toBe(`BAD_INPUT input: row ${count + 1}: a quote is opened and never closed`);
      expect(rows).toHaveLength(count);
    },
  );

  it('names the row in which a quote is closed by the next one', async () => {
    const { fault, rows } = await readUntilFault(`t,v\n${days(500)}"2020-01-01,5\n"2020-01-02",6\n`);
    expect(fault).toBe(
      'BAD_INPUT input: row 501: text after a closing quote (or an earlier quote was never closed)',
    );
    expect(rows).toHaveLength(500);
  });

  it('gives up on a quoted cell that swallows the file', async () => {
    const { fault, rows } = await readUntilFault(`t,v\n${days(300)}"2020-01-01,5\n${days(50_000)}`);
    expect(fault).toBe(
      'BAD_INPUT input: row 301: longer than a million characters: a quote was never closed, or this is not CSV',
    );
    expect(rows).toHaveLength(300);
  });

  it('names the row after which gzip data ends', async () => {
    for (const count of [20, 100_000]) {
      const packed = gzipSync(`t,v\n${days(count)}`);
      const { fault, rows } = await readUntilFault(packed.subarray(0, packed.length - 12));
      expect(fault).toMatch(/^BAD_INPUT input: cannot be read after row \d+: the gzip data ends too early/);
      expect(fault).toContain(`after row ${rows.length}:`);
      expect(rows.length).toBeGreaterThan(0);
    }
  });

  it('passes on what a stream of bytes breaks off with', async () => {
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield Buffer.from(`t,v\n${days(3)}`);
      throw new Error('connection reset');
    }
    const rows: CsvRow[] = [];
    const reading = async (): Promise<void> => {
      for await (const row of (await openCsv(broken())).rows()) rows.push(row);
    };
    expect(await faultOf(reading())).toMatch(
      /^BAD_INPUT input: cannot be read after row \d: connection reset$/,
    );
    expect(rows.length).toBeGreaterThan(1);
  });
});

describe('a wrong option', () => {
  it.each<[CsvOptions, string]>([
    [
      { delimiter: '' },
      'openCsv: expected delimiter to be one character, not a quote or a line break, got ""',
    ],
    [
      { delimiter: '"' },
      'openCsv: expected delimiter to be one character, not a quote or a line break, got "\\""',
    ],
    [{ value: [] }, 'openCsv: expected value to be one column or more, got []'],
    [{ sampleRows: 0 }, 'openCsv: expected sampleRows to be a positive integer, got 0'],
  ])('%o is refused', async (options, message) => {
    expect(await faultOf(readCsv('t,v\n', options))).toBe(`BAD_OPTION ${message}`);
  });

  it('that is misspelt does not pass for its default', async () => {
    const misspelt = { value: 'v', tiem: 't' };
    expect(await faultOf(readCsv('t,v\n', misspelt))).toMatch(/^BAD_OPTION openCsv: unknown option tiem/);
  });
});

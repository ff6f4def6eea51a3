import { describe, expect, it } from 'vitest';
import { type CsvOptions, type CsvRow, openCsv } from '../../../src/sources/index.ts';

async function read(text: string, options: CsvOptions) {
  async function* bytes() {
    yield Buffer.from(text);
  }
  const table = await openCsv(bytes(), { onWarning: 'silent', ...options });
  const rows: CsvRow[] = [];
  for await (const row of table.rows()) rows.push(row);
  return { columns: table.columns, rows };
}

describe('a column of text', () => {
  it('is read without values, with time and key', async () => {
    const text = 'time,host,state\n2026-01-01T00:00:00Z,a,on\n2026-01-01T00:00:01Z,b,"off, slowly"\n';
    const { columns, rows } = await read(text, { category: 'state', key: 'host' });
    expect(columns).toEqual({ value: [], category: 'state', time: 'time', key: 'host' });
    expect(rows.map(({ time, key, value, text }) => [time! % 60_000, key, value, text.value])).toEqual([
      [0, 'a', [], ['on']],
      [1000, 'b', [], ['off, slowly']],
    ]);
  });

  it('may be the only one, of numbers or of words such as NA; what is empty or named is missing', async () => {
    const { columns, rows } = await read('code\n404\nNA\n\n-\n500\n', { category: 'code', missing: ['-'] });
    expect(columns).toEqual({ value: [], category: 'code' });
    expect(rows.map(({ text }) => text.value[0])).toEqual(['404', 'NA', '', '500']);
    expect(rows[2]!.problems).toEqual([
      { kind: 'missing', column: 'code', message: 'row 3: column code: no category' },
    ]);
  });

  it('excludes values, and what is named for something else', async () => {
    const text = 'host,state\na,on\n';
    await expect(read(text, { category: 'state', value: 'state' })).rejects.toThrow(
      'expected category to be given without value and covariates',
    );
    await expect(read(text, { category: 'host', key: 'host' })).rejects.toThrow(
      'cannot be the category, too',
    );
    await expect(read(text, { category: 'stat' })).rejects.toThrow('did you mean "state"?');
  });
});

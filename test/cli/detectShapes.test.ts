import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { rxAnomaly, temporaryFolder } from './rxAnomaly.ts';
import { table, timeAt } from './tables.ts';
import { parseLines } from './verdicts.ts';

const folder = temporaryFolder();
const ROWS = 40;
const text = table(ROWS);
const rows = text
  .split('\n')
  .slice(1, -1)
  .map((line) => line.split(',') as [time: string, value: string]);
const withTimes = (write: (time: string) => string): string =>
  ['time,value', ...rows.map(([time, value]) => `${write(time)},${value}`)].join('\n');

/** Shapes of one and the same table, and what is reported of the guess. */
const SHAPES: readonly [string, string | Uint8Array, readonly string[]][] = [
  ['commas', text, ['time column "time" (guessed)', 'value column "value" (guessed)']],
  ['Windows line ends', text.replaceAll('\n', '\r\n'), []],
  ['no line end at the end', text.trimEnd(), []],
  ['a byte order mark', `\ufeff${text}`, []],
  ['UTF-16', Buffer.from(`\ufeff${text}`, 'utf16le'), []],
  ['gzip', gzipSync(text), []],
  ['tabs', text.replaceAll(',', '\t'), ['columns separated by tabs (guessed)']],
  [
    'semicolons and decimal commas',
    text.replaceAll(',', ';').replaceAll(/(\d)\.(\d+)$/gm, '$1,$2'),
    ['columns separated by ";" (guessed)', 'numbers with a decimal comma (guessed)'],
  ],
  ['every cell in quotes', text.replaceAll(/[^,\n]+/g, '"$&"'), []],
  ['blanks about the cells', text.replaceAll(',', ' , '), []],
  ['blank lines', text.replaceAll('\n', '\n\n'), []],
  [
    'epoch seconds',
    withTimes((time) => String(Date.parse(time) / 1000)),
    ['times read as epoch seconds (guessed)'],
  ],
  [
    'epoch milliseconds',
    withTimes((time) => String(Date.parse(time))),
    ['times read as epoch milliseconds (guessed)'],
  ],
  ['times without a zone', withTimes((time) => time.slice(0, 19).replace('T', ' ')), []],
  [
    'another zone',
    withTimes((time) => `${new Date(Date.parse(time) + 3_600_000).toISOString().slice(0, -1)}+01:00`),
    [],
  ],
];

describe.concurrent('a table of another shape', async () => {
  const expected = (await rxAnomaly(['detect', '-'], { input: text })).stdout;

  it('is expected to yield a verdict a row', () => {
    expect(parseLines(expected)).toHaveLength(ROWS);
  });

  it.each(SHAPES)(
    '(%s) yields the same verdicts, and the guess is reported',
    async (name, content, reported) => {
      const file = folder.file(name.replaceAll(' ', '-'), content);
      const { code, stdout, stderr } = await rxAnomaly(['detect', file]);
      expect(code, stderr).toBe(0);
      expect(stdout).toBe(expected);
      for (const line of reported) expect(stderr.split('\n')).toContain(line);
    },
  );

  it('(no header) yields the same verdicts, and the names of its columns are reported', async () => {
    const file = folder.file('headless.csv', text.slice(text.indexOf('\n') + 1));
    const { stdout, stderr } = await rxAnomaly(['detect', file]);
    expect(stdout).toBe(expected);
    expect(stderr).toContain('no header row; the columns are called column1 to column2\n');
    const named = await rxAnomaly(['detect', file, '--time', 'column1', '--value', 'column2']);
    expect(named.stdout).toBe(expected);
  });

  it('(more columns) reports what is modelled and what is not', async () => {
    const lines = rows.map(([time, value], row) => `${row},pump,${time},${value},0`);
    const file = folder.file('wide.csv', ['id,what,at,"temp, °C",label', ...lines].join('\n'));
    const { stdout, stderr } = await rxAnomaly(['detect', file]);
    expect(stdout).toBe(expected);
    for (const line of [
      'time column "at" (guessed)',
      'value column "temp, °C" (guessed)',
      'label column "label" (guessed; not modelled)',
      'column "what" left out: text',
    ])
      expect(stderr.split('\n')).toContain(line);
    const named = await rxAnomaly(['detect', file, '--value', '"temp, °C",id']);
    expect(parseLines(named.stdout).map(({ value }) => value)).toEqual(
      rows.map(([, value], row) => [Number(value), row]),
    );
  });

  it('runs in silence under --quiet', async () => {
    const file = folder.file('quiet.csv', table(ROWS, { 3: { value: 'x' } }));
    for (const output of ['verdicts', 'incidents']) {
      const { code, stderr } = await rxAnomaly(['detect', file, '--quiet', '--output', output]);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    }
  });

  it('has its columns by name without a word about guesses', async () => {
    const file = folder.file('named.csv', text);
    const { stderr } = await rxAnomaly(['detect', file, '--time', 'time', '--value', 'value']);
    expect(stderr).toMatch(
      /^40 rows in \d+\.\d s \([\d,]+\/s\): no anomalies\nnothing could be flagged yet: .*\n$/,
    );
    expect(timeAt(0)).toBe(rows[0]![0]);
  });
});

import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { type Finished, rxAnomaly, temporaryFolder } from './rxAnomaly.ts';
import { table, timeAt } from './tables.ts';
import { parseLines } from './verdicts.ts';

const folder = temporaryFolder();

const detect = (...args: string[]): Promise<Finished> => rxAnomaly(['detect', ...args]);

/** Exit code 1, and one line that says why. */
function expectFailure({ code, stderr }: Finished, message: string): void {
  expect(stderr.split('\n').slice(-2)).toEqual([`rx-anomaly: ${message}`, '']);
  expect(stderr.match(/rx-anomaly:/g)).toHaveLength(1);
  expect(code).toBe(1);
}

const ODD = {
  5: { value: '' },
  17: { value: 'abc' },
  29: { value: 'inf' },
  31: { value: '-Infinity' },
  41: { value: 'NaN' },
  53: { time: 'soon' },
  67: { time: timeAt(3) },
  79: { time: timeAt(78) },
  110: { value: '1e300' },
  111: { value: '-1e300' },
  112: { value: '1e301' },
  120: { time: '', value: '' },
};
const odd = folder.file('odd.csv', table(160, ODD));

describe.concurrent('rows that cannot be used as they are', () => {
  it('each have their verdict, which is never NaN, and are counted', async () => {
    const { code, stdout, stderr } = await detect(odd);
    expect(code).toBe(0);
    const lines = parseLines(stdout);
    expect(lines).toHaveLength(160);
    for (const line of lines.slice(1)) {
      for (const field of ['value', 'expected', 'lower', 'upper', 'residual', 'score'] as const)
        expect(line[field]).toBeTypeOf('number');
    }
    const imputed = lines.flatMap((line, row) => (line.imputed ? [row] : []));
    expect(imputed).toEqual([5, 17, 29, 31, 41, 112, 120]);
    expect(lines[53]?.time).toBe(timeAt(52)); // the last time stands in
    expect(lines[67]?.time).toBe(timeAt(3));
    const counts = [
      '3 missing values (the first: row 6: column value: no value)',
      '1 value that is not a number (the first: row 18: column value: "abc" is not a number)',
      '3 values out of range (the first: row 30: column value: expected a number within ±1e300, got Infinity; imputed)',
      '2 times that cannot be read (the first: row 54: column time: "soon" is not a time)',
      `1 time that goes back (the first: row 68: column time: expected a time not before ${timeAt(66)}, got ${timeAt(3)}; scored in order of arrival)`,
    ];
    for (const line of counts) expect(stderr.split('\n')).toContain(line);
  });

  it('are left out under --on-bad-data skip, and counted', async () => {
    const { stdout, stderr } = await detect(odd, '--on-bad-data', 'skip');
    const times = parseLines(stdout).map(({ time }) => time);
    const left = Object.keys(ODD).filter((row) => !['79', '110', '111'].includes(row));
    expect(times).toEqual(
      Array.from({ length: 160 }, (_, row) => row)
        .filter((row) => !left.includes(String(row)))
        .map((row) => (row === 79 ? timeAt(78) : timeAt(row))),
    );
    expect(stderr).toContain('3 missing values (the first: row 6: column value: no value)');
  });

  it.each([
    [5, 'row 6: column value: no value'],
    [17, 'row 18: column value: "abc" is not a number'],
    [29, 'row 30: column value: expected a number within ±1e300, got Infinity'],
    [53, 'row 54: column time: "soon" is not a time'],
    [67, `row 68: column time: expected a time not before ${timeAt(66)}, got ${timeAt(3)}`],
  ] as const)(
    'end the run at row %i under --on-bad-data error, after the verdicts before',
    async (row, message) => {
      const file = folder.file(`stop${row}.csv`, table(90, { [row]: ODD[row] }));
      const finished = await detect(file, '--on-bad-data', 'error');
      expect(parseLines(finished.stdout)).toHaveLength(row);
      expectFailure(finished, `${file}: ${message}`);
    },
  );

  it('are named by their column where there are several, and by their key', async () => {
    const rows = Array.from(
      { length: 20 },
      (_, row) => `${timeAt(row)},"k: ""1""",${row},${row === 9 ? -2 : 5}`,
    );
    const file = folder.file('columns.csv', `${['time,id,a,b', ...rows].join('\n')}\n`);
    const options = ['--key', 'id', '--value', 'a,b', '--transform', 'logReturn'];
    expectFailure(
      await detect(file, ...options, '--on-bad-data', 'error'),
      `${file}: row 1: column a: expected a price above 0 for logReturn, got 0`,
    );
    const { stderr } = await detect(file, ...options);
    expect(stderr).toContain(
      '2 values out of range (the first: row 1: column a: expected a price above 0 for logReturn, got 0; imputed)',
    );
  });
});

describe.concurrent('a table that says little', () => {
  it('of a constant is no anomaly', async () => {
    const rows = Array.from({ length: 150 }, (_, row) => `${timeAt(row)},5`);
    const { code, stdout } = await detect(
      folder.file('constant.csv', `${['time,value', ...rows].join('\n')}\n`),
    );
    expect(code).toBe(0);
    const lines = parseLines(stdout);
    expect(lines).toHaveLength(150);
    for (const { isAnomaly, score, value } of lines) {
      expect(isAnomaly).toBe(false);
      expect(score).toBeLessThan(0.5);
      expect(value).toBe(5);
    }
  });

  it('of one row is scored', async () => {
    const { code, stdout, stderr } = await detect(folder.file('single.csv', table(1)));
    expect(code).toBe(0);
    expect(parseLines(stdout)).toMatchObject([
      { time: timeAt(0), expected: null, score: 0, warmingUp: true },
    ]);
    expect(stderr).toContain('1 row in');
    expect(stderr).toContain('nothing could be flagged yet: every row fell in the warm-up');
  });

  it('of a header alone yields nothing, with a warning', async () => {
    const file = folder.file('header.csv', 'time,value\n');
    for (const output of ['verdicts', 'incidents']) {
      const { code, stdout, stderr } = await detect(file, '--output', output);
      expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
      expect(stderr).toContain(`warning: ${file}: there is a header, but no row of data\n`);
      expect(stderr).toContain('\nno rows: there was nothing to find anomalies in\n');
    }
  });
});

describe.concurrent('a file that cannot be read', () => {
  it.each([
    ['empty.csv', '', 'is empty'],
    ['blank.csv', '\n\n\n', 'is empty'],
    ['binary.csv', '\u007fELF\0\0a,b\n1,2\n', 'is not a text file'],
    ['zip.csv', 'PK\u0003\u0004\0\0a,b\n1,2\n', 'the zip archive ends too early or is empty'],
    [
      'words.csv',
      'when,what\n2026-01-05,low\n',
      'no column of numbers to model; the columns are "when", "what"; row 1: column "what": "low" is no number ' +
        '(states are read as true and false, on and off or 1 and 0); --delimiter and --header-row decide how columns are found; detect --rare COLUMN finds rare categories, --rare alone rare lines of a log',
    ],
    [
      'text.csv',
      'a,b\nx,y\nz,w\n',
      'no column of numbers to model; the columns are "a", "b"; row 1: column "a": "x" is no number ' +
        '(states are read as true and false, on and off or 1 and 0); --delimiter and --header-row decide how columns are found; detect --rare COLUMN finds rare categories, --rare alone rare lines of a log',
    ],
    [
      'half.csv',
      'a\n1\nx\n',
      'no column of numbers to model; the only column is "a"; row 2: column "a": "x" is no number ' +
        '(states are read as true and false, on and off or 1 and 0); --delimiter and --header-row decide how columns are found; detect --rare COLUMN finds rare categories, --rare alone rare lines of a log',
    ],
  ])('%s ends it with a line', async (name, content, message) => {
    const file = folder.file(name, content);
    const finished = await detect(file);
    expectFailure(finished, `${file}: ${message}`);
    expect(finished.stdout).toBe('');
  });

  it('is absent, or a folder', async () => {
    expectFailure(await detect('nowhere.csv'), 'nowhere.csv: cannot be read: no such file');
    expectFailure(await detect(folder.path), `${folder.path}: cannot be read: it is a directory`);
    expectFailure(await rxAnomaly(['detect', '-'], { input: '' }), 'standard input: is empty');
  });

  it('lacks the column that was named', async () => {
    for (const option of ['--time', '--value', '--key']) {
      const finished = await detect(odd, option, 'temp');
      expectFailure(finished, `${odd}: no column "temp"; the columns are "time", "value"`);
      expect(finished.stdout).toBe('');
    }
  });

  it('breaks off: gzip data that is cut, after the verdicts before', async () => {
    const packed = gzipSync(table(2500));
    const file = folder.file('cut.csv.gz', packed.subarray(0, packed.length >> 1));
    const finished = await detect(file);
    const { length } = parseLines(finished.stdout);
    expect(length).toBeGreaterThan(100);
    expectFailure(
      finished,
      `${file}: cannot be read after row ${length}: the gzip data ends too early (is the file truncated?)`,
    );
  });

  it('breaks off: a quote that is never closed, after the verdicts before', async () => {
    const file = folder.file('quote.csv', `${table(300)}"2026-01-06,1\n`);
    const finished = await detect(file);
    expect(parseLines(finished.stdout)).toHaveLength(300);
    expect(finished.stderr).toMatch(/^ended by an error, after 300 rows in /m);
    expectFailure(finished, `${file}: row 301: a quote is opened and never closed`);
  });
});

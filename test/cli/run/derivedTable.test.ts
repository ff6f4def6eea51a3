import { appendFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { rxAnomaly, temporaryFolder } from '../rxAnomaly.ts';

const folder = temporaryFolder();
const START = Date.parse('2024-05-01T00:00:00Z');

/** Rows every ten seconds; a counter that grows by 50, with a reset, and a temperature. */
function rows(from: number, to: number): string {
  const lines: string[] = [];
  for (let n = from; n < to; n++) {
    const count = n < 700 ? 50 * n : 50 * (n - 700) + 30;
    lines.push(`${new Date(START + 10_000 * n).toISOString()},${count},${20 + (n % 7)}\n`);
  }
  return lines.join('');
}

const HEADER = 'time,bytes,temp\n';

interface Row {
  readonly time: string;
  readonly key: string | null;
  readonly value: number | readonly number[] | null;
}

async function detect(...args: string[]) {
  const { code, stdout, stderr } = await rxAnomaly(['detect', ...args]);
  const found = stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Row);
  return { code, stderr, found };
}

describe('rows that are made of those of a table', () => {
  it('are rates of counters, which begin anew after a reset', async () => {
    const file = folder.file('rates.csv', HEADER + rows(0, 1200));
    const { code, stderr, found } = await detect(file, '--value', 'bytes', '--rate', 'bytes');
    expect(code, stderr).toBe(0);
    expect(found).toHaveLength(1199); // the first row has none
    const rates = new Set(found.map(({ value }) => value));
    expect([...rates].toSorted()).toEqual([3, 5]); // 30 in ten seconds after the reset
    expect(found[0]?.time).toBe('2024-05-01T00:00:10.000Z');
    expect(stderr).toContain('per second: bytes');
    expect(stderr).toContain(
      '1 reset of a counter (the first: row 701: column bytes: 30 is less than before; counted from 0)',
    );
  });

  it('of a day or more begin at 00:00 UTC, which is a warning where days are those of a zone', async () => {
    const file = folder.file('days.csv', HEADER + rows(0, 100));
    const [zoned, plain, hours] = await Promise.all([
      detect(file, '--resample', '1d', '--time-zone', 'America/New_York'),
      detect(file, '--resample', '1d'),
      detect(file, '--resample', '1h', '--time-zone', 'America/New_York'),
    ]);
    expect(zoned.stderr).toContain('windows of 1d begin at 00:00 UTC, not on the clocks of America/New_York');
    expect(plain.stderr + hours.stderr).not.toContain('begin at');
  });

  it('are statistics of windows, whose last one has not ended', async () => {
    const file = folder.file('windows.csv', HEADER + rows(0, 1200));
    const { code, stderr, found } = await detect(file, '--rate', 'bytes', '--resample', '5m:max,p50,count');
    expect(code, stderr).toBe(0);
    expect(found).toHaveLength(39);
    expect(found[1]).toMatchObject({ time: '2024-05-01T00:05:00.000Z', value: [5, 26, 5, 23, 30] });
    expect(found[0]).toMatchObject({ value: [5, 26, 5, 23, 29] });
    expect(stderr).toContain('rows of 5m: max, p50, count');
    expect(stderr).toContain('the last window has not ended: 30 rows left out');
  });

  it('are of each key, and report what is missing, late or without a time', async () => {
    const lines = ['time,pump,temp'];
    for (let n = 0; n < 400; n++)
      for (const pump of ['a', 'b']) {
        if (pump === 'b' && n >= 60 && n < 120) continue; // ten minutes without a row
        const time = n === 200 ? 'never' : new Date(START + 10_000 * n).toISOString();
        lines.push(`${time},${pump},${n === 210 ? '' : n === 215 ? 'broken' : 20 + (n % 3)}`);
      }
    lines.splice(700, 0, `${new Date(START).toISOString()},a,99`); // a late one
    const file = folder.file('keys.csv', `${lines.join('\n')}\n`);
    const { code, stderr, found } = await detect(file, '--resample', '5m:count,mean', '--key', 'pump');
    expect(code, stderr).toBe(0);
    const of = (name: string) => found.filter(({ key }) => key === name).map(({ value }) => value);
    expect(of('a').slice(0, 2)).toEqual([
      [30, 21],
      [30, 21],
    ]);
    expect(of('a')).toHaveLength(13);
    expect(of('b').slice(2, 4)).toEqual([
      [0, expect.closeTo(21, 1)], // the forecast, as there is no mean
      [0, expect.closeTo(21, 1)],
    ]);
    expect(of('a')[6]).toEqual([29, (30 * 21 - 22) / 29]); // the row without a time is in no window
    expect(stderr).toMatch(/2 times that cannot be read/);
    expect(stderr).toMatch(/values? that (is|are) not (a )?numbers?/);
    expect(stderr).toMatch(
      /1 time that goes back \(the first: row \d+: column time: its window has ended; left out: rows must be in the order of time\)/,
    );
  });

  it('are the same, and no row twice, when the file has grown and the run resumes', async () => {
    const whole = folder.file('whole.csv', HEADER + rows(0, 2000));
    const options = ['--rate', 'bytes', '--resample', '2m:mean', '--value', 'bytes,temp'];
    const expected = await detect(whole, ...options);
    expect(expected.code, expected.stderr).toBe(0);
    const growing = folder.file('growing.csv', HEADER + rows(0, 1003));
    const state = folder.file('state', '').replace(/state$/, 'states');
    const first = await detect(growing, ...options, '--checkpoint', state);
    expect(first.code, first.stderr).toBe(0);
    appendFileSync(growing, rows(1003, 2000));
    const second = await detect(growing, ...options, '--checkpoint', state);
    expect(second.code, second.stderr).toBe(0);
    expect(second.stderr).toContain('skipped');
    expect([...first.found, ...second.found]).toEqual(expected.found);
    const other = await detect(growing, '--checkpoint', state, '--value', 'bytes,temp', '--rate', 'bytes');
    expect(other.code).not.toBe(0);
    expect(other.stderr).toContain('it was saved with --resample');
  });

  it('are refused where they cannot be made, with what would help', async () => {
    const timeless = folder.file('timeless.csv', `value\n${'1\n2\n'.repeat(50)}`);
    const refused = async (...args: string[]) => {
      const { code, stderr } = await detect(...args);
      expect(code).not.toBe(0);
      return stderr;
    };
    expect(await refused(timeless, '--resample', '1h')).toContain(
      '--resample needs the times of rows; name their column with --time',
    );
    const file = folder.file('some.csv', HEADER + rows(0, 50));
    expect(await refused(file, '--rate', 'byte')).toContain(
      'expected --rate to name values (bytes, temp), got "byte"',
    );
    expect(await refused(file, '--resample', '5')).toContain('Expected a time such as 5m');
    expect(await refused(file, '--resample', '5m:avg')).toContain('Expected after the colon count, sum');
    expect(await refused(file, '--value', 'bytes', '--covariate', 'temp', '--resample', '5m')).toContain(
      '--covariate has no effect with --resample',
    );
    expect(await refused('--mqtt', 'mqtt://127.0.0.1:1', '--topic', 'x', '--rate', 'v')).toContain(
      'expected --rate to name values (value), got "v"',
    );
    writeFileSync(file, HEADER + rows(0, 3));
    expect((await detect(file, '--resample', '1h')).stderr).toContain('3 rows left out');
  });

  it('are those of backtest and forecast, too', async () => {
    const file = folder.file('both.csv', HEADER + rows(0, 3000));
    const back = await rxAnomaly([
      'backtest',
      file,
      '--resample',
      '5m:mean',
      '--value',
      'temp',
      '--format',
      'json',
    ]);
    expect(back.code, back.stderr).toBe(0);
    expect(JSON.stringify(JSON.parse(back.stdout))).toContain('"records":99');
    const ahead = await rxAnomaly(['forecast', file, '--resample', '5m', '--value', 'temp', '--steps', '2']);
    expect(ahead.code, ahead.stderr).toBe(0);
    expect(ahead.stdout).toContain('2024-05-01T08:15:00.000Z');
  });
});

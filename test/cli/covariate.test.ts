import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadOf } from '../support/covariateStreams.ts';
import { rxAnomaly, temporaryFolder } from './rxAnomaly.ts';
import { parseLines } from './verdicts.ts';

const folder = temporaryFolder();
const FAST = ['--forecaster', 'lastValue'];

/** Load, temperature and a flag for promotions; cells in `odd`, by row from 0, replace temperatures. */
function sales(rows: number, odd: Readonly<Record<number, string>> = {}): string {
  const lines = loadOf(rows, (temperature, flag) => temperature + 30 * flag).map(
    ({ time, value, covariates: [temperature, flag] }, row) =>
      [new Date(time).toISOString(), value.toFixed(3), odd[row] ?? temperature!.toFixed(3), flag].join(','),
  );
  return ['at,load,celsius,promotion', ...lines, ''].join('\n');
}

function meanError(stdout: string): number {
  const lines = parseLines(stdout).slice(300);
  return lines.reduce((sum, { residual }) => sum + Math.abs(residual as number), 0) / lines.length;
}

describe('--covariate', () => {
  it('of detect names columns that the forecast uses and that are not detected', async () => {
    const file = folder.file('sales.csv', sales(900));
    const plain = await rxAnomaly(['detect', file, '--value', 'load', ...FAST]);
    const args = ['--covariate', 'celsius', '--covariate', 'promotion'];
    const known = await rxAnomaly(['detect', file, ...args, ...FAST]);
    expect(known.code, known.stderr).toBe(0);
    expect(known.stderr).toContain('value column "load" (guessed)');
    expect(meanError(known.stdout)).toBeLessThan(0.6 * meanError(plain.stdout));
    const listed = await rxAnomaly(['detect', file, '--covariate', 'celsius,promotion', ...FAST]);
    expect(listed.stdout).toBe(known.stdout);
  });

  it('counts what is missing, and ends the run there where that is asked for', async () => {
    const file = folder.file('holes.csv', sales(200, { 30: '', 31: 'mild' }));
    const args = ['detect', file, '--value', 'load', '--covariate', 'celsius', ...FAST];
    const imputed = await rxAnomaly(args);
    expect(imputed.code).toBe(0);
    expect(parseLines(imputed.stdout)).toHaveLength(200);
    expect(imputed.stderr).toContain('1 missing value (the first: row 31: column celsius: no value)');
    expect(imputed.stderr).toMatch(
      /1 value that is not a number \(the first: row 32: column celsius: "mild"/,
    );
    const strict = await rxAnomaly([...args, '--on-bad-data', 'error']);
    expect([strict.code, strict.stderr]).toEqual([1, expect.stringContaining('row 31: column celsius')]);
    const skipped = await rxAnomaly([...args, '--on-bad-data', 'skip']);
    expect(parseLines(skipped.stdout)).toHaveLength(198);
  });

  it('may name a column once, and 32 of them', async () => {
    const file = folder.file('twice.csv', sales(20));
    const named = ['detect', file, '--value', 'load', ...FAST];
    const twice = await rxAnomaly([...named, '--covariate', 'celsius', '--covariate', 'celsius']);
    expect(twice.code).toBe(1);
    expect(twice.stderr).toContain('twice.csv: column "celsius" is named twice as covariate; name it once');
    const values = await rxAnomaly(['detect', file, '--value', 'load,load', ...FAST]);
    expect(values.stderr).toContain('twice.csv: column "load" is named twice as value; name it once');
    const many = Array.from({ length: 33 }, (_, c) => `c${c}`).join(',');
    const tooMany = await rxAnomaly([...named, '--covariate', many]);
    expect(tooMany.code).toBe(2);
    expect(tooMany.stderr).toContain('Expected at most 32 columns, got 33.');
  });

  it('of detect continues from a state, with history', async () => {
    const rows = sales(400).trimEnd().split('\n');
    const part = (name: string, from: number, to: number): string =>
      folder.file(name, `${[rows[0], ...rows.slice(from, to)].join('\n')}\n`);
    const whole = part('whole.csv', 101, 401);
    const options = ['--value', 'load', '--covariate', 'celsius,promotion', '--quiet', ...FAST];
    const history = ['--history', part('past.csv', 1, 101)];
    const once = await rxAnomaly(['detect', whole, ...history, ...options]);
    const state = join(folder.path, 'state');
    const kept = ['--checkpoint', state, ...options];
    const first = await rxAnomaly(['detect', part('first.csv', 101, 251), ...history, ...kept]);
    const second = await rxAnomaly(['detect', whole, ...kept]);
    expect(first.stdout + second.stdout).toBe(once.stdout);
    expect(once.stdout).not.toBe('');
  });

  it('of backtest is in the report as in the results', async () => {
    const file = folder.file('tested.csv', sales(500));
    const report = join(folder.path, 'report.html');
    const args = [
      'backtest',
      file,
      '--covariate',
      'celsius,promotion',
      '--value',
      'load',
      '--report',
      report,
      ...FAST,
    ];
    const { code, stderr } = await rxAnomaly([...args, '--no-baselines']);
    expect(code, stderr).toBe(0);
    expect(readFileSync(report, 'utf8')).toContain('tested.csv');
  });

  it.each([
    [
      ['--covariate', 'celsiu'],
      'no column "celsiu"; the columns are "at", "load", "celsius", "promotion"; did you mean "celsius"?',
    ],
    [
      ['--value', 'load', '--covariate', 'load'],
      'column "load" cannot be a covariate, too: it is named for something else',
    ],
    [['--value', 'load', '--covariate', 'at'], 'column "at"'],
  ])('refuses %j', async (args, message) => {
    const { code, stdout, stderr } = await rxAnomaly([
      'detect',
      folder.file('refused.csv', sales(50)),
      ...args,
    ]);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toContain(message);
  });

  it('has no effect with an InfluxDB', async () => {
    const server = [
      '--influx',
      'http://127.0.0.1:9',
      '--database',
      'd',
      '--measurement',
      'm',
      '--field',
      'f',
    ];
    const { code, stderr } = await rxAnomaly(['detect', ...server, '--covariate', 'x']);
    expect([code, stderr]).toEqual([2, expect.stringContaining('--covariate has no effect with --influx')]);
  });
});

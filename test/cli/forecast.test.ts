import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { rxAnomaly, start, temporaryFolder } from './rxAnomaly.ts';

const folder = temporaryFolder();
const FAST = ['--forecaster', 'lastValue'];
const HOUR = 3_600_000;

/** A day of 24 hours, over and over, of two pumps. */
function pumps(days: number): string {
  const rows = Array.from({ length: 24 * days }, (_, t) => {
    const time = new Date(Date.UTC(2026, 0, 5) + t * HOUR).toISOString();
    const load = 50 + 10 * Math.sin((2 * Math.PI * t) / 24) + ((t * 7919) % 13) / 13;
    return `${time},a,${load.toFixed(3)}\n${time},b,${(2 * load).toFixed(3)}`;
  });
  return ['time,pump,load', ...rows, ''].join('\n');
}

describe('rx-anomaly forecast', () => {
  it('writes the next rows of every series, how earlier forecasts did, and a picture', async () => {
    const file = folder.file('pumps.csv', pumps(40));
    const report = join(folder.path, 'out', 'forecast.html');
    const args = ['forecast', file, '--key', 'pump', '--steps', '12', ...FAST, '--report', report];
    const { code, stdout, stderr } = await rxAnomaly(args);
    expect(code, stderr).toBe(0);
    const [header, ...lines] = stdout.trimEnd().split('\n');
    expect(header).toBe('key,step,time,expected,q0.1,q0.5,q0.9');
    expect(lines).toHaveLength(24);
    const last = Date.UTC(2026, 0, 5) + (24 * 40 - 1) * HOUR;
    for (const [at, line] of lines.entries()) {
      const [key, step, time, ...numbers] = line.split(',');
      const h = (at % 12) + 1;
      expect([key, Number(step), Date.parse(time)]).toEqual([at < 12 ? 'a' : 'b', h, last + h * HOUR]);
      const load = (50 + 10 * Math.sin((2 * Math.PI * (24 * 40 - 1 + h)) / 24) + 0.5) * (at < 12 ? 1 : 2);
      const [expected, low, middle, high] = numbers.map(Number);
      expect(Math.abs(expected - load)).toBeLessThan(2.5);
      expect(middle).toBe(expected);
      expect(low < expected && expected < high).toBe(true);
    }
    expect(stderr).toMatch(/^step +forecasts +within 0\.1 to 0\.9 \(80 %\) +error \/ last value$/m);
    for (const step of [1, 3, 6, 12])
      expect(stderr).toMatch(new RegExp(`^${step} +1,[89]\\d\\d +\\d\\d\\.\\d % +0\\.`, 'm'));
    expect(stderr).toContain(`report: ${report}`);
    const page = readFileSync(report, 'utf8');
    expect(page).toMatch(/^<!doctype html>/);
    expect(page).toContain('Forecast: pumps.csv');
    expect(page.match(/<path class="area band" d="M[^"]+Z"/g)).toHaveLength(4); // for a wide page, and for a phone
    expect(page).toMatch(/times in UTC/);
    expect(page).toMatch(/>12 Feb</); // the last three days of 40, and the next
    expect(page).not.toMatch(/<script|NaN|undefined|(src|href)="https?:/);
  });

  it('writes NDJSON with the quantiles that were asked for, per column', async () => {
    const rows = Array.from({ length: 60 }, (_, t) => `${t % 5},${-(t % 3)}`);
    const file = folder.file('two.csv', ['a,b', ...rows, ''].join('\n'));
    const args = [
      'forecast',
      file,
      '--steps',
      '3',
      '--quantiles',
      '0.25,0.75',
      '--format',
      'ndjson',
      '--quiet',
      ...FAST,
    ];
    const { code, stdout, stderr } = await rxAnomaly(args);
    expect([code, stderr]).toEqual([0, '']);
    const lines = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.map(({ key, step, time }) => [key, step, time])).toEqual(
      [1, 2, 3].map((step) => [null, step, null]),
    );
    for (const { expected, quantiles } of lines) {
      expect(expected).toHaveLength(2);
      expect(Object.keys(quantiles)).toEqual(['0.25', '0.75']);
      for (const d of [0, 1]) expect(quantiles['0.25'][d]).toBeLessThanOrEqual(quantiles['0.75'][d]);
    }
  });

  it('counts what could not be read, and forecasts from the rest', async () => {
    const file = folder.file('holes.csv', `value\n${'1\n2\n\n3\nx\n'.repeat(10)}`);
    const { code, stdout, stderr } = await rxAnomaly([
      'forecast',
      file,
      '--value',
      'value',
      '--steps',
      '2',
      ...FAST,
    ]);
    expect(code, stderr).toBe(0);
    expect(stdout.trimEnd().split('\n')).toHaveLength(3);
    expect(stderr).toMatch(/^10 values that are not numbers \(the first: row \d+: column "?value"?: /m);
  });

  it('of a single quantile reports what lay at or below it', async () => {
    const rows = Array.from({ length: 300 }, (_, t) => String((t * 7919) % 13));
    const file = folder.file('one-quantile.csv', ['value', ...rows, ''].join('\n'));
    const { stderr } = await rxAnomaly(['forecast', file, '--steps', '1', '--quantiles', '0.25', ...FAST]);
    expect(stderr).toMatch(/^step +forecasts +at or below 0\.25 \(25 %\) +error/m);
    const [, share] = /^1 +299 +([\d.]+) %/m.exec(stderr)!;
    expect(Number(share)).toBeGreaterThan(15);
    expect(Number(share)).toBeLessThan(40);
  });

  it('refuses a table without a value of use, and warns of a column and a series without', async () => {
    const huge = folder.file('huge.csv', `value\n${'1e308\n'.repeat(30)}`);
    const nothing = await rxAnomaly(['forecast', huge, ...FAST]);
    expect([nothing.code, nothing.stdout]).toEqual([1, '']);
    expect(nothing.stderr).toContain(
      'huge.csv: nothing can be forecast: none of its rows has a value of use; 30 values out of range (the first: row 1',
    );
    const rows = Array.from({ length: 30 }, (_, t) => `1e308,${t % 4},p\n1e308,,q`);
    const half = folder.file('half.csv', ['a,b,k', ...rows, ''].join('\n'));
    const args = ['forecast', half, '--value', 'a,b', '--key', 'k', '--steps', '1', ...FAST];
    const { code, stdout, stderr } = await rxAnomaly(args);
    expect(code, stderr).toBe(0);
    expect(stdout.trimEnd().split('\n')).toHaveLength(2); // the header, and the series p
    expect(stderr).toContain('warning: no forecast of "p" of column "a": 30 rows without a value of use');
    expect(stderr).toContain(
      'warning: no forecast of "q" of column "a", "b": 30 rows without a value of use',
    );
  });

  it.each([
    [['--steps', '0'], 'Expected a positive integer'],
    [['--quantiles', '0.9,0.1'], 'Expected ascending numbers above 0 and below 1'],
    [['--quantiles', ''], 'Expected ascending numbers above 0 and below 1'],
  ])('refuses %j with exit code 2', async (args, message) => {
    const { code, stdout, stderr } = await rxAnomaly(['forecast', 'none.csv', ...args]);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(message);
  });

  it('says that a table has no rows', async () => {
    const { code, stderr } = await rxAnomaly(['forecast', folder.file('empty.csv', 'value\n'), ...FAST]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/empty\.csv: /);
  });

  it('stops on Ctrl-C, though the next row of its pipe never comes', async () => {
    const running = start(['forecast', '-', ...FAST], { input: pumps(100), open: true });
    // Once the table is open.
    await new Promise<void>((resolve) =>
      running.child.stderr!.on('data', (text: string) => text.includes('value column') && resolve()),
    );
    running.child.kill('SIGINT');
    const { code, stdout } = await running.finished;
    expect([code, stdout]).toEqual([130, '']);
  });
});

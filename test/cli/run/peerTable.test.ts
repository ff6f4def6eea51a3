import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { from, lastValueFrom, toArray } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/core/random.ts';
import { detectPopulation } from '../../../src/operators/detectPopulation.ts';
import { rxAnomaly, temporaryFolder } from '../rxAnomaly.ts';

const folder = temporaryFolder();
const START = Date.parse('2026-01-05T00:00:00Z');
const MINUTES = 400;
const PUMPS = ['p0', 'p1', 'p2', 'p3', 'p4', 'p5'];
const HEADER = 'time,model,pump,bar\n';

interface Reading {
  readonly time: number;
  readonly pump: string;
  readonly bar: number;
}

/** Each pump every minute, some seconds apart; they share a load, and p4 has twice as much from minute 300 on. */
function readings(apart = 1000): Reading[] {
  const random = new Random(5);
  return Array.from({ length: MINUTES }, (_, n) =>
    PUMPS.map((pump, p) => {
      const load = 4 + Math.sin(n / 30) + 0.05 * random.normal();
      const bar = Number((load * (p === 4 && n >= 300 ? 2 : 1)).toFixed(3));
      return { time: START + 60_000 * n + apart * p, pump, bar };
    }),
  ).flat();
}

function csv(rows: readonly Reading[]): string {
  return rows
    .map(
      ({ time, pump, bar }) => `${new Date(time).toISOString()},${pump < 'p5' ? 'A' : 'B'},${pump},${bar}\n`,
    )
    .join('');
}

interface Line {
  readonly time: string;
  readonly key: string;
  readonly value: number;
  readonly score: number;
  readonly isAnomaly: boolean;
  readonly peers: { readonly count: number; readonly median: number[]; readonly isOutlier: boolean };
}

async function detect(...args: string[]) {
  const { code, stdout, stderr } = await rxAnomaly(['detect', ...args, '--value', 'bar']);
  return { code, stderr, stdout };
}

function linesOf(stdout: string): Line[] {
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Line);
}

describe('detect --population', () => {
  it('gives the verdicts of detectPopulation', async () => {
    const rows = readings();
    const file = folder.file('pumps.csv', HEADER + csv(rows));
    const { code, stderr, stdout } = await detect(file, '--key', 'pump', '--resample', '1m', '--population');
    expect(code, stderr).toBe(0);
    const found = linesOf(stdout);
    const operator = detectPopulation<Reading, number>({
      ...{ every: '1m', seed: 1 },
      ...{ value: ({ bar }) => bar, time: ({ time }) => time, key: ({ pump }) => pump },
    });
    const expected = await lastValueFrom(from(rows).pipe(operator, toArray()));
    expect(found).toHaveLength((MINUTES - 1) * PUMPS.length);
    const of = ({
      key,
      value,
      score,
      isAnomaly,
    }: Pick<Line, 'value' | 'score' | 'isAnomaly'> & { key?: string | undefined }) => ({
      ...{ key, value, score, isAnomaly },
    });
    expect(found.map(of)).toEqual(expected.map((verdict) => of(verdict)));
    const odd = found.filter(({ peers }) => peers.isOutlier);
    expect(new Set(odd.map(({ key }) => key))).toEqual(new Set(['p4']));
    expect(odd.every(({ isAnomaly }) => isAnomaly)).toBe(true);
    expect(stderr).toContain('each pump against the others in windows of 1m');
    expect(stderr).toContain('the last window has not ended: 6 rows left out');
  });

  it('compares rows of the same time, within a group, and writes CSV and incidents', async () => {
    const file = folder.file('same.csv', HEADER + csv(readings(0)));
    const args = [file, '--key', 'model+pump', '--population', 'model'];
    const { code, stderr, stdout } = await detect(...args, '--format', 'csv');
    expect(code, stderr).toBe(0);
    const [head, ...lines] = stdout.trim().split('\n');
    expect(head).toContain(
      'attribution,peers_count,peers_median,peers_spread,peers_distance,peers_isOutlier',
    );
    expect(lines).toHaveLength((MINUTES - 1) * PUMPS.length);
    expect(lines.at(-2)).toMatch(/"model=A,pump=p4",.*,4,[\d.]+,[\d.]+,[\d.]+,true$/);
    expect(lines.at(-1)).toMatch(/"model=B,pump=p5",,.*,0,,,0,false$/); // alone in its group
    expect(stderr).toContain(
      'model=B was never compared: it has 1 key at most in a window, and 5 are needed',
    );
    const incidents = await detect(...args, '--output', 'incidents');
    const keys = linesOf(incidents.stdout).map(({ key }) => key);
    expect(keys).toContain('model=A,pump=p4');
  });

  it('resumes from a state with the same verdicts', async () => {
    const whole = HEADER + csv(readings(0));
    const file = folder.file('grows.csv', whole);
    const all = await detect(file, '--key', 'pump', '--population');
    const end = whole.indexOf('\n', whole.length / 2) + 1;
    writeFileSync(file, whole.slice(0, end));
    const state = ['--checkpoint', join(folder.path, 'state')];
    const first = await detect(file, '--key', 'pump', '--population', ...state);
    writeFileSync(file, whole);
    const second = await detect(file, '--key', 'pump', '--population', ...state);
    expect(second.code, second.stderr).toBe(0);
    expect(linesOf(first.stdout).length).toBeGreaterThan(100);
    expect(first.stdout + second.stdout).toBe(all.stdout);
    const other = await detect(file, '--key', 'pump', ...state);
    expect(other.stderr).toContain('population');
    expect(other.code).not.toBe(0);
  });

  it('shows the outlier in the incidents of a backtest', async () => {
    const file = folder.file('report.csv', HEADER + csv(readings(0)));
    const out = join(folder.path, 'report.html');
    const { code, stderr } = await rxAnomaly([
      'backtest',
      file,
      '--value',
      'bar',
      '--key',
      'pump',
      '--population',
      '--report',
      out,
    ]);
    expect(code, stderr).toBe(0);
    expect(readFileSync(out, 'utf8')).toContain('p4');
  });

  it.each([
    [
      'without a key',
      ['--population'],
      /--population compares keys with each other; name their column with --key/,
    ],
    [
      'with a group that is not of the key',
      ['--key', 'pump', '--population', 'model'],
      /expected --population to name a column of the key \(pump\), got "model"; name both: --key 'model\+pump'/,
    ],
    [
      'where keys come at different moments',
      ['--key', 'pump', '--population'],
      /needs 5 keys or more at the same time, got 1 at most; where keys come at different moments, --resample/,
    ],
  ])('refuses a table %s', async (_, args, message) => {
    const table = HEADER + csv(readings());
    const noKey = table.replaceAll(/,[^,]*,[^,]*,/g, ',');
    const file = folder.file('apart.csv', args.length === 1 ? noKey : table);
    const { code, stderr, stdout } = await detect(file, ...args);
    expect(code).not.toBe(0);
    expect(stderr).toMatch(message);
    expect(stdout).toBe('');
  });

  it('refuses too few keys, and rows that are not in the order of time', async () => {
    const rows = readings(0);
    const few = folder.file('few.csv', HEADER + csv(rows.filter(({ pump }) => pump < 'p4')));
    const first = await detect(few, '--key', 'pump', '--population', '--resample', '1m');
    expect(first.stderr).toContain('needs 5 keys or more in windows of 1m, got 4 at most');
    const sorted = rows
      .filter(({ time }) => time < START + 60 * 60_000)
      .toSorted((a, b) => (a.pump < b.pump ? -1 : 1));
    const byKey = folder.file('byKey.csv', HEADER + csv(sorted));
    const second = await detect(byKey, '--key', 'pump', '--population');
    expect(second.stderr).toMatch(/295 rows came after rows of a later time: sort the table by time/);
    expect([first.code, second.code]).not.toContain(0);
  });
});

import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  NAB_PROFILES,
  type NabFile,
  optimiseNabThreshold,
  parseLabels,
  recordWindows,
  scoreNab,
} from '../../src/backtest/index.ts';
import { parseTime } from '../../src/core/parseTime.ts';
import { rxAnomaly, temporaryFolder } from '../cli/rxAnomaly.ts';
import { spikes, table } from '../cli/tables.ts';
import { describeWithShared } from '../support/environment/shared.ts';

const folder = temporaryFolder();
const WINDOWS = {
  'real/spike.csv': [['2026-01-10 17:30:00.000000', '2026-01-10 18:30:00.000000']],
  'made/wave.csv': [],
};

const asNab = (content: string): string =>
  content.replace(/^.*/, 'timestamp,value').replaceAll(/^([\d-]+)T([\d:]+)[^,]*/gm, '$1 $2');

function layout(name: string, files: Readonly<Record<string, string>>, windows?: object): string {
  const root = join(folder.path, name);
  for (const [file, content] of Object.entries(files)) {
    const path = join(root, 'data', file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
  }
  if (windows !== undefined) {
    mkdirSync(join(root, 'labels'), { recursive: true });
    writeFileSync(join(root, 'labels', 'combined_windows.json'), JSON.stringify(windows));
  }
  return root;
}

const cellsOf = (path: string): string[][] =>
  readFileSync(path, 'utf8')
    .trimEnd()
    .split(/\r?\n/)
    .map((line) => line.split(','));

/** Checks the results of a file as NAB's scorer would read them. */
function readResults(root: string, out: string, name: string, file: string): NabFile {
  const data = cellsOf(join(root, 'data', file));
  const category = dirname(file);
  const results = cellsOf(join(out, name, category, `${name}_${file.slice(category.length + 1)}`));
  expect(results[0]).toEqual(['timestamp', 'value', 'anomaly_score', 'label']);
  expect(results.map((row) => row.slice(0, 2))).toEqual(data);
  const labels = parseLabels(readFileSync(join(root, 'labels', 'combined_windows.json'), 'utf8'));
  const windows = recordWindows(
    data.slice(1).map(([time]) => parseTime(time!)),
    labels.get(file)!,
  );
  for (const [at, [, , score, label]] of results.slice(1).entries()) {
    expect(Number(score)).toBeGreaterThanOrEqual(0);
    expect(Number(score)).toBeLessThanOrEqual(1);
    expect(label).toBe(windows.some(({ first, last }) => at >= first && at <= last) ? '1' : '0');
  }
  const scores = Float64Array.from(results.slice(1), ([, , score]) => Number(score));
  return { name: file, scores, windows };
}

/** What `nab` prints of these files. */
function scoreLines(files: readonly NabFile[]): string[] {
  return NAB_PROFILES.flatMap((profile) => {
    const { threshold } = optimiseNabThreshold(files, profile);
    const [score, best] = [0.5, threshold].map((each) => scoreNab(files, profile, each).normalised);
    if (score === null || best == null) return [];
    const other = `; the most possible with these scores is ${best.toFixed(1)}, at a threshold of ${threshold.toFixed(3)}`;
    return [`NAB ${profile.name}: ${score!.toFixed(1)}${best.toFixed(1) === score!.toFixed(1) ? '' : other}`];
  });
}

describe.concurrent('nab', () => {
  const root = layout(
    'nab',
    { 'real/spike.csv': asNab(spikes()), 'made/wave.csv': asNab(table(300)) },
    WINDOWS,
  );

  it('writes results that NAB’s scorer reads, and prints the scores that follow from them', async () => {
    const out = join(folder.path, 'results');
    const { code, stdout, stderr } = await rxAnomaly(['nab', root, '--out', out]);
    expect(code, stderr).toBe(0);
    const files = ['made/wave.csv', 'real/spike.csv'].map((file) =>
      readResults(root, out, 'rxAnomaly', file),
    );
    const lines = stdout.trimEnd().split('\n');
    expect(lines[0]).toMatch(/^2 files, 2,000 records in \d+\.\d s$/);
    expect(lines.slice(1)).toEqual(scoreLines(files));
    expect(lines).toHaveLength(4);
    expect(stderr).toBe(`results: ${join(out, 'rxAnomaly')}\n`);
  });

  it('takes a name and a seed, and says the same twice', async () => {
    const results = async (out: string, ...more: string[]): Promise<string> => {
      const { code } = await rxAnomaly([
        'nab',
        root,
        '--out',
        join(folder.path, out),
        '--name',
        'other2',
        '--quiet',
        ...more,
      ]);
      expect(code).toBe(0);
      return readFileSync(join(folder.path, out, 'other2', 'made', 'other2_wave.csv'), 'utf8');
    };
    const [once, again, seven] = await Promise.all([
      results('o1'),
      results('o2'),
      results('o3', '--seed', '7'),
    ]);
    expect(again).toBe(once);
    expect(seven.split('\n')).toHaveLength(once.split('\n').length);
  });

  it('sees nothing but the past: a file cut short scores as the whole one up to there', async () => {
    const cut = layout('cut', { 'made/wave.csv': asNab(table(200)) }, WINDOWS);
    const scoresOf = async (data: string, out: string): Promise<string[][]> => {
      await rxAnomaly(['nab', data, '--out', join(folder.path, out)]);
      return cellsOf(join(folder.path, out, 'rxAnomaly', 'made', 'rxAnomaly_wave.csv'));
    };
    const [short, long] = await Promise.all([scoresOf(cut, 'short'), scoresOf(root, 'long')]);
    expect(short).toHaveLength(201);
    expect(short).toEqual(long.slice(0, 201));
  });

  it('does without labels, but not without data', async () => {
    const unlabelled = layout('unlabelled', { 'made/wave.csv': asNab(table(30)) });
    const { code, stdout } = await rxAnomaly(['nab', unlabelled, '--out', join(folder.path, 'u')]);
    expect(code).toBe(0);
    expect(stdout).toContain('no labels/combined_windows.json: results without scores\n');
    for (const [path, why] of [
      [join(folder.path, 'absent'), 'no such file or folder'],
      [layout('hollow', {}, {}), 'no such file or folder'],
    ] as const) {
      const failed = await rxAnomaly(['nab', path, '--out', join(folder.path, 'f')]);
      expect(failed).toEqual({ code: 1, stdout: '', stderr: `rx-anomaly: ${join(path, 'data')}: ${why}\n` });
    }
  });

  it('names a file that is not one of NAB', async () => {
    const wrong = layout('wrong', { 'made/wave.csv': table(30) }, WINDOWS);
    const { code, stderr } = await rxAnomaly(['nab', wrong, '--out', join(folder.path, 'w')]);
    expect(code).toBe(1);
    expect(stderr).toContain('wave.csv: no column "timestamp"; the columns are "time", "value"\n');
  });

  const python = withPandas();
  it.skipIf(python === undefined && process.env.CI !== 'true')(
    'writes results that pandas reads as NAB does',
    async () => {
      const out = join(folder.path, 'pandas');
      await rxAnomaly(['nab', root, '--out', out, '--quiet']);
      const script = `import pandas, sys
frame = pandas.read_csv(sys.argv[1], header=0, parse_dates=[0])
print(len(frame), frame['timestamp'].dtype.kind, frame['anomaly_score'].dtype.kind, int(frame['label'].sum()))`;
      const file = join(out, 'rxAnomaly', 'real', 'rxAnomaly_spike.csv');
      expect(execFileSync(python ?? 'python3', ['-c', script, file], { encoding: 'utf8' }).trim()).toBe(
        '1700 M f 13',
      );
    },
  );
});

describeWithShared('nab', 'nab over real files of the benchmark', (nab) => {
  it('reads them and scores what it has written', async () => {
    const category = 'realAdExchange';
    const files = readdirSync(join(nab, 'data', category))
      .slice(0, 2)
      .map((name) => `${category}/${name}`);
    expect(files).toHaveLength(2);
    const root = layout('real', {});
    for (const part of ['labels', join('data', category)]) mkdirSync(join(root, part), { recursive: true });
    for (const file of [...files.map((name) => join('data', name)), 'labels/combined_windows.json'])
      copyFileSync(join(nab, file), join(root, file));
    const out = join(folder.path, 'real-results');
    const { code, stdout } = await rxAnomaly(['nab', root, '--out', out]);
    expect(code).toBe(0);
    expect(stdout.trimEnd().split('\n').slice(1)).toEqual(
      scoreLines(files.map((file) => readResults(root, out, 'rxAnomaly', file))),
    );
  });
});

/** A Python that has pandas, which need not be the first in the path. */
function withPandas(): string | undefined {
  for (const python of ['python3', '/usr/bin/python3'])
    if (spawnSync(python, ['-c', 'import pandas']).status === 0) return python;
  console.warn('SKIPPED: what pandas reads: it is not installed (Debian: apt-get install python3-pandas)');
  return undefined;
}

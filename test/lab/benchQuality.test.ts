import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { QualityResults } from '../../src/lab/benchQuality/qualityResults.ts';
import type { SetQuality } from '../../src/lab/quality/setQuality.ts';
import { FIXTURES, type Finished, rxAnomaly, start, temporaryFolder } from '../cli/rxAnomaly.ts';
import { spikes, table } from '../cli/tables.ts';

const folder = temporaryFolder();

function file(name: string, content: string): string {
  const path = join(folder.path, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  return path;
}

/** A folder with a labelled series in each form, and a table of which nothing is known. */
function mixedFolder(name: string): string {
  const root = join(folder.path, name);
  const column = (rows: string, from: number, to: number): string =>
    rows
      .trimEnd()
      .split('\n')
      .map((row, at) => `${row},${at === 0 ? 'label' : Number(at > from && at <= to)}`)
      .join('\n');
  file(`${name}/column/one.csv`, column(spikes(), 1650, 1660));
  file(`${name}/column/two.csv`, column(table(600), 300, 304));
  file(`${name}/windows/spike.csv`, spikes());
  file(
    `${name}/windows/labels.json`,
    JSON.stringify({ 'spike.csv': [['2026-01-10 17:30:00', '2026-01-10 18:30:00']] }),
  );
  file(`${name}/unknown.csv`, table(50));
  return root;
}

/** The same three series in the layout of NAB. */
function nabFolder(name: string): string {
  const windows: Record<string, string[][]> = {};
  for (const series of ['one', 'two', 'three']) {
    file(`${name}/data/spikes/${series}.csv`, spikes().replace(/^.*/, 'timestamp,value'));
    windows[`spikes/${series}.csv`] = [['2026-01-10 17:30:00', '2026-01-10 18:30:00']];
  }
  file(`${name}/labels/combined_windows.json`, JSON.stringify(windows));
  return join(folder.path, name);
}

/** Runs the command with `--out` and returns what it wrote there too. */
async function bench(...args: string[]): Promise<Finished & { readonly results: QualityResults }> {
  const out = join(folder.path, `${Math.abs(hash(args.join()))}.json`);
  // one thread unless given otherwise: the tests share two cores already
  const finished = await rxAnomaly(['bench-quality', '--threads', '1', ...args, '--out', out]);
  expect(finished.code, finished.stderr).toBe(0);
  return { ...finished, results: JSON.parse(readFileSync(out, 'utf8')) };
}

function hash(text: string): number {
  let value = 0;
  for (const character of text) value = (31 * value + character.charCodeAt(0)) | 0;
  return value;
}

const rowOf = (text: string, name: string): string[] => text.match(new RegExp(`^${name} .*$`, 'gm')) ?? [];

describe.concurrent('bench-quality', () => {
  it('measures every configuration on every labelled series, and prints what it wrote', async () => {
    const root = mixedFolder('mixed');
    const { stdout, stderr, results } = await bench(root, '--configs', 'default,ema', '--seeds', '2');
    const [set] = results.sets;
    expect(results).toMatchObject({ interrupted: false });
    expect(set).toMatchObject({ name: 'mixed', series: 3, records: 4000 });
    expect(set!.configurations.map(({ name, seeds }) => [name, seeds.map(({ seed }) => seed)])).toEqual([
      ['default', [1, 2]],
      ['ema', [1]], // nothing in it hangs on a seed
    ]);
    const names = set!.configurations[0]!.seeds[0]!.series.map(({ name }) => name);
    expect(names).toEqual(['column/one.csv', 'column/two.csv', 'windows/spike.csv']);
    expect(stderr).toContain(`left out: ${join(root, 'unknown.csv')}: no labels\n`);
    expect(stderr).toMatch(/^mixed: default, seed 2: NAB \d+\.\d, F1 0\.\d{3}$/m);
    expect(stderr).toMatch(/3 runs, 12,000 records in \d+\.\d s\n$/);
    expect(stdout).toMatch(/^mixed: 3 series, 4,000 records\n/);
    const ema = set!.configurations[1]!.seeds[0]!;
    expect(rowOf(stdout, 'ema')[1]).toMatch(
      new RegExp(
        `^ema +${ema.incidents.found}\\.0 of 3 .* ${ema.incidents.f1!.toFixed(3)} .* ${ema.vusPr!.toFixed(3)}$`,
      ),
    );
    expect(rowOf(stdout, 'default')[1]).toContain('±');
    expect(set!.comparisons).toMatchObject([{ configuration: 'default', baseline: 'ema' }]);
  });

  it('says of a series what backtest and nab say of it', async () => {
    const file_ = (path: string): string => readFileSync(join(FIXTURES, path), 'utf8');
    file('same/data/sensors/spike.csv', file_('sensors/spike.csv').replace(/^.*/, 'timestamp,value'));
    const labels = JSON.parse(file_('sensors/labels.json'));
    const windows = Object.entries<unknown>(labels).find(([name]) => name.endsWith('spike.csv'))![1];
    file('same/labels/combined_windows.json', JSON.stringify({ 'sensors/spike.csv': windows }));
    const root = join(folder.path, 'same');
    const [{ results }, nab, backtest] = await Promise.all([
      bench(root, '--configs', 'default'),
      rxAnomaly(['nab', root, '--out', join(folder.path, 'same-out')]),
      rxAnomaly([
        'backtest',
        join(root, 'data'),
        '--labels',
        join(root, 'labels', 'combined_windows.json'),
        '--format',
        'json',
      ]),
    ]);
    const quality: SetQuality = results.sets[0]!.configurations[0]!.seeds[0]!;
    const { pooled, streams, ranges } = JSON.parse(backtest.stdout);
    const { falseAlertsPerDay: _, ...measured } = quality.incidents;
    expect(pooled).toMatchObject(measured);
    expect(quality.vusPr).toBe(streams[0].vusPr);
    expect(quality.flatRanges).toEqual(ranges);
    for (const { profile, score } of quality.nab) {
      expect(nab.stdout).toContain(`NAB ${profile}: ${score!.toFixed(1)}`);
    }
  });

  it('gives the same figures with any number of threads', async () => {
    const root = mixedFolder('threads');
    const [one, three] = await Promise.all(
      ['1', '3'].map((threads) => bench(root, '--configs', 'ema,seasonal', '--threads', threads)),
    );
    expect(three!.results).toEqual(one!.results);
  });

  it('takes configurations from JSON and from a module', async () => {
    const root = mixedFolder('own');
    const json = file('own.json', '{ "slow": { "forecaster": { "name": "ema", "alpha": 0.01 } } }');
    const module = file(
      'own.mjs',
      `export default {
        strict: { forecaster: 'ema', threshold: 0.7 },
        seeded: (seed) => ({ seed: seed + 10, hidden: 4 }),
        ema: { forecaster: { name: 'ema', alpha: 0.01 } },
      };`,
    );
    const [a, b] = await Promise.all([
      bench(root, '--config-file', json, '--configs', 'slow,ema'),
      bench(root, '--config-file', module, '--configs', 'strict,seeded,ema', '--seeds', '2'),
    ]);
    const seedsOf = ({ results }: { readonly results: QualityResults }, name: string) =>
      results.sets[0]!.configurations.find((each) => each.name === name)!.seeds;
    expect(seedsOf(b, 'strict')[0]!.threshold).toBe(0.7);
    expect(seedsOf(b, 'seeded')).toHaveLength(2);
    expect(seedsOf(b, 'ema')).toEqual(seedsOf(a, 'slow')); // the file's own takes the place of the built-in
    expect(seedsOf(a, 'ema')).not.toEqual(seedsOf(a, 'slow'));
  });

  it('cross-validates thresholds and the choice of a configuration, and leaves other figures as they are', async () => {
    const [column, nab] = [mixedFolder('folds'), nabFolder('folds-nab')];
    const args = [column, nab, '--configs', 'lastValue,ema'];
    const [without, { stdout, results }] = await Promise.all([
      bench(...args),
      bench(...args, '--folds', '3'),
    ]);
    const plain = JSON.stringify(results, (key, value) =>
      ['folds', 'heldOut', 'choice'].includes(key) ? undefined : value,
    );
    const shared = JSON.parse(plain) as QualityResults;
    for (const { comparisons } of shared.sets) {
      for (const comparison of comparisons) {
        const measures = comparison.measures.filter(({ at }) => at !== 'held-out threshold');
        Object.assign(comparison, { measures });
      }
    }
    expect(shared).toEqual(without.results);
    expect(without.stdout).not.toContain('held out');

    const [set, other] = results.sets;
    expect(set.folds).toHaveLength(10);
    for (const folds of set.folds!) {
      expect(folds.map((names) => names.length)).toEqual([1, 1, 1]);
      expect(folds.flat().sort()).toEqual(['column/one.csv', 'column/two.csv', 'windows/spike.csv']);
    }
    const [{ byAlert }] = set.configurations[1].seeds;
    expect(byAlert.heldOut!.thresholds.map(({ length }) => length)).toEqual(new Array(10).fill(3));
    expect(rowOf(stdout, 'ema').some((row) => row.includes(byAlert.heldOut!.f1!.toFixed(3)))).toBe(true);
    expect(set.choice).toMatchObject({ baseline: 'lastValue', sets: [{ measure: 'F1 by alert' }] });
    expect(other.choice).toMatchObject({ sets: [{ measure: 'NAB standard' }] });
    expect(results.choice!.sets.map(({ measure }) => measure)).toEqual(['F1 by alert', 'NAB standard']);
    expect(results.choice!.picks.flat()).toHaveLength(10 * 3);
    expect(stdout).toContain(
      'One configuration at its own threshold, by F1 by alert; held out: chosen on the other 2 of 3 folds',
    );
    expect(stdout).toMatch(/^ +folds: F1 by alert +folds-nab: NAB standard +mean +configuration$/m);
    expect(rowOf(stdout, 'held out')).toHaveLength(6); // the figure and how far it is ahead: of each set, and of both
  });

  it('has no choice to cross-validate with one configuration', async () => {
    const { stdout, results } = await bench(mixedFolder('single'), '--configs', 'ema', '--folds', '2');
    expect(results.sets[0].folds![0]).toHaveLength(2);
    expect(results.sets[0]).not.toHaveProperty('choice');
    expect(results).not.toHaveProperty('choice');
    expect(stdout).toContain('held out');
    expect(stdout).not.toContain('One configuration');
  });

  it('chooses on all folders but one, and does not count what falls around a joint', async () => {
    const plain = mixedFolder('plain');
    const joined = mixedFolder('joined');
    file('joined/joints.json', JSON.stringify({ spike: 1640, one: 1640 }));
    const { results, stdout } = await bench(plain, joined, '--configs', 'ema,lastValue', '--leave-out');
    expect(stdout).toContain('Each set left out');
    expect(results.leftOut?.map(({ collection }) => collection)).toEqual(['plain', 'joined']);
    const [before, after] = results.sets.map(({ configurations }) => configurations[0].seeds[0]);
    const found = ({ series }: SetQuality): [string, number][] =>
      series.map(({ name, byFlag }) => [name, byFlag.own.found]);
    expect(found(before)).toContainEqual(['windows/spike.csv', 1]);
    expect(found(after)).toContainEqual(['windows/spike.csv', 0]);
    const refused = await rxAnomaly(['bench-quality', plain, '--leave-out']);
    expect(refused.stderr).toContain('at least two folders');
    file('joined/joints.json', JSON.stringify({ spike: -1 }));
    const wrong = await rxAnomaly(['bench-quality', plain, joined, '--configs', 'ema']);
    expect(wrong.stderr).toContain('joints.json: spike: expected the row');
  });

  it('refuses more folds than a set has series', async () => {
    const args = ['bench-quality', mixedFolder('few'), '--folds', '4', '--quiet'];
    const { code, stdout, stderr } = await rxAnomaly(args);
    expect({ code, stdout, stderr }).toEqual({
      code: 2,
      stdout: '',
      stderr:
        'rx-anomaly: bench-quality: expected --folds to be at most 3, the number of series in few, got 4\n',
    });
  });

  it('tells before the work what is wrong with a configuration', async () => {
    const path = file('wrong.json', '{ "a": { "hiden": 3 } }');
    const { code, stdout, stderr } = await rxAnomaly(['bench-quality', FIXTURES, '--config-file', path]);
    expect(stderr).toMatch(/^rx-anomaly: configuration a: detectSeries: unknown option hiden; .*\n$/);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  });

  it('prints Markdown that a README can hold', async () => {
    const args = [mixedFolder('md'), '--configs', 'ema,lastValue', '--format', 'markdown'];
    const [plain, folded] = await Promise.all([bench(...args), bench(...args, '--folds', '3')]);
    const tables = plain.stdout.trimEnd().split(/\n\n(?=\*\*)/);
    const withFolds = folded.stdout.trimEnd().split(/\n\n(?=\*\*)/);
    expect(tables.map((each) => each.split('\n')[0])).toEqual(['**md: 3 series, 4,000 records**']);
    expect(withFolds.map((each) => each.split('\n')[0])).toEqual([
      '**md: 3 series, 4,000 records**',
      '**One configuration at its own threshold, by F1 by alert; held out: chosen on the other 2 of 3 folds, assigned in 10 ways**',
    ]);
    for (const [each, length] of [...tables, ...withFolds].map((one, at) => [one, [4, 4, 6][at]] as const)) {
      const rows = each.split('\n').slice(2);
      expect(rows).toHaveLength(length);
      expect(new Set(rows.map((row) => row.split('|').length)).size).toBe(1);
    }
  });

  it('keeps what was done when it is interrupted', async () => {
    const out = join(folder.path, 'interrupted.json');
    const root = mixedFolder('interrupted');
    const args = ['bench-quality', root, '--configs', 'ema,default', '--seeds', '1000', '--threads', '1'];
    const { child, finished } = start([...args, '--out', out]);
    let reported = '';
    child.stderr!.on('data', (text: string) => {
      reported += text;
      if (reported.includes('ema, seed 1: ')) child.kill('SIGINT');
    });
    const { code, stdout, stderr } = await finished;
    expect(code).toBe(130);
    expect(stderr).toMatch(/stopped: \d+ of 1,001 runs, /);
    const results: QualityResults = JSON.parse(readFileSync(out, 'utf8'));
    expect(results.interrupted).toBe(true);
    expect(results.sets[0]!.configurations[0]!.name).toBe('ema');
    expect(stdout).toMatch(/^interrupted: 3 series/);
  });

  it('needs labels', async () => {
    file('bare/wave.csv', table(30));
    const bare = join(folder.path, 'bare');
    const { code, stderr } = await rxAnomaly(['bench-quality', bare, '--quiet']);
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: `rx-anomaly: ${bare}: holds no labelled series\n`,
    });
  });
});

import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { Random } from '../../src/core/random.ts';
import { rxAnomaly, start, temporaryFolder } from '../cli/rxAnomaly.ts';
import { timeAt } from '../cli/tables.ts';

const folder = temporaryFolder();

/** A folder of streams with a spike now and then, labelled in a column. */
function streams(name: string, count: number, records = 1200): string {
  const path = join(folder.path, name);
  mkdirSync(path, { recursive: true });
  for (let file = 0; file < count; file++) {
    const random = new Random(file + 1);
    const rows = Array.from({ length: records }, (_, at) => {
      const isSpike = at > 250 && (at + 40 * file) % 230 < 3;
      const value = 10 + Math.sin(at / 8) + 0.2 * random.normal() + (isSpike ? 4 : 0);
      return `${timeAt(at)},${value.toFixed(4)},${Number(isSpike)}`;
    });
    writeFileSync(join(path, `s${file}.csv`), ['timestamp,value,label', ...rows].join('\n'));
  }
  return path;
}

describe('tune', () => {
  it('recommends options, reports on the rest, and says how sure it is, the same in text and in JSON', async () => {
    const path = streams('two', 2);
    const state = join(folder.path, 'two.json');
    const first = await rxAnomaly(['tune', path, '--state', state]);
    expect(first.code, first.stderr).toBe(0);
    expect(first.stderr).toContain('2 series, 2,400 records\n');
    const second = await rxAnomaly(['tune', path, '--state', state, '--format', 'json']);
    expect(second.stderr).toMatch(/resuming: .* has \d+ finished runs/);
    const json = JSON.parse(second.stdout) as {
      tried: readonly { taken: boolean }[];
      rest: { usual: { incidents: number; f1: number }; lead: { resampled: string } };
      commandLine: string;
      code: string;
    };
    expect(json.tried).toHaveLength(13);
    expect(json.rest.usual.incidents).toBe(4);
    expect(first.stdout).toContain(`  ${json.commandLine}\n`);
    expect(first.stdout).toContain(json.code);
    expect(first.stdout).toMatch(new RegExp(`^defaults .* ${json.rest.usual.f1.toFixed(3)}$`, 'm'));
    expect(json.rest.lead.resampled).toBe('10 segments of the series');

    // What it recommends is a command line that runs.
    const args = json.commandLine.split(' ').slice(1);
    const detect = await rxAnomaly(args.map((arg) => (arg === '<table>' ? join(path, 's0.csv') : arg)));
    expect(detect.code, detect.stderr).toBe(0);
  });

  it('takes each series of a table by itself, with the labels of a dashboard', async () => {
    const path = join(folder.path, 'keyed');
    mkdirSync(path);
    const random = new Random(1);
    const spikes = (key: string): number[] => (key === 'a' ? [300, 500, 700] : [350, 550, 750]);
    const rows = Array.from({ length: 900 }, (_, at) =>
      ['a', 'b', 'c'].map((key) => {
        const isSpike = spikes(key).some((from) => at >= from && at < from + 3);
        const value = (key === 'a' ? 10 : 900) + random.normal() + (isSpike ? 9 : 0);
        return `${timeAt(at)},${key},${value.toFixed(4)}`;
      }),
    );
    writeFileSync(join(path, 'fleet.csv'), ['timestamp,sensor,value', ...rows.flat()].join('\n'));
    const windows = (key: string): string[][] => spikes(key).map((from) => [timeAt(from), timeAt(from + 2)]);
    const labels = folder.file(
      'served.json',
      JSON.stringify({ 'fleet/a': windows('a'), 'fleet/b': windows('b') }),
    );
    const state = join(folder.path, 'keyed.json');
    const { code, stderr, stdout } = await rxAnomaly([
      'tune',
      path,
      '--labels',
      labels,
      '--key',
      'sensor',
      '--state',
      state,
      '--format',
      'json',
    ]);
    expect(code, stderr).toBe(0);
    expect(stderr).toContain('fleet.csv: 1 of 3 series have no labels\n');
    expect(stderr).toContain('2 series, 1,800 records\n');
    // On the rest two incidents: those after six tenths of 900 records, of series that are not mixed.
    expect(JSON.parse(stdout)).toMatchObject({ rest: { usual: { incidents: 3, found: 3 } } });
  });

  it('continues where it was stopped, to the same result', async () => {
    const path = streams('stopped', 3, 1000);
    const state = join(folder.path, 'stopped.json');
    const args = ['tune', path, '--state', state, '--threads', '1', '--format', 'json'];
    const { child, finished } = start(args);
    const runs = (): number =>
      existsSync(state) ? Object.keys((JSON.parse(readFileSync(state, 'utf8')) as Saved).outcomes).length : 0;
    while (runs() === 0 && child.exitCode === null) await setTimeout(20);
    child.kill('SIGINT');
    const stopped = await finished;
    expect(stopped).toMatchObject({ code: 130, stdout: '' });
    expect(stopped.stderr).toContain(`stopped; the same command resumes from ${state}`);
    const kept = runs();
    expect(kept).toBeGreaterThan(0);
    const resumed = await rxAnomaly(args);
    expect(resumed.stderr).toContain(`has ${kept} finished runs`);
    const afresh = await rxAnomaly(args.with(3, join(folder.path, 'afresh.json')));
    expect(resumed.stdout).toBe(afresh.stdout);
  });

  it.each([
    [['--split', '1.5'], 2, 'Expected a number above 0 and below 1'],
    [['--labels', 'odd'], 1, 'no column "odd"'],
    [['--state', join('nowhere', 'tune.json')], 1, 'cannot be written: '],
    [
      ['--split', '0.1'],
      1,
      'the first part of the series holds no labelled incident; choose another --split',
    ],
  ])('%j is reported in one line', async (args, code, message) => {
    const state = join(folder.path, `${code}${message.length}.json`);
    const finished = await rxAnomaly(['tune', streams('one', 1), '--quiet', '--state', state, ...args]);
    expect(finished.stderr).toContain(message);
    expect(finished).toMatchObject({ code, stdout: '' });
  });

  it('refuses the state of other data', async () => {
    const state = folder.file('other.json', '{"fingerprint":"x","outcomes":{}}');
    const { code, stderr } = await rxAnomaly(['tune', streams('one', 1), '--quiet', '--state', state]);
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: `rx-anomaly: ${state}: belongs to other data, another split or another version; remove it, or name another file with --state\n`,
    });
  });
});

interface Saved {
  readonly outcomes: object;
}

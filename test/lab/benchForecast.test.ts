import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Random } from '../../src/core/random.ts';
import type { AheadCollection } from '../../src/lab/forecast/evaluateAhead.ts';
import type { CollectionResult } from '../../src/lab/forecast/forecastResults.ts';
import { rxAnomaly, temporaryFolder } from '../cli/rxAnomaly.ts';

const folder = temporaryFolder();

describe('bench-forecast', () => {
  it('reads every column of every table as a series, and prints what it writes', async () => {
    const streams = join(folder.path, 'streams');
    mkdirSync(streams);
    const rows = Array.from({ length: 300 }, (_, t) => `${Math.sin(t / 4).toFixed(4)},${(t % 7) ** 2}`);
    writeFileSync(join(streams, 'two.csv'), ['a,b', ...rows].join('\n'));
    const out = join(folder.path, 'errors.json');
    const { code, stdout, stderr } = await rxAnomaly([
      ...['bench-forecast', streams, '--out', out, '--simulated', '5'],
    ]);
    expect(code, stderr).toBe(0);
    expect(stdout).toMatch(/^streams: 2 series$/m);
    const results = JSON.parse(readFileSync(out, 'utf8')) as CollectionResult[];
    expect(results.map(({ collection }) => collection)).toEqual(['simulated, held out', 'streams']);
    expect(stdout).toMatch(/^pre-trained, learning +streams +16 +\d/m); // what adapting does at each horizon
    for (const { subject, horizons } of results[1].subjects)
      expect(stdout).toContain(`${subject.padEnd(31)}  ${horizons[0].mean.toFixed(3)}`);
  });

  it('measures intervals up to 96 events ahead with --ahead', async () => {
    const streams = join(folder.path, 'ahead');
    mkdirSync(streams);
    const random = new Random(4);
    const rows = Array.from({ length: 700 }, () => random.normal().toFixed(5));
    writeFileSync(join(streams, 'noise.csv'), ['a', ...rows].join('\n'));
    const out = join(folder.path, 'ahead.json');
    const { code, stdout, stderr } = await rxAnomaly(['bench-forecast', '--ahead', streams, '--out', out]);
    expect(code, stderr).toBe(0);
    expect(stdout).toMatch(/^ahead: 1 series\n +1 step +4 steps +16 steps +48 steps +96 steps$/m);
    const [{ subjects }] = JSON.parse(readFileSync(out, 'utf8')) as AheadCollection[];
    for (const { subject, steps } of subjects) {
      expect(stdout).toContain(`${subject}: within 80 %`);
      for (const { held, heldOfChanged, error } of steps) {
        expect(Math.abs(held - 0.8)).toBeLessThan(0.2); // some eighty values
        expect(heldOfChanged).toBe(held);
        if (!subject.endsWith('alone')) expect(error.mean).toBeLessThan(0.85); // the mean's is 0.71 of the last value's
      }
    }
  });

  it('refuses --inside with --ahead', async () => {
    const { code, stderr } = await rxAnomaly(['bench-forecast', folder.path, '--inside', '--ahead']);
    expect(code).toBe(2);
    expect(stderr).toContain("option '--inside' cannot be used with option '--ahead'");
  });

  it('refuses a folder that is not there', async () => {
    const { code, stderr } = await rxAnomaly(['bench-forecast', join(folder.path, 'nothing')]);
    expect(code).toBe(1);
    expect(stderr).toContain('no such file or folder');
  });
});

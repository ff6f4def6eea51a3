import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
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
    const { code, stdout, stderr } = await rxAnomaly(['bench-forecast', streams, '--out', out]);
    expect(code, stderr).toBe(0);
    expect(stdout).toMatch(/^streams: 2 series$/m);
    const results = JSON.parse(readFileSync(out, 'utf8')) as CollectionResult[];
    expect(results.map(({ collection }) => collection)).toEqual(['simulated, held out', 'streams']);
    for (const { subject, horizons } of results[1].subjects)
      expect(stdout).toContain(`${subject.padEnd(31)}  ${horizons[0].mean.toFixed(3)}`);
  });

  it('refuses a folder that is not there', async () => {
    const { code, stderr } = await rxAnomaly(['bench-forecast', join(folder.path, 'nothing')]);
    expect(code).toBe(1);
    expect(stderr).toContain('no such file or folder');
  });
});

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../cli/rxAnomaly.ts';
import { ROOT } from '../house/sourceFiles.ts';
import { describePacked } from './packed.ts';

/** What importing a door loads. The command line's packages and those for rare files are loaded where they are used. */
const PACKAGES: Readonly<Record<string, readonly string[]>> = {
  'rx-anomaly': ['rxjs'],
  'rx-anomaly/numerics': [],
  'rx-anomaly/tfjs': [],
  'rx-anomaly/sources': ['csv-parse', 'rxjs'],
  'rx-anomaly/stores': [],
  'rx-anomaly/influx': ['influx', 'rxjs'],
  'rx-anomaly/mqtt': ['rxjs'],
  'rx-anomaly/prometheus': ['rxjs'],
  'rx-anomaly/otlp': ['rxjs'],
  'rx-anomaly/redis': ['rxjs'],
  'rx-anomaly/nats': ['rxjs'],
  'rx-anomaly/distributed': ['rxjs'],
  'rx-anomaly/backtest': [],
  'rx-anomaly/inspect': ['rxjs'],
  'rx-anomaly/sinks': ['rxjs'],
  'rx-anomaly/holidays': [],
  'rx-anomaly/dashboard': ['rxjs'],
};

const folder = temporaryFolder();
const { exports } = JSON.parse(readFileSync(`${ROOT}package.json`, 'utf8')) as { exports: object };
const doors = Object.keys(exports)
  .filter((door) => door !== './package.json' && !door.startsWith('./schemas/'))
  .map((door) => posix.join('rx-anomaly', door));

/** Runs CommonJS in a process of its own; returns what it prints and the packages that it has loaded. */
function runCommonJs(
  cwd: string,
  script: string,
): { readonly printed: string; readonly packages: readonly string[] } {
  const coverage = mkdtempSync(join(folder.path, 'coverage-')); // Node lists there every script that was loaded
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--input-type=commonjs', '-e', script], {
    cwd,
    encoding: 'utf8',
    env: { ...process.env, NODE_V8_COVERAGE: coverage },
  });
  expect(status, stderr).toBe(0);
  const urls = readdirSync(coverage).flatMap((name) =>
    (
      JSON.parse(readFileSync(join(coverage, name), 'utf8')) as {
        readonly result: readonly { readonly url: string }[];
      }
    ).result.map(({ url }) => url),
  );
  const packages = urls.flatMap((url) => /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1] ?? []);
  return {
    printed: stdout,
    packages: [...new Set(packages)].filter((name) => name !== 'rx-anomaly').toSorted(),
  };
}

describePacked('the installed package', (packed) => {
  it.each(doors)('%s is had by require, and loads no package that it does not need', async (door) => {
    const { printed, packages } = runCommonJs(
      packed().project,
      `console.log(JSON.stringify(Object.keys(require('${door}'))))`,
    );
    expect(packages).toEqual(PACKAGES[door]);
    const names = JSON.parse(printed).filter((name: string) => name !== '__esModule');
    expect(names.toSorted()).toEqual(Object.keys(await import(door)).toSorted());
  });

  it('CommonJS finds the spike', () => {
    const { printed } = runCommonJs(
      packed().project,
      `
    const { range, map, filter } = require('rxjs');
    const { detectAnomalies } = require('rx-anomaly');
    range(0, 800)
      .pipe(map((n) => Math.sin(n / 10) + (n === 700 ? 3 : 0)), detectAnomalies(), filter((v) => v.startOfIncident))
      .subscribe(({ value }) => console.log(value.toFixed(1)));
  `,
    );
    expect(printed.split('\n')).toContain((Math.sin(70) + 3).toFixed(1));
  });
});

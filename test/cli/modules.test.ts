import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { MAIN, rxAnomaly, temporaryFolder } from './rxAnomaly.ts';
import { table } from './tables.ts';

const folder = temporaryFolder();
const file = folder.file('data.csv', table(5));
const DIST = fileURLToPath(new URL('..', `file://${MAIN}`));

/** Which modules are in each file of the command, as src/cli/bundle.js has written it. */
const MODULES = JSON.parse(readFileSync(join(DIST, 'cli/modules.json'), 'utf8')) as Record<string, string[]>;

/** The modules that a run of the command has loaded, ours by their path in dist, others by that in their package. */
async function loadedBy(...args: string[]): Promise<string[]> {
  const path = mkdtempSync(join(folder.path, 'coverage-'));
  vi.stubEnv('NODE_V8_COVERAGE', path); // lists every script that was loaded
  const { code, stderr } = await rxAnomaly(args);
  expect(code, stderr).toBe(0);
  const reports = readdirSync(path).map(
    (name) =>
      JSON.parse(readFileSync(join(path, name), 'utf8')) as { result: readonly { readonly url: string }[] },
  );
  const urls = reports.flatMap(({ result }) => result.map(({ url }) => url));
  const files = urls.filter((url) => url.startsWith('file:')).map((url) => fileURLToPath(url));
  return [...new Set(files)].flatMap((file) => MODULES[relative(join(DIST, 'cli'), file)] ?? file);
}

describe('modules', () => {
  afterEach(() => vi.unstubAllEnvs());

  it('that --version loads are two', async () => {
    expect((await loadedBy('--version')).toSorted()).toEqual(['cli/main.js', 'cli/version.js']);
    expect((await loadedBy('-V')).toSorted()).toEqual(['cli/main.js', 'cli/version.js']);
  });

  it('that the list of commands loads are none of a command', async () => {
    const loaded = await loadedBy('--help');
    expect(loaded.filter((path) => /^(models|numerics|operators|rxjs|lab|dashboard)\//.test(path))).toEqual(
      [],
    );
    expect(loaded.length).toBeLessThan(20);
  });

  it('that detect loads for a table are those that it needs', async () => {
    const loaded = await loadedBy('detect', file);
    const others =
      /^(lab|dashboard|inspect|backtest|influx|sources\/influx|charts|sinks(?!\/formats\/webhookFormatNames))\//;
    expect(loaded.filter((path) => others.test(path))).toEqual([]);
    expect(loaded.filter((path) => /^cli\/(commands|serve)\//.test(path))).toEqual([
      'cli/commands/detect.js',
    ]);
    expect(loaded).toContain('operators/durable/durableVerdicts.js');
    const own = loaded.filter((path) => /^[a-z]+\/.*\.js$/.test(path) && !/^(rxjs|csv|commander)/.test(path));
    // Seven of them are the functions of core/math, thirty the pre-trained network, forecasts ahead and covariates, which are options of every detector,
    // seventeen the options of the other sources, for their names in messages and help, five the windows of --resample,
    // eleven the configuration file, three the rows of --population and what follows from verdicts, two the options of --rare;
    // refusals and warnings of what is left out are apart, as are numbers and words of states: all are packed into one file.
    expect(own.length).toBeLessThan(353);
  });
});

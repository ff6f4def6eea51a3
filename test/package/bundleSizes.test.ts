import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, it, vi } from 'vitest';
import { temporaryFolder } from '../cli/rxAnomaly.ts';
import { ROOT } from '../house/sourceFiles.ts';
import { BUNDLERS } from './bundlers.ts';
import { describeWithTools } from './packed.ts';

vi.setConfig({ testTimeout: 600_000, hookTimeout: 600_000 }); // bundling is slow on a machine with other work

/** Doors that read files, open ports or load a native binding. */
const FOR_NODE = [
  './sources',
  './stores',
  './influx',
  './mqtt',
  './prometheus',
  './otlp',
  './redis',
  './nats',
  './dashboard',
  './tfjs',
  './package.json',
  './schemas/*',
];

const { exports } = JSON.parse(readFileSync(`${ROOT}package.json`, 'utf8')) as { exports: object };
const doors = Object.keys(exports).filter((door) => !FOR_NODE.includes(door));

describeWithTools('a bundle for browsers', (installed) => {
  const scratch = temporaryFolder();

  /** Minified by esbuild with RxJS and the kernel: bytes after gzip of what is loaded at once, and of the rest. */
  async function sizesOf(
    name: string,
    program: string,
  ): Promise<{ readonly main: number; readonly lazy: number }> {
    const entry = join(installed().project, `${name}.js`);
    writeFileSync(entry, program);
    const out = join(scratch.path, name);
    await BUNDLERS.esbuild({ tools: installed().tools, entry, out, platform: 'browser' });
    const texts = new Map(readdirSync(out).map((file) => [file, readFileSync(join(out, file))]));
    const loaded = new Set([`${name}.mjs`]);
    for (const file of loaded)
      for (const [, next] of texts
        .get(file)!
        .toString()
        .matchAll(/(?:from|import)"\.\/([^"]+)"/g))
        loaded.add(next!);
    let [main, lazy] = [0, 0];
    for (const [file, text] of texts) {
      const size = gzipSync(text, { level: 9 }).length;
      if (loaded.has(file)) main += size;
      else lazy += size;
    }
    return { main, lazy };
  }

  it.each(doors)('of %s imports nothing of Node', async (door) => {
    const name = posix.join('rx-anomaly', door);
    // esbuild refuses what it cannot resolve for the platform, such as node:fs.
    const { main } = await sizesOf(
      `door-${name.replace('/', '-')}`,
      `import * as all from '${name}'; globalThis.all = all;`,
    );
    expect(main).toBeGreaterThan(4000);
  });

  it.each([
    ['detectAnomalies', 97.5],
    ['lstmForecast', 54],
  ])('of %s alone takes at most %i kB after gzip, kernel and RxJS included', async (name, most) => {
    const program = `import { ${name} } from 'rx-anomaly'; globalThis.operator = ${name};`;
    const { main, lazy } = await sizesOf(name, program);
    const kB = (bytes: number): string => (bytes / 1000).toFixed(1);
    console.log(`${name}: ${kB(main)} kB after gzip at once; ${kB(lazy)} kB only when asked for`);
    expect(main).toBeLessThanOrEqual(1000 * most);
  });
});

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { importedFiles, importFaults, OPTIONAL, PACKAGES } from './importRules.ts';
import { parseModule } from './parseModule.ts';
import { ROOT, readFolder } from './sourceFiles.ts';

const src = readFolder('src', '.ts');

/** What the rules say of made-up sources, to which an empty `core/a.ts` is added. */
function faultsOf(sources: Readonly<Record<string, string>>): string[] {
  return importFaults(new Map(Object.entries({ 'core/a.ts': '', ...sources })));
}

describe('the sources', () => {
  it('keep every import rule of the design', () => {
    expect(src.size).toBeGreaterThan(100);
    expect(importFaults(src)).toEqual([]);
  });

  it('hold no file that no door leads to', () => {
    const { exports, bin } = JSON.parse(readFileSync(`${ROOT}package.json`, 'utf8'));
    const built: string[] = [
      ...Object.values<string | { default: string }>(exports).map((target) =>
        typeof target === 'string' ? target : target.default,
      ),
      ...Object.values<string>(bin),
      './dist/cli/provision/main.js', // npm run provision:tfjs-node
      './dist/backtest/report/page/main.js', // loaded as text, see loadPageAssets
      './dist/inspect/report/page/main.js', // the same, see renderInspection
      './dist/dashboard/page/main.js', // served to the browser, see loadAssets
      './dist/lab/benchQuality/qualityThread.js', // started as a worker, see qualityRun
      './dist/nats/natsLeaseThread.js', // the same, see natsAssignment
      './dist/redis/redisLeaseThread.js', // the same, see redisEngine
    ];
    const doors = built.filter((path) => path.endsWith('.js')).map(sourceOf);
    const reached = new Set(doors);
    for (const path of reached) for (const next of importedFiles(path, src)) reached.add(next);
    expect([...src.keys()].filter((path) => !reached.has(path))).toEqual([]);
  });

  it('use every package of the dependency table, and package.json has no other', () => {
    const { dependencies, devDependencies, peerDependencies } = JSON.parse(
      readFileSync(`${ROOT}package.json`, 'utf8'),
    );
    const installed = Object.keys({ ...dependencies, ...peerDependencies });
    // What only the command imports is packed into it by src/cli/bundle.js.
    const packed = Object.keys(PACKAGES).filter(
      (name) => !installed.includes(name) && PACKAGES[name]?.every((folder) => /^(cli|lab)$/.test(folder)),
    );
    expect(Object.keys(devDependencies)).toEqual(expect.arrayContaining(packed));
    expect([...installed, ...packed].sort()).toEqual(Object.keys(PACKAGES).sort());
    for (const name of Object.keys(dependencies))
      expect(
        PACKAGES[name]?.every((folder) => /^(cli|lab)\b/.test(folder)),
        name,
      ).toBe(false);
    const imported = [...src.values()].flatMap((source) => parseModule(source).imports);
    imported.push(...Object.values(OPTIONAL).flat());
    const unused = [...installed, ...packed].filter(
      (name) => !imported.some((from) => `${from}/`.startsWith(`${name}/`)),
    );
    expect(unused).toEqual([]);
  });
});

function sourceOf(built: string): string {
  return built.replace('./dist/', '').replace(/\.js$/, '.ts');
}

describe('the import rules', () => {
  it.each([
    ['core/b.ts', 'numerics/x.ts'],
    ['numerics/b.ts', 'models/x.ts'],
    ['models/b.ts', 'operators/x.ts'],
    ['operators/b.ts', 'backtest/x.ts'],
    ['operators/b.ts', 'sources/x.ts'],
    ['backtest/b.ts', 'cli/x.ts'],
    ['backtest/b.ts', 'inspect/x.ts'],
    ['inspect/b.ts', 'cli/x.ts'],
    ['inspect/b.ts', 'sources/x.ts'],
    ['backtest/b.ts', 'sources/x.ts'],
    ['sources/b.ts', 'models/x.ts'],
    ['sources/b.ts', 'sinks/x.ts'],
    ['sinks/b.ts', 'operators/x.ts'],
    ['clients/b.ts', 'sources/x.ts'],
    ['stores/b.ts', 'operators/x.ts'],
    ['models/b.ts', 'stores/x.ts'],
    ['influx/b.ts', 'operators/x.ts'],
    ['dashboard/b.ts', 'cli/x.ts'],
    ['charts/b.ts', 'core/x.ts'],
    ['cli/b.ts', 'index.ts'],
    ['index.ts', 'cli/x.ts'],
  ])('let %s import nothing from %s, not even a type', (from, to) => {
    const up = from === 'index.ts' ? './' : '../';
    const sources = { [from]: `import type { X } from '${up}${to}';`, [to]: '' };
    expect(faultsOf(sources)).toEqual([expect.stringContaining(`${from} → ${up}${to}`)]);
  });

  it('let every layer use those below', () => {
    const sources = {
      'numerics/n.ts': `import { a } from '../core/a.ts';`,
      'models/m.ts': `import { n } from '../numerics/n.ts';\nexport * from '../core/a.ts';`,
      'operators/o.ts': `import { map } from 'rxjs';\nexport { m } from '../models/m.ts';`,
      'backtest/b.ts': `import { o } from '../operators/o.ts';`,
      'sources/s.ts': `import { open } from 'node:fs/promises';\nimport '../core/a.ts';`,
      'cli/c.ts': `import { b } from '../backtest/b.ts';\nimport { s } from '../sources/s.ts';`,
      'index.ts': `export { o } from './operators/o.ts';`,
    };
    expect(faultsOf(sources)).toEqual([]);
  });

  it.each([
    `import { a } from '../core/a';`,
    `import { a } from '../core/a.js';`,
    `export { a } from '../core/a';`,
    `const a = await import('../core/a.js');`,
    `type A = import('../core/a.js').A;`,
    `import '../core/missing.ts';`,
    `import { a } from '../a.ts';`,
  ])('refuse the address in %s', (source) => {
    expect(faultsOf({ 'models/b.ts': source })).toHaveLength(1);
  });

  it.each(['core', 'numerics', 'models', 'backtest'])('keep rxjs out of %s', (layer) => {
    const rxjs = [`import { map } from 'rxjs';`, `import type { Observable } from 'rxjs/internal/x';`];
    expect(rxjs.flatMap((source) => faultsOf({ [`${layer}/b.ts`]: source }))).toHaveLength(2);
  });

  it.each(['core', 'numerics', 'models', 'operators', 'backtest', 'inspect'])(
    'keep Node out of %s',
    (layer) => {
      expect(faultsOf({ [`${layer}/b.ts`]: `import { join } from 'node:path';` })).toHaveLength(1);
    },
  );

  it('refuse packages that are not in the table, or not in this place', () => {
    const sources = {
      'sources/b.ts': `import { Command } from 'commander';`,
      'cli/b.ts': `import x from 'left-pad';`,
      'cli/c.ts': `import fs from 'fs';`,
      'cli/d.ts': `const x = await import(name);`,
      'backtest/e.ts': `import type uPlot from 'uplot';`,
    };
    expect(faultsOf(sources)).toHaveLength(5);
  });

  it('refuse a folder that the design does not know', () => {
    expect(faultsOf({ 'utils/b.ts': '' })).toHaveLength(1);
  });

  it('find a cycle, be it of types and through a re-export', () => {
    const sources = {
      'core/b.ts': `import type { C } from './c.ts';`,
      'core/c.ts': `export * from './d.ts';`,
      'core/d.ts': `import { b } from './b.ts';`,
    };
    expect(faultsOf(sources)).toEqual(['cycle: core/b.ts → core/c.ts → core/d.ts → core/b.ts']);
    expect(faultsOf({ 'core/b.ts': `import { b } from './b.ts';` })).toHaveLength(1);
  });

  it.each([
    'Math.random()',
    `Math['random']()`,
    'const dice = Math.random',
    'Date.now()',
    'const { clock = Date.now } = options',
    'globalThis.Date.now()',
    'new Date()',
    'new Date',
    'Date()',
    'performance.now()',
  ])('find %s where seed and clock are passed in', (source) => {
    expect(faultsOf({ 'models/b.ts': source })).toHaveLength(1);
    expect(faultsOf({ 'cli/b.ts': source })).toEqual([]);
  });

  it.each(['Math.exp(x)', 'xs.map(Math.log10)', 'x ** 2', '2 ** n', 'x **= 3', 'Math.hypot(a, b)'])(
    'find %s, whose last bits differ between runtimes, where verdicts are made',
    (source) => {
      expect(faultsOf({ 'models/b.ts': source })).toHaveLength(1);
      expect(faultsOf({ 'cli/b.ts': source })).toEqual([]);
    },
  );

  it.each(['Math.sqrt(x)', '2 ** 31', '10 ** -3', 'Math.LN2 * Math.max(x, 1)'])(
    'allow %s, the same in every runtime',
    (source) => {
      expect(faultsOf({ 'models/b.ts': source })).toEqual([]);
    },
  );

  it('are not deceived by comments, text and like names', () => {
    const source = `
      // import { x } from 'rxjs'; Math.random()
      /** import('../cli/x.ts') */
      const text = "import fs from 'node:fs'", regex = /Date.now()'/, code = \`new Date() \${1 + 1}\`;
      new Date(0); random(); this.random(); it.now();
    `;
    expect(faultsOf({ 'models/b.ts': source })).toEqual([]);
  });
});

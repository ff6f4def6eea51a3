import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { posix } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { machinePaths } from './machinePaths.ts';
import { packedFiles } from './packedFiles.ts';
import { undocumented } from './publicNames.ts';
import { ROOT, readFolder } from './sourceFiles.ts';
import { unexported } from './unexported.ts';

interface Manifest {
  readonly exports: Readonly<Record<string, string | { readonly types: string; readonly default: string }>>;
  readonly bin: Readonly<Record<string, string>>;
}

const { exports, bin } = JSON.parse(readFileSync(`${ROOT}package.json`, 'utf8')) as Manifest;
const doors = Object.entries(exports).flatMap(([door, target]) =>
  typeof target === 'string' ? [] : [{ door, ...target }],
);

describe('the exports map', () => {
  it.each(doors)('leads from $door to what the build makes', async ({ door, types, default: built }) => {
    expect(existsSync(`${ROOT}${built.replace('dist/', 'src/').replace(/\.js$/, '.ts')}`)).toBe(true);
    expect(existsSync(`${ROOT}${types}`)).toBe(true);
    const { resolve } = createRequire(import.meta.url);
    const address = resolve(posix.join('rx-anomaly', door));
    expect(address).toBe(`${ROOT}${posix.normalize(built)}`);
    expect(Object.keys(await import(pathToFileURL(address).href))).not.toEqual([]);
  });

  it('hides what is not public', () => {
    const { resolve } = createRequire(import.meta.url);
    expect(() => resolve('rx-anomaly/dist/core/random.js')).toThrow('not defined by "exports"');
  });
});

describe('the package', () => {
  const files = packedFiles();

  it('ships every door, the command and what its report needs', () => {
    const needed = [
      ...doors.flatMap(({ types, default: built }) => [types, built]),
      ...Object.values(bin),
      'dist/backtest/report/page/main.js',
      'dist/inspect/report/page/main.js',
      'dist/dashboard/page/main.js',
      'package.json',
      'README.md',
      'LICENSE',
    ];
    expect(needed.map((path) => posix.normalize(path)).filter((path) => !files.has(path))).toEqual([]);
  });

  it('ships the streams of the demo with their labels', () => {
    const catalogue = JSON.parse(readFileSync(`${ROOT}fixtures/catalogue.json`, 'utf8')) as {
      readonly file: string;
    }[];
    const streams = catalogue.map(({ file }) => `fixtures/${file}`);
    const labels = streams.map((path) => posix.join(posix.dirname(path), 'labels.json'));
    const needed = ['fixtures/catalogue.json', ...streams, ...new Set(labels)];
    expect(needed.filter((path) => !files.has(path))).toEqual([]);
  });

  it('ships neither sources nor tests', () => {
    expect([...files].filter((path) => /^(src\/.*\.[jt]s|test\/|golden\/)/.test(path))).toEqual([]);
  });

  it('has a command that Node can run', () => {
    for (const path of Object.values(bin)) {
      expect(readFileSync(`${ROOT}${path}`, 'utf8')).toMatch(/^#!\/usr\/bin\/env node\n/);
    }
  });
});

it('the lock file names no host to download from', () => {
  expect(readFileSync(`${ROOT}package-lock.json`, 'utf8')).not.toContain('"resolved"');
});

describe('public names', () => {
  const src = readFolder('src', '.ts');

  it.each(doors)('of $door have a docstring each', ({ default: built }) => {
    const door = posix.normalize(built).replace('dist/', '').replace(/\.js$/, '.ts');
    expect(undocumented(door, src)).toEqual([]);
  });

  it('without one are found', () => {
    const sources = new Map([
      ['index.ts', `export { a, type B, c as d } from './core/a.ts';\nexport * from './core/e.ts';`],
      [
        'core/a.ts',
        `/** Given. */\nexport const a = 1;\nexport interface B {}\n// no docstring\nfunction c() {}`,
      ],
      ['core/e.ts', `/** Given. */\nexport class E {}\n/* not one */\nexport type F = E;`],
    ]);
    expect(undocumented('index.ts', sources)).toEqual(['B (core/a.ts)', 'c (core/a.ts)', 'F (core/e.ts)']);
  });
});

describe('the declarations of the package', () => {
  it('lead from the doors to none that is left out', () => {
    const files = packedFiles();
    const reached = new Set(doors.map(({ types }) => posix.normalize(types)));
    for (const path of reached) {
      if (!files.has(path)) continue;
      const imports = /(?:from|import\()\s*['"](\.[^'"]+)\.[jt]s['"]/g;
      for (const [, target] of readFileSync(`${ROOT}${path}`, 'utf8').matchAll(imports))
        reached.add(posix.join(posix.dirname(path), `${target}.d.ts`));
    }
    expect(reached.size).toBeGreaterThan(100);
    expect([...reached].filter((path) => !files.has(path))).toEqual([]);
  });
});

describe('types that a public declaration names', () => {
  it('are exported, those of options at their door', () => {
    const declared = new Map(
      [...packedFiles()]
        .filter((path) => path.endsWith('.d.ts'))
        .map((path) => [path, readFileSync(`${ROOT}${path}`, 'utf8')]),
    );
    expect(
      unexported(
        doors.map(({ types }) => posix.normalize(types)),
        declared,
      ),
    ).toEqual([]);
  });

  it('and are not exported are found', () => {
    const declared = new Map([
      ['a.d.ts', `export { run, type RunOptions, Engine } from './run.js';`],
      ['b.d.ts', `export type { Speed } from './run.js';`],
      [
        'run.d.ts',
        `import type { Level } from './level.js';
         type Speed = number;
         interface Part { size: number }
         export interface RunOptions<T> { speed: Speed; level?: Level; other: T }
         export declare function run(options: RunOptions<string>): Promise<Part>;
         export declare class Engine { part(): Speed; #private; }`,
      ],
      ['level.d.ts', `export type Level = 'low' | 'high';`],
    ]);
    expect(unexported(['a.d.ts', 'b.d.ts'], declared)).toEqual([
      'run.d.ts#RunOptions needs level.d.ts#Level',
      'run.d.ts#RunOptions needs level.d.ts#Level in a.d.ts',
      'run.d.ts#RunOptions needs run.d.ts#Speed in a.d.ts',
      'run.d.ts#run needs run.d.ts#Part',
    ]);
  });
});

describe('paths of one machine', () => {
  it.each(['.ts', '.js', '.md', '.json', '.html'])('are in no %s file of the checkout', (extension) => {
    expect(machinePaths(readFolder('.', extension))).toEqual([]);
  });

  it.each(['/ho_me/ada/x', '"/ro_ot/x"', '(/Us_ers/ada', 'C:\\Us_ers\\ada', 'file:///ho_me/x'])(
    'are found: %s',
    (text) => {
      const path = text.replace('_', ''); // written with a gap, so that this file passes its own test
      expect(machinePaths(new Map([['a.md', `see ${path}`]]))).toHaveLength(1);
    },
  );

  it('are not mistaken for addresses and relative paths', () => {
    const text = 'https://x.org/ho_me/ada ./wo_rk/x ../ro_ot/y {at}/wo_rk/z'.replaceAll('_', '');
    expect(machinePaths(new Map([['a.md', text]]))).toEqual([]);
  });
});

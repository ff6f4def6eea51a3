import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { afterAll, expect, it, vi } from 'vitest';
import { BUNDLERS } from './bundlers.ts';
import { type Entries, type Outcome, writeEntries } from './entries.ts';
import { describeWithTools, OTHER_NODES } from './packed.ts';

/** Bundling takes half a minute at times, and much more on a machine with other work. */
const LONG = 600_000;
vi.setConfig({ testTimeout: LONG, hookTimeout: LONG });

/** How each runtime is started, from the node_modules of the tools. What they should give comes of the Node that runs the tests. */
const RUNTIMES: Readonly<Record<string, readonly [string, ...string[]]>> = {
  ...Object.fromEntries(
    Object.keys(OTHER_NODES).map((major) => [`Node ${major}`, [`node${major}/bin/node`] as const]),
  ),
  Bun: ['.bin/bun'],
  Deno: ['.bin/deno', 'run', '-A'],
};

function run(command: readonly string[], file: string, engine?: string): Outcome {
  const [program, ...args] = command;
  const { status, stdout, stderr } = spawnSync(program!, [...args, file, ...(engine ? [engine] : [])], {
    cwd: dirname(file),
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  });
  if (status !== 0) throw new Error(`${command.join(' ')} ${file}: ${stderr}`);
  return JSON.parse(stdout) as Outcome;
}

describeWithTools('the packed package', (installed, prepare) => {
  let entries: Entries;
  let expected: Outcome;
  let reference: Outcome;
  const moved = mkdtempSync(join(tmpdir(), 'rx-anomaly-moved-'));
  afterAll(() => rmSync(moved, { recursive: true, force: true }));

  prepare(() => {
    entries = writeEntries(installed().project, 'runtimes');
    expected = run([process.execPath], entries.node);
    reference = run([process.execPath], entries.node, 'reference');
  });

  const tool = (path: string): string => join(installed().tools, 'node_modules', path);

  it('finds the spike on the WASM engine', () => {
    expect(expected).toMatchObject({ engine: 'wasm', loaded: 'wasm', problems: [] });
    expect(expected.flagged).toContain(600);
    expect(expected.flagged.length).toBeLessThan(10);
  });

  it.each(Object.entries(RUNTIMES))('gives the same bytes in %s', (_, [program, ...args]) => {
    expect(run([tool(program), ...args], entries.node)).toEqual(expected);
  });

  it.each(Object.entries(RUNTIMES))(
    'gives the same bytes in %s on the reference engine',
    (_, [program, ...args]) => {
      const there = run([tool(program), ...args], entries.node, 'reference');
      expect(there).toEqual(reference);
      expect(there).toMatchObject({ engine: 'reference', problems: [] });
    },
  );

  it('has relaxed SIMD where it is asked for', () => {
    const newest = '24' in OTHER_NODES ? tool('node24/bin/node') : process.execPath;
    const { engine, flagged } = run([newest], entries.node, 'wasm-relaxed');
    expect(engine).toBe('wasm-relaxed');
    expect(flagged).toContain(600);
  });

  it.each(Object.entries(BUNDLERS))(
    'gives the same bytes in a bundle of %s that was moved elsewhere',
    async (name, bundle) => {
      const out = join(entries.folder, `node-${name}`);
      const file = await bundle({ tools: installed().tools, entry: entries.node, out, platform: 'node' });
      const place = join(moved, name);
      cpSync(out, place, { recursive: true });
      expect(existsSync(join(moved, 'node_modules'))).toBe(false);
      expect(run([process.execPath], join(place, basename(file)))).toEqual(expected);
    },
  );

  it('gives the same bytes in a bundle of Bun that was moved elsewhere', () => {
    const place = join(moved, 'bun');
    const args = ['build', entries.node, '--outdir', place, '--target', 'node', '--splitting'];
    const { status, stderr } = spawnSync(tool('.bin/bun'), args, { encoding: 'utf8' });
    expect(status, stderr).toBe(0);
    expect(run([process.execPath], join(place, 'main.js'))).toEqual(expected);
  });
});

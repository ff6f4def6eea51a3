import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { describeWithTfjsNode } from '../support/environment/tfjsNode.ts';
import { describePacked } from './packed.ts';

const MEGABYTE = 1e6;

describePacked('npm install rx-anomaly rxjs', (packed) => {
  const modules = (): string => join(packed().project, 'node_modules');
  const entries = () => readdirSync(modules(), { recursive: true, withFileTypes: true });

  it('brings at most 20 packages and 15 MB', () => {
    const all = entries().filter((entry) => !entry.isSymbolicLink());
    // Folders as well, as du -b counts them.
    const bytes = all.reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size, 0);
    const lock = JSON.parse(readFileSync(join(modules(), '.package-lock.json'), 'utf8')) as {
      readonly packages: object;
    };
    const count = Object.keys(lock.packages).length;
    const megabytes = (size: number): string => `${(size / MEGABYTE).toFixed(1)} MB`;
    console.log(
      `npm install rx-anomaly rxjs: ${count} packages, ${megabytes(bytes)}; the tarball: ${megabytes(packed().size)}`,
    );
    expect(count).toBeGreaterThan(2);
    expect(count).toBeLessThanOrEqual(20);
    expect(bytes).toBeLessThanOrEqual(15 * MEGABYTE);
    expect(packed().size).toBeLessThan(2.5 * MEGABYTE);
  });

  it('leaves no empty folder', () => {
    const folders = entries().filter((entry) => entry.isDirectory());
    const empty = folders
      .map(({ parentPath, name }) => join(parentPath, name))
      .filter((path) => readdirSync(path).length === 0);
    expect(empty).toEqual([]);
  });

  it('brings no tests, no source maps that lead nowhere, and no TensorFlow', () => {
    const own = readdirSync(join(modules(), 'rx-anomaly'), { recursive: true, encoding: 'utf8' });
    expect(own.filter((path) => /\.(test|map)\b|\.tsbuildinfo$/.test(path))).toEqual([]);
    const script = readFileSync(join(modules(), 'rx-anomaly', 'dist', 'index.js'), 'utf8');
    expect(script).not.toContain('sourceMappingURL');
    expect(readdirSync(modules())).not.toContain('@tensorflow');
  });
});

describeWithTfjsNode('tfjs-node in a project that uses the package', () => {
  describePacked('installed', (packed) => {
    it('is asked for in a message, and got by the command that it names', () => {
      // Elsewhere: what lies in the checkout finds the checkout's.
      const project = mkdtempSync(join(tmpdir(), 'rx-anomaly-tfjs-'));
      const run = (...args: string[]) =>
        spawnSync(process.execPath, args, { cwd: project, encoding: 'utf8', env: process.env });
      const load = () =>
        run('-e', "import('rx-anomaly/tfjs').then(({ tfjsEngine }) => tfjsEngine()).then(console.log)");
      try {
        cpSync(packed().project, project, {
          recursive: true,
          filter: (path) => !path.startsWith(join(packed().project, 'types')),
        });
        const before = readFileSync(join(project, 'package-lock.json'), 'utf8');
        const { stderr } = load();
        const [, command] = /blocked node (\S+)/.exec(stderr) ?? [];
        expect(command, stderr).toBe('node_modules/rx-anomaly/dist/cli/provision/main.js');
        const { stdout, status, stderr: trouble } = run(command!);
        expect(status, trouble).toBe(0);
        expect(stdout).toContain('3/3 loads on Node');
        expect(load().stdout).toContain("engineName: 'tfjs'");
        expect(readFileSync(join(project, 'package-lock.json'), 'utf8')).toBe(before);
      } finally {
        rmSync(project, { recursive: true, force: true });
      }
    }, 300_000);
  });
});

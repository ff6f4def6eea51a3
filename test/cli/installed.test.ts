import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { ROOT } from '../house/sourceFiles.ts';
import { temporaryFolder } from './rxAnomaly.ts';
import { metric, picture } from './serve/served.ts';

/** A project into which the package is installed as from a registry; its dependencies come from this checkout. */
const project = temporaryFolder();
const COMMAND = join('node_modules', 'rx-anomaly', 'dist', 'cli', 'main.js');

function npm(cwd: string, ...args: string[]): string {
  const { status, stdout, stderr } = spawnSync('npm', args, {
    cwd,
    encoding: 'utf8',
    shell: process.platform === 'win32',
  });
  if (status !== 0) throw new Error(`npm ${args.join(' ')}\n${stderr}`);
  return stdout;
}

describe('the installed package', () => {
  beforeAll(() => {
    const [{ filename }] = JSON.parse(
      npm(ROOT, 'pack', '--json', '--ignore-scripts', '--pack-destination', project.path),
    );
    project.file('package.json', JSON.stringify({ name: 'project', private: true, type: 'module' }));
    const quiet = ['--ignore-scripts', '--omit=optional', '--no-audit', '--no-fund', '--prefer-offline'];
    npm(project.path, 'install', join(project.path, filename), 'rxjs@7', ...quiet);
  }, 240_000);

  it('runs the demo on the streams that it ships', () => {
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [COMMAND, 'demo', '--report', 'demo.html'],
      {
        cwd: project.path,
        encoding: 'utf8',
      },
    );
    expect(stderr).toContain('report with charts');
    expect(status).toBe(0);
    expect(stdout).toContain('spike.csv');
    expect(existsSync(join(project.path, 'demo.html'))).toBe(true);
  }, 240_000);

  it('serves the same streams with serve --demo', async () => {
    const args = [COMMAND, 'serve', '--demo', '--port', '0', '--speed', '1e6', '--forecaster', 'lastValue'];
    const child = spawn(process.execPath, args, { cwd: project.path, stdio: ['ignore', 'ignore', 'pipe'] });
    try {
      let log = '';
      const url = await new Promise<string>((resolve, reject) => {
        child.stderr.setEncoding('utf8').on('data', (text: string) => {
          log += text;
          const found = /dashboard: (\S+)/.exec(log);
          if (found !== null) resolve(found[1]!);
        });
        child.on('close', () => reject(new Error(log)));
      });
      await expect.poll(() => metric(url, 'events_total'), { timeout: 60_000 }).toBeGreaterThan(500);
      const names = async () => ((await picture(url)).streams ?? []).map(({ name }) => name);
      await expect
        .poll(names, { timeout: 60_000 })
        .toEqual(expect.arrayContaining(['spike', 'machine', 'drift']));
    } finally {
      child.kill('SIGKILL');
    }
  }, 240_000);
});

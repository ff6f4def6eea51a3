import { spawn, spawnSync } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { describePacked } from '../package/packed.ts';
import { metric, picture } from './serve/served.ts';

const COMMAND = join('node_modules', 'rx-anomaly', 'dist', 'cli', 'main.js');

describePacked('the installed package', (packed) => {
  it('runs the demo on the streams that it ships', () => {
    rmSync(join(packed().project, 'demo.html'), { force: true }); // of an earlier run
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [COMMAND, 'demo', '--report', 'demo.html'],
      {
        cwd: packed().project,
        encoding: 'utf8',
      },
    );
    expect(stderr).toContain('report with charts');
    expect(status).toBe(0);
    expect(stdout).toContain('spike.csv');
    expect(existsSync(join(packed().project, 'demo.html'))).toBe(true);
  });

  it('serves the same streams with serve --demo', async () => {
    const args = [COMMAND, 'serve', '--demo', '--port', '0', '--speed', '1e6', '--forecaster', 'lastValue'];
    const child = spawn(process.execPath, args, {
      cwd: packed().project,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
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
      await expect.poll(() => metric(url, 'events_total')).toBeGreaterThan(500);
      const names = async () => ((await picture(url)).streams ?? []).map(({ name }) => name);
      await expect.poll(names).toEqual(expect.arrayContaining(['spike', 'machine', 'drift']));
    } finally {
      child.kill('SIGKILL');
    }
  });
});

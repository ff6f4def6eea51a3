import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const SCRIPT = fileURLToPath(new URL('experiments.js', import.meta.url));

function run(...args: string[]) {
  return spawnSync(process.execPath, [SCRIPT, ...args], { encoding: 'utf8' });
}

it('answers --help', () => {
  const { status, stdout, stderr } = run('--help');
  expect(status, stderr).toBe(0);
  expect(stdout).toMatch(/^Usage: npm run experiments \[-- OPTIONS\]$/m);
});

it.each([
  [['--often'], "Unknown option '--often'"],
  [['folder'], 'only --adapting and --holidays take folders: folder'],
])('refuses %j', (args, message) => {
  const { status, stdout, stderr } = run(...args);
  expect(status).toBe(2);
  expect(stdout).toBe('');
  expect(stderr).toContain(message);
  expect(stderr).toContain('Usage:');
});

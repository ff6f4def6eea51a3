// CPU seconds of `rx-anomaly detect` of a small file, from start to end of its process: `node coldStart.js`.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const RUNS = 8;
const ROWS = 100;
const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

const folder = mkdtempSync(join(tmpdir(), 'rx-anomaly-start-'));
try {
  const file = join(folder, 'small.csv');
  const rows = Array.from({ length: ROWS }, (_, k) => `${k},${Math.sin(k / 5)}`);
  writeFileSync(file, `time,value\n${rows.join('\n')}\n`);
  // The shell knows what its children took; Node does not.
  const script = `for k in ${Array.from({ length: RUNS }, (_, k) => k).join(' ')}; do "$0" "$@" >&2 || exit 1; done; times`;
  const times = execFileSync('/bin/sh', ['-c', script, process.execPath, main, 'detect', file], {
    stdio: ['ignore', 'pipe', 'ignore'],
    encoding: 'utf8',
  });
  const ofChildren = times.trim().split('\n')[1].split(' ');
  const seconds = ofChildren.reduce((sum, text) => {
    const [minutes, rest] = text.split('m');
    return sum + 60 * Number(minutes) + Number.parseFloat(rest);
  }, 0);
  console.log(JSON.stringify({ startSeconds: seconds / RUNS }));
} finally {
  rmSync(folder, { recursive: true, force: true });
}

import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll } from 'vitest';

/** The compiled command, as `npm run build` leaves it. */
export const MAIN = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

export const FIXTURES = fileURLToPath(new URL('../../fixtures/', import.meta.url));

export interface Finished {
  /** Null when a signal ended it. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  /** Standard input; none when left out. */
  readonly input?: string | Uint8Array;
  /** Whether standard input stays open after that; the test ends it. */
  readonly open?: boolean;
  readonly cwd?: string;
}

/** Runs `rx-anomaly` with these arguments to its end. */
export async function rxAnomaly(args: readonly string[], options: RunOptions = {}): Promise<Finished> {
  const finished = await start(args, options).finished;
  // Somebody is building at the same moment.
  if (!/Cannot find (module|package)|wasm engine: /.test(finished.stderr)) return finished;
  await setTimeout(5000);
  return await start(args, options).finished;
}

export interface Started {
  readonly child: ChildProcess;
  readonly finished: Promise<Finished>;
  /** When it was started, by the clock of `performance`. */
  readonly startedAt: number;
}

/** Starts `rx-anomaly` and returns at once. */
export function start(args: readonly string[], options: RunOptions = {}): Started {
  return launch(process.execPath, [MAIN, ...args], options);
}

/** Runs a line of bash in which `rx-anomaly` stands for the command. */
export async function shell(line: string, options: RunOptions = {}): Promise<Finished> {
  const script = `rx-anomaly() { '${process.execPath}' '${MAIN}' "$@"; }; ${line}`;
  return await launch('bash', ['-c', script], options).finished;
}

function launch(command: string, args: readonly string[], { input, open = false, cwd }: RunOptions): Started {
  const startedAt = performance.now();
  const hasInput = input !== undefined || open;
  const child = spawn(command, args, { cwd, stdio: [hasInput ? 'pipe' : 'ignore', 'pipe', 'pipe'] });
  const texts = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name]!.setEncoding('utf8').on('data', (text: string) => {
      texts[name] += text;
    });
  }
  child.stdin?.on('error', () => {}); // it may leave before it has read all
  if (input !== undefined) child.stdin?.write(input);
  if (!open) child.stdin?.end();
  const finished = new Promise<Finished>((resolve) =>
    child.on('close', (code) => resolve({ code, ...texts })),
  );
  return { child, finished, startedAt };
}

/** A folder that is gone after the tests, and ways to put files there. */
export function temporaryFolder(): {
  readonly path: string;
  file(name: string, content: string | Uint8Array): string;
} {
  const path = mkdtempSync(join(tmpdir(), 'rx-anomaly-cli-'));
  afterAll(() => rmSync(path, { recursive: true, force: true }));
  return {
    path,
    file(name, content) {
      const target = join(path, name);
      writeFileSync(target, content);
      return target;
    },
  };
}

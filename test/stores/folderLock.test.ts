import { type ChildProcess, execFile, spawn } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it, vi } from 'vitest';
import { Random } from '../../src/core/random.ts';
import { FileCheckpointStore } from '../../src/stores/fileCheckpointStore.ts';
import { SILENCE, thisProcess } from '../../src/stores/processIdentity.ts';
import { temporaryFolder } from '../cli/rxAnomaly.ts';
import { stateOf } from '../contracts/checkpointStoreContract.ts';

const DIST = new URL('../../dist/stores/index.js', import.meta.url).href;
const folder = temporaryFolder();
const WRITER = fileURLToPath(new URL('writer.js', import.meta.url));
let made = 0;

function emptyFolder(): string {
  return join(folder.path, `state ${++made}`);
}

/** A process that will own the folder on command. */
class Writer {
  readonly child: ChildProcess;
  readonly #lines: string[] = [];
  readonly #ended: Promise<unknown>;
  #rest = '';
  #onLine: () => void = () => {};

  constructor(path: string, bytes = 1000) {
    this.child = spawn(process.execPath, [WRITER, path, String(bytes)], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    this.child.stdin!.on('error', () => {}); // killed
    this.child.stdout!.setEncoding('utf8').on('data', (text: string) => {
      const lines = (this.#rest + text).split('\n');
      this.#rest = lines.pop()!;
      this.#lines.push(...lines);
      this.#onLine();
    });
    this.#ended = new Promise((resolve) => this.child.on('close', resolve));
    this.#ended.then(() => this.#onLine());
  }

  get pid(): number {
    return this.child.pid!;
  }

  /** The number of the last state that it reported as safe; 0 for none. */
  get saved(): number {
    return Number(this.#lines.findLast((line) => /^\d+$/.test(line)) ?? 0);
  }

  begin(): void {
    this.child.stdin!.write('\n');
  }

  /** Resolves with the first line that matches. */
  async line(pattern: RegExp): Promise<string> {
    for (;;) {
      const line = this.#lines.find((each) => pattern.test(each));
      if (line !== undefined) return line;
      if (this.child.exitCode !== null || this.child.signalCode !== null) {
        await this.#ended;
        const last = this.#lines.find((each) => pattern.test(each));
        if (last === undefined) throw new Error(`ended with: ${this.#lines.slice(-3).join(' | ')}`);
        return last;
      }
      await new Promise<void>((resolve) => {
        this.#onLine = resolve;
      });
    }
  }

  async end(): Promise<void> {
    this.child.stdin!.end();
    await this.#ended;
  }

  async kill(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.#ended;
  }
}

async function started(path: string, bytes?: number): Promise<Writer> {
  const writer = new Writer(path, bytes);
  await writer.line(/^ready$/);
  return writer;
}

function locksIn(path: string): string[] {
  return readdirSync(path).filter((name) => name.endsWith('.lock'));
}

describe('a folder of states', () => {
  it('can be opened at once as a copy, while the process that has the original goes on', async () => {
    const path = emptyFolder();
    const first = await started(path);
    first.begin();
    await first.line(/^3$/);
    const copy = emptyFolder();
    first.child.kill('SIGSTOP'); // or files would come and go meanwhile
    cpSync(path, copy, { recursive: true, preserveTimestamps: true });
    first.child.kill('SIGCONT');
    expect(locksIn(copy)).toHaveLength(1);
    const second = await started(copy);
    second.begin();
    await second.line(/^owner$/);
    const after = first.saved + 3;
    await first.line(new RegExp(`^${after}$`));
    expect(() => new FileCheckpointStore(copy)).toThrow(`process ${second.pid} `);
    expect(() => new FileCheckpointStore(path)).toThrow(`process ${first.pid} `);
    await second.end();
    await first.end();
    expect([...locksIn(copy), ...locksIn(path)]).toEqual([]);
    const store = new FileCheckpointStore(copy);
    expect(await store.load('state')).toMatchObject({ kind: 'Written' });
    await store.close();
  });

  it('stays with its process under another name, and under the name of another folder', async () => {
    const path = emptyFolder();
    const first = await started(path);
    first.begin();
    await first.line(/^1$/);
    first.child.kill('SIGSTOP'); // so that it does not notice
    const renamed = emptyFolder();
    renameSync(path, renamed);
    expect(() => new FileCheckpointStore(renamed)).toThrow(`process ${first.pid} `);
    cpSync(renamed, path, { recursive: true });
    expect(() => new FileCheckpointStore(path)).toThrow(`process ${first.pid} `);
    await first.kill();
    for (const each of [path, renamed]) await new FileCheckpointStore(each).close();
  });

  it('names the command line by the name of the package', async () => {
    const path = emptyFolder();
    const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
    const child = spawn(process.execPath, [main, 'detect', '-', '--checkpoint', path], {
      stdio: ['pipe', 'ignore', 'inherit'],
    });
    try {
      child.stdin.write('time,value\n2026-01-05T00:00:00Z,1\n');
      let message = '';
      while (!/is used by/.test(message)) {
        await setTimeout(50);
        if (!existsSync(path) || locksIn(path).length === 0) continue;
        try {
          await new FileCheckpointStore(path, { onDamaged: () => {} }).close();
        } catch (error) {
          message = (error as Error).message;
        }
      }
      expect(message).toContain(`is used by process ${child.pid} (rx-anomaly detect) on `);
    } finally {
      child.kill('SIGKILL');
    }
  });

  it('belongs to one process: a second one is refused with who has it, and has it when that one is gone', async () => {
    const path = emptyFolder();
    const first = await started(path);
    first.begin();
    await first.line(/^1$/);
    await setTimeout(1100); // younger ones might have begun at the same moment
    let refusal: unknown;
    const waiting = vi.spyOn(Atomics, 'wait');
    try {
      new FileCheckpointStore(path);
    } catch (error) {
      refusal = error;
    }
    expect(waiting).not.toHaveBeenCalled(); // it is refused at once
    waiting.mockRestore();
    expect(refusal).toMatchObject({ code: 'LOCKED' });
    expect((refusal as Error).message).toMatch(
      new RegExp(
        `^.*state \\d+: is used by process ${first.pid} \\(writer\\.js\\) on \\S+ since 20\\S+Z; stop it first, or use another folder$`,
      ),
    );
    expect(await new FileCheckpointStore(path, { readOnly: true }).load('state')).toMatchObject({
      kind: 'Written',
    });
    await first.end();
    expect(locksIn(path)).toEqual([]);
    const second = new FileCheckpointStore(path);
    await second.save('a', stateOf(1));
    await second.close();
    expect(locksIn(path)).toEqual([]);
    await expect(second.save('a', stateOf(2))).rejects.toThrow('this store was closed');
  });

  it('is taken over from a process that was killed, whenever that was; its last state is there', async () => {
    const path = emptyFolder();
    const random = new Random(1);
    let saved = 0;
    for (let round = 0; round < 12; round++) {
      const writer = await started(path, 20_000);
      writer.begin();
      await writer.line(/^owner$/);
      if (round % 3 > 0) await writer.line(new RegExp(`^${saved + 3}$`)); // else while it takes over
      await setTimeout(20 * random.uniform());
      await writer.kill();
      saved = Math.max(saved, writer.saved);
      const reported: string[] = [];
      const reader = new FileCheckpointStore(path, {
        readOnly: true,
        onDamaged: (line) => reported.push(line),
      });
      const state = (await reader.load('state'))?.state as { n: number; text: string } | undefined;
      expect(state?.n ?? 0).toBeGreaterThanOrEqual(saved); // one more than was reported may be there
      expect(state?.n ?? 0).toBeLessThanOrEqual(saved + 1);
      saved = state?.n ?? 0;
      const previous = (await reader.loadPrevious('state', 'a test'))?.state as { n: number } | undefined;
      if (saved > 2) expect(saved - previous!.n).toBeOneOf([0, 1]); // 0: the next was about to take its place
      expect(reported.filter((line) => !line.includes('a test'))).toEqual([]);
    }
    const last = await started(path);
    last.begin();
    await last.line(new RegExp(`^${saved + 1}$`));
    expect(readdirSync(path).filter((name) => name.endsWith('.tmp')).length).toBeLessThan(2); // its own
    await last.end();
    expect(readdirSync(path).sort()).toEqual(['state.checkpoint', 'state.checkpoint.previous']);
  });

  it('goes to exactly one of several processes that ask for it at the same moment', async () => {
    const path = emptyFolder();
    for (let round = 0; round < 8; round++) {
      const writers = await Promise.all(Array.from({ length: 3 }, () => started(path)));
      for (const writer of writers) writer.begin(); // from round 1 on the lock of a killed process is there
      const outcomes = await Promise.all(writers.map((writer) => writer.line(/^(owner|LOCKED .*)$/)));
      const owner = outcomes.indexOf('owner');
      expect(outcomes.filter((outcome) => outcome === 'owner')).toHaveLength(1);
      for (const [k, outcome] of outcomes.entries()) {
        if (k !== owner) expect(outcome).toMatch(/^LOCKED .*is used by process \d+ /);
      }
      await writers[owner].line(/^\d+$/);
      await Promise.all(writers.map((writer) => writer.kill()));
      expect(locksIn(path)).toHaveLength(1);
    }
  });

  it('is lost where the folder was removed, which is reported as that', async () => {
    const path = emptyFolder();
    const store = new FileCheckpointStore(path);
    await store.save('a', stateOf(1));
    rmSync(path, { recursive: true });
    await expect(store.save('a', stateOf(2))).rejects.toMatchObject({
      code: 'LOCKED',
      message: expect.stringMatching(
        /does not belong to this process any more: .*\.lock was deleted; nothing is saved/,
      ),
    });
    await store.close();
    expect(existsSync(path)).toBe(false);
  });

  it('is left without a word by a process that ends and cannot remove its lock', async () => {
    const path = emptyFolder();
    const code = `
      const { FileCheckpointStore } = await import(${JSON.stringify(DIST)});
      const { readdirSync, rmSync, mkdirSync } = await import('node:fs');
      const [path] = process.argv.slice(1);
      new FileCheckpointStore(path);
      const lock = path + '/' + readdirSync(path)[0];
      rmSync(lock);
      mkdirSync(lock); // which is no file to remove, as nothing is on a file system that was made read-only
    `;
    const args = ['--input-type=module', '-e', code, path];
    const ended = await promisify(execFile)(process.execPath, args);
    expect(ended).toEqual({ stdout: '', stderr: '' });
  });

  it('is lost where the lock was removed, and no state is saved then', async () => {
    const path = emptyFolder();
    const store = new FileCheckpointStore(path);
    await store.save('a', stateOf(1));
    rmSync(join(path, locksIn(path)[0]!));
    await expect(store.save('a', stateOf(2))).rejects.toMatchObject({ code: 'LOCKED' });
    const writer = await started(path);
    writer.begin();
    await writer.line(/^1$/);
    await expect(store.save('a', stateOf(2))).rejects.toThrow(
      `it is now used by process ${writer.pid} (writer.js)`,
    );
    await expect(store.remove('a')).rejects.toMatchObject({ code: 'LOCKED' });
    expect((await store.load('a'))?.state).toBe(1);
    await writer.end();
  });

  describe('with the lock of', () => {
    const self = thisProcess();
    const [LONG, NOW] = [SILENCE + 5000, 0]; // milliseconds ago
    /** Puts a lock there as such a process would have, and asks for the folder. */
    const ask = (holder: object | string, ago: number): FileCheckpointStore => {
      const path = emptyFolder();
      mkdirSync(path);
      const file = join(path, 'owner.1-abc.lock');
      const since = Date.now() - 60_000;
      writeFileSync(
        file,
        typeof holder === 'string' ? holder : JSON.stringify({ ...self, since, token: '1-abc', ...holder }),
      );
      const seen = new Date(Date.now() - ago);
      utimesSync(file, seen, seen);
      return new FileCheckpointStore(path);
    };

    it.runIf(process.platform === 'linux').each([
      ['another process that had this number', { start: '1' }, NOW],
      ['a process whose number nobody has', { pid: 2 ** 22 + 1 }, NOW],
      ['a process before the last start of the machine', { boot: 'another' }, 1e10],
      ['a process of another container that is silent', { namespace: 'another' }, LONG],
      ['nobody knows whom, silent', '', LONG],
      ['nobody knows whom, silent', '[7]', LONG],
    ])('%s, it is taken over', async (_, holder, ago) => {
      const store = ask(holder, ago);
      await store.save('a', stateOf(1));
      await store.close();
    });

    it.runIf(process.platform === 'linux').each([
      [
        'a living process that has given no sign of life for long',
        {},
        LONG,
        /is used by this process itself/,
      ],
      [
        'another container',
        { pid: 1, namespace: 'another' },
        NOW,
        /process 1 .* where it is gone already, wait 30 s or delete .*owner\.1-abc\.lock$/,
      ],
      [
        'another machine',
        { host: 'away', boot: 'another' },
        NOW,
        /on away since .* where it is gone already/,
      ],
      ['nobody knows whom', '{"pid', NOW, /a process that cannot be identified/],
    ])('%s, it is refused', (_, holder, ago, message) => {
      expect(() => ask(holder, ago)).toThrow(message);
    });
  });

  it('recognises a process whose name looks like a part of /proc/PID/stat', async () => {
    const path = emptyFolder();
    const writer = await started(path);
    writer.begin();
    await writer.line(/^1$/);
    const [lock] = locksIn(path);
    const holder = JSON.parse(readFileSync(join(path, lock!), 'utf8')) as { pid: number; start?: string };
    expect(holder.pid).toBe(writer.pid);
    if (process.platform === 'linux') expect(Number(holder.start)).toBeGreaterThan(0);
    renameSync(join(path, lock!), join(path, 'owner.x.lock')); // under any name
    expect(() => new FileCheckpointStore(path)).toThrow(`process ${writer.pid}`);
    await writer.kill();
  });
});

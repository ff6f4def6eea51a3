import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/core/random.ts';
import { FileCheckpointStore } from '../../../src/stores/fileCheckpointStore.ts';
import { MAIN, rxAnomaly, start, temporaryFolder } from '../rxAnomaly.ts';
import { table } from '../tables.ts';
import { parseLines } from '../verdicts.ts';

const folder = temporaryFolder();
const OFTEN = ['--checkpoint-every', '0.02'];
const KILLS = { most: 12, least: 5, within: 15_000 }; // as many as go into that many ms

/** What a state says of how far it is. */
interface Saved {
  readonly position: { readonly file: { readonly rows: number } };
}

/** The lines that were written, without one that was broken off. */
const completeLines = (stdout: string): string[] => stdout.split('\n').slice(0, -1);

/**
 * What runs have written one after another, each verdict once.
 *
 * @throws where one is missing, or comes again with another content
 */
function together(outputs: readonly string[], whole: readonly string[]): string[] {
  const seen: string[] = [];
  for (const lines of outputs.map(completeLines).filter(({ length }) => length > 0)) {
    const first = whole.indexOf(lines[0]!);
    expect(first, `a verdict that no uninterrupted run has: ${lines[0]}`).toBeGreaterThanOrEqual(0);
    expect(first, 'verdicts are missing').toBeLessThanOrEqual(seen.length);
    expect(lines).toEqual(whole.slice(first, first + lines.length));
    seen.push(...lines.slice(seen.length - first));
  }
  return seen;
}

/** When the state in a folder was saved, by the clock of `performance`. */
function savedAt(state: string): number {
  const path = join(state, 'table.checkpoint');
  return existsSync(path) ? statSync(path).mtimeMs - performance.timeOrigin : Number.NEGATIVE_INFINITY;
}

/** Kills run after run at random moments; returns what they have written. */
async function killed(run: () => ReturnType<typeof start>, state: string, seed: number): Promise<string[]> {
  const random = new Random(seed);
  const outputs: string[] = [];
  const began = performance.now();
  let toFirst = 1000; // ms from the start of a process to its first line, the newest there is
  while (outputs.length < KILLS.most) {
    if (outputs.length >= KILLS.least && performance.now() - began > KILLS.within) break;
    const started = performance.now();
    const { child, finished } = run();
    child.stdout!.once('data', () => {
      toFirst = performance.now() - started;
    });
    await Promise.race([setTimeout(toFirst * (0.7 + 0.6 * random.uniform())), finished]);
    // Now and then a run has the time that it needs, so that all gets on.
    const isBehind = (): boolean => child.exitCode === null && savedAt(state) < started;
    if (outputs.length % 3 === 0) while (isBehind()) await setTimeout(10);
    child.kill('SIGKILL');
    const { stdout, stderr } = await finished;
    expect(stderr).toBe('');
    outputs.push(stdout);
  }
  return outputs;
}

describe('detect --checkpoint, killed at any moment', () => {
  it('has written of a table what one run writes', async () => {
    const file = folder.file('killed.csv', table(8000));
    const state = join(folder.path, 'killed');
    const args = ['detect', file, '--quiet', '--checkpoint', state, ...OFTEN];
    const whole = completeLines((await rxAnomaly(['detect', file, '--quiet'])).stdout);
    const outputs = await killed(() => start(args), state, 1);
    const begins = outputs.filter((output) => output !== '').map((output) => output.slice(0, 40));
    expect(new Set(begins).size).toBeGreaterThan(1); // it did get on
    const { code, stdout, stderr } = await rxAnomaly(args);
    expect(code, stderr).toBe(0);
    expect(together([...outputs, stdout], whole)).toEqual(whole);
  });

  it('has written of a log that tail follows what one run over the log writes', async () => {
    // More than is written until the last kill: a run that has read all there is saves nothing new, however long one waits.
    const lines = table(120_000).trimEnd().split('\n');
    const log = folder.file('growing.csv', `${lines.slice(0, 200).join('\n')}\n`);
    const state = join(folder.path, 'growing');
    const args = ['detect', '-', '--quiet', '--checkpoint', state, ...OFTEN];
    let next = 200;
    let isOver = false;
    const writing = (async () => {
      while (!isOver) {
        const more = lines.slice(next, next + 4).join('\n');
        next += 4;
        if (more !== '') appendFileSync(log, `${more.slice(0, 10)}`); // half a line first
        await setTimeout(3);
        if (more !== '') appendFileSync(log, `${more.slice(10)}\n`);
        await setTimeout(3);
      }
    })();
    const tails: ReturnType<typeof spawn>[] = [];
    const outputs = await killed(
      () => {
        const started = start(args, { open: true });
        const tail = spawn('tail', ['-n', '+1', '-F', log], { stdio: ['ignore', 'pipe', 'ignore'] });
        tail.stdout!.pipe(started.child.stdin!);
        tails.push(tail);
        started.child.once('exit', () => tail.kill());
        return started;
      },
      state,
      2,
    );
    isOver = true;
    await writing;
    expect(outputs.filter((output) => output !== '').length).toBeGreaterThan(1);
    // The rest from the file itself, which is the same stream.
    const [, , ...options] = args;
    const { code, stdout, stderr } = await rxAnomaly(['detect', log, ...options]);
    expect(code, stderr).toBe(0);
    const whole = completeLines((await rxAnomaly(['detect', log, '--quiet'])).stdout);
    expect(together([...outputs, stdout], whole)).toEqual(whole);
  });

  it('loses nothing of what waited for a reader: only what is in the pipe counts', async () => {
    const file = folder.file('unread.csv', table(2000));
    const state = join(folder.path, 'unread');
    const args = ['detect', file, '--quiet', '--checkpoint', state, ...OFTEN];
    const whole = completeLines((await rxAnomaly(['detect', file, '--quiet'])).stdout);
    const child = spawn(process.execPath, [MAIN, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
    while (!existsSync(join(state, 'table.checkpoint'))) await setTimeout(20);
    await setTimeout(2000); // by now the pipe is full, and states of more could have been saved
    let read = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      read += text;
      child.kill('SIGKILL'); // at once: hardly more than the pipe had
    });
    await once(child, 'close');
    expect(completeLines(read).length).toBeLessThan(whole.length);
    expect(completeLines(read).length).toBeGreaterThan(0);
    const { stdout } = await rxAnomaly(args);
    expect(together([read, stdout], whole)).toEqual(whole);
  });

  it('saves states of a pipe that goes on, so that little comes again', async () => {
    const state = join(folder.path, 'live');
    const args = ['detect', '-', '--quiet', '--checkpoint', state, '--checkpoint-every', '0.1'];
    const { child, finished } = start(args, { input: table(300), open: true });
    const saved = async (): Promise<number> => {
      const store = new FileCheckpointStore(state, { readOnly: true }); // another process is using it
      return ((await store.load('table'))!.state as unknown as Saved).position.file.rows;
    };
    await expect.poll(saved).toBeGreaterThanOrEqual(299);
    child.kill('SIGKILL');
    const { length } = parseLines((await finished).stdout);
    expect(length).toBeGreaterThanOrEqual(299); // the last row may still become longer
    const { stdout } = await rxAnomaly(args, { input: table(310) });
    expect(parseLines(stdout)).toHaveLength(310 - length);
  });
});

describe('a folder of states', () => {
  it('is refused to a second process in one line that names the first, until that is gone', async () => {
    const file = folder.file('shared.csv', table(200));
    const state = join(folder.path, 'shared');
    const first = start(['detect', '-', '--checkpoint', state], { input: table(100), open: true });
    await once(first.child.stdout!, 'data');
    for (const command of [
      ['detect', file],
      ['serve', file, '--port', '0'],
    ]) {
      const { code, stdout, stderr } = await rxAnomaly([...command, '--checkpoint', state, '--quiet']);
      expect(stderr).toMatch(new RegExp(`^rx-anomaly: [^\\n]*\\b${first.child.pid}\\b[^\\n]*\\n$`));
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    }
    first.child.kill('SIGKILL');
    const begun = (await first.finished).stdout;
    const { code, stdout, stderr } = await rxAnomaly(['detect', file, '--checkpoint', state]);
    expect(code, stderr).toBe(0);
    const whole = completeLines((await rxAnomaly(['detect', file])).stdout);
    expect(together([begun, stdout], whole)).toEqual(whole);
  });

  it('is whole after two processes that were started and killed at random on it', async () => {
    const file = folder.file('contended.csv', table(8000));
    const state = join(folder.path, 'contended');
    const args = ['detect', file, '--quiet', '--checkpoint', state, ...OFTEN];
    const random = new Random(3);
    const rounds = Array.from({ length: 4 }, () => [random.uniform(), random.uniform()]);
    const outputs: string[] = [];
    for (const moments of rounds) {
      const runs = moments.map(async (moment) => {
        await setTimeout(200 * moment);
        const { child, finished } = start(args);
        await Promise.race([once(child.stdout!, 'data'), finished]);
        await Promise.race([setTimeout(500 * moment), finished]);
        child.kill('SIGKILL');
        return await finished;
      });
      const [a, b] = await Promise.all(runs);
      const refused = [a!, b!].filter(({ code }) => code === 1);
      for (const { stdout, stderr } of refused) {
        expect(stdout).toBe('');
        expect(stderr).toMatch(/^rx-anomaly: [^\n]*\n$/);
      }
      if (refused.length === 1) outputs.push([a!, b!].find(({ code }) => code !== 1)!.stdout);
      else outputs.push(...[a!, b!].map(({ stdout }) => stdout)); // one after the other
    }
    const { code, stdout, stderr } = await rxAnomaly(args);
    expect(code, stderr).toBe(0);
    expect(stderr).toBe('');
    const whole = completeLines((await rxAnomaly(['detect', file, '--quiet'])).stdout);
    const last = completeLines(stdout);
    expect(last).toEqual(whole.slice(whole.length - last.length));
    const written = new Set([...outputs, stdout].flatMap(completeLines));
    expect(whole.filter((line) => !written.has(line))).toEqual([]);
    expect(written.size).toBe(whole.length);
    const left = readdirSync(state).filter((name) => name.endsWith('.tmp'));
    expect(left.length).toBeLessThan(20); // of writes that were broken off
  });
});

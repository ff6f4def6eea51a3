import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/core/random.ts';
import { type Finished, MAIN, rxAnomaly, type Started, start, temporaryFolder } from '../rxAnomaly.ts';
import { table, timeAt } from '../tables.ts';
import { parseLines } from '../verdicts.ts';

const folder = temporaryFolder();
const content = table(5000);
const file = folder.file('long.csv', content);
/** How soon a run ends that took so long to start, in milliseconds: on a machine under load both take longer. */
const promptly = (startUp: number): number => 2000 + 5 * startUp;

/** Sends a signal some time after the first output, and tells how it ended. */
async function interrupt(
  { child, finished, startedAt }: Started,
  signal: NodeJS.Signals,
  delay: number,
): Promise<Finished> {
  await Promise.race([once(child.stdout!, 'data'), finished]);
  const startUp = performance.now() - startedAt;
  await Promise.race([setTimeout(delay), finished]);
  child.kill(signal);
  const sent = performance.now();
  const end = await finished;
  expect(performance.now() - sent).toBeLessThan(promptly(startUp));
  return end;
}

describe('detect --checkpoint, interrupted', () => {
  const whole = rxAnomaly(['detect', file, '--quiet']);

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)(
    'by %s at any moment, ends with %i and goes on as if nothing had been',
    async (signal, exitCode) => {
      const random = new Random(exitCode);
      const args = ['detect', file, '--checkpoint', join(folder.path, signal)];
      let text = '';
      for (const delay of [0, ...Array.from({ length: 2 }, () => 200 * random.uniform())]) {
        const { code, stdout, stderr } = await interrupt(start(args), signal, delay);
        // null: it was past its last line, where Node has already given up the handlers.
        expect([0, exitCode, null]).toContain(code);
        if (delay === 0) expect(code).toBe(exitCode);
        expect(stderr).toContain('state saved in ');
        text += stdout;
      }
      text += (await rxAnomaly(args)).stdout;
      expect(text).toBe((await whole).stdout);
    },
  );

  it('twice in a blink, as npm and the terminal both pass on a Ctrl-C, still saves its state', async () => {
    const args = ['detect', file, '--checkpoint', join(folder.path, 'twice')];
    const started = start(args);
    await once(started.child.stdout!, 'data');
    started.child.kill('SIGINT');
    const { code, stdout } = await interrupt(started, 'SIGINT', 20);
    expect(code).toBe(130);
    expect(stdout + (await rxAnomaly(args)).stdout).toBe((await whole).stdout);
  });

  it('by SIGKILL leaves the checkpoint before it as it was', async () => {
    const lines = content.split('\n');
    const part = folder.file('part.csv', `${lines.slice(0, 501).join('\n')}\n`);
    const state = join(folder.path, 'killed');
    const first = await rxAnomaly(['detect', part, '--checkpoint', state]);
    const { code } = await interrupt(start(['detect', file, '--checkpoint', state]), 'SIGKILL', 50);
    expect(code).toBeNull();
    // And the lock of the process that is gone, which the next one takes over.
    expect(readdirSync(state).filter((name) => !name.endsWith('.lock'))).toEqual(['table.checkpoint']);
    const second = await rxAnomaly(['detect', file, '--checkpoint', state]);
    expect(first.stdout + second.stdout).toBe((await whole).stdout);
  });

  it('while a pipe is silent, ends at once', async () => {
    const state = join(folder.path, 'silent');
    const silent = start(['detect', '-', '--checkpoint', state], { open: true });
    while (!existsSync(state)) await setTimeout(20);
    await setTimeout(200); // it is waiting for input by now: there is nothing to see of that
    silent.child.kill('SIGINT');
    expect(await silent.finished).toEqual({ code: 130, stdout: '', stderr: '' });

    const talking = start(['detect', '-', '--checkpoint', state], { input: table(60), open: true });
    const { code, stdout } = await interrupt(talking, 'SIGTERM', 300);
    expect(code).toBe(143);
    expect(parseLines(stdout).length).toBeGreaterThan(0);
    const rest = await rxAnomaly(['detect', '-', '--checkpoint', state], { input: table(70) });
    const times = [...parseLines(stdout), ...parseLines(rest.stdout)].map(({ time }) => time);
    expect(times).toEqual(Array.from({ length: 70 }, (_, row) => timeAt(row)));
  });

  it('while nobody reads its output, ends at the second Ctrl-C', async () => {
    const child = spawn(process.execPath, [MAIN, 'detect', file], { stdio: ['ignore', 'pipe', 'pipe'] });
    const ended = once(child, 'exit');
    await once(child.stdout, 'readable');
    await setTimeout(1000); // the pipe is full by now, or the first one is enough
    child.kill('SIGINT');
    await setTimeout(500);
    child.kill('SIGINT');
    expect(await ended).toEqual([130, null]);
    child.stdout.destroy();
  });
});

describe('backtest, interrupted', () => {
  it('keeps the files that are done, in the text, the JSON and the report', async () => {
    const data = join(folder.path, 'data');
    mkdirSync(data);
    writeFileSync(join(data, 'a.csv'), table(300));
    writeFileSync(join(data, 'b.csv'), table(60_000));
    const report = join(folder.path, 'report.html');
    const { code, stdout } = await interrupt(start(['backtest', data, '--report', report]), 'SIGINT', 300);
    expect(code).toBe(130);
    expect(stdout).toContain('a.csv (300 records in');
    expect(stdout).toMatch(/^a\.csv +300 +0$/m);
    expect(stdout).not.toContain('b.csv');
    expect(readFileSync(report, 'utf8')).toContain('a.csv');
  });
});

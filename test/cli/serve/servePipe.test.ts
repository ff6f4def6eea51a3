import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../rxAnomaly.ts';
import { metric, picture, say, serve } from './served.ts';

const folder = temporaryFolder();
const START = Date.parse('2026-03-02T00:00:00Z');
const at = (n: number): string => new Date(START + n * 60_000).toISOString();

/** Rows of a table of two streams, `from` to `to`, with a spike at one of them. */
function rows(from: number, to: number, spike = -1): string {
  const lines: string[] = [];
  for (let n = from; n < to; n++)
    for (const key of ['a', 'b'])
      lines.push(`${at(n)},${key},${n === spike && key === 'b' ? 90 : Math.sin(n / 5).toFixed(3)}\n`);
  return lines.join('');
}

/** Lines of JSON, as a logger writes them, with one of another kind. */
function log(from: number, to: number, other = -1): string {
  const lines: string[] = [];
  for (let n = from; n < to; n++)
    lines.push(
      `${JSON.stringify({ time: at(n), msg: n === other ? 'disk failed' : `user ${n % 7} logged in` })}\n`,
    );
  return lines.join('');
}

describe('serve of standard input', () => {
  it('shows a table as it comes, with the names of its streams, and alerts', async () => {
    const { url, started } = await serve(['-', '--key', 'key', '--forecaster', 'lastValue', '--alerts'], {
      ...{ input: `time,key,value\n${rows(0, 300)}`, open: true },
    });
    await expect.poll(() => metric(url, 'events_total')).toBe(600);
    const names = async () => (await picture(url)).streams!.map(({ name }) => name);
    await expect.poll(names).toEqual(['a', 'b']);
    started.child.stdin!.write(rows(300, 320, 305));
    await expect.poll(() => metric(url, 'events_total')).toBe(640);
    await expect.poll(() => metric(url, 'incidents_total')).toBe(1);
    started.child.kill('SIGINT');
    const { code, stderr } = await started.finished;
    expect(code).toBe(130);
    expect(stderr).toMatch(/ b: \w+ incident began, 90, expected /);
  });

  it('shows rare values of a field of lines of JSON, and what they are', async () => {
    const lines = Array.from({ length: 2600 }, (_, n) =>
      JSON.stringify({ time: at(n), level: n === 2500 ? 'fatal' : 'info', msg: 'x' }),
    );
    const { url } = await serve(['-', '--rare', 'level'], { input: `${lines.join('\n')}\n`, open: true });
    await expect.poll(() => metric(url, 'events_total')).toBe(2600);
    await expect
      .poll(async () => (await picture(url)).incidents)
      .toMatchObject([{ category: 'fatal', severity: 'high' }]);
    const { streams, points } = await picture(url, 0);
    expect(streams).toMatchObject([{ rarity: { newest: 'info', flagged: 'fatal' } }]);
    expect(points!.categories!.names).toEqual(['info', 'fatal']);
  });

  it('shows rare lines of a log, takes no feedback, and continues', async () => {
    const args = ['-', '--rare', '--alerts', '--checkpoint', join(folder.path, 'state')];
    const first = await serve(args, { input: log(0, 2600, 2500), open: true });
    await expect.poll(() => metric(first.url, 'incidents_total')).toBe(1);
    await expect.poll(() => metric(first.url, 'events_total')).toBe(2600);
    expect(await say(first.url, { incident: 0, verdict: 'normal' })).toBe(404);
    first.started.child.kill('SIGINT');
    expect((await first.started.finished).stderr).toMatch(
      /2026-03-03T17:40:00.000Z: \w+ incident began, new: “disk failed”, score /,
    );
    const second = await serve(args, { input: log(0, 2700, 2500), open: true });
    await expect.poll(() => metric(second.url, 'events_total')).toBe(2700);
    expect((await picture(second.url)).incidents).toHaveLength(1);
    second.started.child.kill('SIGINT');
    const { stderr } = await second.started.finished;
    expect(stderr).toContain('resuming from');
    expect(stderr).not.toContain('incident began');
  });

  it.each([
    [['-', 'other.csv'], 'standard input is shown alone'],
    [['-', '--demo'], 'standard input is shown alone'],
    [['-', '--speed', '3'], '--speed has no effect on standard input'],
    [['a.csv', 'b.csv', '--rare', 'state'], '--rare is of one log or one column'],
    [['--rare', 'app.log'], '--rare takes app.log for a column; name the file first: serve app.log --rare'],
    [['app.log', '--rare', '--feedback', 'f'], '--feedback has no effect with --rare'],
  ])('refuses %j', async (args, message) => {
    await expect(serve(args)).rejects.toThrow(message);
  });
});

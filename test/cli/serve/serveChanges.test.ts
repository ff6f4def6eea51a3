import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/core/random.ts';
import { rxAnomaly, temporaryFolder } from '../rxAnomaly.ts';
import { metric, picture, serve } from './served.ts';

const folder = temporaryFolder();
const START = Date.parse('2026-01-05T00:00:00Z');
const CHANGED_AT = 500;
const random = new Random(5);
const ROWS = Array.from({ length: 900 }, (_, n) => {
  const flow = (n < CHANGED_AT ? 20 : 28) + random.normal();
  return `${new Date(START + 60_000 * n).toISOString()},${flow.toFixed(3)}\n`;
});
const table = (count: number): string => `time,flow\n${ROWS.slice(0, count).join('')}`;
const AT_ONCE = ['--speed', '1e9', '--forecaster', 'ema'];

async function changesOf(url: string): Promise<readonly object[]> {
  return (await (await fetch(new URL('/changes.json', url))).json()) as readonly object[];
}

describe('serve with lasting changes', () => {
  it('shows them, the same after it was killed and has resumed', { timeout: 120_000 }, async () => {
    const file = folder.file('flow.csv', table(ROWS.length));
    const whole = await serve([file, ...AT_ONCE]);
    await expect.poll(() => metric(whole.url, 'events_total')).toBe(ROWS.length);
    const changes = await changesOf(whole.url);
    const time = new Date(START + 60_000 * CHANGED_AT).toISOString();
    expect(changes).toMatchObject([{ kind: 'level', key: 'flow', column: 'flow', time }]);
    expect(await metric(whole.url, 'changes_total')).toBe(1);
    expect((await picture(whole.url, 0)).changes).toMatchObject({
      stream: 0,
      changes: [{ record: CHANGED_AT }],
    });

    const growing = folder.file('grows.csv', table(CHANGED_AT + 8));
    const args = [
      growing,
      ...AT_ONCE,
      '--checkpoint',
      join(folder.path, 'state'),
      '--checkpoint-every',
      '0.05',
    ];
    const first = await serve(args);
    await expect.poll(() => metric(first.url, 'events_total')).toBe(CHANGED_AT + 8);
    expect(await changesOf(first.url)).toEqual([]);
    first.started.child.kill('SIGINT');
    await first.started.finished;
    writeFileSync(growing, table(750));
    const second = await serve(args);
    await expect.poll(() => metric(second.url, 'events_total')).toBe(750);
    const found = await changesOf(second.url);
    expect(found).toEqual(changes.map((each) => ({ ...each, key: 'grows' })));
    second.started.child.kill('SIGINT');
    await second.started.finished;
    const third = await serve(args);
    await expect.poll(() => metric(third.url, 'events_total')).toBe(750);
    expect(await changesOf(third.url)).toEqual(found);
  });

  it('looks for none with --no-changes', async () => {
    const { url } = await serve([folder.file('off.csv', table(ROWS.length)), ...AT_ONCE, '--no-changes']);
    await expect.poll(() => metric(url, 'events_total')).toBe(ROWS.length);
    expect(await changesOf(url)).toEqual([]);
  });

  it('refuses --no-changes where none are looked for', async () => {
    const { code, stderr } = await rxAnomaly(['serve', '-', '--rare', '--no-changes']);
    expect([code, stderr]).toEqual([
      2,
      expect.stringContaining('--no-changes has no effect with --rare, which looks for no lasting changes'),
    ]);
  });
});

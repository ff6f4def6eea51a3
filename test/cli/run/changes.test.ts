import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/core/random.ts';
import { rxAnomaly, temporaryFolder } from '../rxAnomaly.ts';

const folder = temporaryFolder();
const START = Date.parse('2026-01-05T00:00:00Z');
const random = new Random(5);
const ROWS = Array.from({ length: 2000 }, (_, n) => {
  const flow = (n < 1500 ? 20 : 28) + random.normal();
  return `${new Date(START + 300_000 * n).toISOString()},${flow.toFixed(3)}\n`;
});
const HEADER = 'time,flow\n';

describe('detect --output changes', () => {
  it('writes a line for each lasting change, the same after an interruption', async () => {
    const file = folder.file('flow.csv', HEADER + ROWS.join(''));
    const args = ['detect', file, '--output', 'changes'];
    const { code, stdout, stderr } = await rxAnomaly(args);
    expect(code, stderr).toBe(0);
    const changes = stdout.trim().split('\n');
    expect(changes).toHaveLength(1);
    expect(stderr).toContain('\n1 lasting change\n');
    const change = JSON.parse(changes[0]!) as Record<string, number>;
    const at = new Date(START + 300_000 * 1500).toISOString();
    expect(change).toMatchObject({ kind: 'level', key: null, time: at, column: 'flow' });
    expect(change.before).toBeCloseTo(20, 0);
    expect(change.after).toBeCloseTo(28, 0);

    const state = ['--checkpoint', join(folder.path, 'state')];
    writeFileSync(file, HEADER + ROWS.slice(0, 1508).join(''));
    const first = await rxAnomaly([...args, ...state]);
    writeFileSync(file, HEADER + ROWS.join(''));
    const second = await rxAnomaly([...args, ...state]);
    expect(first.stdout + second.stdout).toBe(stdout);
    expect(first.stdout).toBe('');
    expect(first.stderr).toContain('\nno lasting changes\n');

    const csv = await rxAnomaly([...args, '--format', 'csv']);
    const [head, line] = csv.stdout.split('\n');
    expect(head).toBe('kind,key,time,detectedAt,eventsAgo,column,before,after,size,certainty');
    expect(line).toContain(`level,,${at},`);
  });
});

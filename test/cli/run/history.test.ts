import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { rxAnomaly, temporaryFolder } from '../rxAnomaly.ts';
import { table, timeAt } from '../tables.ts';
import { parseLines } from '../verdicts.ts';

const folder = temporaryFolder();

const [header, ...rows] = table(900, { 850: { value: '90' } })
  .trimEnd()
  .split('\n');
const part = (from: number, to?: number): string => `${[header, ...rows.slice(from, to)].join('\n')}\n`;
const past = folder.file('past.csv', part(0, 500));
const later = folder.file('later.csv', part(500, 800));
const live = folder.file('live.csv', part(800));
const whole = folder.file('whole.csv', part(0));

describe.concurrent('detect --history', () => {
  it('gives the verdicts of the whole, from the first row of the table on', async () => {
    const { code, stdout, stderr } = await rxAnomaly(['detect', live, '--history', past, '--history', later]);
    expect(code, stderr).toBe(0);
    expect(parseLines(stdout)).toEqual(parseLines((await rxAnomaly(['detect', whole])).stdout).slice(800));
    expect(stderr).toContain(`learnt 800 records of ${past}, ${later}, ${timeAt(0)} to ${timeAt(799)}\n`);
    expect(stderr).not.toContain('newer');
  });

  it('is read in several passes, and nothing that is flagged in it is written', async () => {
    const { stdout, stderr } = await rxAnomaly(['detect', live, '--history', past, '--passes', '3']);
    expect(stderr).toContain(`${timeAt(499)}, in 3 passes\n`);
    const verdicts = parseLines(stdout);
    expect(verdicts).toHaveLength(100);
    expect(verdicts.some(({ warmingUp }) => warmingUp)).toBe(false);
    expect(verdicts[50]).toMatchObject({ isAnomaly: true, value: 90 });
  });

  it('is not read again by a run that resumes', async () => {
    const state = join(folder.path, 'state');
    const first = await rxAnomaly(['detect', later, '--history', past, '--checkpoint', state]);
    expect(first.code, first.stderr).toBe(0);
    const second = await rxAnomaly(['detect', live, '--history', past, '--checkpoint', state]);
    expect(second.stderr).toMatch(/is a state that has learnt before: --history is not read\n/);
    expect(second.stderr).not.toContain('learnt 500');
    const one = await rxAnomaly(['detect', whole]);
    expect(parseLines(first.stdout + second.stdout)).toEqual(parseLines(one.stdout).slice(500));
  });

  it('warns of records that are newer than the first row of the table', async () => {
    const { stderr } = await rxAnomaly(['detect', later, '--history', whole]);
    expect(stderr).toContain(
      `warning: 399 records of the history are newer than the first of ${later} (row 1, ${timeAt(500)}), ` +
        `from row 502 of ${whole} (${timeAt(501)}) on: `,
    );
    expect(stderr).toContain('let the history end before');
  });

  it('names the file of what it cannot read', async () => {
    const odd = folder.file('odd.csv', table(60, { 7: { value: 'abc' } }));
    const counted = await rxAnomaly(['detect', live, '--history', odd]);
    expect(counted.stderr).toContain(`(the first: ${odd}: row 8: column value: `);
    const ended = await rxAnomaly(['detect', live, '--history', odd, '--on-bad-data', 'error']);
    expect(ended).toMatchObject({ code: 1, stdout: '' });
    expect(ended.stderr).toContain(`${odd}: row 8: column value: `);
    const other = folder.file('other.csv', 'time,pressure\n2024-01-01T00:00:00Z,1\n');
    const missing = await rxAnomaly(['detect', live, '--history', other]);
    expect(missing).toMatchObject({ code: 1, stdout: '' });
    expect(missing.stderr).toMatch(/other\.csv.*value/);
  });

  it.each([
    [['detect', live, '--passes', '2'], 'detect: --passes has no effect without --history'],
    [['detect', '-', '--history', '-'], "'-' is invalid"],
    [['serve', live, later, '--history', past, '--port', '0'], 'given with one table'],
    [
      [
        'detect',
        '--influx',
        'http://localhost:1',
        '--database',
        'd',
        '--measurement',
        'm',
        '--field',
        'f',
      ].concat(['--history', past]),
      'detect: --history has no effect with --influx, whose past --since reads',
    ],
  ])('is refused: %j', async (args, message) => {
    const { code, stderr } = await rxAnomaly(args, { input: '' });
    expect(stderr).toContain(message);
    expect(code).not.toBe(0);
  });
});

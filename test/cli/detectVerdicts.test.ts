import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { Random } from '../../src/core/random.ts';
import { rxAnomaly, start, temporaryFolder } from './rxAnomaly.ts';
import { spikes, table, timeAt, waveAt } from './tables.ts';
import { FIELDS, NUMERIC_FIELDS, parseLines } from './verdicts.ts';

const folder = temporaryFolder();
const plain = folder.file('plain.csv', table(180));
const spike = folder.file('spike.csv', spikes());

const detect = async (...args: string[]): Promise<string> => {
  const { code, stdout, stderr } = await rxAnomaly(['detect', ...args]);
  expect(code, stderr).toBe(0);
  return stdout;
};

describe.concurrent('the verdicts of detect', () => {
  it('are a line for every row, in order, with the fields of the contract in their order', async () => {
    const lines = parseLines(await detect(plain));
    expect(lines.map(({ time }) => time)).toEqual(Array.from({ length: 180 }, (_, row) => timeAt(row)));
    for (const [row, line] of lines.entries()) {
      expect(Object.keys(line)).toEqual(FIELDS);
      expect(line.key).toBeNull();
      for (const field of NUMERIC_FIELDS) {
        const first = row === 0 && ['expected', 'lower', 'upper', 'residual'].includes(field);
        expect(first ? line[field] : typeof line[field], `${field} of row ${row}`).toBe(
          first ? null : 'number',
        );
      }
      for (const flag of ['isAnomaly', 'warmingUp', 'imputed', 'startOfIncident'] as const)
        expect(line[flag]).toBeTypeOf('boolean');
      expect(line.score).toBeGreaterThanOrEqual(0);
      expect(line.score).toBeLessThanOrEqual(1);
      expect(line.severity === 'none').toBe(!line.isAnomaly);
      expect(line.warmingUp).toBe(row < 100);
      if (row > 0) {
        expect(line.residual).toBeCloseTo((line.value as number) - (line.expected as number), 9);
        expect(line.lower).toBeLessThanOrEqual(line.expected as number);
        expect(line.upper).toBeGreaterThanOrEqual(line.expected as number);
      }
    }
  });

  it('have what is expected of the next rows, after every so many of them, where that is asked for', async () => {
    const lines = parseLines(await detect(plain, '--ahead', '32', '--forecaster', 'lastValue'));
    for (const [row, line] of lines.entries()) {
      const { ahead, ...fields } = line as typeof line & { ahead?: Record<string, unknown>[] };
      expect(Object.keys(fields)).toEqual(FIELDS);
      expect(ahead !== undefined).toBe(row % 2 === 0);
      if (ahead === undefined) continue;
      expect(ahead.map(({ step, time }) => [step, time])).toEqual(
        Array.from({ length: 32 }, (_, h) => [h + 1, row === 0 ? timeAt(0) : timeAt(row + h + 1)]),
      );
      expect(Object.keys(ahead[31]!.quantiles as object)).toEqual(['0.1', '0.5', '0.9']);
      expect(ahead[31]!.expected).toBeTypeOf('number');
    }
  });

  it.each([
    [['--format', 'csv'], 'without verdicts as JSON'],
    [['--output', 'incidents'], 'without verdicts as JSON'],
  ])('refuse --ahead with %j', async (args, why) => {
    const { code, stderr } = await rxAnomaly(['detect', plain, '--ahead', '4', ...args]);
    expect(code).toBe(2);
    expect(stderr).toContain(`detect: --ahead has no effect ${why}`);
    expect(stderr).toContain('leave --format and --output out, or forecast the end of a table');
  });

  it('refuse to look further ahead than 1,024 rows', async () => {
    const { code, stderr } = await rxAnomaly(['detect', plain, '--ahead', '2000']);
    expect(code).toBe(2);
    expect(stderr).toContain('Expected at most 1024');
  });

  it('have a number per dimension where there are several, and shares that sum to 1', async () => {
    const random = new Random(1);
    const rows = Array.from(
      { length: 120 },
      (_, row) => `${timeAt(row)},${waveAt(row, random)},${row % 7},${waveAt(row, random)}`,
    );
    const file = folder.file('three.csv', `${['at,a,b,c', ...rows].join('\n')}\n`);
    for (const line of parseLines(await detect(file, '--value', 'c,a,b'))) {
      for (const field of NUMERIC_FIELDS) expect(line[field]).toHaveLength(3);
      const shares = line.attribution as readonly number[];
      expect(shares.reduce((sum, share) => sum + share)).toBeCloseTo(1, 9);
    }
    const asked = parseLines(await detect(file, '--value', 'b'));
    expect(asked.map(({ value }) => value)).toEqual(Array.from({ length: 120 }, (_, row) => row % 7));
  });

  it('of interleaved keys are those of each key by itself', async () => {
    const random = new Random(2);
    const rows = Array.from({ length: 260 }, (_, row) => {
      const at = Math.floor(row / 2);
      return `${timeAt(at)},${row % 2 === 0 ? 'left' : '"right, ""far"""'},${waveAt(at + 5 * (row % 2), random)}`;
    });
    const file = folder.file('keys.csv', `${['time,side,value', ...rows].join('\n')}\n`);
    const both = (await detect(file, '--key', 'side')).split('\n').slice(0, -1);
    for (const [side, key] of [
      [0, 'left'],
      [1, 'right, "far"'],
    ] as const) {
      const own = rows.filter((_, row) => row % 2 === side);
      const alone = folder.file(`key${side}.csv`, `${['time,side,value', ...own].join('\n')}\n`);
      const lines = both.filter((_, row) => row % 2 === side);
      expect(lines).toEqual((await detect(alone, '--key', 'side')).split('\n').slice(0, -1));
      for (const line of parseLines(`${lines.join('\n')}\n`)) expect(line.key).toBe(key);
    }
  });

  it('have no time where the table has none', async () => {
    const values = table(60)
      .split('\n')
      .map((line) => line.split(',')[1] ?? '');
    const file = folder.file('timeless.csv', values.join('\n'));
    const lines = parseLines(await detect(file));
    expect(lines).toHaveLength(60);
    for (const { time } of lines) expect(time).toBeNull();
  });

  it('depend on the seed, and on nothing else', async () => {
    const [once, again, seven] = await Promise.all([
      detect(plain),
      detect(plain, '--seed', '1'),
      detect(plain, '--seed', '7'),
    ]);
    expect(again).toBe(once);
    expect(seven).not.toBe(once);
    expect(parseLines(seven)).toHaveLength(180);
  });

  it('flag by the threshold that was asked for', async () => {
    for (const threshold of [0.4, 0.6]) {
      const lines = parseLines(await detect(spike, '--threshold', String(threshold)));
      const flagged = lines.filter(({ isAnomaly }) => isAnomaly);
      expect(flagged.length).toBeGreaterThan(0);
      for (const { score, startOfIncident } of flagged)
        expect(score).toBeGreaterThanOrEqual(startOfIncident ? threshold : 0.8 * threshold);
      for (const { score, isAnomaly, warmingUp } of lines)
        if (score >= threshold && !warmingUp) expect(isAnomaly).toBe(true);
    }
  });

  it('come in prices when log-returns are modelled', async () => {
    const random = new Random(4);
    let price = 4000;
    const rows = Array.from({ length: 150 }, (_, row) => {
      price *= Math.exp(0.001 * random.normal());
      return `${timeAt(row)},${row === 120 ? '0' : row === 130 ? '-3.5' : price.toFixed(2)}`;
    });
    const file = folder.file('prices.csv', `${['time,close', ...rows].join('\n')}\n`);
    const { code, stdout, stderr } = await rxAnomaly(['detect', file, '--transform', 'logReturn']);
    expect(code).toBe(0);
    for (const { expected, value, imputed } of parseLines(stdout).slice(20)) {
      expect(Math.abs((expected as number) / (value as number) - 1)).toBeLessThan(0.02);
      if (imputed) expect(value).toBe(expected);
    }
    const imputed = parseLines(stdout).flatMap((line, row) => (line.imputed ? [row] : []));
    expect(imputed).toEqual([120, 130]);
    expect(stderr).toContain(
      '2 values out of range (the first: row 121: column close: expected a price above 0 for logReturn, got 0; imputed)',
    );
  });

  it('come as they are made from a pipe that continues', async () => {
    const { child, finished } = start(['detect', '-', '--quiet'], { input: table(80), open: true });
    const [first] = (await once(child.stdout!, 'data')) as [string];
    expect(parseLines(first.slice(0, first.indexOf('\n') + 1))[0]?.time).toBe(timeAt(0));
    child.stdin!.end();
    expect(parseLines((await finished).stdout)).toHaveLength(80);
  });
});

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { ROOT } from '../house/sourceFiles.ts';
import { runScript } from '../support/environment/runScript.ts';
import { checkBars } from './bars.js';
import type { Row } from './bench.js';
import { median } from './race.js';
import { table } from './table.js';

const folder = mkdtempSync(join(tmpdir(), 'bench-test-')); // bench.json is written where it is run
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs the bench and collects what it prints; `interrupt` sends it Ctrl-C once that is printed. */
const bench = (options: readonly string[], interrupt?: RegExp) =>
  runScript([join(ROOT, 'test/bench/bench.js'), ...options], folder, interrupt);

function row(name: string, engine: string, usPerEvent: number): Row {
  const eventsPerSecond = 1e6 / usPerEvent;
  return {
    name,
    H: 32,
    T: 16,
    stride: 1,
    B: 1,
    engine,
    usPerEvent,
    eventsPerSecond,
    bytesPerEvent: 0,
    ratioToWasm: 1,
  };
}

describe('npm run bench', () => {
  it('verifies, times, prints a table and writes bench.json', async () => {
    const { code, output } = await bench(['--quick', '--only', 'H=16, stride 16']);
    expect(output).toMatch(/^one series, H=16, stride 16 +wasm +[\d.]+ +[\d,]+ +0 +1$/m);
    expect(output).toMatch(/^one series, H=16, stride 16 +typed arrays /m);
    expect(output).toMatch(/^one series, H=16, stride 16 +wasm +\w+ +[\d.]+ +(yes|NO)$/m);
    expect(code).toBe(0);
    const { cases, bars } = JSON.parse(readFileSync(join(folder, 'bench.json'), 'utf8'));
    expect(Object.keys(cases[0])).toEqual([
      'name',
      'H',
      'T',
      'stride',
      'B',
      'engine',
      'usPerEvent',
      'eventsPerSecond',
      'bytesPerEvent',
      'ratioToWasm',
    ]);
    expect(cases[0]).toMatchObject({
      H: 16,
      T: 16,
      stride: 16,
      B: 1,
      engine: 'wasm',
      bytesPerEvent: 0,
      ratioToWasm: 1,
    });
    expect(bars.length).toBeGreaterThan(20);
  });

  it('times the pre-trained network, frozen and adapting, in one stream and in many', async () => {
    const { code, output } = await bench(['--quick', '--only', 'pre-trained network alone, D=50']);
    for (const way of ['frozen', 'adapting', 'frozen, streams of one', 'adapting, streams of one'])
      expect(output).toMatch(new RegExp(`^pre-trained network alone, D=50 +${way} +[\\d.]+ +[\\d,]+ `, 'm'));
    expect(output).toMatch(/^pre-trained network alone, frozen, D=50: values\/s +[\d,]+ +at least 200000/m);
    expect(output).toMatch(/D=50, adapting: time over that of 50 streams of one +[\d.]+ +at most 1 /);
    expect(output).not.toContain('WRONG');
    expect(code).toBe(0);
  });

  it('ends on Ctrl-C with what is known', async () => {
    const { code, output } = await bench(['--quick', '--only', 'one series'], /^1\/7/m);
    expect(output).toMatch(/bars met, \d+ not measured; interrupted\n$/);
    expect(code).toBe(130);
  });

  it('refuses what it does not understand', async () => {
    const { code, output } = await bench(['--only', 'two series']);
    expect(output).toMatch(
      /^bench: no case has "two series" in its name; there are "one series, H=16, stride 1", /,
    );
    expect(code).toBe(2);
  });
});

describe('the bars', () => {
  const rows = [
    row('one series, H=32, stride 1', 'wasm', 20),
    row('one series, H=32, stride 1', 'C, 128 bit', 16),
  ];

  it('are met or not by what was measured', () => {
    const bar = (us: number) =>
      checkBars([row('one series, H=32, stride 1', 'wasm', us), rows[1]], [], 0).find(({ bar }) =>
        bar.startsWith('H=32, stride 1: wasm over C'),
      );
    expect(bar(20)).toMatchObject({ measured: 1.25, wanted: 'at most 1.3', met: true });
    expect(bar(24)).toMatchObject({ measured: 1.5, met: false });
  });

  it('are neither where a peer was missing', () => {
    const pytorch = checkBars(rows, [], 0).find(({ bar }) => bar.includes('PyTorch'));
    expect(pytorch).toMatchObject({ measured: null, met: null });
  });

  it('count an engine that allocates', () => {
    const bytes = (allocated: number) =>
      checkBars([{ ...rows[0], bytesPerEvent: allocated }], [], 0).find(({ bar }) => bar.startsWith('bytes'))
        ?.met;
    expect(bytes(0)).toBe(true);
    expect(bytes(1)).toBe(false);
  });
});

describe('its parts', () => {
  it('take the middle of odd and of even numbers of slices', () => {
    expect(median([3, 1, 2])).toBe(2);
    expect(median([4, 1, 3, 2])).toBe(2.5);
  });

  it('set numbers to the right', () => {
    expect(
      table(
        ['a', 'n'],
        [
          ['long', 1000],
          ['b', 2],
        ],
      ),
    ).toBe('a         n\nlong  1,000\nb         2');
  });
});

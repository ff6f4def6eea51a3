import { readdirSync, readFileSync } from 'node:fs';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { ROOT } from './house/sourceFiles.ts';

/**
 * What each example must print, among other things. They import the package by its name, so it is the build that
 * runs: `npm run build` first, as `npm test` does.
 */
const PRINTS: Readonly<Record<string, readonly RegExp[]>> = {
  quickStart: [/^(high|critical) anomaly: 25\.2, expected 1[67]\.\d \(.+ … .+\), score 0\.[5-9]\d$/],
  sensorFleet: [
    /^press: its model was evicted \(idle\)$/,
    /^saw at minute 1200: \w+; temperature \d+ %, speed \d+ %, vibration (6[5-9]|[7-9]\d|100) %$/,
  ],
  csvFile: [
    /^2026-01-10T17:30:00\.000Z: (high|critical), \d readings, 25\.98 °C, expected 2\d\.\d, row 1651$/,
  ],
  threeStages: [/^16:4\d 2\d\.\d °C, expected 1\d\.\d, score 0\.[5-9]\d$/],
  ownForecaster: [/^62\.30, expected 68\.\d\d$/],
  knownInAdvance: [
    /^knowing nothing: \d+ incidents; hours (?!.*161\d)/, // the till is not found
    /^knowing both: [12] incidents; hours (170, )?161\d$/,
  ],
  prices: [
    /^2026-01-06 05:4\d:00 – 2026-01-06 0[56]:\d\d:00: (?:medium|high|critical); at its worst 4\d{3}\.\d+, expected [45]\d{3}/,
  ],
  inRetrospect: [/^2026-01-06T05:0\d 1\d\d\.\d\d, should have been 1\d\d\.\d\d$/],
  lateAndMissing: [
    /^minute 600 came 294 minutes late$/,
    /^5 missing after minute 499, 5 filled in$/,
    /^5 of 1000 verdicts/,
  ],
  silentStreams: [
    /^pump: silence began, minute 199 to /,
    /^pump: silence ended, minute 199 to 260$/,
    /^fan: silence began, minute 399 to /,
  ],
  webSocket: [/^XYZ at 11\d\.\d+ is unusual$/, /^1000 trades by 4 connections$/],
  snapshots: [
    /^anomaly at minute 800, after the restart$/,
    /^as without the restart: true$/,
    /^from JSON the same: true$/,
  ],
  lookInside: [
    /^unit \d remembers longest: half is left after \d+\.\d readings$/,
    /^forget gate clamped at 0: \d\.\d\d times the error$/,
    /^season phase: R² [\d.]+ from the state, -?[\d.]+ from the inputs$/,
    /^At event 1201 the value was 31, above the .* further than any of the .* events before\./,
    /^now 0\.\d\d \(\d+\.\d\) /,
  ],
  checkpoints: [
    /^some verdicts twice, none missing: true$/,
    /^as without the crash: true$/,
    /^an incident across the crash, of \d+ readings$/,
  ],
  redisStore: [/^kept under anomalies:detector,?.*$/, /^600 of 600 verdicts in two runs$/],
  backtestInCode: [/^spike\.csv: found [123] of 3, \d false alerts$/, /^F1 over all: 0\.\d\d$/],
};

describe('the example', () => {
  afterEach(() => {
    vi.restoreAllMocks();
  });

  it.each(Object.entries(PRINTS))('%s prints what it promises', async (name, lines) => {
    const log = vi.spyOn(console, 'log').mockImplementation(() => {});
    await import(`../examples/${name}.ts`);
    const printed = log.mock.calls.map(([line]) => String(line));
    for (const line of lines) expect(printed).toContainEqual(expect.stringMatching(line));
    expect(printed.join()).not.toMatch(/NaN|undefined/);
  });
});

describe('the examples', () => {
  const files = readdirSync(`${ROOT}examples`).filter((file) => file.endsWith('.ts'));
  const readMe = readFileSync(`${ROOT}examples/README.md`, 'utf8');

  it('are all run', () => {
    expect(files.map((file) => file.replace('.ts', '')).sort()).toEqual(Object.keys(PRINTS).sort());
  });

  it.each(files)('%s is short, begins with what it shows, and is in the list', (file) => {
    const lines = readFileSync(`${ROOT}examples/${file}`, 'utf8').trimEnd().split('\n');
    expect(lines.length).toBeLessThanOrEqual(40);
    expect(lines[0]).toMatch(/^\/\/ .+\.$/);
    expect(readMe).toContain(`](${file})`);
  });
});

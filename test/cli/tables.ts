import { readFileSync } from 'node:fs';
import { Random } from '../../src/core/random.ts';
import { FIXTURES } from './rxAnomaly.ts';

const START = Date.UTC(2026, 0, 5);

/** `2026-01-05T00:05:00.000Z` for 1, and so on every five minutes. */
export function timeAt(row: number): string {
  return new Date(START + row * 300_000).toISOString();
}

/** A wave with noise, two decimals. */
export function waveAt(row: number, random: Random): number {
  return Number((20 + 5 * Math.sin(row / 9) + 0.2 * random.normal()).toFixed(2));
}

/** A table with a header: time and value. Cells in `odd`, by row from 0, replace those that would be there. */
export function table(
  rows: number,
  odd: Readonly<Record<number, { time?: string; value?: string }>> = {},
): string {
  const random = new Random(3);
  const lines = Array.from({ length: rows }, (_, row) => {
    const value = String(waveAt(row, random));
    return [odd[row]?.time ?? timeAt(row), odd[row]?.value ?? value].join(',');
  });
  return `${['time,value', ...lines].join('\n')}\n`;
}

/** The first 1,700 rows of a fixture with a labelled incident from row 1651 on, and false alarms under a low threshold. */
export function spikes(): string {
  const lines = readFileSync(`${FIXTURES}sensors/spike.csv`, 'utf8').split('\n');
  return `${lines.slice(0, 1701).join('\n')}\n`;
}

import { describe, expect, it } from 'vitest';
import { rxAnomaly, temporaryFolder } from './rxAnomaly.ts';
import { parseLines } from './verdicts.ts';

const folder = temporaryFolder();
/** A wave of 400 rows; row 351 is far off. */
const rows = Array.from({ length: 400 }, (_, i) => (20 + Math.sin(i / 5) + (i === 350 ? 60 : 0)).toFixed(3));
const file = folder.file('untimed.csv', `load\n${rows.join('\n')}\n`);

describe('a table without times', () => {
  it('has its row numbers where a time would be', async () => {
    const verdicts = parseLines((await rxAnomaly(['detect', file, '--quiet'])).stdout);
    expect(verdicts.map((verdict) => (verdict as unknown as { row: number }).row)).toEqual(
      rows.map((_, i) => i + 1),
    );
    const [incident] = (await rxAnomaly(['detect', file, '--quiet', '--output', 'incidents'])).stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(incident).toMatchObject({ start: null, end: null, startRow: 351, peak: { time: null } });
    // The way back can be as surprising as the spike.
    expect([351, 352]).toContain(incident.peak.row);
    expect(incident.endRow).toBeGreaterThanOrEqual(351);
    const csv = (await rxAnomaly(['detect', file, '--quiet', '--output', 'incidents', '--format', 'csv']))
      .stdout;
    expect(csv.split('\n')[1]).toMatch(/^value,,row 351,row \d+,/);
  });
});

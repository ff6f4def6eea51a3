import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import { Random } from '../../src/core/random.ts';
import { rxAnomaly, temporaryFolder } from './rxAnomaly.ts';
import { spikes, timeAt, waveAt } from './tables.ts';
import { FIELDS, NUMERIC_FIELDS, parseLines } from './verdicts.ts';

const folder = temporaryFolder();

const detect = async (...args: string[]): Promise<string> => {
  const { code, stdout, stderr } = await rxAnomaly(['detect', ...args]);
  expect(code, stderr).toBe(0);
  return stdout;
};

const csv = (text: string): Record<string, string>[] => parse(text, { columns: true });

/** What a cell of CSV stands for: empty for null. */
function cellOf(value: unknown): string {
  return value === null ? '' : String(value);
}

const HOSTILE = ['plain', 'comma, "quoted"', 'two\nlines', ' blank ', '=1+1', '', '"', 'ü;\t|'];

function hostileTable(): string {
  const random = new Random(5);
  const lines = Array.from({ length: 160 }, (_, row) => {
    const key = HOSTILE[row % HOSTILE.length]!;
    const value = row % 37 === 36 ? '' : waveAt(row, random);
    return `${timeAt(row)},"${key.replaceAll('"', '""')}",${value},${waveAt(row, random)}`;
  });
  return `time,key,a,b\n${lines.join('\n')}\n`;
}

describe.concurrent('detect --format csv', () => {
  const file = folder.file('hostile.csv', hostileTable());

  it('has the numbers of NDJSON', async () => {
    const args = [file, '--value', 'a', '--key', 'key'];
    const [records, lines] = await Promise.all([detect(...args, '--format', 'csv'), detect(...args)]);
    expect(records.slice(0, records.indexOf('\n'))).toBe(FIELDS.join(','));
    expect(csv(records)).toEqual(
      parseLines(lines).map((line) =>
        Object.fromEntries(FIELDS.map((field) => [field, cellOf(line[field])])),
      ),
    );
    expect(new Set(csv(records).map(({ key }) => key))).toEqual(new Set(HOSTILE.map((key) => key.trim())));
  });

  it('has a column per dimension', async () => {
    const args = [file, '--value', 'b,a', '--key', 'key'];
    const [records, lines] = await Promise.all([detect(...args, '--format', 'csv'), detect(...args)]);
    const rows = parseLines(lines);
    for (const [at, record] of csv(records).entries()) {
      for (const field of NUMERIC_FIELDS) {
        const numbers = rows[at]![field] as readonly (number | null)[];
        expect([record[`${field}_b`], record[`${field}_a`]]).toEqual(numbers.map(cellOf));
      }
      expect(record.score).toBe(String(rows[at]!.score));
    }
  });
});

interface IncidentLine {
  readonly key: string | null;
  readonly start: string | null;
  readonly end: string | null;
  readonly count: number;
  readonly severity: string;
  readonly open: boolean;
  readonly peak: Readonly<Record<string, unknown>>;
}

describe.concurrent('detect --output incidents', () => {
  const file = folder.file('spike.csv', spikes());

  it('tells of each run of flagged rows what its verdicts say', async () => {
    const often = ['--threshold', '0.4'];
    const [reported, verdicts] = await Promise.all([
      detect(file, '--output', 'incidents', ...often),
      detect(file, ...often),
    ]);
    const lines = parseLines(verdicts);
    const starts = lines.flatMap(({ startOfIncident }, at) => (startOfIncident ? [at] : []));
    expect(starts.length).toBeGreaterThan(1);
    expect(parseLines<IncidentLine>(reported)).toEqual(
      starts.map((start, n) => {
        const flagged = lines.slice(start, starts[n + 1]).filter(({ isAnomaly }) => isAnomaly);
        const peak = flagged.reduce((best, line) => (line.score > best.score ? line : best));
        const ranks = ['low', 'medium', 'high', 'critical'];
        const { time, score, value, expected, lower, upper, attribution } = peak;
        return {
          kind: 'value',
          key: null,
          start: lines[start]?.time,
          end: flagged.at(-1)?.time,
          count: flagged.length,
          severity: ranks[Math.max(...flagged.map(({ severity }) => ranks.indexOf(severity)))],
          open: false,
          why: expect.stringMatching(
            /^(Rougher|Spike|Unusual|High for too short).* events? flagged.* 2026-01-.* UTC\.$/,
          ),
          peak: { time, score, value, expected, lower, upper, attribution },
        };
      }),
    );
  });

  it('is the same in CSV', async () => {
    const args = [file, '--output', 'incidents'];
    const [records, lines] = await Promise.all([detect(...args, '--format', 'csv'), detect(...args)]);
    expect(csv(records)).toEqual(
      parseLines<IncidentLine>(lines).map(({ peak, ...incident }) => {
        const { time, score, ...values } = peak;
        const row = { ...incident, peakTime: time, peakScore: score, ...values };
        return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, cellOf(value)]));
      }),
    );
  });

  it('marks what continues when the table ends', async () => {
    const random = new Random(6);
    const rows = Array.from(
      { length: 200 },
      (_, row) => `${timeAt(row)},${waveAt(row, random) + (row >= 195 ? 90 : 0)}`,
    );
    const jump = folder.file('jump.csv', `${['time,value', ...rows].join('\n')}\n`);
    const incidents = parseLines<IncidentLine>(await detect(jump, '--output', 'incidents'));
    expect(incidents.at(-1)).toMatchObject({ start: timeAt(195), open: true });
    for (const { open } of incidents.slice(0, -1)) expect(open).toBe(false);
  });
});

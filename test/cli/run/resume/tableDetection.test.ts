import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Random } from '../../../../src/core/random.ts';
import { detectSessions, type SessionOptions } from './detectSessions.ts';

const ROWS = 180;
const RUNS = { numRuns: 3 }; // each scores some thousand rows

interface TableOptions {
  readonly keys?: readonly string[];
  readonly times?: 'regular' | 'odd' | 'none';
  readonly broken?: boolean;
}

/** Data lines of prices with spikes and a level shift, so that incidents begin, go on and end. */
function lines({ keys = [''], times = 'regular', broken = false }: TableOptions): string[] {
  const random = new Random(7);
  let price = 100;
  return Array.from({ length: ROWS * keys.length }, (_, i) => {
    const at = Math.floor(i / keys.length);
    price *= Math.exp(0.002 * random.normal());
    const shock = at >= 155 ? 1.1 : at >= 120 && at < 123 ? 1.5 : 1;
    const odd = times === 'odd' ? [0, 0, 2, 1, 1][at % 5]! - (at > 140 ? 40 : 0) : at;
    const minute = times === 'odd' ? 5 * Math.floor(at / 5) + odd : at;
    const time = new Date(Date.UTC(2026, 0, 5) + minute * 60_000).toISOString();
    const value = broken && at % 23 === 22 ? ['', 'n/a?', '-1', 'inf'][at % 4] : (price * shock).toFixed(4);
    const timeCell = broken && at % 31 === 30 ? 'yesterday' : time;
    return [...(times === 'none' ? [] : [timeCell]), keys[i % keys.length], value].join(',');
  });
}

const header = ({ times = 'regular' }: TableOptions): string =>
  times === 'none' ? 'key,price' : 'time,key,price';

const CASES: readonly [string, TableOptions, SessionOptions][] = [
  ['plain', {}, { columns: {}, output: 'verdicts' }],
  ['incidents', {}, { columns: {}, output: 'incidents' }],
  ['log-returns', {}, { columns: {}, output: 'verdicts', detect: { transform: 'logReturn' } }],
  ['several keys', { keys: ['a', 'b'] }, { columns: { key: 'key' }, output: 'verdicts' }],
  ['incidents of several keys', { keys: ['a', 'b'] }, { columns: { key: 'key' }, output: 'incidents' }],
  ['bad cells', { broken: true }, { columns: {}, output: 'verdicts' }],
  [
    'bad cells left out',
    { broken: true },
    { columns: {}, output: 'verdicts', detect: { transform: 'logReturn', onBadData: 'skip' } },
  ],
  ['times that repeat and go back', { times: 'odd', broken: true }, { columns: {}, output: 'verdicts' }],
];

/** `columns` of a case with those that all of them name: a table of one row would leave them open. */
const named = (
  { columns, ...rest }: SessionOptions,
  { times = 'regular' }: TableOptions,
): SessionOptions => ({
  ...rest,
  columns: { value: ['price'], ...(times === 'none' ? {} : { time: 'time' }), ...columns },
});

describe.each(CASES)('%s', (_, table, options) => {
  const rows = lines(table);
  const file = (from: number, to: number): { content: string } => ({
    content: `${[header(table), ...rows.slice(from, to)].join('\n')}\n`,
  });
  const session = named(options, table);
  const whole = detectSessions([file(0, rows.length)], session);
  const cuts = fc.array(fc.integer({ min: 1, max: rows.length - 1 }), { minLength: 1, maxLength: 2 });
  const ascending = (places: readonly number[]): number[] => [...places].sort((a, b) => a - b);

  it('says the same of the same file, longer each time', async () => {
    expect((await whole).length).toBeGreaterThan(100);
    await fc.assert(
      fc.asyncProperty(cuts, async (places) => {
        const files = [...ascending(places), rows.length].map((cut) => file(0, cut));
        expect(await detectSessions(files, session)).toBe(await whole);
      }),
      RUNS,
    );
  });

  it('says the same of one file after another, whether or not they overlap', async () => {
    await fc.assert(
      fc.asyncProperty(cuts, fc.constantFrom(0, 0, 1, 7, 200), async (places, overlap) => {
        const borders = [0, ...ascending(places), rows.length];
        const files = borders.slice(1).map((end, at) => file(Math.max(0, borders[at]! - overlap), end));
        expect(await detectSessions(files, session)).toBe(await whole);
      }),
      RUNS,
    );
  });

  it('says the same of a file whose run was interrupted', async () => {
    await fc.assert(
      fc.asyncProperty(cuts, async (places) => {
        const all = file(0, rows.length);
        const stops = ascending(places).map((upTo) => ({ ...all, upTo }));
        expect(await detectSessions([...stops, all, all], session)).toBe(await whole);
      }),
      RUNS,
    );
  });
});

it('says the same of a file without times, longer each time, and of the next one', async () => {
  const table: TableOptions = { times: 'none' };
  const rows = lines(table);
  const options: SessionOptions = { columns: { value: ['price'] }, output: 'verdicts' };
  const file = (from: number, to: number): { content: string } => ({
    content: `${[header(table), ...rows.slice(from, to)].join('\n')}\n`,
  });
  const whole = await detectSessions([file(0, rows.length)], options);
  const rowOf = (line: string): number => (JSON.parse(line) as { row: number }).row;
  for (const cut of [1, 17, 64, 65, 179]) {
    expect(await detectSessions([file(0, cut), file(0, rows.length)], options)).toBe(whole);
    const split = await detectSessions([file(0, cut), file(cut, rows.length)], options);
    // A row has its number in its own file: that of the next one begins at 1.
    const numbers = split.split('\n').slice(0, -1).map(rowOf);
    expect(numbers).toEqual(rows.map((_, i) => (i < cut ? i : i - cut) + 1));
    const unnumbered = (text: string): string => text.replaceAll(/"row":\d+,/g, '');
    expect(unnumbered(split)).toBe(unnumbered(whole));
  }
});

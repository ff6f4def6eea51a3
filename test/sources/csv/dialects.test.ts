import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RxAnomalyError } from '../../../src/core/errors.ts';
import { type CsvRow, openCsv } from '../../../src/sources/index.ts';
import { bytesOf } from './csvOf.ts';
import { DIALECTS, type Dialect, type Known } from './dialects.ts';

interface Outcome {
  readonly rows: readonly CsvRow[];
  readonly guessed: readonly string[];
  readonly warnings: readonly string[];
  /** Undefined where the table was read to its end. */
  readonly refused: string | undefined;
}

/** Reads a table to its end, or until it is refused. Any error but ours is a fault of the reader. */
async function read(text: string): Promise<Outcome> {
  const rows: CsvRow[] = [];
  const warnings: string[] = [];
  let guessed: readonly string[] = [];
  try {
    const table = await openCsv(bytesOf(text), { onWarning: (line) => warnings.push(line) });
    ({ guessed } = table);
    for await (const row of table.rows()) rows.push(row);
    return { rows, guessed, warnings, refused: undefined };
  } catch (error) {
    if (!(error instanceof RxAnomalyError) || /cannot be read/.test(error.message)) throw error;
    return { rows, guessed, warnings, refused: error.message };
  }
}

/** Rows that follow each other by `step` minutes. */
function series(start: number, step: number, values: readonly (readonly [number, number])[]): Known[] {
  return values.map((pair, i) => ({ time: (start + i * step) * 60_000, values: [pair[0], pair[1]] }));
}

function expected({ width = 2 }: Dialect, rows: readonly Known[]): object[] {
  return rows.map(({ time, values }) => ({
    time,
    value: values.slice(0, width).map((value) => (value === 0 ? 0 : value)),
  }));
}

const found = (rows: readonly CsvRow[]): object[] =>
  rows.map(({ time, value }) => ({ time, value: [...value] }));

/** Whether what was read may be another thing than what was written: only where that is reported. */
const isDoubtful = ({ warnings }: Outcome): boolean =>
  warnings.some((line) => /decides|--time-zone|--missing/.test(line));

const cents = (largest: number): fc.Arbitrary<number> =>
  fc.integer({ min: -largest, max: largest }).map((n) => n / 100);
const pairs = fc
  .constantFrom(5_000, 500_000, 500_000_000)
  .chain((largest) => fc.array(fc.tuple(cents(largest), cents(largest)), { minLength: 12, maxLength: 60 }));
const minutes = fc.integer({ min: Date.UTC(1995, 0) / 60_000, max: Date.UTC(2035, 0) / 60_000 });

describe('a table of known numbers', () => {
  const wave = Array.from({ length: 300 }, (_, i) => [
    Math.round(2000 * Math.sin(i / 7) + 7000) / 100,
    Math.round(100_000 * Math.cos(i / 9) + 50_000) / 100,
  ]) as [number, number][];

  it.each(DIALECTS)('is read in the dialect of $name', async (dialect) => {
    const known = series(Date.UTC(2024, 2, 4) / 60_000, dialect.step ?? 15, wave);
    const outcome = await read(dialect.write(known));
    expect(outcome.refused).toBeUndefined();
    expect(found(outcome.rows)).toEqual(expected(dialect, known));
  });

  it('in any dialect is read exactly, or refused, or what is doubtful is reported', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...DIALECTS),
        minutes,
        fc.constantFrom(1, 5, 15, 60, 1440),
        pairs,
        async (dialect, start, step, values) => {
          const whole = dialect.step === undefined ? start : start - (start % 60);
          const known = series(whole, dialect.step ?? step, values);
          const outcome = await read(dialect.write(known));
          if (outcome.refused !== undefined || isDoubtful(outcome)) return;
          expect({ dialect: dialect.name, rows: found(outcome.rows) }).toEqual({
            dialect: dialect.name,
            rows: expected(dialect, known),
          });
        },
      ),
      { numRuns: 200 },
    );
  });
});

describe('a table in which something was changed', () => {
  const wave = Array.from({ length: 40 }, (_, i) => [
    Math.round(2000 * Math.sin(i / 7) + 7000) / 100,
    Math.round(2000 * Math.cos(i / 9) + 5000) / 100,
  ]) as [number, number][];

  /** What can happen to one line of a table. */
  const changes: Readonly<Record<string, (line: string, at: number, sign: string) => string>> = {
    'a sign lost': (line, at) => line.slice(0, at) + line.slice(at + 1),
    'a sign put in': (line, at, sign) => line.slice(0, at) + sign + line.slice(at),
    'a sign replaced': (line, at, sign) => line.slice(0, at) + sign + line.slice(at + 1),
    'the line cut off': (line, at) => line.slice(0, at),
    'the line empty': () => '',
    'the line doubled': (line) => `${line}\n${line}`,
    'two lines run together': (line) => line + line,
  };

  it('is never read differently in another row without a word', async () => {
    const dialects = DIALECTS.filter(({ name }) => !/Windows/.test(name));
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...dialects),
        fc.constantFrom(...Object.keys(changes)),
        fc.integer({ min: 3, max: 36 }),
        fc.nat(60),
        fc.constantFrom(...'0159.,;:-+e "\'x%\t'),
        async (dialect, change, row, place, sign) => {
          const known = series(Date.UTC(2024, 2, 4) / 60_000, dialect.step ?? 15, wave);
          const text = dialect.write(known);
          const lines = text.split('\n');
          const head =
            lines.length -
            known.length -
            (lines.length - 1 - lines.findLastIndex((line) => /\d[.,]\d\d/.test(line)));
          const at = head + row;
          const line = lines[at]!;
          const changed = changes[change]!(line, place % line.length, sign);
          if (changed === line) return;
          const before = await read(text);
          const after = await read(lines.map((each, i) => (i === at ? changed : each)).join('\n'));
          const isReported =
            after.refused !== undefined ||
            after.warnings.length > before.warnings.length ||
            after.rows.some(({ problems }) => problems.length > 0) ||
            JSON.stringify(after.guessed) !== JSON.stringify(before.guessed);
          if (isReported) return;
          // Of the changed line itself any sound reading is what a person would read; all others stay as they are.
          const [was, is] = [found(before.rows), found(after.rows)].map((rows) =>
            rows.map((each) => JSON.stringify(each)),
          );
          const touched = was!.filter((each) => !is!.includes(each));
          expect({ dialect: dialect.name, change, line, changed, touched: touched.length }).toMatchObject({
            touched: touched.length <= 1 ? touched.length : 0,
          });
          expect(is!.length).toBeGreaterThanOrEqual(was!.length - 1);
        },
      ),
      { numRuns: 250 },
    );
  });
});

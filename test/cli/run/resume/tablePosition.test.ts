import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readSavedPosition, type SavedPosition } from '../../../../src/cli/run/resume/resumePosition.ts';
import { TablePosition } from '../../../../src/cli/run/resume/tablePosition.ts';
import type { CsvRow } from '../../../../src/sources/index.ts';
import { forgeries } from '../../../support/forgedStates.ts';
import { type Cells, Runs, rowsOf, valuesOf } from './rows.ts';

/** A run that has read so many new rows more than it has scored when it breaks off. */
async function run(cells: readonly Cells[], saved: string | undefined, upTo: number, ahead: number) {
  const place = new TablePosition({ columns: { time: 'time', value: ['value'] } }, parsed(saved));
  const read: CsvRow[] = [];
  const detected: string[] = [];
  let position = (): unknown => parsed(saved);
  const detect = (): void => {
    if (detected.length === upTo) return;
    const row = read.shift()!;
    position = place.after(row);
    detected.push(row.text.value[0]!);
  };
  function* newRows(): Generator<CsvRow> {
    yield* place.newRows(rowsOf(cells));
    yield* place.rest();
  }
  for (const row of newRows()) {
    read.push(row);
    if (read.length > ahead) detect();
    if (detected.length === upTo) break;
  }
  while (read.length > 0 && detected.length < upTo) detect();
  return { detected, saved: JSON.stringify(position()) };
}

const parsed = (saved: string | undefined) => (saved === undefined ? undefined : JSON.parse(saved));

describe('the place in a table', () => {
  it('read from a state is refused, or one that a run can continue from', () => {
    const cells = Array.from(
      { length: 200 },
      (_, i): Cells => ({ key: i % 9 === 0 ? 'b' : 'a', time: 1000 * i, value: i }),
    );
    const runs = new Runs();
    runs.over(cells);
    expect(readSavedPosition(runs.saved!)).toEqual(runs.saved);
    const accepted: string[] = [];
    for (const { what, state } of forgeries(runs.saved!)) {
      let saved: SavedPosition;
      try {
        saved = readSavedPosition(state);
      } catch (error) {
        expect(error, what).toMatchObject({ code: 'BAD_SNAPSHOT' });
        continue;
      }
      accepted.push(what);
      const place = new TablePosition({ columns: { time: 'time', value: ['value'] } }, saved);
      for (const row of [...place.newRows(rowsOf(cells)), ...place.rest()]) place.after(row)();
    }
    // Other times, keys, counts and rows than those of the run, and nothing of another form.
    for (const what of accepted)
      expect(what).toMatch(
        /^keys (?:is|has)|^keys\.\d (?:is missing)|\.key is |\.times\.\d+ is |\.forgotten(?: is null|\.time is )/,
      );
  });

  it('is where the rows were processed to, however far they were read ahead', async () => {
    const tables = fc.record({
      keys: fc.array(fc.constantFrom('a', 'b', undefined), { minLength: 1, maxLength: 60 }),
      stops: fc.array(fc.nat({ max: 30 }), { maxLength: 4 }),
      ahead: fc.nat({ max: 5 }),
      growth: fc.nat({ max: 10 }),
    });
    await fc.assert(
      fc.asyncProperty(tables, async ({ keys, stops, ahead, growth }) => {
        const all = keys.map((key, i): Cells => ({ ...(key && { key }), time: 1000 * i, value: i }));
        let saved: string | undefined;
        const detected: string[] = [];
        for (const [n, stop] of [...stops, Number.POSITIVE_INFINITY].entries()) {
          const length = stop === Number.POSITIVE_INFINITY ? all.length : 20 + growth * n;
          const part = await run(all.slice(0, length), saved, stop, ahead);
          detected.push(...part.detected);
          saved = part.saved;
        }
        expect(detected).toEqual(valuesOf(all));
      }),
      { numRuns: 200 },
    );
  });

  it('is what detect would save of another file that overlaps', async () => {
    const cells = (values: readonly number[]): Cells[] =>
      values.map((i) => ({ key: i % 3 === 0 ? 'a' : 'b', time: 1000 * i, value: i }));
    const [first, other] = [cells([0, 1, 2, 3, 4, 5]), cells([3, 4, 5, 6, 7, 8, 9])];
    const runs = new Runs();
    runs.over(first);
    const begun = await run(first, undefined, Number.POSITIVE_INFINITY, 2);
    expect(parsed(begun.saved)).toEqual(runs.saved);
    expect(runs.over(other, 3)).toEqual(['6', '7', '8']);
    const then = await run(other, begun.saved, 3, 2);
    expect(then.detected).toEqual(['6', '7', '8']);
    expect(parsed(then.saved)).toEqual(runs.saved);
  });
});

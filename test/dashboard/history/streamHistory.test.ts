import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { StreamHistory } from '../../../src/dashboard/history/streamHistory.ts';
import { verdict } from '../verdicts.ts';

/** A history of so many records, and what a plain array would hold. */
function filled(capacity: number, records: number) {
  const history = new StreamHistory(1, () => capacity);
  const verdicts = Array.from({ length: records }, (_, n) =>
    verdict(n, { value: n, isAnomaly: n % 3 === 0 }),
  );
  for (const each of verdicts) history.add(each);
  return { history, verdicts };
}

describe('the history of a stream', () => {
  it('hands out the records that an array would have kept', () => {
    const sizes = fc.record({
      capacity: fc.integer({ min: 1, max: 700 }),
      records: fc.integer({ min: 0, max: 1500 }),
      from: fc.nat(),
    });
    fc.assert(
      fc.property(sizes, ({ capacity, records, from }) => {
        const { history, verdicts } = filled(capacity, records);
        expect(history.records).toBe(records);
        expect(records - history.oldest).toBe(Math.min(records, capacity));
        const first = history.oldest + (from % (records - history.oldest + 1));
        const { times, dimensions, score } = history.columns(first, records);
        const wanted = verdicts.slice(first);
        expect([...times]).toEqual(wanted.map(({ time }) => time));
        expect([...dimensions[0]!.value]).toEqual(wanted.map(({ value }) => value));
        expect([...dimensions[0]!.upper]).toEqual(wanted.map(({ upper }) => upper));
        expect([...score]).toEqual(wanted.map((each) => each.score));
      }),
      { numRuns: 50 },
    );
  });

  it('continues after a restart with the newest, as if the others had never been kept', () => {
    const sizes = fc.record({
      capacity: fc.integer({ min: 1, max: 700 }),
      after: fc.integer({ min: 1, max: 700 }),
      before: fc.integer({ min: 0, max: 1500 }),
      more: fc.integer({ min: 0, max: 1500 }),
      most: fc.integer({ min: 1, max: 400 }),
    });
    fc.assert(
      fc.property(sizes, ({ capacity, after, before, more, most }) => {
        const { history, verdicts } = filled(capacity, before);
        const resumed = new StreamHistory(1, () => after);
        resumed.resume(structuredClone(history.save(most)));
        for (let n = before; n < before + more; n++) {
          verdicts.push(verdict(n, { value: n, isAnomaly: n % 3 === 0 }));
          resumed.add(verdicts[n]!);
        }
        expect(resumed.records).toBe(before + more);
        const kept = Math.min(after, more + Math.min(before, capacity, most));
        expect(resumed.records - resumed.oldest).toBe(kept);
        const { times, dimensions } = resumed.columns(resumed.oldest, resumed.records);
        const wanted = verdicts.slice(resumed.oldest);
        expect([...times]).toEqual(wanted.map(({ time }) => time));
        expect([...dimensions[0]!.value]).toEqual(wanted.map(({ value }) => value));
        const flagged = [...resumed.events(0, before + more, true)].map(({ value }) => value);
        expect(flagged).toEqual(wanted.filter((each) => each.isAnomaly).map(({ value }) => [value]));
      }),
      { numRuns: 100 },
    );
  });

  it('keeps apart the dimensions, and has NaN where there is no time', () => {
    const history = new StreamHistory(2, () => 10);
    const two = { value: [1, 2], expected: [3, 4], lower: [5, 6], upper: [7, 8] };
    history.add({ ...verdict(0), ...two, time: undefined });
    const { times, dimensions } = history.columns(0, 1);
    expect(times[0]).toBeNaN();
    expect(
      dimensions.map(({ value, expected, lower, upper }) => [value, expected, lower, upper].map(([x]) => x)),
    ).toEqual([
      [1, 3, 5, 7],
      [2, 4, 6, 8],
    ]);
  });

  it('finds the flagged records of a stretch, as far as they are kept', () => {
    const { history } = filled(10, 100);
    const values = [...history.events(80, 97, true)].map(({ value }) => value);
    expect(values).toEqual([[90], [93], [96]]);
  });
});

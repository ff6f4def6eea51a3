import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assignFolds } from '../../../src/lab/quality/assignFolds.ts';

/** Names of series in up to five folders or in none, and a number of folds that they suffice for. */
const assigned = fc
  .uniqueArray(
    fc
      .tuple(fc.constantFrom('', 'a/', 'b/', 'b/c/', 'z/'), fc.integer({ min: 0, max: 30 }))
      .map(([folder, file]) => `${folder}series ${file}.csv`),
    { minLength: 2, maxLength: 60 },
  )
  .chain((names) => fc.tuple(fc.constant(names), fc.integer({ min: 2, max: names.length })));

function sizes(folds: readonly number[], count: number): number[] {
  return Array.from({ length: count }, (_, fold) => folds.filter((each) => each === fold).length);
}

describe('assignFolds', () => {
  it('puts every series into one fold, and as many into each, give or take one', () => {
    fc.assert(
      fc.property(assigned, ([names, count]) => {
        const counts = sizes(assignFolds(names, count), count);
        expect(counts.reduce((a, b) => a + b)).toBe(names.length);
        expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('puts as many of each folder into each, give or take one', () => {
    fc.assert(
      fc.property(assigned, ([names, count]) => {
        const folds = assignFolds(names, count);
        for (const folder of ['', 'a/', 'b/', 'b/c/', 'z/']) {
          const counts = sizes(
            folds.filter((_, at) => names[at].replace(/[^/]*$/, '') === folder),
            count,
          );
          expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
        }
      }),
    );
  });

  it('deals the same however the series are ordered', () => {
    fc.assert(
      fc.property(assigned, ([names, count]) => {
        const backwards = assignFolds([...names].reverse(), count);
        expect(backwards.reverse()).toEqual(assignFolds(names, count));
      }),
    );
  });

  it('deals otherwise under another seed', () => {
    const names = Array.from({ length: 30 }, (_, at) => `series ${at}`);
    const ways = [1, 2, 3].map((seed) => assignFolds(names, 5, seed).join(''));
    expect(new Set(ways).size).toBe(3);
    expect(assignFolds(names, 5).join('')).toBe(ways[0]);
  });

  it('does not put apart what alternates in the order of the names', () => {
    const names = Array.from({ length: 40 }, (_, at) => `${10 + (at >> 1)}-${at % 2 === 0 ? 'cpu' : 'net'}`);
    const folds = assignFolds(names, 2);
    const networks = names.filter((name, at) => name.endsWith('net') && folds[at] === 0).length;
    expect(networks).toBeGreaterThan(4); // of 20; in the order of the names they were all in one fold
    expect(networks).toBeLessThan(16);
  });

  it.each([1, 4, 2.5, Number.NaN])('refuses %d folds of three series', (folds) => {
    expect(() => assignFolds(['a', 'b', 'c'], folds)).toThrow(
      `assignFolds: expected folds to be an integer from 2 to the number of series, 3, got ${folds}`,
    );
  });
});

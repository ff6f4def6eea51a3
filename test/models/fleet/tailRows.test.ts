import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Run, TailRows } from '../../../src/models/fleet/tailRows.ts';

const LENGTH = 4;

describe('TailRows', () => {
  it('gives back what was stored, and takes room only for what is neither 0 nor like the run before', () => {
    const zeros = fc.constant<number[]>([0, 0, 0, 0]);
    const numbers = fc.array(fc.constantFrom(0, -0, 1.5, Number.NaN, Number.NEGATIVE_INFINITY), {
      minLength: LENGTH,
      maxLength: LENGTH,
    });
    const run: fc.Arbitrary<number[]> = fc.oneof(zeros, numbers);
    const step = fc.record({
      slot: fc.nat(3),
      first: run,
      second: fc.oneof(run, fc.constant('like' as const)),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const rows = new TailRows(LENGTH);
        const vector = new Float64Array(2 + 2 * LENGTH);
        const [one, two] = [new Run(vector, 1, LENGTH), new Run(vector, 2 + LENGTH, LENGTH)];
        const known = new Map<number, { indices: [number, number]; numbers: [number[], number[]] }>();
        const needsRoom = (numbers: readonly number[]): boolean =>
          numbers.some((number) => !Object.is(number, 0));
        for (const { slot, first, second: given } of steps) {
          const numbers: [number[], number[]] = [first, given === 'like' ? first : given];
          const { indices } = known.get(slot) ?? { indices: [0, 0] };
          vector.set(numbers[0], 1);
          vector.set(numbers[1], 2 + LENGTH);
          known.set(slot, {
            indices: [rows.write(indices[0], one), rows.write(indices[1], two, one)],
            numbers,
          });
          let room = 0;
          for (const each of known.values()) {
            rows.read(each.indices[0], one);
            rows.read(each.indices[1], two, one);
            expect([...vector.subarray(1, 1 + LENGTH)]).toEqual(each.numbers[0]);
            expect([...vector.subarray(2 + LENGTH)]).toEqual(each.numbers[1]);
            const isLike = each.numbers[1].every((number, k) => Object.is(number, each.numbers[0][k]));
            room += Number(needsRoom(each.numbers[0])) + Number(needsRoom(each.numbers[1]) && !isLike);
          }
          expect(rows.size).toBe(room);
        }
        for (const { indices } of known.values()) for (const index of indices) rows.release(index);
        expect(rows.size).toBe(0);
      }),
    );
  });
});

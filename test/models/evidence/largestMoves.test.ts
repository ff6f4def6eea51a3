import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LargestMoves } from '../../../src/models/evidence/largestMoves.ts';
import { packVectors, unpackInto } from '../../../src/models/snapshot/vectors.ts';
import { real } from '../../support/real.ts';

function taught(values: readonly number[], weight = 1): LargestMoves {
  const moves = new LargestMoves();
  for (const value of values) moves.learn(value, weight);
  return moves;
}

describe('LargestMoves', () => {
  it('knows the share of moves that went at least half as far', () => {
    // 99 moves: of 1, but for one of 10 there and one of 10 back
    const moves = taught([
      ...Array.from({ length: 50 }, (_, n) => n),
      59,
      49,
      ...Array.from({ length: 48 }, (_, n) => 50 + n),
    ]);
    expect(moves.surprise(97 + 10)).toBeCloseTo(-Math.log10(2.5 / 100), 9);
    expect(moves.surprise(97 - 20)).toBeCloseTo(-Math.log10(2.5 / 100), 9); // 10 is half of it
    expect(moves.surprise(97 + 30)).toBe(Number.POSITIVE_INFINITY); // never before
    expect(moves.surprise(97)).toBeCloseTo(-Math.log10(32.5 / 100), 9); // as the moves before it: common
  });

  it('counts the two moves before the newest as part of what is going on', () => {
    const moves = taught([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 60, 61]);
    expect(moves.surprise(61)).toBeCloseTo(-Math.log10(1.5 / 13), 9); // the jump to 60
    moves.learn(61, 1);
    moves.learn(61, 1);
    expect(moves.surprise(61)).toBe(Number.POSITIVE_INFINITY); // stands
  });

  it('is the share over all moves, as far as 32 tell', () => {
    const values = fc.array(real(-1e3, 1e3), { minLength: 3, maxLength: 33 });
    fc.assert(
      fc.property(values, real(-2e3, 2e3), (past, value) => {
        const sizes = past.slice(1).map((to, n) => Math.abs(to - past[n]));
        const size = Math.max(...sizes.slice(-2), Math.abs(value - past[past.length - 1]));
        const hits = sizes.filter((one) => one >= size / 2).length;
        const expected =
          size > 0 && hits > 0 ? -Math.log10((hits + 0.5) / (sizes.length + 1)) : Number.POSITIVE_INFINITY;
        expect(taught(past).surprise(value)).toBeCloseTo(expected, 9);
      }),
    );
  });

  it('at weight 0 moves on without learning what is usual', () => {
    const moves = taught([0, 1, 2]);
    moves.learn(50, 0);
    expect(moves.surprise(100)).toBe(Number.POSITIVE_INFINITY);
  });

  it('survives its snapshot, and refuses one in which the largest are not in order', () => {
    const moves = taught([3, 1, 4, 1, 5, 9, 2, 6]);
    const packed = packVectors({ moves: moves.memory });
    const other = new LargestMoves();
    unpackInto({ moves: other.memory }, packed);
    expect(other.surprise(9)).toBe(moves.surprise(9));
    const forged = (packed.moves as Float64Array).slice();
    forged[5] = 100;
    expect(() => unpackInto({ moves: other.memory }, { moves: forged })).toThrow(/moves/);
  });
});

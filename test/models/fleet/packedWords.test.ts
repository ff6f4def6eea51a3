import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/core/random.ts';
import { mostPacked, packWords, unpackWords } from '../../../src/models/fleet/packedWords.ts';

const BEFORE = 3; // words in front, which stay

/** For each 32 words a mask, the first word in its lowest bit, then those that are not 0. */
function written(words: readonly number[]): number[] {
  const groups = Array.from({ length: Math.ceil(words.length / 32) }, (_, g) =>
    words.slice(32 * g, 32 * g + 32),
  );
  return groups.flatMap((group) => [
    group.reduce((mask, word, k) => mask + (word === 0 ? 0 : 2 ** k), 0),
    ...group.filter((word) => word !== 0),
  ]);
}

describe('packed words', () => {
  it('are masks and the words that are not 0, and give the words back in their place', () => {
    const random = new Random(1);
    for (const count of [0, 1, 5, 31, 32, 33, 63, 64, 65, 100, 257]) {
      for (const share of [0, 0.1, 0.5, 1]) {
        const words = Array.from({ length: count }, () => (random.uniform() < share ? random.uint32() : 0));
        const expected = written(words);
        const packed = new Uint32Array(BEFORE + mostPacked(count)).fill(7);
        const source = Uint32Array.from([1, 2, ...words, 3]);
        const end = packWords(packed, BEFORE, source, 2, count);
        expect([...packed.subarray(0, end)]).toEqual([7, 7, 7, ...expected]);
        expect(packed.subarray(end).every((word) => word === 7)).toBe(true);
        const back = new Uint32Array(count + 3).fill(9);
        expect(unpackWords(packed, BEFORE, back, 2, count)).toBe(end);
        expect([...back]).toEqual([9, 9, ...words, 9]);
        if (count === 0) continue;
        // One word too few, and a bit for a word that there is none of.
        expect(() => unpackWords(packed.subarray(0, end - 1), BEFORE, back, 2, count)).toThrow(
          'cannot be read',
        );
        if (count % 32 === 0) continue;
        const damaged = packed.slice(0, end + 1);
        damaged[written(words.slice(0, count - (count % 32))).length + BEFORE]! += 2 ** (count % 32);
        expect(() => unpackWords(damaged, BEFORE, back, 2, count)).toThrow('cannot be read');
      }
    }
    const full = Uint32Array.from({ length: 65 }, (_, k) => k + 1);
    const room = new Uint32Array(mostPacked(65));
    expect(packWords(room, 0, full, 0, 65)).toBe(room.length);
  });
});

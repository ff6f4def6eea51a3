import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  inArena,
  inPlace,
  pooled,
  pooledAside,
  pooledOf,
  pooledRoom,
  pooledWithTails,
} from '../../src/numerics/pooled.ts';

it('gives vectors of zeros that share no number, whatever their kinds and lengths', () => {
  const kind = fc.constantFrom<'f64' | 'f32' | 'u8'>('f64', 'f32', 'u8');
  fc.assert(
    fc.property(fc.array(fc.tuple(kind, fc.integer({ min: 0, max: 3000 })), { maxLength: 40 }), (shapes) => {
      const vectors = shapes.map(([name, length]) =>
        name === 'f64'
          ? pooled(length)
          : name === 'f32'
            ? pooled(length, Float32Array)
            : pooled(length, Uint8Array),
      );
      for (const [k, vector] of vectors.entries()) {
        expect(vector.length).toBe(shapes[k]![1]);
        expect(vector.every((each) => each === 0)).toBe(true); // the ones before did not write here
        vector.fill(k + 1);
      }
      for (const [k, vector] of vectors.entries()) expect(vector.every((each) => each === k + 1)).toBe(true);
    }),
    { seed: 1 },
  );
});

it('gives vectors with numbers in them', () => {
  expect([...pooledOf(1, Number.NaN, -2)]).toEqual([1, Number.NaN, -2]);
});

it('makes a model in an arena, however large, whose bytes and tails are all that it remembers', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 9000 }), { minLength: 1, maxLength: 20 }), (lengths) => {
      const make = () => lengths.map((length) => [pooled(length), pooledWithTails(2, 3, 2), pooledRoom(5)]);
      const { made, arena } = inArena(make);
      expect(arena.bytes.length).toBe(8 * lengths.reduce((sum, length) => sum + length, 0));
      expect(arena.tailed.map(({ vector }) => vector)).toEqual(made.map(([, tailed]) => tailed));
      for (const [numbers] of made) numbers.fill(3);
      expect(
        new Float64Array(arena.bytes.buffer, 0, arena.bytes.length / 8).every((each) => each === 3),
      ).toBe(true);
      expect(pooled(1)[0]).toBe(0); // outside again
      expect(pooledWithTails(1, 2).length).toBe(3);
    }),
    { numRuns: 30, seed: 1 },
  );
});

it('leaves an arena when a model cannot be made', () => {
  const refuse = (): never => {
    throw new RangeError('no');
  };
  expect(() => inArena(refuse)).toThrow('no');
  expect(inArena(() => pooled(2)).arena.bytes.length).toBe(16);
  expect(() => inArena(() => inArena(() => 1))).toThrow('an arena within an arena');
});

it('keeps aside what is not to be copied', () => {
  const { made, arena } = inArena(() => [pooledAside(3, Float32Array), pooledAside(2, Float32Array)]);
  expect(arena.bytes.length).toBe(0);
  expect(arena.asides.map(({ aside, bytes }) => [aside, bytes])).toEqual(made.map((aside) => [aside, 4]));
  made[1].vector = Float32Array.of(0, 0, 7, 8, 9);
  made[1].at = 2;
  expect([...inPlace(made[1])]).toEqual([7, 8]);
  expect([...inPlace(pooledAside(2, Uint16Array))]).toEqual([0, 0]);
});

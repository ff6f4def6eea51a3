import fc from 'fast-check';
import { expect, it } from 'vitest';
import { pooled, pooledOf } from '../../src/numerics/pooled.ts';

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

import fc from 'fast-check';
import type { State, Vector } from '../../src/models/snapshot/state.ts';

/** Every double, all NaN payloads, subnormals and −0 among them. */
export const float64: fc.Arbitrary<number> = fc.oneof(
  fc.double(),
  fc.constantFrom(Number.NaN, -0, 0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 5e-324, -5e-324),
  fc.integer({ min: 0, max: 2 ** 33 }),
  fc
    .bigInt({ min: 0n, max: 2n ** 64n - 1n })
    .map((bits) => new Float64Array(BigUint64Array.of(bits).buffer)[0]),
);

/** Vectors of each kind, with zeros at the end more often than chance has it. */
export const vector: fc.Arbitrary<Vector> = fc.oneof(
  padded(float64, (values) => Float64Array.from(values)),
  padded(fc.integer({ min: 0, max: 300 }), (values) => Float64Array.from(values)),
  padded(fc.float(), (values) => Float64Array.from(values)),
  padded(fc.float(), (values) => Float32Array.from(values)),
  padded(fc.nat({ max: 2 ** 32 - 1 }), (values) => Uint32Array.from(values)),
  padded(fc.nat({ max: 65_535 }), (values) => Uint16Array.from(values)),
  padded(fc.nat({ max: 255 }), (values) => Uint8Array.from(values)),
);

function padded(
  numbers: fc.Arbitrary<number>,
  make: (values: readonly number[]) => Vector,
): fc.Arbitrary<Vector> {
  return fc
    .tuple(fc.array(numbers, { maxLength: 20 }), fc.nat({ max: 9 }))
    .map(([values, zeros]) => make([...values, ...new Array<number>(zeros).fill(0)]));
}

/** Anything that a state may be made of. */
export const state: fc.Arbitrary<State> = fc.letrec<{ tree: State }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    vector,
    fc.constantFrom<State>(null, true, false, 0, 1, 2 ** 31, 2 ** 53, -1, 0.1, 1e300, ''),
    fc.string({ unit: 'grapheme' }),
    fc.string({ unit: 'binary' }),
    fc.array(tie('tree'), { maxLength: 4 }),
    fc.dictionary(fc.oneof(fc.string(), fc.constantFrom('$f64', '$object', '$u8:', 'a')), tie('tree'), {
      maxKeys: 4,
      noNullPrototype: true,
    }),
  ),
})).tree;

/** Bit by bit, as ISO 3309 has it: the definition, against the table. Of a text's UTF-8, eight hexadecimal digits. */
export function crc32Of(text: string): string {
  let crc = 0xffffffff;
  for (const byte of Buffer.from(text, 'utf8')) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return (~crc >>> 0).toString(16).padStart(8, '0');
}

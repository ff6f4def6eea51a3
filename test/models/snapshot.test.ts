import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RxAnomalyError } from '../../src/core/errors.ts';
import {
  asJson,
  type Json,
  nestedSnapshot,
  packFloats,
  packVectors,
  type Snapshot,
  seal,
  unpackFloats,
  unpackInto,
  unseal,
} from '../../src/models/snapshot.ts';
import { throughText } from '../support/observations.ts';

/** Every double, all NaN payloads alike to JavaScript, subnormals and −0 among them. */
const float64 = fc.oneof(
  fc.double(),
  fc.constantFrom(
    Number.NaN,
    -0,
    0,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
    5e-324,
    -5e-324,
    2 ** -1022,
  ),
  fc
    .bigInt({ min: 0n, max: 2n ** 64n - 1n })
    .map((bits) => new Float64Array(BigUint64Array.of(bits).buffer)[0]),
);

function expectBadSnapshot(act: () => unknown, message: RegExp): void {
  expect(act).toThrow(RxAnomalyError);
  expect(act).toThrow(
    expect.objectContaining({ code: 'BAD_SNAPSHOT', message: expect.stringMatching(message) }),
  );
}

describe('packFloats', () => {
  it('comes back from text with every bit', () => {
    fc.assert(
      fc.property(fc.array(float64, { maxLength: 40 }), (values) => {
        const text = JSON.stringify(packFloats(values));
        const back = unpackFloats(JSON.parse(text), values.length);
        expect(back).toEqual(Float64Array.from(values)); // toEqual tells −0 from 0 and takes NaN for itself
        expect([...new BigUint64Array(back.buffer)]).toEqual([
          ...new BigUint64Array(Float64Array.from(values).buffer),
        ]);
      }),
      { numRuns: 500, seed: 1 },
    );
  });

  it('packs more numbers than a function takes arguments', () => {
    const many = Float64Array.from({ length: 100_000 }, (_, k) => Math.sin(k));
    expect(unpackFloats(packFloats(many), many.length)).toEqual(many);
  });

  it('refuses what it did not pack', () => {
    const notPacked = fc.oneof(
      fc.string().filter((text) => text !== '' && (text.length % 4 !== 0 || /[^A-Za-z0-9+/=]/.test(text))),
      fc.constantFrom<Json>(null, 3, [], {}, '=', 'AAAA', 'A', '====', 'AA=A'),
    );
    fc.assert(
      fc.property(notPacked, (packed) => {
        expectBadSnapshot(() => unpackFloats(packed), /^snapshot: a list of numbers/);
      }),
      { numRuns: 500, seed: 1 },
    );
    expectBadSnapshot(() => unpackFloats(undefined), /missing/);
    expectBadSnapshot(() => unpackFloats(packFloats([1, 2]), 3), /of another length/);
  });
});

describe('unpackInto', () => {
  it('leaves every vector alone when one does not fit', () => {
    const vectors = { a: Float64Array.of(1), b: Float64Array.of(2) };
    const packed = packVectors({ a: Float64Array.of(7), b: Float64Array.of(8, 9) });
    expectBadSnapshot(() => unpackInto(vectors, packed), /another length/);
    expect([vectors.a[0], vectors.b[0]]).toEqual([1, 2]);
    unpackInto(vectors, packVectors({ a: Float64Array.of(7), b: Float64Array.of(8) }));
    expect([vectors.a[0], vectors.b[0]]).toEqual([7, 8]);
  });
});

describe('a sealed snapshot', () => {
  const anyJson = fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<Json>;

  it('gives its state back after any trip through text', () => {
    fc.assert(
      fc.property(anyJson, anyJson, (config, state) => {
        const snapshot = throughText(seal('Model', 1, config, state));
        expect(unseal(snapshot, 'Model', 1, JSON.parse(JSON.stringify(config)))).toEqual(
          JSON.parse(JSON.stringify(state)),
        );
      }),
      { numRuns: 300, seed: 1 },
    );
  });

  it('is refused when any single character of its text is another one', () => {
    const character = fc.oneof(
      fc.integer({ min: 0x20, max: 0xd7ff }),
      fc.integer({ min: 0x20, max: 0x7e }),
      fc.integer({ min: 0xe000, max: 0xffff }),
    );
    const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(text, fc.nat(), character, fc.boolean(), (key, at, code, shifted) => {
        const sealed = seal('Model', 1, { key }, { [key]: 'AAAA', measured: 'Ωμέγα', n: 0.1 });
        const before = JSON.stringify(sealed);
        const k = at % before.length;
        // Shifted by 256: the same low byte, which a checksum over bytes cut from characters would not see.
        const other = shifted ? (before.charCodeAt(k) + 256) & 0xffff : code;
        const after = before.slice(0, k) + String.fromCharCode(other) + before.slice(k + 1);
        let parsed: Snapshot;
        try {
          parsed = JSON.parse(after) as Snapshot;
        } catch {
          return;
        }
        if (JSON.stringify(parsed) === before) return;
        expectBadSnapshot(() => unseal(parsed, 'Model', 1, { key }), /^snapshot of Model: [^\n]+$/);
      }),
      { numRuns: 2000, seed: 1 },
    );
  });

  it('has the CRC-32 of everything else as its checksum', () => {
    // zlib.crc32 of the UTF-8 text of the rest.
    const body = '{"format":"rx-anomaly","kind":"Model","version":1,"config":null,"state":"é"}';
    expect(seal('Model', 1, null, 'é').checksum).toBe(crc32(body));
  });

  it.each<[string, unknown, RegExp]>([
    ['nothing', undefined, /this is not a snapshot of rx-anomaly/],
    ['null', null, /this is not a snapshot of rx-anomaly/],
    ['text', 'rx-anomaly', /this is not a snapshot of rx-anomaly/],
    ['another format', { format: 'other' }, /this is not a snapshot of rx-anomaly/],
    ['another kind', seal('Other', 1, null, null), /this one was taken from "Other"$/],
    ['a kind with a line break', seal('a\nb', 1, null, null), /this one was taken from "a\\nb"$/],
    ['another version', seal('Model', 2, null, null), /expected version 1, got 2$/],
    ['another configuration', seal('Model', 1, { a: { b: 2 } }, null), /config\.a\.b is 2 there and 1 here$/],
    ['a missing option', seal('Model', 1, { a: {} }, null), /config\.a\.b is null there and 1 here$/],
    [
      'another option more',
      seal('Model', 1, { a: { b: 1, c: [1] } }, null),
      /config\.a\.c is \[1\] there and null here$/,
    ],
  ])('%s is refused in one line', (_, snapshot, reason) => {
    expectBadSnapshot(() => unseal(snapshot as Snapshot, 'Model', 1, { a: { b: 1 } }), reason);
    expectBadSnapshot(
      () => unseal(snapshot as Snapshot, 'Model', 1, { a: { b: 1 } }),
      /^snapshot of Model: [^\n]+$/,
    );
  });

  it('inside another is checked like any other', () => {
    const inner = seal('Inner', 1, null, { a: 1 });
    expect(unseal(nestedSnapshot(asJson(inner)), 'Inner', 1, null)).toEqual({ a: 1 });
    expectBadSnapshot(() => nestedSnapshot(null), /a part of the state is missing/);
    expectBadSnapshot(
      () => unseal(nestedSnapshot({ ...fieldsOf(inner), state: { a: 2 } }), 'Inner', 1, null),
      /damaged/,
    );
    expectBadSnapshot(() => unseal(nestedSnapshot({}), 'Inner', 1, null), /taken from "undefined"/);
  });
});

function fieldsOf(snapshot: Snapshot): { readonly [name: string]: Json } {
  return asJson(snapshot) as { readonly [name: string]: Json };
}

/** Bit by bit, as ISO 3309 has it: the definition, against the table. */
function crc32(text: string): string {
  let crc = 0xffffffff;
  for (const byte of Buffer.from(text, 'utf8')) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return (~crc >>> 0).toString(16).padStart(8, '0');
}

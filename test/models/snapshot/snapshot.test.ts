import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RxAnomalyError } from '../../../src/core/errors.ts';
import { encodeSnapshot } from '../../../src/models/snapshot/encodeSnapshot.ts';
import { parseSnapshot } from '../../../src/models/snapshot/parseSnapshot.ts';
import {
  nest,
  nestedSnapshot,
  prepareAll,
  requireWhole,
  type Snapshot,
  seal,
  unseal,
} from '../../../src/models/snapshot/snapshot.ts';
import { fields, type Json, type State } from '../../../src/models/snapshot/state.ts';
import { packVectors, unpackFloats, unpackInto } from '../../../src/models/snapshot/vectors.ts';
import { throughText } from '../../support/observations.ts';
import { crc32Of, state } from '../../support/states.ts';

function deep(levels: number): unknown {
  let tree: unknown = null;
  for (let level = 0; level < levels; level++) tree = [tree];
  return tree;
}

function cyclic(): unknown {
  const tree: Record<string, unknown> = {};
  tree.again = [tree];
  return tree;
}

function expectBadSnapshot(act: () => unknown, message: RegExp): void {
  expect(act).toThrow(RxAnomalyError);
  expect(act).toThrow(
    expect.objectContaining({ code: 'BAD_SNAPSHOT', message: expect.stringMatching(message) }),
  );
}

describe('unpackInto', () => {
  it('leaves every vector alone when one does not fit', () => {
    const vectors = { a: Float64Array.of(1), b: Float64Array.of(2) };
    const refused: [unknown, RegExp][] = [
      [{ a: Float64Array.of(7), b: Float64Array.of(8, 9) }, /another length/],
      [{ a: Float64Array.of(7) }, /b, a list of numbers, is missing/],
      [
        { a: Float64Array.of(7), b: Float32Array.of(8) },
        /b, a list of numbers, is missing or of another kind/,
      ],
      [{ a: Float64Array.of(7), b: [8] }, /b, a list of numbers, is missing/],
      [{ a: Float64Array.of(7), b: Float64Array.of(8), c: Float64Array.of(9) }, /"c" is not a part of it/],
      [{ a: Float64Array.of(7), b: Float64Array.of(Number.NaN) }, /b has NaN where a finite number must be/],
      [{ a: Float64Array.of(7), b: Float64Array.of(-Infinity) }, /b has -Infinity where/],
      [Float64Array.of(7, 8), /a part of the state is missing/],
    ];
    for (const [packed, reason] of refused)
      expectBadSnapshot(() => unpackInto(vectors, packed as Json), reason);
    expect([vectors.a[0], vectors.b[0]]).toEqual([1, 2]);
    unpackInto(vectors, packVectors({ a: Float64Array.of(7), b: Float64Array.of(8) }));
    expect([vectors.a[0], vectors.b[0]]).toEqual([7, 8]);
  });

  it('takes NaN and infinities where they may be, and nowhere else', () => {
    const vectors = { a: new Float64Array(3) };
    unpackInto(vectors, { a: Float64Array.of(1, Number.NaN, 2) }, { a: [1] });
    expect([...vectors.a]).toEqual([1, Number.NaN, 2]);
    expectBadSnapshot(
      () => unpackInto(vectors, { a: Float64Array.of(Number.NaN, 1, 2) }, { a: [1] }),
      /a has NaN/,
    );
    unpackInto(vectors, { a: Float64Array.of(Infinity, Number.NaN, 2) }, { a: 'any' });
    expect([...vectors.a]).toEqual([Infinity, Number.NaN, 2]);
  });

  it('takes vectors out as copies', () => {
    const a = Float64Array.of(1);
    const packed = packVectors({ a });
    a[0] = 2;
    expect(packed).toEqual({ a: Float64Array.of(1) });
  });
});

describe('unpackFloats', () => {
  it('refuses what is no list of such numbers', () => {
    for (const packed of [undefined, null, 3, [], {}, 'AAAA', Float32Array.of(1)] as Json[])
      expectBadSnapshot(() => unpackFloats(packed), /^snapshot: a list of numbers is missing/);
    expectBadSnapshot(() => unpackFloats(Float64Array.of(1, 2), 3), /of another length/);
    expectBadSnapshot(
      () => unpackFloats(Float64Array.of(1, Number.NaN)),
      /NaN where a finite number must be/,
    );
    expect(unpackFloats(Float64Array.of(Number.NaN), 1, 'any')).toEqual(Float64Array.of(Number.NaN));
  });
});

describe('a snapshot', () => {
  it('gives its state back after any trip through text, bit for bit', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<Json>, state, (config, content) => {
        const there = seal('Model', 1, config, content);
        const text = JSON.stringify(there);
        const back = JSON.parse(text) as Snapshot;
        expect(unseal(back, 'Model', 1, JSON.parse(JSON.stringify(config)))).toEqual(content);
        expect(JSON.stringify(parseSnapshot(text))).toBe(text);
        expect(JSON.stringify(requireWhole(back))).toBe(text);
      }),
      { numRuns: 500, seed: 1 },
    );
  });

  it('takes vectors of any length', () => {
    const many = Float64Array.from({ length: 100_000 }, (_, k) => Math.sin(k));
    expect(unseal(throughText(seal('Model', 1, null, many)), 'Model', 1, null)).toEqual(many);
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
        const numbers = Float32Array.of(1.5, -2);
        const sealed = seal('Model', 1, { key }, { [key]: 'AAAA', measured: 'Ωμέγα', n: 0.1, numbers });
        const before = JSON.stringify(sealed);
        const k = at % before.length;
        // Shifted by 256: the same low byte, which a checksum over bytes cut from characters would not see.
        const other = shifted ? (before.charCodeAt(k) + 256) & 0xffff : code;
        const after = before.slice(0, k) + String.fromCharCode(other) + before.slice(k + 1);
        let parsed: Snapshot;
        try {
          parsed = JSON.parse(after) as Snapshot;
        } catch {
          expectBadSnapshot(() => parseSnapshot(after), /^snapshot: it is damaged: this is not JSON$/);
          return;
        }
        if (JSON.stringify(parsed) === before) return;
        expectBadSnapshot(() => unseal(parsed, 'Model', 1, { key }), /^snapshot of Model: [^\n]+$/);
        expectBadSnapshot(() => parseSnapshot(after), /^snapshot[^\n]+$/);
      }),
      { numRuns: 2000, seed: 1 },
    );
  });

  it('has the CRC-32 of everything else as its checksum in JSON', () => {
    const body =
      '{"format":"rx-anomaly","kind":"Model","version":1,"config":null,"state":{"é":{"$f32":"AADAPw=="}}}';
    const sealed = JSON.stringify(seal('Model', 1, null, { é: Float32Array.of(1.5) }));
    expect(sealed).toBe(`${body.slice(0, -1)},"checksum":"${crc32Of(body)}"}`);
  });

  it.each([
    ['"$f16":"AAAA"', 'an unknown kind'],
    ['"$f64":"AAAA"', 'bytes that are no whole numbers'],
    ['"$f64":"!!!!"', 'no base64'],
    ['"$f64":[1]', 'a list'],
    ['"$f64:u8:-1":"AA=="', 'a negative length'],
    ['"$f64:u8:1e12":""', 'more numbers than there is room for'],
    ['"$u8:f64":"AAAAAAAAAAA="', 'stored wider than they are'],
    ['"$f64:u8:2:3":"AA=="', 'more than a length'],
    ['"$object":1', 'no object inside'],
  ])('of whose checksum is right but whose vector is {%s}, is refused: %s', (vector) => {
    const body = `{"format":"rx-anomaly","kind":"Model","version":1,"config":null,"state":{${vector}}}`;
    const text = `${body.slice(0, -1)},"checksum":"${crc32Of(body)}"}`;
    expectBadSnapshot(() => parseSnapshot(text), /^snapshot: a list of numbers cannot be read/);
  });

  it('with a part that is unknown is refused though its checksum is right', () => {
    const body = '{"format":"rx-anomaly","kind":"Model","version":1,"config":null,"state":1,"more":2}';
    const text = `${body.slice(0, -1)},"checksum":"${crc32Of(body)}"}`;
    expectBadSnapshot(() => parseSnapshot(text), /"more" is not a part of it/);
  });

  it('is refused at once when it is too long or too deep', () => {
    const open = '['.repeat(300_000_000);
    const started = process.cpuUsage().user;
    expectBadSnapshot(() => parseSnapshot(open), /expected at most 268435456 characters, got 300000000/);
    expectBadSnapshot(() => parseSnapshot(open.slice(0, 200_000_000)), /nested at most 100 deep/);
    expect(process.cpuUsage().user - started).toBeLessThan(1e6);
    const brackets = JSON.stringify(seal('Model', 1, null, '[{'.repeat(200)));
    expect(parseSnapshot(brackets).state).toBe('[{'.repeat(200));
  });

  it('may be copied in memory: by structuredClone, field by field', () => {
    fc.assert(
      fc.property(state, (content) => {
        const there = seal('Model', 1, { a: 1 }, content);
        for (const copy of [structuredClone(there), { ...there }]) {
          const isText = JSON.stringify(copy).match(
            /^[^"]*("[^"]*"[^"]*)*"\$(f64|f32|u32|u16|u8)(:[^"]*)?":/,
          );
          if (isText) continue; // may look like JSON without its checksum, see below
          expect(unseal(copy, 'Model', 1, { a: 1 })).toEqual(content);
          expect(encodeSnapshot(copy)).toEqual(encodeSnapshot(there));
        }
      }),
      { numRuns: 300, seed: 1 },
    );
  });

  it('from JSON that has lost its checksum is refused, saying what reads it', () => {
    const { checksum: _, ...rest } = JSON.parse(
      JSON.stringify(seal('Model', 1, null, { a: [Float64Array.of(0.5)] })),
    );
    expectBadSnapshot(() => requireWhole(rest), /^snapshot: it lacks its checksum: parseSnapshot reads/);
  });

  it.each<[string, unknown, RegExp]>([
    ['a cycle', cyclic(), /nested at most 100 deep/],
    ['nesting without end', deep(100_000), /nested at most 100 deep/],
    ['nesting that is a little too deep', deep(101), /nested at most 100 deep/],
    ['a bigint', { a: 1n }, /got a bigint/],
    ['a function', { a: () => 1 }, /got a function/],
    ['a symbol', { a: Symbol('a') }, /got a symbol/],
    ['nothing', { a: undefined }, /got an? undefined/],
    ['a hole', new Array(1), /got an? undefined/],
    ['a Date', { a: new Date(0) }, /got (another object|what JSON cannot hold)/],
    ['a Map', new Map(), /got (another object|what JSON cannot hold)/],
    ['NaN', { a: Number.NaN }, /NaN outside a list of numbers/],
    ['Infinity', [Number.POSITIVE_INFINITY], /Infinity outside a list of numbers/],
    ['a list of bigints', new BigInt64Array(1), /got (another object|what JSON cannot hold)/],
  ])('with %s in it is refused', (_, content, reason) => {
    const open = { format: 'rx-anomaly', kind: 'Model', version: 1, config: null, state: content };
    for (const given of [open, { ...open, checksum: '00000000' }] as Snapshot[]) {
      expectBadSnapshot(() => requireWhole(given), reason);
      expectBadSnapshot(() => encodeSnapshot(given), reason);
      expectBadSnapshot(() => unseal(given, 'Model', 1, null), reason);
    }
    expectBadSnapshot(() => requireWhole({ ...open, config: content, state: null } as Snapshot), reason);
    expectBadSnapshot(() => unseal({ ...open, kind: content } as Snapshot, 'Model', 1, null), /taken from/);
    expectBadSnapshot(() => requireWhole({ ...open, kind: content } as Snapshot), /what it was taken from/);
  });

  it('of a model of your own with what cannot be saved is refused when it is encoded', () => {
    for (const content of [{ a: 1n }, deep(100_000), cyclic(), { a: () => 1 }])
      expectBadSnapshot(
        () => encodeSnapshot(seal('Model', 1, null, content as unknown as State)),
        /nested at most 100 deep|cannot be saved/,
      );
  });

  it.each<[string, unknown, RegExp]>([
    ['nothing', undefined, /this is not a snapshot of rx-anomaly/],
    ['null', null, /this is not a snapshot of rx-anomaly/],
    ['text', 'rx-anomaly', /this is not a snapshot of rx-anomaly/],
    ['another format', { format: 'other' }, /this is not a snapshot of rx-anomaly/],
    [
      'another checksum',
      { ...JSON.parse(JSON.stringify(seal('Model', 1, { a: { b: 1 } }, null))), checksum: '00000000' },
      /checksum does not fit/,
    ],
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

  it('of another engine is refused with the reason that a user may not know', () => {
    const there = seal('Model', 1, { engine: 'wasm' }, null);
    expectBadSnapshot(
      () => unseal(there, 'Model', 1, { engine: 'reference' }),
      /config\.engine is "wasm" there and "reference" here; a state belongs to its engine, and 'auto' is the reference where/,
    );
  });

  it('inside another is read in either form, and checked', () => {
    const inner = seal('Inner', 1, null, { a: Float64Array.of(1) });
    expect(unseal(nestedSnapshot(nest(inner)), 'Inner', 1, null)).toEqual({ a: Float64Array.of(1) });
    const text = JSON.parse(JSON.stringify(inner)) as Json & Snapshot;
    expect(unseal(nestedSnapshot(text), 'Inner', 1, null)).toEqual({ a: Float64Array.of(1) });
    expectBadSnapshot(() => nestedSnapshot(null), /a part of the state is missing/);
    expectBadSnapshot(() => nestedSnapshot({ kind: 'Inner', more: 1 }), /"more" is not a part of it/);
    expectBadSnapshot(
      () =>
        unseal(
          nestedSnapshot({ ...(text as { readonly [name: string]: Json }), kind: 'Inner2' }),
          'Inner2',
          1,
          null,
        ),
      /damaged/,
    );
    expectBadSnapshot(() => nestedSnapshot({}), /kind is missing/);
    expectBadSnapshot(
      () => nestedSnapshot({ ...fields(nest(inner)), kind: 3 }),
      /expected kind to be a text, got 3/,
    );
    expectBadSnapshot(
      () => nestedSnapshot({ ...fields(nest(inner)), version: 0.5 }),
      /version to be a whole number/,
    );
  });
});

describe('several models', () => {
  /** A model that restores in one go, or in two where it can. */
  const model = (start: number, inTwo: boolean) => {
    const own = { value: start };
    const check = (snapshot: Snapshot): number => {
      const value = unseal(snapshot, 'Model', 1, null) as number;
      if (value < 0) throw new RxAnomalyError('BAD_SNAPSHOT', 'snapshot: negative');
      return value;
    };
    return {
      own,
      snapshot: () => seal('Model', 1, null, own.value),
      restore: (snapshot: Snapshot) => {
        own.value = check(snapshot);
      },
      ...(inTwo && {
        prepareRestore: (snapshot: Snapshot) => {
          const value = check(snapshot);
          return () => {
            own.value = value;
          };
        },
      }),
    };
  };
  const saved = (value: number) => nest(seal('Model', 1, null, value));

  it('are all restored or none, whether they can check first or not', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.integer({ min: -1, max: 9 }), fc.boolean())), (wanted) => {
        const models = wanted.map(([, inTwo], k) => model(100 + k, inTwo));
        const restore = () => prepareAll(wanted.map(([value], k) => [models[k], saved(value)] as const))();
        if (wanted.some(([value]) => value < 0)) {
          expectBadSnapshot(restore, /negative/);
          expect(models.map(({ own }) => own.value)).toEqual(wanted.map((_, k) => 100 + k));
        } else {
          restore();
          expect(models.map(({ own }) => own.value)).toEqual(wanted.map(([value]) => value));
        }
      }),
      { numRuns: 200, seed: 1 },
    );
  });
});

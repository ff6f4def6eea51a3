import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RxAnomalyError } from '../../../src/core/errors.ts';
import { crc32 } from '../../../src/models/snapshot/crc32.ts';
import { decodeSnapshot } from '../../../src/models/snapshot/decodeSnapshot.ts';
import { encodeSnapshot } from '../../../src/models/snapshot/encodeSnapshot.ts';
import { type Snapshot, seal } from '../../../src/models/snapshot/snapshot.ts';
import type { Json } from '../../../src/models/snapshot/state.ts';
import { state } from '../../support/states.ts';

const config = fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<Json>;
const snapshots = fc.tuple(fc.string(), config, state).map(([kind, c, s]) => seal(kind, 1, c, s));

function refusal(bytes: Uint8Array): RxAnomalyError | undefined {
  try {
    decodeSnapshot(bytes);
  } catch (error) {
    expect(error).toBeInstanceOf(RxAnomalyError);
    expect((error as RxAnomalyError).code).toBe('BAD_SNAPSHOT');
    expect((error as RxAnomalyError).message).toMatch(/^snapshot: [^\n]+$/);
    return error as RxAnomalyError;
  }
  return undefined;
}

describe('a snapshot as bytes', () => {
  it('comes back as it was, bit for bit', () => {
    fc.assert(
      fc.property(snapshots, (snapshot) => {
        const bytes = encodeSnapshot(snapshot);
        const back = decodeSnapshot(bytes);
        expect(back).toEqual(snapshot);
        expect(encodeSnapshot(back)).toEqual(bytes);
        expect(JSON.stringify(back)).toBe(JSON.stringify(snapshot));
      }),
      { numRuns: 1000, seed: 1 },
    );
  });

  it('is the same whether it was read from JSON or not', () => {
    fc.assert(
      fc.property(snapshots, (snapshot) => {
        expect(encodeSnapshot(JSON.parse(JSON.stringify(snapshot)) as Snapshot)).toEqual(
          encodeSnapshot(snapshot),
        );
      }),
      { numRuns: 300, seed: 1 },
    );
  });

  it('stays as it is when what it was decoded from is written to', () => {
    const bytes = encodeSnapshot(seal('Model', 1, null, Float64Array.of(0.1, 0.2)));
    const { state: vector } = decodeSnapshot(bytes);
    bytes.fill(0);
    expect(vector).toEqual(Float64Array.of(0.1, 0.2));
  });

  it('is read from a Buffer too, wherever that begins', () => {
    const snapshot = seal('Model', 1, null, {
      vector: Float64Array.of(0.1, 0.2),
      other: Float32Array.of(0.3),
    });
    const bytes = encodeSnapshot(snapshot);
    for (let from = 0; from < 9; from++) {
      const buffer = Buffer.alloc(from + bytes.length);
      buffer.set(bytes, from);
      expect(decodeSnapshot(buffer.subarray(from))).toEqual(snapshot);
    }
  });

  it('leaves out zeros at the end, and stores small whole numbers as bytes', () => {
    const size = (values: readonly number[]) =>
      encodeSnapshot(seal('', 1, null, Float64Array.from(values))).length -
      encodeSnapshot(seal('', 1, null, new Float64Array(1))).length;
    expect(size(new Array<number>(100).fill(7))).toBe(100);
    expect(size(new Array<number>(100).fill(0))).toBe(0);
    expect(size(new Array<number>(100).fill(0.5))).toBe(400);
    expect(size(new Array<number>(100).fill(0.1))).toBe(800);
  });

  it('is refused when a byte is another one, or missing', () => {
    fc.assert(
      fc.property(snapshots, fc.nat(), fc.integer({ min: 1, max: 255 }), (snapshot, at, change) => {
        const bytes = encodeSnapshot(snapshot);
        const damaged = bytes.slice();
        damaged[at % bytes.length] ^= change;
        expect(refusal(damaged)).toBeDefined();
        expect(refusal(bytes.subarray(0, at % bytes.length))).toBeDefined();
        expect(refusal(Uint8Array.of(...bytes, change))).toBeDefined();
      }),
      { numRuns: 500, seed: 1 },
    );
  });

  it('whose checksum was made to fit is refused, or is a snapshot', () => {
    const changes = fc.array(fc.tuple(fc.nat(), fc.nat({ max: 255 })), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(snapshots, changes, fc.nat({ max: 40 }), (snapshot, bytesAt, cut) => {
        const body = encodeSnapshot(snapshot).slice(0, -4);
        for (const [at, byte] of bytesAt) body[6 + (at % (body.length - 6))] = byte;
        const kept = cut > 30 ? body.slice(0, Math.max(6, body.length - (cut - 30))) : body;
        const forged = new Uint8Array(kept.length + 4);
        forged.set(kept);
        new DataView(forged.buffer).setUint32(kept.length, crc32(kept), true);
        if (refusal(forged) !== undefined) return;
        const back = decodeSnapshot(forged);
        expect(decodeSnapshot(encodeSnapshot(back))).toEqual(back);
      }),
      { numRuns: 2000, seed: 1 },
    );
  });

  it('is nothing else', () => {
    for (const bytes of [[], [1, 2, 3], [...Buffer.from('{"format":"rx-anomaly"}')]])
      expect(refusal(Uint8Array.from(bytes))?.message).toMatch(/not the bytes of a snapshot/);
    expect(refusal(new Uint8Array(300_000_000).fill(0x5b))?.message).toMatch(/not the bytes of a snapshot/);
    expect(refusal('text' as unknown as Uint8Array)?.message).toMatch(/expected a Uint8Array with the bytes/);
    const later = encodeSnapshot(seal('', 1, null, null));
    later[5] = 2;
    expect(refusal(later)?.message).toMatch(/expected version 1 of the format, got 2/);
    expect(() => encodeSnapshot({} as Snapshot)).toThrow(/not a snapshot/);
  });
});

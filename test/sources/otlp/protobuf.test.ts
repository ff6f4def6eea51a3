import { JsonMetricsSerializer, ProtobufMetricsSerializer } from '@opentelemetry/otlp-transformer';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RxAnomalyError } from '../../../src/core/errors.ts';
import { otlpPoints } from '../../../src/sources/otlp/otlpPoints.ts';
import { decodeRequest, encodeResponse } from '../../../src/sources/otlp/protobuf.ts';
import { collected, type Moment } from './exporters.ts';

const all = (): boolean => true;
const value = fc.double({ noNaN: true, noDefaultInfinity: true }).filter((x) => !Object.is(x, -0));
const moment: fc.Arbitrary<Moment> = fc.record({
  ...{ time: fc.nat(2_000_000_000), start: fc.nat(2_000_000_000), load: value },
  ...{ jobs: fc.maxSafeInteger(), latency: fc.record({ count: fc.nat(), sum: value }) },
});

describe('metrics as Protocol Buffers', () => {
  it('have the points that they have as JSON', () => {
    fc.assert(
      fc.property(moment, (each) => {
        const metrics = collected(each);
        const text = new TextDecoder().decode(JsonMetricsSerializer.serializeRequest(metrics));
        const expected = otlpPoints(JSON.parse(text), all);
        const bytes = ProtobufMetricsSerializer.serializeRequest(metrics)!;
        expect(otlpPoints(decodeRequest(bytes), all)).toEqual(expected);
        expect(expected.points).toHaveLength(each.time === 0 ? 0 : 4);
      }),
    );
  });

  it('may have summaries, sums without a value, and fields that are not read', () => {
    const double = (x: number): number[] => [...new Uint8Array(new Float64Array([x]).buffer)];
    const fixed = (x: bigint): number[] => [...new Uint8Array(new BigUint64Array([x]).buffer)];
    const nested = (number: number, ...parts: readonly number[][]): number[] => {
      const bytes = parts.flat();
      return [8 * number + 2, bytes.length, ...bytes];
    };
    const name = (text: string): number[] => nested(1, [...Buffer.from(text)]);
    const time = [0x19, ...fixed(5_000_000_000n)];
    const unknown = [...nested(13, [1, 2]), 0x70, 7, 0x7d, 1, 2, 3, 4]; // of three wire types
    const summary = nested(11, nested(1, time, [0x21, ...fixed(3n)], [0x29, ...double(1.5)], unknown));
    const missing = nested(7, nested(1, time, [0x40, 1]), [0x10, 2], [0x18, 1]); // flags, cumulative, monotonic
    const metrics = [nested(2, name('a'), summary, unknown), nested(2, name('b'), missing)];
    const request = nested(1, nested(2, ...metrics));
    expect(otlpPoints(decodeRequest(Uint8Array.from(request)), all)).toMatchObject({
      points: [
        { metric: 'a', kind: 'total', time: 5000, values: [3, 1.5], isDistribution: true },
        { metric: 'b', kind: 'total', time: 5000, values: [Number.NaN] },
      ],
      problems: [],
    });
  });

  it('are refused where they are none, whatever bytes come', () => {
    const whole = ProtobufMetricsSerializer.serializeRequest(
      collected({ time: 9, start: 1, load: 1, jobs: 2, latency: { count: 1, sum: 1 } }),
    )!;
    const cut = fc.nat(whole.length).map((length) => whole.slice(0, length));
    const changed = fc.tuple(fc.nat(whole.length - 1), fc.nat(255)).map(([at, byte]) => {
      const bytes = whole.slice();
      bytes[at] = byte;
      return bytes;
    });
    fc.assert(
      fc.property(fc.oneof(cut, changed, fc.uint8Array({ maxLength: 60 })), (bytes) => {
        try {
          otlpPoints(decodeRequest(bytes), all);
        } catch (error) {
          expect(error).toBeInstanceOf(RxAnomalyError);
        }
      }),
      { numRuns: 3000 },
    );
    const deep = Uint8Array.from({ length: 10_000 }, () => 0x0a);
    expect(() => decodeRequest(deep)).toThrow(RxAnomalyError);
  });

  it('are answered with what was left out', () => {
    const answer = encodeResponse(300, 'no value');
    expect(ProtobufMetricsSerializer.deserializeResponse(answer)).toEqual({
      partialSuccess: { rejectedDataPoints: 300, errorMessage: 'no value' },
    });
    expect(encodeResponse(0, '')).toHaveLength(0);
  });
});

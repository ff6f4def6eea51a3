import { RxAnomalyError } from '../../core/errors.ts';

/**
 * The wire format of Protocol Buffers (https://protobuf.dev/programming-guides/encoding), for the messages of OTLP that hold
 * metrics: what https://github.com/open-telemetry/opentelemetry-proto defines in metrics.proto, and is read of it. A message
 * comes out as its JSON form would.
 */
type Kind = 'text' | 'double' | 'fixed64' | 'sfixed64' | 'int64' | 'uint32' | 'bool' | 'bytes';

/** A field: its name in JSON, and a kind, or the message that it holds; in a list where it may come many times. */
type Field = readonly [name: string, holds: Kind | Message | readonly [Message]];

/** The fields of a message by their numbers. Others are passed over. */
interface Message {
  readonly [number: number]: Field;
}

type Fields = Record<string, unknown>;

const ANY_VALUE: Record<number, Field> = {
  1: ['stringValue', 'text'],
  2: ['boolValue', 'bool'],
  3: ['intValue', 'int64'],
  4: ['doubleValue', 'double'],
  7: ['bytesValue', 'bytes'],
};
const KEY_VALUE: Message = { 1: ['key', 'text'], 2: ['value', ANY_VALUE] };
ANY_VALUE[5] = ['arrayValue', { 1: ['values', [ANY_VALUE]] }];
ANY_VALUE[6] = ['kvlistValue', { 1: ['values', [KEY_VALUE]] }];
const TIMES: Message = { 2: ['startTimeUnixNano', 'fixed64'], 3: ['timeUnixNano', 'fixed64'] };
const COUNT_AND_SUM: Message = { 4: ['count', 'fixed64'], 5: ['sum', 'double'] };
const NUMBER_POINT: Message = {
  ...{ ...TIMES, 4: ['asDouble', 'double'], 6: ['asInt', 'sfixed64'] },
  ...{ 7: ['attributes', [KEY_VALUE]], 8: ['flags', 'uint32'] },
};
const HISTOGRAM_POINT: Message = {
  ...{ ...TIMES, ...COUNT_AND_SUM, 9: ['attributes', [KEY_VALUE]], 10: ['flags', 'uint32'] },
};
const EXPONENTIAL_POINT: Message = {
  ...{ ...TIMES, ...COUNT_AND_SUM, 1: ['attributes', [KEY_VALUE]], 10: ['flags', 'uint32'] },
};
const SUMMARY_POINT: Message = {
  ...{ ...TIMES, ...COUNT_AND_SUM, 7: ['attributes', [KEY_VALUE]], 8: ['flags', 'uint32'] },
};
const pointsOf = (point: Message): Message => ({
  1: ['dataPoints', [point]],
  2: ['aggregationTemporality', 'uint32'],
  3: ['isMonotonic', 'bool'],
});
const METRIC: Message = {
  1: ['name', 'text'],
  5: ['gauge', pointsOf(NUMBER_POINT)],
  7: ['sum', pointsOf(NUMBER_POINT)],
  9: ['histogram', pointsOf(HISTOGRAM_POINT)],
  10: ['exponentialHistogram', pointsOf(EXPONENTIAL_POINT)],
  11: ['summary', pointsOf(SUMMARY_POINT)],
};
const REQUEST: Message = {
  1: [
    'resourceMetrics',
    [
      {
        1: ['resource', { 1: ['attributes', [KEY_VALUE]] }],
        2: ['scopeMetrics', [{ 1: ['scope', { 1: ['name', 'text'] }], 2: ['metrics', [METRIC]] }]],
      },
    ],
  ],
};

/** Attributes may be lists of lists. */
const DEEPEST = 100;
const text = new TextDecoder();

/**
 * An `ExportMetricsServiceRequest`, as its JSON form.
 *
 * @throws RxAnomalyError BAD_INPUT where the bytes are none
 */
export function decodeRequest(bytes: Uint8Array): unknown {
  return new Reader(bytes).message(REQUEST, bytes.length, 0);
}

class Reader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  message(message: Message, end: number, depth: number): Fields {
    if (depth > DEEPEST) throw damaged('messages inside one another');
    const found: Fields = {};
    while (this.#at < end) {
      const tag = Number(this.#varint());
      const [number, wire] = [Math.floor(tag / 8), tag % 8];
      const size = wire === 2 ? Number(this.#varint()) : wire === 1 ? 8 : wire === 5 ? 4 : 0;
      if (this.#at + size > end) throw damaged('it is cut off');
      const field = Object.hasOwn(message, number) ? message[number] : undefined;
      if (field === undefined) this.#pass(wire, size);
      else this.#read(found, field, wire, size, depth);
    }
    if (this.#at > end) throw damaged('a message is longer than the one that it is in');
    return found;
  }

  #read(found: Fields, [name, holds]: Field, wire: number, size: number, depth: number): void {
    const end = this.#at + size;
    if (typeof holds === 'string') {
      found[name] = this.#value(holds, wire, end);
      return;
    }
    if (wire !== 2) throw damaged(`${name} is no message`);
    if (!isList(holds)) {
      // A message that comes in several parts is all of them.
      found[name] = { ...(found[name] as Fields | undefined), ...this.message(holds, end, depth + 1) };
      return;
    }
    const list = (found[name] ?? []) as Fields[];
    list.push(this.message(holds[0], end, depth + 1));
    found[name] = list;
  }

  #value(kind: Kind, wire: number, end: number): unknown {
    if (wire !== WIRE[kind]) throw damaged(`a ${kind} is expected, not what comes as wire type ${wire}`);
    const from = this.#at;
    if (wire === 1 || wire === 2) this.#at = end;
    switch (kind) {
      case 'text':
        return text.decode(this.#bytes.subarray(from, end));
      case 'bytes':
        return Buffer.from(this.#bytes.subarray(from, end)).toString('base64');
      case 'double':
        return this.#view.getFloat64(from, true);
      case 'fixed64':
        return Number(this.#view.getBigUint64(from, true));
      case 'sfixed64':
        return Number(this.#view.getBigInt64(from, true));
      case 'int64':
        return Number(BigInt.asIntN(64, this.#varint()));
      case 'uint32':
        return Number(BigInt.asUintN(32, this.#varint()));
      case 'bool':
        return this.#varint() !== 0n;
    }
  }

  #pass(wire: number, size: number): void {
    if (wire === 0) this.#varint();
    else if (wire === 1 || wire === 2 || wire === 5) this.#at += size;
    else throw damaged(`wire type ${wire}`);
  }

  #varint(): bigint {
    let low = 0;
    for (let k = 0; k < 4; k++) {
      const byte = this.#byte();
      low += (byte & 127) * 2 ** (7 * k);
      if (byte < 128) return BigInt(low);
    }
    let value = BigInt(low);
    for (let shift = 28n; shift < 70n; shift += 7n) {
      const byte = this.#byte();
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return value;
    }
    throw damaged('a number has more than ten bytes');
  }

  #byte(): number {
    const byte = this.#bytes[this.#at++];
    if (byte === undefined) throw damaged('it is cut off');
    return byte;
  }
}

const WIRE: Readonly<Record<Kind, number>> = {
  ...{ text: 2, bytes: 2, double: 1, fixed64: 1, sfixed64: 1, int64: 0, uint32: 0, bool: 0 },
};

function isList(holds: Message | readonly [Message]): holds is readonly [Message] {
  return Array.isArray(holds);
}

function damaged(why: string): RxAnomalyError {
  return new RxAnomalyError('BAD_INPUT', `expected metrics as Protocol Buffers: ${why}`);
}

/** An `ExportMetricsServiceResponse` that counts what was left out, and why; of nothing left out it has no bytes. */
export function encodeResponse(rejected: number, message: string): Uint8Array {
  if (rejected === 0) return new Uint8Array();
  return lengthDelimited(1, Buffer.concat([Buffer.from([8, ...varint(rejected)]), textField(2, message)]));
}

/** A `google.rpc.Status`, the body of a refusal. */
export function encodeStatus(message: string): Uint8Array {
  return textField(2, message);
}

function textField(number: number, value: string): Uint8Array {
  return lengthDelimited(number, Buffer.from(value));
}

function lengthDelimited(number: number, bytes: Uint8Array): Uint8Array {
  return Buffer.concat([Buffer.from([8 * number + 2, ...varint(bytes.length)]), bytes]);
}

function varint(value: number): number[] {
  return value < 128 ? [value] : [(value % 128) + 128, ...varint(Math.floor(value / 128))];
}

import { crc32 } from './crc32.ts';
import {
  badSnapshot,
  type Json,
  requireWhole,
  type Snapshot,
  type State,
  seal,
  trusted,
  type Vector,
} from './snapshot.ts';
import { put } from './snapshotText.ts';
import { KINDS, narrowed, type VectorKind, widened } from './snapshotVector.ts';

/**
 * The most bytes, or characters of JSON, that are taken for a snapshot: 1 GiB. The state of a key of the default detector
 * takes some 50,000.
 */
export const LARGEST_SNAPSHOT: number = 2 ** 30;

const MAGIC = [0x72, 0x78, 0x41, 0x73, 0x1a]; // "rxAs", and what keeps it from being taken for text
const VERSION = 1;
const HEAD = MAGIC.length + 1;
const CHECKSUM = 4;
const DEEPEST = 100;
const KIND_NAMES = Object.keys(KINDS) as VectorKind[];

// Each part of the tree begins with one of these.
const NULL = 0;
const FALSE = 1;
const TRUE = 2;
const WHOLE = 3; // 0 … 2^31 − 1
const NUMBER = 4; // float64
const TEXT = 5;
const LIST = 6;
const OBJECT = 7;
const VECTOR = 8;

/**
 * A snapshot as bytes: a mark, the version of this format, the tree, and the CRC-32 of all that. About 50 kB a key of the
 * default detector, against 70 kB as JSON.
 *
 * @throws RxAnomalyError BAD_SNAPSHOT when it is no snapshot, damaged, or takes more than 1 GiB
 */
export function encodeSnapshot(snapshot: Snapshot): Uint8Array {
  const { kind, version, config, state } = requireWhole(snapshot);
  const out = new Writer();
  for (const byte of MAGIC) out.byte(byte);
  out.byte(VERSION);
  out.tree([kind, version, config, state]);
  return out.finish();
}

/**
 * The snapshot in what `encodeSnapshot` gave.
 *
 * @throws RxAnomalyError BAD_SNAPSHOT when the bytes are something else, damaged or more than 1 GiB
 */
export function decodeSnapshot(given: Uint8Array): Snapshot {
  if (!(given instanceof Uint8Array)) throw badSnapshot('snapshot: expected the bytes of a snapshot');
  // A Buffer of Node is one too, but its `slice` does not copy.
  const bytes = new Uint8Array(given.buffer, given.byteOffset, given.length);
  if (bytes.length > LARGEST_SNAPSHOT)
    throw badSnapshot(`snapshot: expected at most ${LARGEST_SNAPSHOT} bytes, got ${bytes.length}`);
  if (bytes.length < HEAD + CHECKSUM || MAGIC.some((byte, k) => bytes[k] !== byte))
    throw badSnapshot('snapshot: these are not the bytes of a snapshot of rx-anomaly');
  if (bytes[HEAD - 1] !== VERSION)
    throw badSnapshot(`snapshot: expected version ${VERSION} of the format, got ${bytes[HEAD - 1]}`);
  const end = bytes.length - CHECKSUM;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint32(end, true) !== crc32(bytes.subarray(0, end)))
    throw badSnapshot('snapshot: it is damaged: the checksum does not fit');
  const reader = new Reader(bytes.subarray(0, end), HEAD);
  const tree = reader.tree(0);
  if (!reader.isAtEnd || !Array.isArray(tree) || tree.length !== 4) throw malformed();
  const [kind, version, config, state] = tree as [State, State, State, State];
  if (typeof kind !== 'string' || typeof version !== 'number') throw malformed();
  return seal(kind, version, trusted<Json>(config), state);
}

/** Where snapshots are encoded, one after another, before they are copied: a new one for each would be garbage. */
let scratch: Uint8Array = new Uint8Array(1 << 16);
/** Bytes; what is larger is used once. */
const LARGEST_SCRATCH = 1 << 22;

class Writer {
  #bytes: Uint8Array = scratch;
  #view: DataView = new DataView(this.#bytes.buffer);
  #at = 0;
  /** Where the names of fields were first: most come again and again. */
  readonly #names: Map<string, number> = new Map();

  byte(value: number): void {
    this.#reserve(1);
    this.#bytes[this.#at++] = value;
  }

  tree(state: State): void {
    if (state === null) this.byte(NULL);
    else if (typeof state === 'boolean') this.byte(state ? TRUE : FALSE);
    else if (typeof state === 'number') this.#number(state);
    else if (typeof state === 'string') {
      this.byte(TEXT);
      this.#text(state);
    } else if (ArrayBuffer.isView(state)) this.#vector(state as Vector);
    else if (Array.isArray(state)) {
      this.byte(LIST);
      this.#count(state.length);
      for (const part of state as readonly State[]) this.tree(part);
    } else this.#object(state as { readonly [name: string]: State });
  }

  finish(): Uint8Array {
    this.#reserve(CHECKSUM);
    this.#view.setUint32(this.#at, crc32(this.#bytes.subarray(0, this.#at)), true);
    return this.#bytes.slice(0, this.#at + CHECKSUM);
  }

  #object(state: { readonly [name: string]: State }): void {
    const names = Object.keys(state).filter((name) => state[name] !== undefined);
    this.byte(OBJECT);
    this.#count(names.length);
    for (const name of names) {
      const known = this.#names.get(name);
      if (known === undefined) {
        this.#names.set(name, this.#names.size + 1);
        this.#count(0);
        this.#text(name);
      } else this.#count(known);
      this.tree(state[name]);
    }
  }

  #number(value: number): void {
    if (!Number.isFinite(value)) {
      this.byte(NULL); // as JSON has it
    } else if ((value | 0) === value && value >= 0 && !Object.is(value, -0)) {
      this.byte(WHOLE);
      this.#count(value);
    } else {
      this.byte(NUMBER);
      this.#reserve(8);
      this.#view.setFloat64(this.#at, value, true);
      this.#at += 8;
    }
  }

  #vector(vector: Vector): void {
    const { kind, stored, bytes, length, count } = narrowed(vector);
    this.byte(VECTOR);
    this.byte(KIND_NAMES.indexOf(kind));
    this.byte(KIND_NAMES.indexOf(stored));
    this.#count(length);
    this.#count(count);
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#at);
    this.#at += bytes.length;
  }

  /** A byte a character where all are below 256, else two; the lowest bit of the length says which. */
  #text(text: string): void {
    const isWide = !/^[\0-\xff]*$/.test(text);
    this.#count(2 * text.length + (isWide ? 1 : 0));
    this.#reserve(2 * text.length);
    for (let k = 0; k < text.length; k++) {
      const code = text.charCodeAt(k);
      this.#bytes[this.#at++] = code;
      if (isWide) this.#bytes[this.#at++] = code >> 8;
    }
  }

  /** Seven bits a byte, the lowest first. */
  #count(value: number): void {
    let rest = value;
    for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) this.byte(0x80 | (rest % 0x80));
    this.byte(rest);
  }

  #reserve(more: number): void {
    const needed = this.#at + more;
    if (needed <= this.#bytes.length) return;
    if (needed > LARGEST_SNAPSHOT)
      throw badSnapshot(`snapshot: it takes more than ${LARGEST_SNAPSHOT} bytes; keep fewer keys in one`);
    const larger = new Uint8Array(Math.max(needed, 2 * this.#bytes.length));
    larger.set(this.#bytes);
    this.#bytes = larger;
    this.#view = new DataView(larger.buffer);
    if (larger.length <= LARGEST_SCRATCH) scratch = larger;
  }
}

class Reader {
  readonly #bytes: Uint8Array;
  readonly #names: string[] = [];
  #at: number;
  #room = LARGEST_SNAPSHOT; // bytes that vectors may still take in memory

  constructor(bytes: Uint8Array, from: number) {
    this.#bytes = bytes;
    this.#at = from;
  }

  get isAtEnd(): boolean {
    return this.#at === this.#bytes.length;
  }

  tree(depth: number): State {
    if (depth > DEEPEST) throw malformed();
    switch (this.#byte()) {
      case NULL:
        return null;
      case FALSE:
        return false;
      case TRUE:
        return true;
      case WHOLE:
        return this.#count();
      case NUMBER:
        return this.#number();
      case TEXT:
        return this.#text();
      case LIST: {
        const length = this.#countOf(1);
        const list: State[] = [];
        for (let k = 0; k < length; k++) list.push(this.tree(depth + 1));
        return list;
      }
      case OBJECT:
        return this.#object(depth);
      case VECTOR:
        return this.#vector();
      default:
        throw malformed();
    }
  }

  #object(depth: number): State {
    const length = this.#countOf(2);
    const object: Record<string, State> = {};
    for (let k = 0; k < length; k++) {
      const known = this.#count();
      if (known === 0) this.#names.push(this.#text());
      const name = this.#names[known === 0 ? this.#names.length - 1 : known - 1];
      if (name === undefined || Object.hasOwn(object, name)) throw malformed();
      put(object, name, this.tree(depth + 1));
    }
    return object;
  }

  #vector(): Vector {
    const kind = KIND_NAMES[this.#byte()];
    const stored = KIND_NAMES[this.#byte()];
    if (kind === undefined || stored === undefined) throw malformed();
    const length = this.#count();
    const bytes = this.#take(this.#count() * KINDS[stored].BYTES_PER_ELEMENT);
    this.#room -= length * KINDS[kind].BYTES_PER_ELEMENT;
    const vector = this.#room < 0 ? undefined : widened(kind, stored, bytes, length);
    if (vector === undefined) throw malformed();
    return vector;
  }

  #number(): number {
    const bytes = this.#take(8);
    const value = new DataView(bytes.buffer, bytes.byteOffset, 8).getFloat64(0, true);
    if (!Number.isFinite(value)) throw malformed();
    return value;
  }

  #text(): string {
    const head = this.#count();
    const isWide = head % 2 === 1;
    const length = Math.floor(head / 2);
    const bytes = this.#take(isWide ? 2 * length : length);
    let text = '';
    for (let k = 0; k < length; k++)
      text += String.fromCharCode(isWide ? bytes[2 * k] | (bytes[2 * k + 1] << 8) : bytes[k]);
    return text;
  }

  /** How many parts there are, of at least so many bytes each. */
  #countOf(least: number): number {
    const count = this.#count();
    if (count * least > this.#bytes.length - this.#at) throw malformed();
    return count;
  }

  #count(): number {
    let value = 0;
    for (let factor = 1; factor < 2 ** 53; factor *= 0x80) {
      const byte = this.#byte();
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
    }
    throw malformed();
  }

  #byte(): number {
    if (this.isAtEnd) throw malformed();
    return this.#bytes[this.#at++];
  }

  #take(length: number): Uint8Array {
    if (length > this.#bytes.length - this.#at) throw malformed();
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }
}

function malformed(): Error {
  return badSnapshot('snapshot: it is damaged: its parts cannot be read');
}

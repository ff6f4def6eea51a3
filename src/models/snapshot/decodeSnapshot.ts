import { crc32 } from './crc32.ts';
import {
  CHECKSUM,
  FALSE,
  KIND_NAMES,
  LARGEST_SNAPSHOT,
  LIST,
  MAGIC,
  NULL,
  NUMBER,
  OBJECT,
  TEXT,
  TRUE,
  VECTOR,
  VERSION,
  WHOLE,
} from './encodeSnapshot.ts';
import { type Snapshot, seal } from './snapshot.ts';
import { put } from './snapshotText.ts';
import { badSnapshot, DEEPEST, type Json, type State, trusted, type Vector } from './state.ts';
import { KINDS, widened } from './vectorBytes.ts';

/**
 * The snapshot in what `encodeSnapshot` gave.
 *
 * @throws RxAnomalyError BAD_SNAPSHOT when the bytes are something else, damaged or more than 1 GiB
 */
export function decodeSnapshot(given: Uint8Array): Snapshot {
  if (!(given instanceof Uint8Array))
    throw badSnapshot('snapshot: expected a Uint8Array with the bytes of a snapshot');
  // A Buffer of Node is one too, but its `slice` does not copy.
  const bytes = new Uint8Array(given.buffer, given.byteOffset, given.length);
  requireSize(bytes.length);
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

const HEAD = MAGIC.length + 1;

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

/** @throws RxAnomalyError BAD_SNAPSHOT where a snapshot cannot have so many bytes */
export function requireSize(bytes: number): void {
  if (bytes > LARGEST_SNAPSHOT)
    throw badSnapshot(`snapshot: expected at most ${LARGEST_SNAPSHOT} bytes, got ${bytes}`);
}

import { crc32 } from './crc32.ts';
import { requireWhole, type Snapshot } from './snapshot.ts';
import { badSnapshot, DEEPEST, type State, type Vector } from './state.ts';
import { KINDS, storageOf, type VectorKind, write } from './vectorBytes.ts';

/**
 * The most bytes, or characters of JSON, that are taken for a snapshot: 1 GiB. The state of a key of the default detector
 * takes some 50,000.
 */
export const LARGEST_SNAPSHOT: number = 2 ** 30;

/** "rxAs", and what keeps it from being taken for text. */
export const MAGIC: readonly number[] = [0x72, 0x78, 0x41, 0x73, 0x1a];
export const VERSION = 1;
/** Bytes of the checksum at the end. */
export const CHECKSUM = 4;
/** The kinds of vectors, by their number. */
export const KIND_NAMES: readonly VectorKind[] = Object.keys(KINDS) as VectorKind[];

// Each part of the tree begins with one of these.
export const NULL = 0;
export const FALSE = 1;
export const TRUE = 2;
export const WHOLE = 3; // 0 … 2^31 − 1
export const NUMBER = 4; // float64
export const TEXT = 5;
export const LIST = 6;
export const OBJECT = 7;
export const VECTOR = 8;

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
  out.tree([kind, version, config, state], 0);
  return out.finish();
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

  tree(state: State, depth: number): void {
    if (depth > DEEPEST) throw badSnapshot(`snapshot: expected parts nested at most ${DEEPEST} deep`);
    if (state === null) this.byte(NULL);
    else if (typeof state === 'boolean') this.byte(state ? TRUE : FALSE);
    else if (typeof state === 'number') this.#number(state);
    else if (typeof state === 'string') {
      this.byte(TEXT);
      this.#text(state);
    } else if (typeof state !== 'object') throw badSnapshot(`snapshot: a ${typeof state} cannot be saved`);
    else if (ArrayBuffer.isView(state)) this.#vector(state as Vector);
    else if (Array.isArray(state)) {
      this.byte(LIST);
      this.#count(state.length);
      for (const part of state as readonly State[]) this.tree(part, depth + 1);
    } else this.#object(state as { readonly [name: string]: State }, depth);
  }

  finish(): Uint8Array {
    this.#reserve(CHECKSUM);
    this.#view.setUint32(this.#at, crc32(this.#bytes.subarray(0, this.#at)), true);
    return this.#bytes.slice(0, this.#at + CHECKSUM);
  }

  #object(state: { readonly [name: string]: State }, depth: number): void {
    const names = Object.keys(state);
    let count = 0;
    for (const name of names) if (state[name] !== undefined) count++;
    this.byte(OBJECT);
    this.#count(count);
    for (const name of names) {
      if (state[name] === undefined) continue;
      const known = this.#names.get(name);
      if (known === undefined) {
        this.#names.set(name, this.#names.size + 1);
        this.#count(0);
        this.#text(name);
      } else this.#count(known);
      this.tree(state[name], depth + 1);
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
    const storage = storageOf(vector);
    const { kind, stored, count } = storage;
    this.byte(VECTOR);
    this.byte(KIND_NAMES.indexOf(kind));
    this.byte(KIND_NAMES.indexOf(stored));
    this.#count(vector.length);
    this.#count(count);
    const bytes = count * KINDS[stored].BYTES_PER_ELEMENT;
    this.#reserve(bytes);
    write(vector, storage, this.#bytes, this.#view, this.#at);
    this.#at += bytes;
  }

  /** A byte a character where all are below 256, else two; the lowest bit of the length says which. */
  #text(text: string): void {
    let isWide = false;
    for (let k = 0; k < text.length && !isWide; k++) isWide = text.charCodeAt(k) > 0xff;
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

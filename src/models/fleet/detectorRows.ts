import { type Arena, inArena, type Placed } from '../../numerics/pooled.ts';
import type { Detector, DetectorPlace } from '../detector.ts';
import { SlotPool } from './slotPool.ts';
import { Run, TailRows } from './tailRows.ts';

const BITS = 8;
const CHUNK = 1 << BITS; // rows
const NONE = -1;

/**
 * One {@link Detector} for many streams of as many dimensions: it lies in an arena, each stream has a row of its numbers, and
 * the row of the stream that has an event is copied into the arena and later back. What is 0 for most of the time takes room
 * in a row only while it is not, and regimes that may return, which few streams have, are kept aside.
 */
export class DetectorRows {
  readonly #detector: Detector;
  readonly #arena: Arena;
  readonly #fresh: Uint8Array; // a row of a new stream
  readonly #width: number; // bytes of a row
  readonly #heads: number; // where they begin in a row
  readonly #indices: number; // where those of the tails begin in it
  readonly #chunks: Chunk[] = [];
  readonly #pool: SlotPool = new SlotPool();
  readonly #tails: readonly Tail[];
  readonly #asides: readonly PlacedInRow[];
  readonly #rare: Map<number, Detector['rare']> = new Map(); // by slot
  #selected = NONE;

  /** @param create makes the detector; all that it remembers must be in vectors of `numerics/pooled` */
  constructor(create: () => Detector) {
    const { made, arena } = inArena(create);
    this.#detector = made;
    this.#arena = arena;
    const heads = arena.tailed.reduce((sum, { head }) => sum + head, 0);
    const tables = new Map<number, TailRows>(); // by length
    const newest = new Map<number, Run>();
    this.#tails = arena.tailed.flatMap(({ vector, head, length }) => {
      const rows = tables.get(length) ?? new TailRows(length);
      tables.set(length, rows);
      return Array.from({ length: (vector.length - head) / length }, (_, k) => {
        const run = new Run(vector, head + k * length, length);
        const like = newest.get(length);
        newest.set(length, run);
        return { rows, run, like };
      });
    });
    this.#heads = arena.bytes.length;
    this.#indices = this.#heads + 8 * heads;
    let width = aligned(this.#indices + 4 * this.#tails.length);
    this.#asides = arena.asides.map(({ aside, bytes }) => {
      const from = width;
      width = aligned(width + bytes * aside.length);
      return { aside, bytes, from };
    });
    this.#width = width;
    const chunk = new Chunk(this.#width);
    this.#write(chunk, 0);
    this.#fresh = chunk.bytes.slice(0, this.#width);
  }

  /** Bytes of a stream's row. */
  get width(): number {
    return this.#width;
  }

  /** Streams. */
  get size(): number {
    return this.#pool.size;
  }

  /** The place of a new stream. */
  acquire(): DetectorPlace {
    const slot = this.#pool.acquire();
    while (slot >>> BITS >= this.#chunks.length) this.#chunks.push(new Chunk(CHUNK * this.#width));
    this.#chunks[slot >>> BITS].bytes.set(this.#fresh, (slot & (CHUNK - 1)) * this.#width);
    return new Row(this, slot);
  }

  /** The detector as that of the stream in `slot`, until another one is selected. */
  select(slot: number): Detector {
    if (slot !== this.#selected) {
      this.#putBack();
      this.#selected = slot;
      this.#read(this.#chunks[slot >>> BITS], (slot & (CHUNK - 1)) * this.#width);
      if (this.#rare.size > 0 || this.#detector.rare !== undefined)
        this.#detector.rare = this.#rare.get(slot);
    }
    return this.#detector;
  }

  release(slot: number): void {
    const { indices } = this.#chunks[slot >>> BITS];
    const from = ((slot & (CHUNK - 1)) * this.#width + this.#indices) / 4;
    for (const [t, { rows }] of this.#tails.entries()) rows.release(indices[from + t]);
    this.#rare.delete(slot);
    this.#pool.release(slot);
    if (slot === this.#selected) this.#selected = NONE;
  }

  #putBack(): void {
    const slot = this.#selected;
    if (slot === NONE) return;
    this.#write(this.#chunks[slot >>> BITS], (slot & (CHUNK - 1)) * this.#width);
    const { rare } = this.#detector;
    if (rare !== undefined) this.#rare.set(slot, rare);
    else if (this.#rare.size > 0) this.#rare.delete(slot);
  }

  #read(chunk: Chunk, at: number): void {
    const { bytes, floats, indices } = chunk;
    for (let a = 0; a < this.#asides.length; a++) {
      const placed = this.#asides[a];
      placed.aside.vector = chunk.inUnits(placed.bytes);
      placed.aside.at = (at + placed.from) / placed.bytes;
    }
    this.#arena.bytes.set(bytes.subarray(at, at + this.#heads));
    let head = (at + this.#heads) / 8;
    const { tailed } = this.#arena;
    for (let v = 0; v < tailed.length; v++) {
      const { vector, head: length } = tailed[v];
      for (let k = 0; k < length; k++) vector[k] = floats[head++];
    }
    const first = (at + this.#indices) / 4;
    for (let t = 0; t < this.#tails.length; t++) {
      const { rows, run, like } = this.#tails[t];
      rows.read(indices[first + t], run, like);
    }
  }

  #write({ bytes, floats, indices }: Chunk, at: number): void {
    bytes.set(this.#arena.bytes, at);
    let head = (at + this.#heads) / 8;
    const { tailed } = this.#arena;
    for (let v = 0; v < tailed.length; v++) {
      const { vector, head: length } = tailed[v];
      for (let k = 0; k < length; k++) floats[head++] = vector[k];
    }
    const first = (at + this.#indices) / 4;
    for (let t = 0; t < this.#tails.length; t++) {
      const { rows, run, like } = this.#tails[t];
      indices[first + t] = rows.write(indices[first + t], run, like);
    }
  }
}

/** Numbers in the arena that are 0 for most of the time, and where they are kept while they are not. */
interface Tail {
  readonly run: Run;
  readonly rows: TailRows;
  /** The tail of the same length before it. */
  readonly like: Run | undefined;
}

/** Numbers that stay in a row, and where they begin in it. */
interface PlacedInRow extends Placed {
  readonly from: number;
}

function aligned(bytes: number): number {
  return (bytes + 7) & ~7;
}

/** One stream's place among the rows. */
class Row implements DetectorPlace {
  readonly #rows: DetectorRows;
  readonly #slot: number;

  constructor(rows: DetectorRows, slot: number) {
    this.#rows = rows;
    this.#slot = slot;
  }

  get detector(): Detector {
    return this.#rows.select(this.#slot);
  }

  dispose(): void {
    this.#rows.release(this.#slot);
  }
}

/** The same bytes in several ways. */
class Chunk {
  readonly bytes: Uint8Array;
  readonly floats: Float64Array;
  readonly indices: Int32Array;
  readonly singles: Float32Array;
  readonly shorts: Uint16Array;

  constructor(length: number) {
    const buffer = new ArrayBuffer(length);
    this.bytes = new Uint8Array(buffer);
    this.floats = new Float64Array(buffer);
    this.indices = new Int32Array(buffer);
    this.singles = new Float32Array(buffer);
    this.shorts = new Uint16Array(buffer);
  }

  /** As numbers of so many bytes. */
  inUnits(bytes: number): Float64Array | Float32Array | Uint16Array {
    return bytes === 4 ? this.singles : bytes === 2 ? this.shorts : this.floats;
  }
}

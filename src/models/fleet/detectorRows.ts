import { type Arena, inArena, type Placed } from '../../numerics/pooled.ts';
import type { Detector } from '../detector.ts';
import type { DetectorPlace } from '../detectorPlace.ts';
import { crc32 } from '../snapshot/crc32.ts';
import { ownChecks } from '../snapshot/ownChecks.ts';
import { configsOf } from '../snapshot/snapshot.ts';
import { badSnapshot, fields, type State } from '../snapshot/state.ts';
import { borrowed } from '../snapshot/vectors.ts';
import { Chunk } from './chunk.ts';
import { mostPacked, notARow, packWords, unpackWords } from './packedWords.ts';
import { Row } from './row.ts';
import { SlotPool } from './slotPool.ts';
import { LIKE, Run, TailRows, ZEROS } from './tailRows.ts';

const BITS = 8;
const CHUNK = 1 << BITS; // rows
const NONE = -1;
/** Of a tail in a packed row, in the place of an index: its numbers come after the row. */
const OWN = 1;

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
  readonly #aside: number; // where what is not copied begins in it
  readonly #chunks: Chunk[] = [];
  readonly #pool: SlotPool = new SlotPool();
  readonly #tails: readonly Tail[];
  readonly #asides: readonly PlacedInRow[];
  readonly #rare: Map<number, Detector['rare']> = new Map(); // by slot
  #selected = NONE;
  #packing: Packing | undefined; // once a row is packed or unpacked

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
    this.#aside = width;
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

  /** Of the models' configurations, and of where their numbers are in a row: a packed row is of no use where it is another. */
  get mark(): string {
    return this.#needPacking().mark;
  }

  /** The numbers of the stream in `slot` as they are. */
  pack(slot: number): State {
    const { mark, packed } = this.#needPacking();
    if (slot === this.#selected || this.#rare.has(slot)) this.#deselect();
    const { words, indices } = this.#chunks[slot >>> BITS];
    const row = (slot & (CHUNK - 1)) * (this.#width / 4);
    const [first, aside] = [this.#indices / 4, this.#aside / 4];
    let at = packWords(packed, 0, words, row, first);
    for (let t = 0; t < this.#tails.length; t++) packed[at++] = Math.min(OWN, indices[row + first + t]);
    at = packWords(packed, at, words, row + aside, this.#width / 4 - aside);
    for (let t = 0; t < this.#tails.length; t++) {
      const index = indices[row + first + t];
      if (index <= ZEROS) continue;
      const { rows, run } = this.#tails[t];
      at = packWords(packed, at, rows.words(index), 0, 2 * run.length);
    }
    const rare = this.#rareOf(slot);
    const bytes = new Uint8Array(packed.buffer, 0, 4 * at).slice();
    return { layout: mark, row: bytes, ...(rare === undefined ? {} : { rare }) };
  }

  /** While no slot is selected, or it has nothing rare. */
  #rareOf(slot: number): State | undefined {
    const rare = this.#rare.get(slot);
    if (rare === undefined) return undefined;
    this.#detector.rare = rare;
    return this.#detector.rareState;
  }

  /** Takes back what `pack` gave. @throws RxAnomalyError BAD_SNAPSHOT where a detector cannot have it; the slot is as it was */
  unpack(slot: number, state: State): void {
    const { mark, own, room, check } = this.#needPacking();
    const { layout, row, rare } = fields(state, ['layout', 'row'], ['rare']);
    if (layout !== mark)
      throw badSnapshot(
        'snapshot: it is of a fleet of another configuration or build, whose rows are others',
      );
    if (!(row instanceof Uint8Array) || row.length % 4 !== 0) throw notARow();
    this.#deselect();
    this.#detector.rare = undefined;
    const packed = new Uint32Array(row.slice().buffer);
    const [first, aside] = [this.#indices / 4, this.#aside / 4];
    let at = unpackWords(packed, 0, own.words, 0, first);
    own.indices.fill(ZEROS, first, first + this.#tails.length);
    const tails = at;
    at = unpackWords(packed, at + this.#tails.length, own.words, aside, this.#width / 4 - aside);
    this.#read(own, 0);
    for (let t = 0; t < this.#tails.length; t++) {
      const { run, like } = this.#tails[t];
      const how = packed[tails + t] | 0;
      if (how === ZEROS) continue;
      if (how === OWN) {
        at = unpackWords(packed, at, room.words, 0, 2 * run.length);
        run.fill(room.floats, 0);
      } else if (how === LIKE && like !== undefined) run.fill(like.vector, like.from);
      else throw notARow();
    }
    if (at !== packed.length) throw notARow();
    check();
    if (rare !== undefined) this.#detector.restoreRare(rare);
    const chunk = this.#chunks[slot >>> BITS];
    const start = (slot & (CHUNK - 1)) * this.#width;
    chunk.bytes.set(own.bytes.subarray(this.#aside), start + this.#aside);
    this.#selected = slot;
    this.#deselect();
  }

  release(slot: number): void {
    const { indices } = this.#chunks[slot >>> BITS];
    const from = ((slot & (CHUNK - 1)) * this.#width + this.#indices) / 4;
    for (const [t, { rows }] of this.#tails.entries()) rows.release(indices[from + t]);
    this.#rare.delete(slot);
    this.#pool.release(slot);
    if (slot === this.#selected) this.#selected = NONE;
  }

  /** What packing needs. The checks are noted in a row apart from the streams' own. */
  #needPacking(): Packing {
    if (this.#packing !== undefined) return this.#packing;
    this.#deselect();
    const own = new Chunk(this.#width);
    own.bytes.set(this.#fresh);
    this.#read(own, 0);
    const detector = this.#detector;
    detector.rare = undefined;
    const snapshot = detector.snapshot();
    const { run: check, vectors } = ownChecks(() => borrowed(() => detector.restore(detector.snapshot())));
    const places = vectors.map(([name, vector]) => [name, vector.byteOffset, vector.byteLength]);
    const tails = this.#tails.map(({ run }) => run.length);
    const layout = [this.#width, this.#indices, this.#aside, tails, places, configsOf(snapshot)];
    const most = tails.reduce((sum, length) => sum + mostPacked(2 * length), mostPacked(this.#width / 4) + 2);
    this.#packing = {
      mark: crc32(new TextEncoder().encode(JSON.stringify(layout))).toString(16),
      packed: new Uint32Array(most + tails.length),
      own,
      room: new Chunk(8 * Math.max(0, ...tails)),
      check,
    };
    return this.#packing;
  }

  #deselect(): void {
    this.#putBack();
    this.#selected = NONE;
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

interface Packing {
  /** Of the layout and the configurations. */
  readonly mark: string;
  /** Room for a row, packed. */
  readonly packed: Uint32Array;
  /** Room for a row that is checked before it is a stream's. */
  readonly own: Chunk;
  /** Room for a tail. */
  readonly room: Chunk;
  /** Checks the numbers in the arena and in `own`, while these are the detector's, and renews what follows from them. */
  readonly check: () => void;
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

import { createCell } from '../../cells/createCell.ts';
import { checkState } from '../engineState.ts';
import type { FleetConfig } from './fleetEngine.ts';
import { Rows } from './rows.ts';
import { misuse, type TrainingBatch } from './trainingBatch.ts';

const TINY = 1e-20; // products of what is smaller would be denormals, and slow

/**
 * The state of the slots of a float32 fleet: one row each, [steps, state (S), state at the segment's start (S),
 * inputs (T, I)], the state per layer as h (H), and, for a cell that has one, c (H).
 */
export class SlotTable {
  readonly stateSize: number; // S
  readonly #inputs: number;
  readonly #window: number;
  readonly #rows: Rows<Float32Array>;
  readonly #pool: SlotPool = new SlotPool();

  constructor({ cell, hidden, layers, inputs, window }: FleetConfig) {
    this.stateSize = createCell(cell).states * hidden * layers;
    this.#inputs = inputs;
    this.#window = window;
    this.#rows = new Rows(1 + 2 * this.stateSize + window * inputs, (length) => new Float32Array(length));
  }

  /** Slots in use. */
  get size(): number {
    return this.#pool.size;
  }

  acquire(): number {
    const slot = this.#pool.acquire();
    this.#rows.clear(slot);
    return slot;
  }

  release(slot: number): void {
    this.#pool.release(slot);
  }

  steps(slot: number): number {
    return this.#rows.chunk(slot)[this.#rows.offset(slot)];
  }

  /** The array that holds a slot's state from {@link stateAt} on. */
  chunk(slot: number): Float32Array {
    return this.#rows.chunk(slot);
  }

  stateAt(slot: number): number {
    return this.#rows.offset(slot) + 1;
  }

  /** Stores the inputs of the next event, which are in `x` from `from` on. */
  note(slot: number, x: Float64Array, from: number): void {
    const chunk = this.#rows.chunk(slot);
    const at = this.#rows.offset(slot);
    const state = this.stateSize;
    if (chunk[at] === this.#window) chunk[at] = 0;
    if (chunk[at] === 0) chunk.copyWithin(at + 1 + state, at + 1, at + 1 + state);
    const to = at + 1 + 2 * state + chunk[at] * this.#inputs;
    for (let k = 0; k < this.#inputs; k++) {
      const value = x[from + k];
      chunk[to + k] = Math.abs(value) < TINY ? 0 : value;
    }
    chunk[at]++;
  }

  /** Returns the slot's full segment; a new one begins. */
  addSample(slot: number, trainingBatch: TrainingBatch, targets: Float64Array, weights: Float64Array): void {
    const chunk = this.#rows.chunk(slot);
    const at = this.#rows.offset(slot);
    if (chunk[at] < this.#window) throw misuse('addSample was called before the segment was full');
    const start = at + 1 + this.stateSize;
    trainingBatch.add(chunk, start, start + this.stateSize, targets, weights);
    chunk[at] = 0;
  }

  save(slot: number): Float64Array {
    return Float64Array.from(this.#rows.row(slot));
  }

  load(slot: number, saved: Float64Array): void {
    const row = this.#rows.row(slot);
    checkState({ slot: saved }, { slot: row }, 'fleet engine');
    row.set(saved);
  }
}

/** Hands out the numbers 0, 1, 2 …; released ones first. */
export class SlotPool {
  readonly #free: number[] = [];
  #made = 0;

  /** Numbers handed out. */
  get size(): number {
    return this.#made - this.#free.length;
  }

  acquire(): number {
    return this.#free.pop() ?? this.#made++;
  }

  release(slot: number): void {
    this.#free.push(slot);
  }
}

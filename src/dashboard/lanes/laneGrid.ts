/** A cell without events; others are {@link scoreByte}s. */
export const NO_EVENTS = 255;
/** The byte of the greatest score, 1. */
const FULL = 250;

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** Widths of slices, each a multiple of the one before; after the last each is twice the one before. */
const WIDTHS: readonly number[] = [
  ...[1, 5, 15, 30].map((n) => n * SECOND),
  ...[1, 5, 15, 30].map((n) => n * MINUTE),
  ...[1, 3, 6, 12, 24].map((n) => n * HOUR),
];

/** The width up to which slices become wider for events of the past. */
const WIDEST = WIDTHS.at(-1)!;

/** The byte from which scores are over the threshold. */
export function thresholdByte(threshold: number): number {
  return Math.max(1, Math.round(threshold * FULL));
}

/** A score, 0 … 1, as a byte, 0 … 250; 0 where there is none. Rounded, but never across the threshold. */
export function scoreByte(score: number, threshold: number): number {
  if (!(score > 0)) return 0;
  const limit = thresholdByte(threshold);
  const byte = Math.min(FULL, Math.round(score * FULL));
  return score < threshold ? Math.min(byte, limit - 1) : Math.max(byte, limit);
}

interface Column {
  /** By row. */
  cells: Uint8Array;
  /** The grid's clock when it last changed. */
  changed: number;
}

/** The columns that changed, by the number of their slice: time / width. */
export interface LaneChanges {
  /** Whether what was known of the grid before is void. */
  readonly isFresh: boolean;
  readonly width: number;
  /** Number of the oldest slice that is kept. */
  readonly start: number;
  readonly count: number;
  readonly slices: readonly (readonly [slice: number, cells: Uint8Array])[];
}

/**
 * The greatest score of each stream in each slice of time, a byte each, on one axis for all. The newest slices are kept:
 * either all have the same width, and the oldest are forgotten; or nothing is, and the slices become wider.
 */
export class LaneGrid {
  readonly #most: number;
  readonly #coarsens: boolean;
  #width: number;
  #start = 0;
  #columns: Column[] = []; // oldest first
  #room = 64; // rows
  #clock = 1;
  #laidOut = 1; // the clock when the width last changed

  /**
   * @param most slices
   * @param width of a slice, milliseconds; undefined: as wide as it takes to forget nothing
   */
  constructor(most: number, width?: number) {
    this.#most = most;
    this.#coarsens = width === undefined;
    this.#width = width ?? WIDTHS[0]!;
  }

  /** Moves on with every change. */
  get clock(): number {
    return this.#clock;
  }

  /** Adds a score of the stream in this row, where its time has a place. @param byte see {@link scoreByte} */
  add(row: number, time: number, byte: number): boolean {
    const column = this.#columnAt(time);
    if (column === undefined) return false;
    if (row >= this.#room) this.#grow(row);
    const known = column.cells[row]!;
    if (known !== NO_EVENTS && known >= byte) return true;
    column.cells[row] = byte;
    column.changed = ++this.#clock;
    return true;
  }

  /** Clears a row, for another stream. Pages clear it themselves when they learn whose it is. */
  clear(row: number): void {
    if (row < this.#room) for (const { cells } of this.#columns) cells[row] = NO_EVENTS;
  }

  /** What changed after `clock`, of the first `rows` rows; everything after clock 0. */
  since(clock: number, rows: number): LaneChanges {
    const isFresh = clock < this.#laidOut;
    const slices: (readonly [number, Uint8Array])[] = [];
    for (const [i, { cells, changed }] of this.#columns.entries())
      if (isFresh || changed > clock)
        slices.push([this.#start + i, cells.slice(0, Math.min(rows, this.#room))]);
    const empty = rows - this.#room;
    return {
      ...{ isFresh, width: this.#width, start: this.#start, count: this.#columns.length },
      slices: empty > 0 ? slices.map(([slice, cells]) => [slice, padded(cells, rows)] as const) : slices,
    };
  }

  /** The cells of a row, oldest first. */
  row(row: number): Uint8Array {
    const own = new Uint8Array(this.#columns.length).fill(NO_EVENTS);
    if (row >= this.#room) return own;
    for (let i = 0; i < own.length; i++) own[i] = this.#columns[i]!.cells[row]!; // `from` takes twenty times as long
    return own;
  }

  get width(): number {
    return this.#width;
  }

  get start(): number {
    return this.#start;
  }

  /** The column of a time; undefined where it is older than what is kept. */
  #columnAt(time: number): Column | undefined {
    let at = Math.floor(time / this.#width) - this.#start;
    if (this.#columns.length === 0) {
      this.#start += at;
      this.#append(1);
      return this.#columns[0];
    }
    if (at < 0) {
      // Streams begin at different times. A clock that was never set would make one slice of all that the others show.
      const end = (this.#start + this.#columns.length) * this.#width;
      const isReachable = Math.ceil(end / WIDEST) - Math.floor(time / WIDEST) <= this.#most;
      while (this.#coarsens && isReachable && this.#columns.length - at > this.#most) {
        this.#coarsen();
        at = Math.floor(time / this.#width) - this.#start;
      }
      // What would push out newer slices comes too late.
      if (this.#columns.length - at > this.#most) return undefined;
      if (at >= 0) return this.#columns[at];
      this.#columns.unshift(...Array.from({ length: -at }, () => this.#column()));
      this.#start += at;
      at = 0;
    }
    while (this.#coarsens && at >= this.#most) {
      this.#coarsen();
      at = Math.floor(time / this.#width) - this.#start;
    }
    const further = at - this.#columns.length + 1;
    if (further > 0) {
      this.#append(further);
      at = Math.floor(time / this.#width) - this.#start;
    }
    return this.#columns[at];
  }

  #append(count: number): void {
    const past = Math.max(0, count - this.#most); // a pause longer than all that is kept
    if (past > 0) {
      this.#start += this.#columns.length + past;
      this.#columns = [];
    }
    for (let n = past; n < count; n++) this.#columns.push(this.#column());
    const gone = Math.max(0, this.#columns.length - this.#most);
    this.#columns.splice(0, gone);
    this.#start += gone;
  }

  #column(): Column {
    return { cells: new Uint8Array(this.#room).fill(NO_EVENTS), changed: ++this.#clock };
  }

  #coarsen(): void {
    const wider = WIDTHS.find((width) => width > this.#width) ?? 2 * this.#width;
    const times = wider / this.#width;
    const start = Math.floor(this.#start / times);
    const columns: Column[] = [];
    for (const [i, { cells }] of this.#columns.entries()) {
      const at = Math.floor((this.#start + i) / times) - start;
      columns[at] ??= this.#column();
      const into = columns[at].cells;
      for (let row = 0; row < this.#room; row++) {
        const [known, more] = [into[row]!, cells[row]!];
        if (known === NO_EVENTS || (more !== NO_EVENTS && more > known)) into[row] = more;
      }
    }
    this.#width = wider;
    this.#start = start;
    this.#columns = columns;
    this.#laidOut = ++this.#clock;
  }

  #grow(row: number): void {
    while (row >= this.#room) this.#room *= 2;
    for (const column of this.#columns) column.cells = padded(column.cells, this.#room);
  }
}

function padded(cells: Uint8Array, rows: number): Uint8Array {
  const larger = new Uint8Array(rows).fill(NO_EVENTS);
  larger.set(cells);
  return larger;
}

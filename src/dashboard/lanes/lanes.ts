import type { Value, Verdict } from '../../core/reading.ts';
import { badSnapshot, count, fields, list, number, type State } from '../../models/snapshot/state.ts';
import type { LaneRange, WireLanes } from '../page/lanes/wireLanes.ts';
import { LaneGrid, NO_EVENTS, scoreByte } from './laneGrid.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

/** The axes to choose from: so many slices of a width, or of as much as it takes to show all. */
const RANGES: Readonly<Record<LaneRange, readonly [most: number, width?: number]>> = {
  hour: [240, MINUTE / 4],
  day: [288, 5 * MINUTE],
  week: [336, 30 * MINUTE],
  all: [400],
};

/**
 * The score that lanes show of a verdict: from the threshold on only where it was flagged; 0 in warm-up and where it was
 * suppressed, so that what nobody was alerted to does not look like an alert.
 */
export function laneScore(
  {
    score,
    isAnomaly,
    warmingUp,
    suppressed,
  }: Pick<Verdict<unknown, Value>, 'score' | 'isAnomaly' | 'warmingUp' | 'suppressed'>,
  threshold: number,
): number {
  if (isAnomaly) return Math.max(score, threshold);
  return warmingUp || suppressed !== undefined ? 0 : Math.min(score, threshold - Number.EPSILON);
}

/**
 * The greatest score of each stream in each slice of time, over all that was ever shown: some 1.3 kB a stream. Streams
 * without times have no place on the axis; they are counted.
 */
export class Lanes {
  readonly #instance: string;
  readonly #threshold: number;
  readonly #grids: ReadonlyMap<LaneRange, LaneGrid>;
  /** (R) stream ids; −1 where a stream was removed. */
  readonly #rows: number[] = [];
  readonly #rowOf: Map<number, number> = new Map();
  readonly #untimed: Set<number> = new Set();
  readonly #unplaced: Set<number> = new Set();
  #newest = Number.NEGATIVE_INFINITY;
  #rowsChanged = 0; // times

  /** @param instance changes with each start of the server */
  constructor({ instance, threshold }: { readonly instance: string; readonly threshold: number }) {
    this.#instance = instance;
    this.#threshold = threshold;
    this.#grids = new Map(
      Object.entries(RANGES).map(([range, [most, width]]) => [range as LaneRange, new LaneGrid(most, width)]),
    );
  }

  /**
   * @param time milliseconds; undefined in a stream without times
   * @param now milliseconds of the server's clock
   */
  add(stream: number, time: number | undefined, score: number, now: number): void {
    if (time === undefined) {
      this.#untimed.add(stream);
      return;
    }
    // A clock that is far ahead would push out, or make a single slice of, all that the others show.
    if (time > Math.max(this.#newest, now) + DAY && this.#newest > Number.NEGATIVE_INFINITY) {
      this.#unplaced.add(stream);
      return;
    }
    this.#newest = Math.max(this.#newest, time);
    const row = this.#rowFor(stream);
    const byte = scoreByte(score, this.#threshold);
    for (const [range, grid] of this.#grids)
      if (!grid.add(row, time, byte) && range === 'all') this.#unplaced.add(stream);
  }

  /** The stream was removed; its row is free. */
  forget(stream: number): void {
    this.#untimed.delete(stream);
    this.#unplaced.delete(stream);
    const row = this.#rowOf.get(stream);
    if (row === undefined) return;
    this.#rowOf.delete(stream);
    this.#rows[row] = -1;
    this.#rowsChanged++;
    for (const grid of this.#grids.values()) grid.clear(row);
  }

  /**
   * What a page does not have.
   *
   * @param cursor from the last answer for this range; anything else: all
   */
  since(range: LaneRange, cursor: string | undefined): WireLanes {
    const grid = this.#grids.get(range)!;
    const [instance, of, rowsKnown = -1, clock = 0] = parseCursor(cursor);
    const isKnown = instance === this.#instance && of === range;
    const { isFresh, slices, ...axis } = grid.since(isKnown ? clock : 0, this.#rows.length);
    return {
      cursor: [this.#instance, range, this.#rowsChanged, grid.clock].join('.'),
      fresh: isFresh || !isKnown,
      ...axis,
      ...(isKnown && rowsKnown === this.#rowsChanged ? {} : { rows: [...this.#rows] }),
      slices: slices.map(([slice, cells]) => [slice, Buffer.from(cells).toString('base64')]),
      ...{ untimed: this.#untimed.size, unplaced: this.#unplaced.size },
    };
  }

  /** What is kept of a stream, for {@link resume}. */
  save(stream: number): State {
    const row = this.#rowOf.get(stream);
    if (row === undefined) return [];
    return [...this.#grids.values()].map((grid) => ({
      ...{ width: grid.width, start: grid.start },
      cells: grid.row(row),
    }));
  }

  /** @throws RxAnomalyError BAD_SNAPSHOT where it is nothing that `save` gave */
  resume(stream: number, saved: State | undefined): void {
    const all = list('lanes', saved);
    if (all.length === 0) return;
    const row = this.#rowFor(stream);
    for (const grid of this.#grids.values()) {
      const { width, start, cells } = fields(all[[...this.#grids.values()].indexOf(grid)], [
        'width',
        'start',
        'cells',
      ]);
      const of = number('width', width, 1);
      const first = count('start', start, Number.MIN_SAFE_INTEGER);
      if (!(cells instanceof Uint8Array)) throw badSnapshot('snapshot: cells are missing');
      for (const [i, byte] of cells.entries()) {
        if (byte === NO_EVENTS) continue;
        const time = (first + i) * of;
        this.#newest = Math.max(this.#newest, time);
        grid.add(row, time, byte);
      }
    }
  }

  #rowFor(stream: number): number {
    const known = this.#rowOf.get(stream);
    if (known !== undefined) return known;
    const free = this.#rows.length - this.#rowOf.size === 0 ? -1 : this.#rows.indexOf(-1);
    const row = free < 0 ? this.#rows.length : free;
    this.#rows[row] = stream;
    this.#rowOf.set(stream, row);
    this.#rowsChanged++;
    return row;
  }
}

function parseCursor(
  text: string | undefined,
): readonly [instance?: string, range?: string, rows?: number, clock?: number] {
  const found = /^([\w-]+)\.(\w+)\.(\d{1,15})\.(\d{1,15})$/.exec(text ?? '');
  return found === null ? [] : [found[1]!, found[2]!, Number(found[3]), Number(found[4])];
}

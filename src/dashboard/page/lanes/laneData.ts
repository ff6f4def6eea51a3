import type { WireLanes } from './wireLanes.ts';

/** A cell without events. */
export const NO_EVENTS = 255;
/** The byte of the greatest score, 1. */
export const FULL = 250;

/** The swim lanes of one range as the page knows them: a byte for each row and slice. */
export class LaneData {
  /** Of a slice, milliseconds. */
  width = 1000;
  /** Number of the oldest slice: its time divided by the width. */
  start = 0;
  count = 0;
  /** (R) the stream in each row; −1 for none. */
  rows: readonly number[] = [];
  untimed = 0;
  unplaced = 0;
  readonly #columns: Map<number, Uint8Array> = new Map();

  /** @returns whether anything changed */
  take(wire: WireLanes): boolean {
    const { fresh, width, start, count, rows, slices, untimed, unplaced } = wire;
    const isSame = !fresh && rows === undefined && slices.length === 0;
    if (fresh) this.#columns.clear();
    if (rows !== undefined) {
      for (const [row, stream] of rows.entries())
        if (!fresh && this.rows[row] !== undefined && this.rows[row] !== stream)
          for (const cells of this.#columns.values()) cells[row] = NO_EVENTS;
      this.rows = rows;
    }
    for (const slice of this.#columns.keys()) if (slice < start) this.#columns.delete(slice);
    for (const [slice, cells] of slices)
      this.#columns.set(
        slice,
        Uint8Array.from(atob(cells), (character) => character.charCodeAt(0)),
      );
    Object.assign(this, { width, start, count, untimed, unplaced });
    return !isSame;
  }

  /** @param slice from 0, the oldest */
  cell(row: number, slice: number): number {
    return this.#columns.get(this.start + slice)?.[row] ?? NO_EVENTS;
  }

  /** The cells of each slice by row, the oldest slice first: for what reads many. */
  columns(): readonly (Uint8Array | undefined)[] {
    return Array.from({ length: this.count }, (_, slice) => this.#columns.get(this.start + slice));
  }

  /** When a slice begins, milliseconds. */
  timeOf(slice: number): number {
    return (this.start + slice) * this.width;
  }

  /** The slice of a time; it may be outside. */
  sliceOf(time: number): number {
    return Math.floor(time / this.width) - this.start;
  }
}

/** Runs of slices of a stream whose greatest score reaches `low`, and nowhere `high`; bytes. */
export function stretchesBetween(
  data: Pick<LaneData, 'rows' | 'columns'>,
  low: number,
  high: number,
): number {
  const columns = data.columns();
  let count = 0;
  for (const [row, stream] of data.rows.entries()) {
    if (stream < 0) continue;
    let greatest = 0; // of the run so far; 0: none
    for (const cells of [...columns, undefined]) {
      const byte = cells?.[row] ?? NO_EVENTS;
      if (byte !== NO_EVENTS && byte >= low) greatest = Math.max(greatest, byte);
      else {
        if (greatest > 0 && greatest < high) count++;
        greatest = 0;
      }
    }
  }
  return count;
}

/** What happened to a stream in some slices. */
export interface LaneSummary {
  readonly row: number;
  readonly stream: number;
  /** The greatest score as a byte; −1 without events. */
  readonly greatest: number;
  /** Slices whose greatest score reaches the threshold. */
  readonly over: number;
  /** The first of them; undefined without. */
  readonly began: number | undefined;
}

export type LaneOrder = 'worst' | 'began' | 'name';

/**
 * All streams, by what happened in the slices `from` … `to`: the worst first (the greatest score, then the longest over
 * the threshold, then who began), or who began first, or by name.
 */
export function rankLanes(
  data: Pick<LaneData, 'rows' | 'columns'>,
  [from, to]: readonly [number, number],
  threshold: number,
  order: LaneOrder,
  nameOf: (stream: number) => string,
): LaneSummary[] {
  const columns = data.columns();
  const all: (LaneSummary & { readonly name: string })[] = [];
  for (const [row, stream] of data.rows.entries()) {
    if (stream < 0) continue;
    let [greatest, over, began] = [-1, 0, undefined as number | undefined];
    for (let slice = from; slice <= to; slice++) {
      const byte = columns[slice]?.[row] ?? NO_EVENTS;
      if (byte === NO_EVENTS) continue;
      greatest = Math.max(greatest, byte);
      if (byte < threshold) continue;
      over++;
      began ??= slice;
    }
    all.push({ row, stream, greatest, over, began, name: nameOf(stream) });
  }
  const never = Number.POSITIVE_INFINITY;
  const byStart = (a: LaneSummary, b: LaneSummary): number => {
    const [first, second] = [a.began ?? never, b.began ?? never];
    return first === second ? 0 : first - second;
  };
  return all.sort((a, b) => {
    const byName = compare(a.name, b.name);
    if (order === 'name') return byName;
    if (order === 'began') return byStart(a, b) || b.greatest - a.greatest || byName;
    // Below the threshold scores say little: those streams keep their places.
    const isOver = Math.max(a.over, b.over) > 0;
    return isOver ? b.greatest - a.greatest || b.over - a.over || byStart(a, b) || byName : byName;
  });
}

const { compare } = new Intl.Collator('en', { numeric: true });

/** What the lanes do not show, in words. */
export function leftOut({ untimed, unplaced }: Pick<LaneData, 'untimed' | 'unplaced'>): string {
  const have = (count: number): string => `${count} ${count === 1 ? 'stream has' : 'streams have'}`;
  return [
    untimed === 0 ? '' : `${have(untimed)} no times and no row.`,
    unplaced === 0
      ? ''
      : `${have(unplaced)} events a day ahead of all others, or 400 days behind, which are not shown.`,
  ]
    .filter(Boolean)
    .join(' ');
}

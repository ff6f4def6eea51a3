import { toVector, type Value, type Verdict } from '../../core/reading.ts';
import type { Meant } from '../../models/decision/feedback.ts';
import { badSnapshot, count, fields, list, type State } from '../../models/snapshot/state.ts';
import { unpackFloats } from '../../models/snapshot/vectors.ts';

/** The columns of one dimension. */
export interface HistoryDimension {
  readonly value: Float64Array;
  readonly expected: Float64Array;
  readonly lower: Float64Array;
  readonly upper: Float64Array;
}

/** Consecutive records as columns; NaN where there is none. */
export interface HistoryColumns {
  readonly times: Float64Array;
  readonly dimensions: readonly HistoryDimension[];
  readonly score: Float64Array;
  /** 1 where the record was flagged, else 0. */
  readonly flagged: Float64Array;
}

/** What is kept of a verdict. */
export type HistoryRecord = Pick<
  Verdict<unknown, Value>,
  'time' | 'score' | 'isAnomaly' | 'value' | 'expected' | 'lower' | 'upper'
>;

const SMALLEST = 256; // records

/** The newest records of one stream as columns, in rings that grow up to `capacity` and then forget the oldest. */
export class StreamHistory {
  readonly #capacity: () => number;
  /** (C) rings: time, score, flagged, then value, expected, lower, upper of each dimension. */
  #rings: Float64Array[];
  #size = SMALLEST;
  #records = 0;
  #first = 0; // number of the first record after the last loss in a restart

  /**
   * @param capacity records that are kept; asked whenever the rings are full and could grow
   * @param smallest records for which there is room from the start
   */
  constructor(dimensions: number, capacity: () => number, smallest: number = SMALLEST) {
    this.#capacity = capacity;
    this.#size = Math.min(smallest, capacity());
    this.#rings = Array.from({ length: 3 + 4 * dimensions }, () => new Float64Array(this.#size));
  }

  /** Records that were added. */
  get records(): number {
    return this.#records;
  }

  /** Number of the oldest record that is kept. */
  get oldest(): number {
    return Math.max(this.#first, this.#records - this.#size);
  }

  get dimensions(): number {
    return (this.#rings.length - 3) / 4;
  }

  add({ time, score, isAnomaly, value, expected, lower, upper }: HistoryRecord): void {
    if (this.#records === this.#size && this.#size < this.#capacity()) this.#grow();
    const at = this.#records++ % this.#size;
    const rings = this.#rings;
    rings[0]![at] = time ?? Number.NaN;
    rings[1]![at] = score;
    rings[2]![at] = isAnomaly ? 1 : 0;
    const parts = [value, expected, lower, upper];
    for (let part = 0; part < 4; part++) {
      const numbers = parts[part]!;
      for (let d = 0; d < this.dimensions; d++)
        rings[3 + 4 * d + part]![at] = (typeof numbers === 'number' ? numbers : numbers[d]) ?? Number.NaN;
    }
  }

  /** The records from `first` up to, not including, `end`; both must be kept. */
  columns(first: number, end: number): HistoryColumns {
    const [times, score, flagged, ...rest] = this.#rings.map((ring) => this.#unrolled(ring, first, end));
    return {
      times: times!,
      score: score!,
      flagged: flagged!,
      dimensions: Array.from({ length: this.dimensions }, (_, d) => ({
        value: rest[4 * d]!,
        expected: rest[4 * d + 1]!,
        lower: rest[4 * d + 2]!,
        upper: rest[4 * d + 3]!,
      })),
    };
  }

  /** Time of a record; NaN where it is not kept, or has none. */
  timeOf(record: number): number {
    const isKept = record >= this.oldest && record < this.#records;
    return isKept ? this.#rings[0]![record % this.#size]! : Number.NaN;
  }

  /** The kept ones among the records `first` … `last`; on request only the flagged ones. */
  *events(first: number, last: number, flagged: boolean): Generator<Meant> {
    for (let n = Math.max(first, this.oldest); n <= Math.min(last, this.#records - 1); n++) {
      const at = n % this.#size;
      if (flagged && this.#rings[2]![at] === 0) continue;
      const part = (which: number): number[] =>
        Array.from({ length: this.dimensions }, (_, d) => this.#rings[3 + 4 * d + which]![at]!);
      yield {
        value: part(0),
        expected: part(1),
        lower: part(2),
        upper: part(3),
        score: this.#rings[1]![at]!,
      };
    }
  }

  /** The newest records, at most so many, for `resume`. */
  save(most: number): State {
    const first = Math.max(this.oldest, this.#records - most);
    const columns = this.#rings.map((ring) => this.#unrolled(ring, first, this.#records));
    return { records: this.#records, columns };
  }

  resume(saved: State | undefined): void {
    const { records, columns } = fields(saved, ['records', 'columns']);
    const end = count('records', records);
    const [oldest, ...others] = list('columns', columns, this.#rings.length);
    const { length } = unpackFloats(oldest, undefined, 'any');
    if (length > end) throw badSnapshot(`snapshot: ${length} records are kept of ${end}`);
    const kept = [oldest, ...others].map((column) => unpackFloats(column, length, 'any'));
    this.#records = end;
    for (const most = this.#capacity(); this.#size < Math.min(this.#records, most); ) this.#enlarge();
    const first = this.#records - length;
    this.#first = first;
    this.#rings = kept.map((column) => {
      const ring = new Float64Array(this.#size);
      for (let n = this.oldest; n < this.#records; n++) ring[n % this.#size] = column[n - first]!;
      return ring;
    });
  }

  #unrolled(ring: Float64Array, first: number, end: number): Float64Array {
    const out = new Float64Array(end - first);
    const at = first % this.#size;
    const before = Math.min(out.length, this.#size - at);
    out.set(ring.subarray(at, at + before));
    out.set(ring.subarray(0, out.length - before), before);
    return out;
  }

  #enlarge(): void {
    this.#size = Math.min(2 * this.#size, this.#capacity());
  }

  #grow(): void {
    this.#enlarge();
    this.#rings = this.#rings.map((ring) => {
      const larger = new Float64Array(this.#size);
      larger.set(ring);
      return larger;
    });
  }
}

/** How many dimensions a verdict has. */
export function dimensionsOf({ value }: Pick<Verdict<unknown, Value>, 'value'>): number {
  return toVector(value).length;
}

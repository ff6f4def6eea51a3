/** Of a normal distribution, the deviation by the median absolute one. */
const NORMAL = 1.4826;

/** What one stream is compared with in one dimension. */
export interface Peers {
  /** Others with a value. */
  readonly count: number;
  /** Of what each of them has beyond its usual offset; NaN where they are too few. */
  readonly median: number;
  /** Of their values about it: {@link NORMAL} times the median absolute deviation. */
  readonly spread: number;
}

/** One dimension of a window: a value per stream, each compared with the others. Everything is sorted once, or once per median. */
export class PeerColumn {
  readonly #values: Float64Array; // NaN where there is none
  readonly #offsets: Float64Array; // NaN where it is not known
  readonly #least: number;
  readonly #needsOffset: boolean;
  readonly #levels: Float64Array; // sorted
  readonly #present: Float64Array;
  readonly #deviations: Map<number, Float64Array> = new Map(); // by median, sorted: there are three medians at most

  /** @param least others with which something is compared */
  constructor(values: Float64Array, offsets: Float64Array, least: number) {
    this.#values = values;
    this.#offsets = offsets;
    this.#least = least;
    this.#present = values.filter((value) => !Number.isNaN(value));
    const known = values.map((value, at) => value - offsets[at]!).filter((level) => !Number.isNaN(level));
    this.#needsOffset = known.length > least; // without one of them, too, they are enough; else all count, as they are where need be
    this.#levels = (
      this.#needsOffset ? known : values.map((_, at) => this.#level(at)).filter(isNumber)
    ).sort();
  }

  /** The level of all, or of all but the stream at that place. */
  peers(without?: number): Peers {
    const value = without === undefined ? Number.NaN : this.#values[without]!;
    const count = this.#present.length - (Number.isNaN(value) ? 0 : 1);
    if (count < this.#least) return { count, median: Number.NaN, spread: Number.NaN };
    const median = medianWithout(this.#levels, without === undefined ? Number.NaN : this.#level(without));
    const known = this.#deviations.get(median);
    const deviations = known ?? this.#present.map((each) => Math.abs(each - median)).sort();
    if (known === undefined) this.#deviations.set(median, deviations);
    return { count, median, spread: NORMAL * medianWithout(deviations, Math.abs(value - median)) };
  }

  /** By what a stream counts for the level; NaN where it does not. */
  #level(at: number): number {
    const offset = this.#offsets[at]!;
    return this.#values[at]! - (Number.isNaN(offset) && !this.#needsOffset ? 0 : offset);
  }
}

/** The median of sorted numbers but one of them; NaN for none left out. */
function medianWithout(sorted: Float64Array, out: number): number {
  const found = sorted.indexOf(out);
  const at = found < 0 ? sorted.length : found;
  const count = sorted.length - (found < 0 ? 0 : 1);
  const middle = count >> 1;
  const pick = (place: number): number => sorted[place < at ? place : place + 1]!;
  return count % 2 === 1 ? pick(middle) : (pick(middle - 1) + pick(middle)) / 2;
}

function isNumber(value: number): boolean {
  return !Number.isNaN(value);
}

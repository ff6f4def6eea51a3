import { RecentValues } from './recentValues.ts';

/**
 * Exact ranks among the last so many values: kept sorted, in addition to their order of arrival. A rank is a binary
 * search; a new value moves what lies between its position and that of the one it replaces, which for some thousand
 * values is faster than any tree.
 */
export class RankWindow {
  readonly #arrivals: RecentValues;
  readonly #sorted: Float64Array; // (capacity) ascending up to `size`

  /** @param capacity values that are kept */
  constructor(capacity: number) {
    this.#arrivals = new RecentValues(capacity);
    this.#sorted = new Float64Array(capacity);
  }

  /** The values by arrival, and how many there have been. Call `refresh` after writing to it. */
  get state(): Float64Array {
    return this.#arrivals.state;
  }

  get size(): number {
    return this.#arrivals.size;
  }

  /** Call after writing to `state`. */
  refresh(): void {
    const { values } = this.#arrivals;
    this.#sorted.set(values);
    this.#sorted.subarray(0, values.length).sort();
  }

  /** How many of the values are `value` or more. Pure. */
  atLeast(value: number): number {
    return this.size - this.#below(value);
  }

  /** @param value any number but NaN, which has no rank */
  add(value: number): void {
    const sorted = this.#sorted;
    const leaving = this.#arrivals.oldest;
    const gap = Number.isNaN(leaving) ? this.size : this.#below(leaving);
    const place = this.#below(value);
    if (place <= gap) {
      sorted.copyWithin(place + 1, place, gap);
      sorted[place] = value;
    } else {
      sorted.copyWithin(gap, gap + 1, place);
      sorted[place - 1] = value;
    }
    this.#arrivals.add(value);
  }

  /** How many of the values are less than `value`. */
  #below(value: number): number {
    let [low, high] = [0, this.size];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#sorted[middle] < value) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

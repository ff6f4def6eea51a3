/**
 * The point of a growing histogram above which less than a given share lies, followed from count to count. It is where
 * scanning the counts from the top would find it, to the bit: where rounding could decide, it does scan.
 */
export class UpperPoint {
  /** The lowest bin above which, it included, lies less than the share; one past the last bin if none does. */
  bin = 0;
  readonly #counts: Float64Array; // may be longer than the histogram
  readonly #share: number;
  #above = 0; // sum of the counts from `bin` on, to rounding
  #sinceScan = 0;

  constructor(counts: Float64Array, share: number) {
    this.#counts = counts;
    this.#share = share;
  }

  /**
   * Scans all counts.
   *
   * @param end bins from here on are empty
   * @param total sum of all counts
   */
  scan(end: number, total: number): void {
    const counts = this.#counts;
    const goal = this.#share * total;
    let left = goal;
    let bin = end;
    while (left > counts[bin - 1]) left -= counts[--bin];
    this.bin = bin;
    this.#above = goal - left;
    this.#sinceScan = 0;
  }

  /** Updates for one more count in the bin `grown`. `end` and `total` as in `scan`, after the change. */
  follow(grown: number, end: number, total: number): void {
    const counts = this.#counts;
    const goal = this.#share * total;
    let bin = this.bin;
    let above = this.#above;
    if (grown >= bin) above++;
    while (above >= goal && bin < end) above -= counts[bin++];
    while (above + counts[bin - 1] < goal) above += counts[--bin];
    const slack = TIE * goal;
    if (goal - above < slack || above + counts[bin - 1] - goal < slack || ++this.#sinceScan === TRUSTED) {
      this.scan(end, total);
      return;
    }
    this.bin = bin;
    this.#above = above;
  }
}

const TRUSTED = 4096; // counts, each with a rounding error of 1e-16: far below TIE
const TIE = 1e-9; // of the goal

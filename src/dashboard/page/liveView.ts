import type { LiveColumns } from './liveColumns.ts';

/** Records in view without zoom. */
const IN_VIEW = 1500;
const LEAST = 5; // records in view at maximum zoom

/** A stretch of the x axis. */
export interface Stretch {
  readonly min: number;
  readonly max: number;
}

/** Which range of a stream is in view: its end, which it follows, or a range that the user selected. */
export class LiveView {
  readonly #columns: Pick<LiveColumns, 'x'>;
  readonly #onFollow: (follows: boolean) => void;
  #follows = true;
  /** Length of the view, in units of x; undefined: the default number of records. */
  #span: number | undefined;
  #stretch: Stretch = { min: 0, max: 1 };

  /** @param onFollow called when the view starts or stops following the end */
  constructor(columns: Pick<LiveColumns, 'x'>, onFollow: (follows: boolean) => void) {
    this.#columns = columns;
    this.#onFollow = onFollow;
  }

  /** The view; of a stream that is followed, as of the last {@link advance}. */
  get stretch(): Stretch {
    return this.#stretch;
  }

  get follows(): boolean {
    return this.#follows;
  }

  /** Follows the end, with the default length, or stays in place. */
  follow(follows: boolean): void {
    if (follows) this.reset();
    this.#setFollow(follows);
  }

  /** Resets the length. */
  reset(): void {
    this.#span = undefined;
  }

  /** Follows the records that were added, if it follows the end. */
  advance(): void {
    const { x } = this.#columns;
    if (!this.#follows || x.length === 0) return;
    const max = x.at(-1)!;
    const min = this.#span === undefined ? x[Math.max(0, x.length - IN_VIEW)]! : max - this.#span;
    this.#stretch = { min: Math.min(min, max), max };
  }

  /**
   * Stays at this range, as far as there are records. @returns whether anything moved: at least five must be in view
   */
  show(low: number, high: number): boolean {
    this.#setFollow(false);
    const { x } = this.#columns;
    const least = ((x.at(-1)! - x[0]!) / Math.max(1, x.length - 1)) * LEAST;
    const [min, max] = [Math.max(low, x[0]!), Math.min(high, x.at(-1)!)];
    if (!(max - min >= least)) return false;
    this.#stretch = { min, max };
    return true;
  }

  /** Zooms by `factor` around `centre`; while it follows, around the end. @returns as `show` */
  scale(factor: number, centre: number): boolean {
    const { min, max } = this.#stretch;
    if (!this.#follows) return this.show(centre - (centre - min) * factor, centre + (max - centre) * factor);
    this.#span = (max - min) * factor;
    this.advance();
    return true;
  }

  /** Moves by a multiple of its length, and stays there. @returns as `show` */
  pan(by: number): boolean {
    const { x } = this.#columns;
    const { min, max } = this.#stretch;
    const length = max - min;
    const start = Math.max(x[0]!, Math.min(x.at(-1)! - length, min + by * length));
    return this.show(start, start + length);
  }

  #setFollow(follows: boolean): void {
    if (this.#follows === follows) return;
    this.#follows = follows;
    this.#onFollow(follows);
  }
}

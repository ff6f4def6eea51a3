import type { LiveColumns } from './liveColumns.ts';

/** Records in view without zoom. */
const IN_VIEW = 1500;
/** The same for each step of a forecast of the next events, which would be too narrow otherwise. */
const IN_VIEW_OF_STEP = 6;
const LEAST_IN_VIEW = 60;
/** Of the view, what the next events have at most while it follows the end. */
const MOST_AHEAD = 0.4;
const LEAST = 5; // records in view at maximum zoom

/** A stretch of the x axis. */
export interface Stretch {
  readonly min: number;
  readonly max: number;
}

/** Which range of a stream is in view: its end, which it follows, or a range that the user selected. */
export class LiveView {
  readonly #columns: Pick<LiveColumns, 'x' | 'fan'>;
  readonly #onFollow: (follows: boolean) => void;
  #follows = true;
  /** Length of the view, in units of x; undefined: the default number of records. */
  #span: number | undefined;
  #stretch: Stretch = { min: 0, max: 1 };

  /** @param onFollow called when the view starts or stops following the end */
  constructor(columns: Pick<LiveColumns, 'x' | 'fan'>, onFollow: (follows: boolean) => void) {
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

  /** Stays in place, so that what was selected does not move away. */
  stay(): void {
    this.#setFollow(false);
  }

  /** Resets the length. */
  reset(): void {
    this.#span = undefined;
  }

  /** Follows the records that were added, if it follows the end. */
  advance(): void {
    const { x, fan } = this.#columns;
    if (!this.#follows || x.length === 0) return;
    const last = x.at(-1)!;
    const steps = fan?.x.length ?? 0;
    const records =
      steps === 0 ? IN_VIEW : Math.min(IN_VIEW, Math.max(LEAST_IN_VIEW, IN_VIEW_OF_STEP * steps));
    const first = x[Math.max(0, x.length - records)]!;
    const length = this.#span === undefined ? (last - first) / (1 - MOST_AHEAD) : this.#span;
    const ahead = Math.min(this.#end - last, MOST_AHEAD * length);
    const min = this.#span === undefined ? first : last + ahead - this.#span;
    this.#stretch = { min: Math.min(min, last), max: last + ahead };
  }

  /**
   * Stays at this range, as far as there are records. @returns whether anything moved: at least five must be in view
   */
  show(low: number, high: number): boolean {
    this.#setFollow(false);
    const { x } = this.#columns;
    const least = ((x.at(-1)! - x[0]!) / Math.max(1, x.length - 1)) * LEAST;
    const [min, max] = [Math.max(low, x[0]!), Math.min(high, this.#end)];
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
    const start = Math.max(x[0]!, Math.min(this.#end - length, min + by * length));
    return this.show(start, start + length);
  }

  /** Where what there is to see ends: with the newest record, or with what is expected of the next ones. */
  get #end(): number {
    const { x, fan } = this.#columns;
    return fan?.x.at(-1) ?? x.at(-1)!;
  }

  #setFollow(follows: boolean): void {
    if (this.#follows === follows) return;
    this.#follows = follows;
    this.#onFollow(follows);
  }
}

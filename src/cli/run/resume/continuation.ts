import { identitiesOf, type SavedRows } from './detectedRows.ts';

/**
 * Decides, for one key's rows in another file than the last one, which are new.
 *
 * The file overlaps the processed rows when one of its rows is among the last of them, or older than those: then
 * rows are skipped by time, and at the newest time by their count, up to the last processed one. Where it does not
 * overlap it follows on, and all is new: also the rest of a group of equal times, and times that go back.
 */
export class Continuation {
  readonly #identities: readonly string[];
  readonly #forgotten: SavedRows['forgotten'];
  readonly #newest: number; // −Infinity without times
  readonly #countAtNewest: number;
  #seenAtNewest = 0;
  #next = 0; // of the remembered rows, the first that may still come
  #overlaps = false;
  #reached = false; // the end of the processed rows
  #time: number | undefined;

  constructor(detected: SavedRows) {
    const { times, forgotten } = detected;
    this.#identities = identitiesOf(detected);
    this.#forgotten = forgotten;
    this.#newest = times.reduce<number>((newest, time) => Math.max(newest, time ?? newest), -Infinity);
    const remembered = times.filter((time) => time === this.#newest).length;
    this.#countAtNewest = remembered + (forgotten?.time === this.#newest ? forgotten.count : 0);
  }

  /** Whether the next row of the key is new. */
  isNew(identity: string, time: number | undefined): boolean {
    if (this.#reached) return true;
    this.#time = time ?? this.#time; // as the detector does with a time that cannot be read
    const at = this.#time ?? Number.NaN;
    if (at === this.#newest) this.#seenAtNewest++;
    const forgotten = this.#forgotten;
    const found = this.#identities.indexOf(identity, this.#next);
    if (found >= 0) {
      this.#overlaps = true;
      this.#next = found + 1;
      this.#reached = this.#next === this.#identities.length;
      return false;
    }
    if (!this.#overlaps && at < this.#newest && forgotten !== null && at <= forgotten.time)
      this.#overlaps = true;
    this.#reached = at > this.#newest || (this.#overlaps && this.#seenAtNewest > this.#countAtNewest);
    return this.#reached || !this.#overlaps;
  }
}

/** How many categories occur how often, and by that how likely the next event is of one so rare. */
export class CountTable {
  #categories: Map<number, number> = new Map(); // by their count, which is at least 1
  #events = 0;

  get events(): number {
    return this.#events;
  }

  /** Of a category that occurred `count` times, some more have come. */
  add(count: number, more = 1): void {
    if (count > 0) this.#change(count, -1);
    this.#change(count + more, 1);
    this.#events += more;
  }

  /**
   * The chance that the next event is of a category that occurs so rarely or more rarely, by the share of the events of which
   * that is true, the next one included: the conformal p-value of the count. Of events that are exchangeable it is
   * at most p in a share p of them, however many categories there are and however often each occurs. For `count` 0 it
   * is Good and Turing's estimate of the chance of a category that has not been seen.
   *
   * @param count of the category of the next event, 0 or more
   */
  chance(count: number): number {
    let rare = 1; // the next event itself
    for (const [each, categories] of this.#categories) if (each <= count + 1) rare += each * categories;
    return rare / (this.#events + 1);
  }

  /** Two categories that occurred so often have become one. */
  merge(one: number, other: number): void {
    if (one === 0 || other === 0) return;
    this.#change(one, -1);
    this.#change(other, -1);
    this.#change(one + other, 1);
  }

  #change(count: number, by: number): void {
    const categories = (this.#categories.get(count) ?? 0) + by;
    if (categories === 0) this.#categories.delete(count);
    else this.#categories.set(count, categories);
  }
}

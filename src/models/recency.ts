/** An element of a {@link Recency}. Only the list writes these fields. */
export interface Dated<T> {
  newer: T | undefined;
  older: T | undefined;
}

/** Members by when they were last seen. Every operation takes constant time. */
export class Recency<T extends Dated<T>> {
  #newest: T | undefined;
  #oldest: T | undefined;

  get oldest(): T | undefined {
    return this.#oldest;
  }

  /** Makes `member`, new or known, the most recent. */
  touch(member: T): void {
    if (member === this.#newest) return;
    this.remove(member);
    member.older = this.#newest;
    if (this.#newest !== undefined) this.#newest.newer = member;
    this.#newest = member;
    this.#oldest ??= member;
  }

  /** From the oldest to the newest. */
  *[Symbol.iterator](): Generator<T, void, void> {
    for (let member = this.#oldest; member !== undefined; member = member.newer) yield member;
  }

  remove(member: T): void {
    const { newer, older } = member;
    if (newer !== undefined) newer.older = older;
    else if (member === this.#newest) this.#newest = older;
    if (older !== undefined) older.newer = newer;
    else if (member === this.#oldest) this.#oldest = newer;
    member.newer = undefined;
    member.older = undefined;
  }

  clear(): void {
    this.#newest = undefined;
    this.#oldest = undefined;
  }
}

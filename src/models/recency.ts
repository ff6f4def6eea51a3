/** An element of a {@link Recency}. Only the list writes `newer` and `older`. */
export interface Dated<T> {
  readonly key: string | undefined;
  newer: T | undefined;
  older: T | undefined;
}

/** Members by key, and by when they were last seen. Every operation takes constant time. */
export class Recency<T extends Dated<T>> {
  readonly #members: Map<string | undefined, T> = new Map();
  #newest: T | undefined;
  #oldest: T | undefined;

  get size(): number {
    return this.#members.size;
  }

  get oldest(): T | undefined {
    return this.#oldest;
  }

  get(key: string | undefined): T | undefined {
    return this.#members.get(key);
  }

  /** Adds the most recent member, in the place of one with its key. */
  add(member: T): void {
    const before = this.#members.get(member.key);
    if (before !== undefined) this.#unlink(before);
    this.#members.set(member.key, member);
    this.touch(member);
  }

  /** Makes a member the most recent, and returns it. */
  touch(member: T): T {
    if (member === this.#newest) return member;
    this.#unlink(member);
    member.older = this.#newest;
    if (this.#newest !== undefined) this.#newest.newer = member;
    this.#newest = member;
    this.#oldest ??= member;
    return member;
  }

  /** From the oldest to the newest. */
  *[Symbol.iterator](): Generator<T, void, void> {
    for (let member = this.#oldest; member !== undefined; member = member.newer) yield member;
  }

  remove(member: T): void {
    this.#members.delete(member.key);
    this.#unlink(member);
  }

  clear(): void {
    this.#members.clear();
    this.#newest = undefined;
    this.#oldest = undefined;
  }

  #unlink(member: T): void {
    const { newer, older } = member;
    if (newer !== undefined) newer.older = older;
    else if (member === this.#newest) this.#newest = older;
    if (older !== undefined) older.newer = newer;
    else if (member === this.#oldest) this.#oldest = newer;
    member.newer = undefined;
    member.older = undefined;
  }
}

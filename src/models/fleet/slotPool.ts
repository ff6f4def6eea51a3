/** Hands out the numbers 0, 1, 2 …; released ones first. */
export class SlotPool {
  readonly #free: number[] = [];
  #made = 0;

  /** Numbers handed out. */
  get size(): number {
    return this.#made - this.#free.length;
  }

  acquire(): number {
    return this.#free.pop() ?? this.#made++;
  }

  release(slot: number): void {
    this.#free.push(slot);
  }
}

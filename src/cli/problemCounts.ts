import type { ProblemKind } from '../core/reading.ts';

const WORDS: Readonly<Record<ProblemKind, string>> = {
  missing: 'missing',
  notANumber: 'not a number',
  outOfRange: 'out of range',
  dimensions: 'of other dimensions',
  badTime: 'with an unreadable time',
  timeBackwards: 'with a time that goes back',
};

/** Counts what was wrong with the readings and keeps the first of each kind, for the summary. */
export class ProblemCounts {
  readonly #kinds: Map<ProblemKind, { count: number; first: string }> = new Map();

  add(kind: ProblemKind, message: string): void {
    const known = this.#kinds.get(kind);
    if (known === undefined) this.#kinds.set(kind, { count: 1, first: message });
    else known.count++;
  }

  get counts(): Record<string, number> {
    return Object.fromEntries([...this.#kinds].map(([kind, { count }]) => [kind, count]));
  }

  /** A line per kind: `3 missing (the first: row 7: column temp: no value)`. */
  lines(): string[] {
    return [...this.#kinds].map(
      ([kind, { count, first }]) => `${count} ${WORDS[kind]} (the first: ${first})`,
    );
  }
}

import type { ProblemKind } from '../../core/reading.ts';
import { counted } from '../text/formatText.ts';

const WORDS: Readonly<Record<ProblemKind, readonly [one: string, many: string]>> = {
  missing: ['missing value', 'missing values'],
  notANumber: ['value that is not a number', 'values that are not numbers'],
  outOfRange: ['value out of range', 'values out of range'],
  dimensions: ['value of other dimensions', 'values of other dimensions'],
  badTime: ['time that cannot be read', 'times that cannot be read'],
  timeBackwards: ['time that goes back', 'times that go back'],
  counterReset: ['reset of a counter', 'resets of counters'],
  slowEngine: ['engine without WebAssembly', 'engines without WebAssembly'],
  evictedEarly: ['key too many', 'keys too many'],
  unknownKey: ['piece of feedback on a key without a model', 'pieces of feedback on keys without a model'],
  unknownFeedback: [
    'piece of feedback to clear that is not known',
    'pieces of feedback to clear that are not known',
  ],
  unreadable: ['entry of a log that is no event', 'entries of a log that are no events'],
};

/** What counts the problems of one source. */
export type CountsProblems = Pick<ProblemCounts, 'add' | 'addEviction'>;

/** Counts what was wrong with the readings and keeps the first of each kind, for the summary. */
export class ProblemCounts {
  #evictions = 0;
  readonly #log: (line: string) => void;
  readonly #kinds: Map<ProblemKind, { count: number; first: string }> = new Map();

  /** @param log called at once for what makes the whole run pointless */
  constructor(log: (line: string) => void = () => {}) {
    this.#log = log;
  }

  add(kind: ProblemKind, message: string): void {
    if (kind === 'evictedEarly') this.#log(message);
    const known = this.#kinds.get(kind);
    if (known === undefined) this.#kinds.set(kind, { count: 1, first: message });
    else known.count++;
  }

  /**
   * The same of a source that may run for months: reported at once, the first of each kind and whenever there are twice as many.
   * A missing value is none of the things that somebody has to mend.
   */
  addLive(kind: ProblemKind, message: string): void {
    this.add(kind, message);
    const { count } = this.#kinds.get(kind)!;
    if (kind === 'missing' || kind === 'evictedEarly' || (count & (count - 1)) !== 0) return;
    this.#log(`warning: ${message}${count === 1 ? '' : ` (${counted(count, ...WORDS[kind])} so far)`}`);
  }

  /**
   * What counts the problems of a table: of `serve`, which has no summary while it runs and may show several tables, at once and
   * with the table's name.
   */
  ofTable(name: string, command: string): CountsProblems {
    if (command !== 'serve') return this;
    const prefix = `${name}: `;
    return {
      add: (kind, message) =>
        this.addLive(kind, message.startsWith(prefix) ? message : `${prefix}${message}`),
      addEviction: () => this.addEviction(),
    };
  }

  /** A key's model was evicted for another. */
  addEviction(): void {
    this.#evictions++;
  }

  get counts(): Record<string, number> {
    return Object.fromEntries([...this.#kinds].map(([kind, { count }]) => [kind, count]));
  }

  /** A line per kind: `3 missing values (the first: row 7: column temp: no value)`. */
  lines(): string[] {
    const lines = [...this.#kinds].map(
      ([kind, { count, first }]) => `${counted(count, ...WORDS[kind])} (the first: ${first})`,
    );
    if (this.#evictions > 0)
      lines.push(
        `${counted(this.#evictions, 'model')} evicted, for too many keys: one that returns starts afresh`,
      );
    return lines;
  }
}

import { RxAnomalyError } from '../../core/errors.ts';

/** Warnings of one kind that are written out; the others are counted. */
const SHOWN = 3;

/** Characters of a line: a column may be called anything. */
const LONGEST = 2000;

/**
 * Notes for the user on how a table was read: notes say what was recognised, warnings what may be wrong. Both are
 * one line each. Of every kind of warning the first few are reported, the others counted and reported at the end.
 */
export class Notices {
  /** What was recognised, until the table was open. */
  readonly notes: string[] = [];
  readonly #file: string;
  readonly #strict: boolean;
  readonly #onWarning: (line: string) => void;
  readonly #counts: Map<string, number> = new Map();

  /** @param strict whether a warning is an error */
  constructor(file: string, strict: boolean, onWarning: (line: string) => void) {
    this.#file = file;
    this.#strict = strict;
    this.#onWarning = onWarning;
  }

  note(line: string): void {
    this.notes.push(clipped(line));
  }

  /** @throws RxAnomalyError BAD_INPUT where warnings are errors */
  warn(kind: string, line: string): void {
    if (this.#strict) throw new RxAnomalyError('BAD_INPUT', `${this.#file}: ${line} (--strict)`);
    const count = (this.#counts.get(kind) ?? 0) + 1;
    this.#counts.set(kind, count);
    if (count <= SHOWN) this.#onWarning(`${this.#file}: ${clipped(line)}`);
  }

  /** What is counted elsewhere, as a problem of its row: an error where warnings are errors, nothing else. */
  strictly(line: string): void {
    if (this.#strict) throw new RxAnomalyError('BAD_INPUT', `${this.#file}: ${line} (--strict)`);
  }

  /** Whether a warning of that kind would only be counted: its text need not be made. */
  isFull(kind: string): boolean {
    return (this.#counts.get(kind) ?? 0) >= SHOWN;
  }

  /** Reports how many warnings of each kind were not written out. */
  end(): void {
    for (const [kind, count] of this.#counts) {
      if (count > SHOWN) this.#onWarning(`${this.#file}: and ${count - SHOWN} more of the kind "${kind}"`);
    }
    this.#counts.clear();
  }
}

function clipped(line: string): string {
  return line.length > LONGEST ? `${line.slice(0, LONGEST)} …` : line;
}

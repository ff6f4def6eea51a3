import type { Problem, ProblemKind } from '../core/reading.ts';

/** What happens for every key, or at every event, once it has happened. */
const ONCE: readonly ProblemKind[] = ['slowEngine', 'evictedEarly'];

/** Counts the problems of one detector, and passes them on. */
export class ProblemTally<E> {
  readonly #counts: Map<ProblemKind, number> = new Map();
  readonly #next: ((problem: Problem<E>) => void) | undefined;

  /** @param next called with each; what is no function is not */
  constructor(next: ((problem: Problem<E>) => void) | 'silent' | undefined) {
    this.#next = typeof next === 'function' ? next : undefined;
  }

  get counts(): Readonly<Partial<Record<ProblemKind, number>>> {
    return Object.fromEntries(this.#counts);
  }

  readonly add = (problem: Problem<E>): void => {
    const { kind } = problem;
    const count = this.#counts.get(kind) ?? 0;
    if (count > 0 && ONCE.includes(kind)) return;
    this.#counts.set(kind, count + 1);
    this.#next?.(problem);
  };
}

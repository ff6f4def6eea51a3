import type { Feedback } from '../../models/decision/feedback.ts';
import { shortHash } from './resume/fileStart.ts';

/**
 * The ids of the feedback that a state has, as often as it was applied: a piece may be given, cleared and given again, and
 * a file of all of it is then recalled in the same order.
 */
export class AppliedFeedback {
  readonly #counts: Map<string, number> = new Map();
  readonly #recalled: Map<string, number> = new Map();

  /** Notes that a piece was applied once more. */
  add(id: string): void {
    this.#counts.set(id, (this.#counts.get(id) ?? 0) + 1);
  }

  /** Asked once for each piece of an earlier run, in the order in which they were given. @returns whether the state has it */
  recall(id: string): boolean {
    const recalled = (this.#recalled.get(id) ?? 0) + 1;
    this.#recalled.set(id, recalled);
    return recalled <= (this.#counts.get(id) ?? 0);
  }

  /** Each id as often as it was applied. */
  save(): string[] {
    return [...this.#counts].flatMap(([id, count]) => new Array<string>(count).fill(id));
  }
}

/** Identifies a piece of feedback. */
export function feedbackId({ kind, key, value, residual, score }: Feedback): string {
  return shortHash(JSON.stringify([kind, key ?? null, value, residual, score]));
}

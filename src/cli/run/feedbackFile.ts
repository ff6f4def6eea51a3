import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { RxAnomalyError } from '../../core/errors.ts';
import { messageOf } from '../../core/messageOf.ts';
import { checkFeedback, type Feedback, type Range } from '../../models/decision/feedback.ts';
import { writeFailure } from '../output/writeFailure.ts';
import { shortHash } from './resume/rowIdentity.ts';

/** What people have said, a line of JSON each, so that it holds after a restart. */
export class FeedbackFile {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  /** All that was said before, oldest first. @throws RxAnomalyError BAD_INPUT naming file and line */
  load(): Feedback[] {
    if (!existsSync(this.#path)) return [];
    const lines = readFileSync(this.#path, 'utf8').split('\n');
    return lines.flatMap((line, i) => {
      if (line.trim() === '') return [];
      try {
        return [parse(line)];
      } catch (error) {
        throw new RxAnomalyError('BAD_INPUT', `${this.#path}: line ${i + 1}: ${messageOf(error)}`);
      }
    });
  }

  /** Adds a line, which is on disk when this returns. @throws RxAnomalyError BAD_OUTPUT */
  add(feedback: Feedback): void {
    try {
      mkdirSync(dirname(this.#path), { recursive: true });
      appendFileSync(this.#path, `${JSON.stringify(feedback)}\n`, { flush: true });
    } catch (error) {
      throw writeFailure(this.#path, error);
    }
  }
}

/** By which what was said is known again. */
export function feedbackId({ kind, key, value, residual, score }: Feedback): string {
  return shortHash(JSON.stringify([kind, key ?? null, value, residual, score]));
}

/** JSON has no NaN: it stands there as null. */
function parse(line: string): Feedback {
  const { key, ...rest } = JSON.parse(line) as Feedback;
  const numbers = (ranges: readonly Range[]): Range[] =>
    ranges.map(([low, high]) => [low ?? Number.NaN, high ?? Number.NaN]);
  const feedback = { ...rest, key, value: numbers(rest.value), residual: numbers(rest.residual) };
  checkFeedback('serve', feedback);
  return feedback;
}

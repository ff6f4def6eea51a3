import { appendFileSync, existsSync, mkdirSync, readFileSync, statSync, truncateSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileFault, messageOf, RxAnomalyError } from '../../core/errors.ts';
import { checkFeedback, type Feedback, type Range } from '../../models/decision/feedback.ts';

/** Feedback in a file, a line of JSON each, so that it holds after a restart. */
export class FeedbackFile {
  readonly #path: string;
  readonly #log: (line: string) => void;

  /** @param log called with a warning, where the last line is incomplete */
  constructor(path: string, log: (line: string) => void) {
    this.#path = path;
    this.#log = log;
  }

  /**
   * All feedback so far, oldest first. A last line that is incomplete, because the machine went down or the disk was full
   * while it was written, is cut off the file with a warning.
   *
   * @throws RxAnomalyError BAD_INPUT naming file and line
   */
  load(): Feedback[] {
    if (!existsSync(this.#path)) {
      // What cannot be written is known at the start, not at the first feedback.
      this.#change((path) => {
        mkdirSync(dirname(path), { recursive: true });
        appendFileSync(path, '');
      });
      return [];
    }
    // A device such as /dev/full never ends: reading it would take all memory there is.
    if (!statSync(this.#path).isFile())
      throw new RxAnomalyError(
        'BAD_INPUT',
        `${this.#path}: expected a file of feedback, got a folder or a device`,
      );
    const bytes = readFileSync(this.#path);
    const lines = bytes.toString('utf8').split('\n');
    const last = lines.length - 1; // empty where the file ends with a line break
    return lines.flatMap((line, i) => {
      if (line.trim() === '') return [];
      try {
        const feedback = parse(line);
        if (i === last) this.#change((path) => appendFileSync(path, '\n', { flush: true }));
        return [feedback];
      } catch (error) {
        if (error instanceof RxAnomalyError && error.code === 'BAD_INPUT') throw error;
        const where = `${this.#path}: line ${i + 1}`;
        if (i !== last) throw new RxAnomalyError('BAD_INPUT', `${where}: ${messageOf(error)}`);
        this.#change((path) => truncateSync(path, bytes.lastIndexOf(LINE_BREAK) + 1));
        this.#log(`${where} is incomplete (${messageOf(error)}) and was dropped`);
        return [];
      }
    });
  }

  /**
   * Adds a line, which is on disk when this returns.
   *
   * @throws RxAnomalyError BAD_INPUT naming the file, such as when the disk is full
   */
  add(feedback: Feedback): void {
    this.#change((path) => {
      mkdirSync(dirname(path), { recursive: true });
      const before = existsSync(path) ? statSync(path).size : 0;
      try {
        appendFileSync(path, `${JSON.stringify(feedback)}\n`, { flush: true });
      } catch (error) {
        cutOff(path, before); // else the next line would be added to half of this one
        throw error;
      }
    });
  }

  #change(work: (path: string) => void): void {
    try {
      work(this.#path);
    } catch (error) {
      throw new RxAnomalyError(
        'BAD_INPUT',
        `${this.#path}: cannot be written: ${fileFault(error) ?? messageOf(error)}`,
        {
          cause: error,
        },
      );
    }
  }
}

const LINE_BREAK = 0x0a;

/** Takes off what was added, if that can be done. */
function cutOff(path: string, length: number): void {
  try {
    truncateSync(path, length);
  } catch {
    // what could not be written is reported
  }
}

/** JSON has no NaN: null stands for it. */
function parse(line: string): Feedback {
  const { key, ...rest } = JSON.parse(line) as Feedback;
  const numbers = (name: 'value' | 'residual'): Range[] => {
    const ranges: unknown = rest[name];
    if (!Array.isArray(ranges) || !ranges.every(Array.isArray))
      throw new RxAnomalyError('BAD_OPTION', `expected ${name} to be a list of [low, high]`);
    return (ranges as readonly (readonly (number | null)[])[]).map(([low, high]) => [
      low ?? Number.NaN,
      high ?? Number.NaN,
    ]);
  };
  const feedback = { ...rest, key, value: numbers('value'), residual: numbers('residual') };
  checkFeedback('serve', feedback);
  return feedback;
}

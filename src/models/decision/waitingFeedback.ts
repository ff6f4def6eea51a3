import { show } from '../../core/options.ts';
import type { Problem } from '../../core/reading.ts';
import { badSnapshot, fields, list, nullOr, type State, text } from '../snapshot/state.ts';
import { type Feedback, isSameFeedback } from './feedback.ts';
import { readFeedback, saveFeedback } from './savedFeedback.ts';

/** Maximum number of pieces that wait; the oldest is dropped. */
const MOST = 1000;

/** Feedback on keys that have no model, until their first event. */
export class WaitingFeedback {
  #pieces: Feedback[] = []; // oldest first

  /** Number of pieces. */
  get size(): number {
    return this.#pieces.length;
  }

  /** @returns what became of it, or of another piece, for a message */
  add(feedback: Feedback): string {
    this.#pieces.push(feedback);
    if (this.#pieces.length <= MOST) return WAITS;
    const oldest = this.#pieces.shift() as Feedback;
    return `${WAITS}, and the oldest of ${MOST} that wait, on ${nameOf(oldest.key)}, is dropped`;
  }

  /** Removes the pieces on the same events. @returns false where there is none */
  remove(feedback: Feedback): boolean {
    const { length } = this.#pieces;
    this.#pieces = this.#pieces.filter(
      (piece) => piece.key !== feedback.key || !isSameFeedback(piece, feedback),
    );
    return this.#pieces.length < length;
  }

  /** What waits for a key, oldest first; it does so no longer. */
  take(key: string | undefined): readonly Feedback[] {
    const own = this.#pieces.filter((piece) => piece.key === key);
    if (own.length > 0) this.#pieces = this.#pieces.filter((piece) => piece.key !== key);
    return own;
  }

  clear(): void {
    this.#pieces = [];
  }

  save(): State {
    return this.#pieces.map((piece) => ({ key: piece.key ?? null, ...saveFeedback(piece) }));
  }

  /** What `save` gave. @throws RxAnomalyError BAD_SNAPSHOT where `saved` is no such state */
  static resumed(saved: State = []): WaitingFeedback {
    const pieces = list('feedback', saved).map(read);
    if (pieces.length > MOST) throw badSnapshot(`snapshot: expected at most ${MOST} pieces of feedback`);
    const waiting = new WaitingFeedback();
    for (const piece of pieces) waiting.add(piece);
    return waiting;
  }
}

/**
 * The problem that there is feedback on a key without a model.
 *
 * @param index of the next event
 * @param remedy what was done about it
 */
export function unknownKey<E>(key: string | undefined, index: number, remedy: string): Problem<E> {
  const detail = 'expected the key of a model, got one that has none';
  const message = `feedback on ${nameOf(key)}: ${detail}; ${remedy}`;
  return { kind: 'unknownKey', dimension: undefined, key, event: undefined, index, detail, remedy, message };
}

/** The problem that there is feedback to clear that was not given, or is no longer kept. */
export function unknownFeedback<E>(key: string | undefined, index: number): Problem<E> {
  const detail = 'expected feedback that was given before, got none on these events';
  const remedy = 'nothing is cleared';
  const message = `feedback on ${nameOf(key)}: ${detail}; ${remedy}`;
  return {
    kind: 'unknownFeedback',
    dimension: undefined,
    key,
    event: undefined,
    index,
    detail,
    remedy,
    message,
  };
}

const WAITS = 'it waits for the first event of its key';

function nameOf(key: string | undefined): string {
  return key === undefined ? 'the stream without a key' : show(key);
}

function read(saved: State): Feedback {
  const { key, ...piece } = fields(saved, ['key', 'kind', 'score', 'ranges']);
  return readFeedback(piece, nullOr('key', key, text));
}

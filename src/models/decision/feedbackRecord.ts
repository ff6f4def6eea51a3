import { type Scored, toVector } from '../../core/reading.ts';
import { badSnapshot, list, type State } from '../snapshot/state.ts';
import { type Feedback, isSameFeedback, type Range } from './feedback.ts';
import { readFeedback, saveFeedback } from './savedFeedback.ts';

/** The value of `suppressed` in a verdict that feedback has made normal. */
export const ACCEPTED = 'feedback';

/** Maximum number of pieces of either kind per key; the oldest is dropped. */
const MOST = 64;

/**
 * The feedback on one stream, oldest first, as it was given: what follows from it is derived anew when a piece is cleared,
 * as if that had never been there. An anomaly is suppressed if, in each dimension with a share of the score, its value
 * *and* its distance from the forecast lie in those of one normal piece: both, so that an incident that spans the usual
 * range does not hide everything inside it.
 */
export class FeedbackRecord {
  #pieces: readonly Feedback[] = [];
  /** Normal ones that no later missed one has reverted. */
  #normal: readonly Feedback[] = [];

  /** Number of pieces. */
  get size(): number {
    return this.#pieces.length;
  }

  /** The scores that were called missed. */
  get missed(): number[] {
    return this.#pieces.filter(({ kind }) => kind === 'missed').map(({ score }) => score);
  }

  /**
   * Adds a piece; `'missed'` reverts the normal ranges that cover it, `'clear'` removes the pieces on the same events.
   *
   * @returns false where there was nothing to clear
   */
  add(feedback: Feedback): boolean {
    const { length } = this.#pieces;
    if (feedback.kind === 'clear') {
      this.#pieces = this.#pieces.filter((piece) => !isSameFeedback(piece, feedback));
      this.#normal = inEffect(this.#pieces);
      return this.#pieces.length < length;
    }
    this.#pieces = [...this.#pieces, feedback];
    this.#normal = inEffect(this.#pieces);
    this.#dropOldest();
    return true;
  }

  /** Whether an anomaly is marked as normal. Pure. */
  covers({ value, residual, attribution }: Pick<Scored, 'value' | 'residual' | 'attribution'>): boolean {
    if (this.#normal.length === 0) return false;
    const [values, residuals, shares] = [toVector(value), toVector(residual), toVector(attribution)];
    const least = (1 - 1e-9) / shares.length; // rounding may leave equal shares a little below 1 / D
    // What came before the first event may be of other dimensions.
    return this.#normal.some(
      (known) =>
        known.value.length === shares.length &&
        shares.every(
          (share, d) =>
            share < least || (inside(known.value[d], values[d]) && inside(known.residual[d], residuals[d])),
        ),
    );
  }

  save(): State {
    return this.#pieces.map(saveFeedback);
  }

  /** What `save` gave. @throws RxAnomalyError BAD_SNAPSHOT where `saved` is no such state */
  static resumed(saved: State): FeedbackRecord {
    const pieces = list('feedback', saved).map((piece) => readFeedback(piece, undefined));
    if (pieces.length > 2 * MOST)
      throw badSnapshot(`snapshot: expected at most ${2 * MOST} pieces of feedback, got ${pieces.length}`);
    const record = new FeedbackRecord();
    for (const piece of pieces) record.add(piece);
    return record;
  }

  #dropOldest(): void {
    const of = (wanted: Feedback['kind']): Feedback[] => this.#pieces.filter(({ kind }) => kind === wanted);
    const [normal, missed] = [of('normal'), of('missed')];
    const gone = new Set<Feedback>();
    if (normal.length > MOST) gone.add(normal.find((piece) => !this.#normal.includes(piece)) ?? normal[0]);
    if (missed.length > MOST) {
      const [oldest] = missed;
      gone.add(oldest);
      // What it has reverted does not come back with its end.
      for (const piece of this.#pieces.slice(0, this.#pieces.indexOf(oldest)))
        if (reverts(oldest, piece)) gone.add(piece);
    }
    if (gone.size === 0) return;
    this.#pieces = this.#pieces.filter((piece) => !gone.has(piece));
    this.#normal = inEffect(this.#pieces);
  }
}

function inEffect(pieces: readonly Feedback[]): readonly Feedback[] {
  return pieces.filter(
    (piece, n) => piece.kind === 'normal' && !pieces.slice(n + 1).some((later) => reverts(later, piece)),
  );
}

/** Whether a piece, if it is a missed one, reverts a normal one before it. */
function reverts(later: Feedback, { kind, value }: Feedback): boolean {
  return (
    later.kind === 'missed' && kind === 'normal' && value.every((range, d) => overlap(range, later.value[d]))
  );
}

function inside(range: Range | undefined, at: number): boolean {
  return range !== undefined && range[0] <= at && at <= range[1];
}

function overlap(range: Range, other: Range | undefined): boolean {
  return other !== undefined && range[0] <= other[1] && other[0] <= range[1];
}

import { type Scored, toVector } from '../../core/reading.ts';
import { badSnapshot, list, type State } from '../snapshot/state.ts';
import { packFloats, unpackFloats } from '../snapshot/vectors.ts';
import type { Feedback, Range } from './feedback.ts';

/** The value of `suppressed` in a verdict that feedback has made normal. */
export const ACCEPTED = 'feedback';

/** Maximum number of ranges per key; the oldest is dropped. */
const MOST = 64;

/**
 * The ranges that people have marked as normal in one stream. An anomaly is suppressed if, in each dimension with a
 * share of the score, its value *and* its distance from the forecast lie in those of one piece of feedback: both, so
 * that an incident that spans the usual range does not hide everything inside it.
 */
export class Acceptance {
  #ranges: (readonly [value: readonly Range[], residual: readonly Range[]])[] = [];

  /** Number of ranges. */
  get size(): number {
    return this.#ranges.length;
  }

  /** Adds feedback; `'missed'` removes the normal ranges that cover it. */
  add({ kind, value, residual }: Feedback): void {
    if (kind === 'normal') {
      this.#ranges.push([value, residual]);
      if (this.#ranges.length > MOST) this.#ranges.shift();
    } else {
      this.#ranges = this.#ranges.filter((known) => !known[0].every((range, d) => overlap(range, value[d])));
    }
  }

  /** Whether an anomaly is marked as normal. Pure. */
  covers({ value, residual, attribution }: Pick<Scored, 'value' | 'residual' | 'attribution'>): boolean {
    if (this.#ranges.length === 0) return false;
    const [values, residuals, shares] = [toVector(value), toVector(residual), toVector(attribution)];
    const least = (1 - 1e-9) / shares.length; // rounding may leave equal shares a little below 1 / D
    return this.#ranges.some(([known, apart]) =>
      shares.every(
        (share, d) => share < least || (inside(known[d], values[d]) && inside(apart[d], residuals[d])),
      ),
    );
  }

  save(): State {
    return this.#ranges.map((ranges) => packFloats(ranges.flat(2)));
  }

  /** What `save` gave. @throws RxAnomalyError BAD_SNAPSHOT where `saved` is no such state */
  static resumed(saved: State): Acceptance {
    const acceptance = new Acceptance();
    acceptance.#resume(saved);
    return acceptance;
  }

  #resume(saved: State): void {
    const all = list('acceptance', saved);
    if (all.length > MOST)
      throw badSnapshot(`snapshot: expected at most ${MOST} normal ranges, got ${all.length}`);
    this.#ranges = all.map((packed) => {
      const ends = unpackFloats(packed, undefined, 'any'); // NaN where feedback had no number
      if (ends.length % 4 !== 0) throw badSnapshot('snapshot: a normal range has no end');
      const ranges = Array.from({ length: ends.length / 2 }, (_, k): Range => [ends[2 * k], ends[2 * k + 1]]);
      return [ranges.slice(0, ranges.length / 2), ranges.slice(ranges.length / 2)];
    });
  }
}

function inside(range: Range | undefined, at: number): boolean {
  return range !== undefined && range[0] <= at && at <= range[1];
}

function overlap(range: Range, other: Range | undefined): boolean {
  return other !== undefined && range[0] <= other[1] && other[0] <= range[1];
}

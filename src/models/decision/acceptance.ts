import type { Scored } from '../../core/reading.ts';
import { toVector } from '../../core/vector.ts';
import { packFloats, type State, trusted, unpackFloats } from '../snapshot.ts';
import type { Feedback, Range } from './feedback.ts';

/** What `suppressed` of a verdict says where feedback has made it normal. */
export const ACCEPTED = 'feedback';

/** What is remembered per key: beyond, the oldest gives way. */
const MOST = 64;

/**
 * The ranges that people have called normal in one stream. An anomaly is left alone where, in each dimension that bears the
 * score, its value *and* its distance from the forecast lie in those of one piece of feedback: both, so that an incident
 * that spans the usual range does not blind the detector to all that happens inside it.
 */
export class Acceptance {
  #ranges: (readonly [value: readonly Range[], residual: readonly Range[]])[] = [];

  /** Pieces of feedback that are remembered. */
  get size(): number {
    return this.#ranges.length;
  }

  /** Takes in what was said; `'missed'` takes back what was called normal and covers it. */
  add({ kind, value, residual }: Feedback): void {
    if (kind === 'normal') {
      this.#ranges.push([value, residual]);
      if (this.#ranges.length > MOST) this.#ranges.shift();
    } else {
      this.#ranges = this.#ranges.filter((known) => !known[0].every((range, d) => overlap(range, value[d])));
    }
  }

  /** Whether an anomaly has been called normal. Pure. */
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

  resume(saved: State | undefined): void {
    this.#ranges = trusted<readonly State[]>(saved ?? []).map((packed) => {
      const ends = unpackFloats(packed);
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

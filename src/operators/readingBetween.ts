import type { Reading, Value } from '../core/reading.ts';
import { shapeLike, toVector } from '../core/vector.ts';

/** How a gap is filled: not at all, with the last value, or with a straight line to the next. */
export type GapFill = 'missing' | 'hold' | 'linear';

/** A reading that has a time. */
export type Timed<E, V extends Value> = Reading<E, V> & { readonly time: number };

/**
 * The value inserted between two readings.
 *
 * @param share position from one to the other, 0 … 1
 */
export function readingBetween<E, V extends Value>(
  before: Timed<E, V>,
  after: Timed<E, V>,
  share: number,
  fill: GapFill,
): Reading<undefined, V> {
  return {
    event: undefined,
    time: before.time + share * (after.time - before.time),
    key: before.key,
    value: valueBetween(before.value, after.value, share, fill),
    imputed: true,
  };
}

function valueBetween<V extends Value>(before: V, after: V, share: number, fill: GapFill): V {
  if (!isValue(before)) return before; // no value to start from: the detector handles it as it handled that one
  const to = isValue(after) ? toVector(after) : [];
  const filled = Array.from(toVector(before), (start, d) => {
    if (fill === 'hold') return start;
    return fill === 'linear' && isNumber(start) && isNumber(to[d])
      ? start + share * (to[d] - start)
      : Number.NaN;
  });
  return shapeLike(before, filled);
}

// The types promise it; the data may not.
function isNumber(part: unknown): boolean {
  return typeof part === 'number';
}

function isValue(value: unknown): boolean {
  return isNumber(value) || Array.isArray(value) || ArrayBuffer.isView(value);
}

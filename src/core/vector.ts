import type { Value } from './reading.ts';

/** A value as a list of numbers, one per dimension. */
export function toVector(value: Value): readonly number[] {
  return typeof value === 'number' ? [value] : value;
}

/** A list of numbers in the shape that `value` has: a number for a number. */
export function shapeLike<V extends Value>(value: V, vector: readonly number[]): V {
  return (typeof value === 'number' ? vector[0] : vector) as V;
}

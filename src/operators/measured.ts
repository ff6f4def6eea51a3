import type { Shape, Value } from '../core/reading.ts';

/** An event that needs no `value` selector: a number, numbers, or something that has them in its field `value`. */
export type Measured = MaybeValue | { readonly value?: MaybeValue };

/** The value of such an event, as its verdict has it. */
export type ValueOf<E> = E extends Value
  ? Shape<E>
  : E extends { readonly value?: infer V }
    ? Present<V>
    : never;

/** Options that select the value of an event; null and undefined stand for a missing one. */
export interface WithValue<E, V extends Value> {
  readonly value: (event: E) => V | null | undefined;
}

/** A value, or none. */
export type MaybeValue = Value | null | undefined;
/** The shape of a value that is there. */
export type Present<V> = V extends Value ? Shape<V> : never;

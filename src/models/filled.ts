/** A value; the expected one where it is missing. */
export function orElse(value: number, expected: number): number {
  return Number.isNaN(value) ? expected : value;
}

/** @param filled whether all of the event was imputed */
export function residualOf(value: number, expected: number, filled: boolean): number {
  return filled ? 0 : value - expected;
}

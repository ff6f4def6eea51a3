// The power mean of degree 4, between the mean (1), which no single channel moves, and the maximum (∞), which any
// does.

/** x⁴: a term of the mean. Multiplied out, because every event needs it for every channel. */
export function raised(x: number): number {
  const square = x * x;
  return square * square;
}

/** The fourth root: of the terms' weighted sum, the mean. */
export function rooted(sum: number): number {
  return Math.sqrt(Math.sqrt(sum));
}

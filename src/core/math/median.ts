/** The middle one of values[from … to), sorted; the mean of two. NaN of none. */
export function medianOf(values: Float64Array, from = 0, to: number = values.length): number {
  const sorted = values.slice(from, to).sort();
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/**
 * Events after which half of a cell's content is left, if its forget gate stays as it is: ln ½ / ln f. 0 for a gate
 * that
 * is shut, Infinity for one that is fully open.
 *
 * Content and gradient decay the same, ∂c'/∂c = f (Gers, Schmidhuber & Cummins 2000, section 3).
 *
 * @param forget f, 0 … 1
 */
export function halfLife(forget: number): number {
  return forget >= 1 ? Number.POSITIVE_INFINITY : Math.log(0.5) / Math.log(forget);
}

/**
 * How large a cell's content can become, if its gates stay as they are: |c| → i / (1 − f), as |g| ≤ 1 and
 * c = f·c + i·g. 1 at most where f + i ≤ 1; 0 where nothing is written; Infinity where all is kept and more is written.
 *
 * @param input i, 0 … 1
 * @param forget f, 0 … 1
 */
export function cellBound(input: number, forget: number): number {
  return input === 0 ? 0 : input / (1 - forget);
}

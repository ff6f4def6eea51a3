/** A labelled stretch of time. */
export interface LabelWindow {
  /** Event time, milliseconds since 1970-01-01T00:00:00Z; the first moment inside. */
  readonly start: number;
  /** Event time in milliseconds; the last moment inside. `end ≥ start`; equal for a single instant. */
  readonly end: number;
}

/** A labelled range of records. The evaluation counts in records, because a stream may have no times. */
export interface RecordWindow {
  /** Index of the first record inside, from 0. */
  readonly first: number;
  /** Index of the last record inside; `last ≥ first`. */
  readonly last: number;
}

/**
 * Time windows as record windows. A record belongs to a window if start ≤ time ≤ end; the record window reaches from
 * the first such record to the last, so that an hour repeated when a clock is set back does not split a window.
 * Windows that overlap become one; a window without a record is left out.
 *
 * @param times (records) event time of each record in milliseconds; NaN, a record without a time, is in no window
 * @returns ascending and disjoint
 */
export function recordWindows(times: ArrayLike<number>, windows: readonly LabelWindow[]): RecordWindow[] {
  const found: RecordWindow[] = [];
  for (const { start, end } of windows) {
    let first = -1;
    let last = -1;
    for (let i = 0; i < times.length; i++) {
      if (times[i]! >= start && times[i]! <= end) {
        if (first < 0) first = i;
        last = i;
      }
    }
    if (first >= 0) found.push({ first, last });
  }
  return mergeWindows(found, 1);
}

/**
 * Runs of flagged records, for labels that come as a 0/1 column.
 *
 * @param flags (records) true where the record is labelled
 * @param within runs closer than this many records are one: the first of the next − the last of this < within; default 10
 * @returns ascending and disjoint
 */
export function windowsOfFlags(flags: readonly boolean[], within = 10): RecordWindow[] {
  return mergeWindows(rangesOf(flags.flatMap((flag, at) => (flag ? [at] : []))), within);
}

/** Runs of successive record indices. @param indices ascending */
export function rangesOf(indices: readonly number[]): RecordWindow[] {
  const runs: RecordWindow[] = [];
  let first = 0;
  for (const [at, index] of indices.entries()) {
    if (indices[at + 1] === index + 1) continue;
    runs.push({ first: indices[first]!, last: index });
    first = at + 1;
  }
  return runs;
}

/** Windows closer than `within` records become one; 1 merges only those that share a record. The result ascends. */
export function mergeWindows(windows: readonly RecordWindow[], within: number): RecordWindow[] {
  const merged: RecordWindow[] = [];
  for (const window of [...windows].sort((a, b) => a.first - b.first)) {
    const previous = merged.at(-1);
    if (previous !== undefined && window.first - previous.last < within) {
      merged[merged.length - 1] = { first: previous.first, last: Math.max(previous.last, window.last) };
    } else {
      merged.push(window);
    }
  }
  return merged;
}

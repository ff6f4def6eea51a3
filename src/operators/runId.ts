let runs = 0; // of this process

/**
 * What tells one run over a stream from all others: the time alone does not, as a process may begin two within a millisecond.
 *
 * @param now milliseconds since 1970
 */
export function runId(now: number): string {
  return `${now}.${++runs}`;
}

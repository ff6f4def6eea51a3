let runs = 0; // of this process

/**
 * A unique id of one run over a stream: the time alone is not unique, because a process may start two within a
 * millisecond.
 *
 * @param now milliseconds since 1970
 */
export function runId(now: number): string {
  return `${now}.${++runs}`;
}

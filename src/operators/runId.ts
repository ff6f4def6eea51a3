/** What tells one run of a program over a stream from all others: two may begin within a millisecond, of clocks not agreeing. */
export function runId(): string {
  return crypto.getRandomValues(new Uint32Array(4)).join('-'); // randomUUID is not there in pages without TLS
}

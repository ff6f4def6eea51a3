/**
 * Surprise at a value that no longer moves: a stuck sensor or a halted feed, ordinary in every single reading. A run of
 * equal values counts once it is three times as long as the longest run of the past, and grows by a decade of
 * probability with each tenfold length. Streams that often stand still, such as counters, so teach it patience.
 */
export class StuckAt {
  /** Last value, length of its run, longest run that ended, values seen. */
  readonly state: Float64Array = Float64Array.of(Number.NaN, 0, 0, 0);

  /** Surprise in decades of probability, 0 or more. Pure. */
  of(value: number): number {
    const [, , longest, seen] = this.state;
    const ratio = this.#run(value) / (PATIENCE * Math.max(SHORT, longest));
    return seen < ESTABLISHED || ratio < 1 ? 0 : DECADES + Math.log10(ratio);
  }

  learn(value: number): void {
    const [, run, longest, seen] = this.state;
    const ended = value !== this.state[0];
    // At the start the run that goes on counts as well: a stream that begins at rest may be one that rests.
    if (ended || seen < ESTABLISHED) this.state[2] = Math.max(longest, run);
    this.state[1] = this.#run(value);
    this.state[0] = value;
    this.state[3]++;
  }

  #run(value: number): number {
    return value === this.state[0] ? this.state[1] + 1 : 1;
  }
}

const ESTABLISHED = 500; // values before there is a longest run to speak of
const PATIENCE = 3; // times the longest run of the past
const SHORT = 4; // a longest run below this counts as this
const DECADES = 3; // once it counts: clearly over the default threshold

/** How far evidence must exceed what it has been of late, to be news: 1 would flag every second event of a lasting shift. */
const CONTRAST = 1.25;
/** More than any scorer gives for an event; keeps averages finite where a score is 1. */
const LARGEST_ODDS = 1e6;

/**
 * Gets used to what lasts. Once an incident has gone on for `events` events, an event of it counts only when its evidence
 * exceeds the average of the last `events` by a quarter: where a level has shifted for good the incident ends, and a
 * change on top of it opens another one. Adaptation level (Helson 1964): a stimulus is judged against the average of
 * those before it.
 */
export class Habituation {
  /** Moving average of the evidence; events since the incident began. */
  readonly state: Float64Array = new Float64Array(2);
  readonly #events: number;

  constructor(events: number) {
    this.#events = events;
  }

  /** Whether the incident that is open has become usual. */
  get usual(): boolean {
    return this.state[AGE] >= this.#events;
  }

  /** Whether evidence stands out from what has been usual of late. Pure. @param odds score / (1 − score) */
  standsOut(odds: number): boolean {
    return Math.min(odds, LARGEST_ODDS) >= CONTRAST * this.state[AVERAGE];
  }

  /** Takes in an event. @param began whether it opened an incident */
  learn(odds: number, began: boolean): void {
    if (!Number.isNaN(odds))
      this.state[AVERAGE] += (Math.min(odds, LARGEST_ODDS) - this.state[AVERAGE]) / this.#events;
    this.state[AGE] = began ? 1 : this.state[AGE] + 1;
  }
}

const AVERAGE = 0;
const AGE = 1;

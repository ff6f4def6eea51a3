/** How far evidence must exceed what it has been of late, to be news: at 1 every second event of what lasts would be. */
const CONTRAST = 1.25;
/** Times the odds of the threshold that an event counts at most: one must not deafen the detector for what follows. */
const LARGEST = 10;

/**
 * Gets used to what lasts: evidence counts only where it exceeds its average over the last `events` by a quarter. An
 * incident ends where a level has shifted for good, though the level is as odd as it was, and a change on top of it
 * opens another one. Adaptation level (Helson 1964): a stimulus is judged against the average of those before it.
 */
export class Habituation {
  /** Moving average of the evidence. */
  readonly state: Float64Array = new Float64Array(1);
  readonly #events: number;
  readonly #largest: number;

  /** @param threshold odds from which evidence is worth an alert */
  constructor(events: number, threshold: number) {
    this.#events = events;
    this.#largest = LARGEST * threshold;
  }

  /** Whether evidence stands out from what it has been of late. Pure. @param odds score / (1 − score) */
  standsOut(odds: number): boolean {
    return odds >= CONTRAST * this.state[0];
  }

  /** Takes in an event. */
  learn(odds: number): void {
    if (Number.isNaN(odds)) return;
    this.state[0] += (Math.min(odds, this.#largest) - this.state[0]) / this.#events;
  }
}

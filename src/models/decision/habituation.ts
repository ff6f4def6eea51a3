import { pooled } from '../../numerics/pooled.ts';
import { type RangedVector, ranged, within } from '../snapshot/vectors.ts';

/** How far evidence must exceed its recent average to count; at 1 every second event of a lasting change would. */
const CONTRAST = 1.25;
/**
 * An event counts at most this many times the odds of the threshold, so that a single one does not block those after
 * it.
 */
const LARGEST = 10;

/**
 * Adapts to lasting changes: evidence counts only where it exceeds its average over the last `events` by a quarter.
 * So an incident ends where a level has shifted for good, though the level is as unusual as before, and a further
 * change opens another one. Adaptation level (Helson 1964): a stimulus is perceived relative to the average of those
 * before it.
 */
export class Habituation {
  /** Moving average of the evidence. */
  readonly state: Float64Array = pooled(1);
  readonly #events: number;
  readonly #largest: number;

  /** @param threshold odds from which evidence is enough for an alert */
  constructor(events: number, threshold: number) {
    this.#events = events;
    this.#largest = LARGEST * threshold;
  }

  /** The state and its range, for a snapshot. */
  get memory(): RangedVector {
    return ranged(this.state, within(0, 1.001 * this.#largest));
  }

  /** Whether evidence exceeds its recent average. Pure. @param odds score / (1 − score) */
  standsOut(odds: number): boolean {
    return odds >= CONTRAST * this.state[0];
  }

  /** Updates with an event. */
  learn(odds: number): void {
    if (Number.isNaN(odds)) return;
    this.state[0] += (Math.min(odds, this.#largest) - this.state[0]) / this.#events;
  }
}

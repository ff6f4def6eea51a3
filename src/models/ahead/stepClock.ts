import { LATEST } from '../../core/selectors.ts';
import { pooled } from '../../numerics/pooled.ts';
import type { Observation } from '../forecaster.ts';
import { COUNT, type Memory, orElse, ranged, TIME, within } from '../snapshot/vectors.ts';

const KEPT = 9; // time steps; their median is the usual one

/** When the events after the newest one are expected: its time plus so many usual time steps. */
export class StepClock {
  readonly #steps: Float64Array; // (KEPT) ring of the newest time steps above 0, milliseconds
  readonly #count: Float64Array; // (1) of them so far
  readonly #newest: Float64Array; // (2) time and calendar time of the newest event; NaN where there is none

  constructor() {
    this.#steps = pooled(KEPT);
    this.#count = pooled(1);
    this.#newest = pooled(2);
    this.#newest.fill(Number.NaN);
  }

  /** For a snapshot. */
  get memory(): Memory {
    return {
      'clock.steps': ranged(this.#steps, within(0, 2 * LATEST)),
      'clock.count': ranged(this.#count, COUNT),
      'clock.newest': ranged(this.#newest, orElse(TIME, Number.NaN)),
    };
  }

  learn({ time, calendarTime }: Observation): void {
    const step = (time ?? Number.NaN) - this.#newest[0];
    if (step > 0) this.#steps[this.#count[0]++ % KEPT] = step;
    this.#newest[0] = time ?? Number.NaN;
    this.#newest[1] = calendarTime ?? time ?? Number.NaN;
  }

  /**
   * The usual time step, milliseconds: the median of the last nine. A gap does not change it, another cadence soon does.
   * 0 before the second time.
   */
  get step(): number {
    const known = Math.min(KEPT, this.#count[0]);
    return known === 0 ? 0 : this.#steps.slice(0, known).sort()[known >> 1];
  }

  /** Milliseconds since 1970 of the event so many steps after the newest; undefined in a stream without times. */
  ahead(steps: number, step: number = this.step): number | undefined {
    return moved(this.#newest[0], steps * step);
  }

  /** The same on the calendar of the stream. */
  calendarAhead(steps: number, step: number): number | undefined {
    return moved(this.#newest[1], steps * step);
  }
}

function moved(time: number, by: number): number | undefined {
  return Number.isNaN(time) ? undefined : Math.min(LATEST, time + by);
}

import { COUNT, type Memory, orElse, ranged, SIZE, VALUE } from '../snapshot/vectors.ts';
import { OFFSET } from './stepBands.ts';

/** What was expected of the steps after one event. */
export interface StepForecast {
  /** (C, H, D) by the candidates. */
  readonly paths: Float64Array;
  /** (H, D) by their mixture. */
  readonly expected: Float64Array;
  /** (H, D) of its bands. */
  readonly units: Float64Array;
  /** (Q, H, D) of its quantiles, in these units. */
  readonly offsets: Float64Array;
}

/** Forecasts of every so many events, until their last step has arrived. */
export class KeptForecasts {
  readonly #every: number;
  readonly #steps: number; // H
  readonly #slots: number; // R
  readonly #paths: Float64Array; // (R, C, H, D)
  readonly #expected: Float64Array; // (R, H, D)
  readonly #units: Float64Array; // (R, H, D)
  readonly #offsets: Float64Array; // (R, Q, H, D)
  readonly #origins: Float64Array; // (R) number of the event; −1 where there is none

  /** @param every events between two of them */
  constructor(every: number, candidates: number, quantiles: number, steps: number, dimensions: number) {
    const slots = Math.ceil(steps / every);
    this.#every = every;
    this.#steps = steps;
    this.#slots = slots;
    const size = slots * steps * dimensions;
    this.#paths = new Float64Array(candidates * size).fill(Number.NaN);
    this.#expected = new Float64Array(size).fill(Number.NaN);
    this.#units = new Float64Array(size).fill(Number.NaN);
    this.#offsets = new Float64Array(quantiles * size);
    this.#origins = new Float64Array(slots).fill(-1);
  }

  /** For a snapshot. */
  get memory(): Memory {
    return {
      'kept.paths': ranged(this.#paths, orElse(VALUE, Number.NaN)),
      'kept.expected': ranged(this.#expected, orElse(VALUE, Number.NaN)),
      'kept.units': ranged(this.#units, orElse(SIZE, Number.NaN)),
      'kept.offsets': ranged(this.#offsets, OFFSET),
      'kept.origins': ranged(this.#origins, orElse(COUNT, -1)),
    };
  }

  /** Whether the forecast after this event is to be kept. */
  keeps(event: number): boolean {
    return event % this.#every === 0;
  }

  keep(event: number, { paths, expected, units, offsets }: StepForecast): void {
    const slot = this.#slotOf(event);
    this.#paths.set(paths, slot * paths.length);
    this.#expected.set(expected, slot * expected.length);
    this.#units.set(units, slot * units.length);
    this.#offsets.set(offsets, slot * offsets.length);
    this.#origins[slot] = event;
  }

  /** Calls `compare` for every forecast that was made of an event, with its step from 1 on. */
  due(event: number, compare: (step: number, forecast: StepForecast) => void): void {
    for (let slot = 0; slot < this.#slots; slot++) {
      const origin = this.#origins[slot];
      const step = event - origin;
      if (origin < 0 || step < 1 || step > this.#steps) continue;
      compare(step, {
        paths: part(this.#paths, slot, this.#slots),
        expected: part(this.#expected, slot, this.#slots),
        units: part(this.#units, slot, this.#slots),
        offsets: part(this.#offsets, slot, this.#slots),
      });
    }
  }

  #slotOf(event: number): number {
    return (event / this.#every) % this.#slots;
  }
}

function part(all: Float64Array, slot: number, slots: number): Float64Array {
  const length = all.length / slots;
  return all.subarray(slot * length, (slot + 1) * length);
}

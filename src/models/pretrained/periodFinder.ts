import { type Aside, inPlace, pooled, pooledAside } from '../../numerics/pooled.ts';
import { COMPRESSED } from '../scaling/laplaceBand.ts';
import { COUNT, type Memory, ranged, wholeWithin, within } from '../snapshot/vectors.ts';

/** Longest period that is found: a day of 5-minute values, a week of half-hours. */
export const LONGEST_PERIOD = 336;

const ROOM = 512; // values; a power of 2 above the longest period
const MEMORY = 300; // events after which a difference counts 1/e
const SEARCHED = 16; // events between two searches
const STRIDE = 2; // events between two comparisons with all lags
const KEPT = 1.05; // a period is kept while no other is better by more than this
/** By how often a lag has been compared, this time included: of a mean of all, up to a memory of so many. */
const RATES: Float64Array = Float64Array.from({ length: MEMORY / STRIDE + 1 }, (_, n) => 1 / Math.max(1, n));
/** Values are remembered to the nearest of so many steps a unit: 16 bits hold them. */
const STEPS = 5461;
const STEP = 1 / STEPS;
const STEADY = 1e-9; // mean difference: below, the stream stands still

/**
 * Finds the period of a stream: per lag the recent mean of |x(t) − x(t − lag)|, divided by its mean over all shorter lags;
 * the lag where that is least (YIN: de Cheveigné & Kawahara 2002, step 3). Near 1 on noise and above 1 on a random walk; near
 * 0 where a pattern repeats itself. Constant time per event; nothing is allocated.
 */
export class PeriodFinder {
  readonly #values: Aside<Uint16Array>; // (ROOM) ring of the newest, as whole numbers of steps
  readonly #differences: Aside<Float32Array>; // (LONGEST) by lag − 1
  readonly #counts: Float64Array; // (3) values so far, the period, its normalised difference

  constructor() {
    this.#values = pooledAside(ROOM, Uint16Array);
    this.#differences = pooledAside(LONGEST_PERIOD, Float32Array);
    this.#counts = pooled(3);
    this.#counts[2] = 1;
  }

  /** For a snapshot. */
  get memory(): Memory {
    return {
      values: ranged(inPlace(this.#values), wholeWithin(0, stepsOf(COMPRESSED.most))),
      differences: ranged(inPlace(this.#differences), within(0, 2 * COMPRESSED.most)),
      period: ranged(this.#counts, [
        [1, COUNT],
        [1, wholeWithin(0, LONGEST_PERIOD)],
        [1, within(0, LONGEST_PERIOD)],
      ]),
    };
  }

  /** In events; 0 while none is known. */
  get period(): number {
    return this.#counts[1];
  }

  /** The mean difference at that period by that at shorter lags: 0 where the stream repeats itself exactly, 1 for noise. */
  get dissimilarity(): number {
    return this.#counts[2];
  }

  /**
   * The value a whole number of periods before the one that comes in `steps` events: the newest such, or one `more` periods
   * earlier. NaN while no period is known, or where that lies too far back.
   */
  ahead(steps: number, more = 0): number {
    const [count, period] = [this.#counts[0], this.#counts[1]];
    const age = period * (Math.max(1, Math.ceil(steps / period)) + more) - steps;
    if (period === 0 || age >= Math.min(count, ROOM)) return Number.NaN;
    const { vector, at } = this.#values;
    return vector[at + ((count - 1 - age) & (ROOM - 1))] / STEPS + COMPRESSED.least;
  }

  /** @param x compressed */
  learn(x: number): void {
    const before = this.#counts[0];
    const steps = stepsOf(x);
    if (before % STRIDE === 0) this.#compare(steps, before);
    this.#values.vector[this.#values.at + (before & (ROOM - 1))] = steps;
    this.#counts[0] = before + 1;
    if ((before + 1) % SEARCHED === 0) this.#search(before + 1);
  }

  /** With all that came before, `before` values. @param x in steps */
  #compare(x: number, before: number): void {
    const { vector: values, at: from } = this.#values;
    const { vector: differences, at: to } = this.#differences;
    const most = Math.min(before, LONGEST_PERIOD);
    const settled = Math.min(most, before - MEMORY); // lags that have been compared so often that their mean has its rate
    const rate = RATES[MEMORY / STRIDE];
    let lag = 1;
    // Four at once: this loop is a tenth of the forecaster's time.
    for (; lag + 3 <= settled; lag += 4) {
      const a = to + lag - 1;
      const [b, c, d] = [a + 1, a + 2, a + 3];
      const first = differences[a];
      const second = differences[b];
      const third = differences[c];
      const fourth = differences[d];
      differences[a] =
        first + rate * (Math.abs(x - values[from + ((before - lag) & (ROOM - 1))]) * STEP - first);
      differences[b] =
        second + rate * (Math.abs(x - values[from + ((before - lag - 1) & (ROOM - 1))]) * STEP - second);
      differences[c] =
        third + rate * (Math.abs(x - values[from + ((before - lag - 2) & (ROOM - 1))]) * STEP - third);
      differences[d] =
        fourth + rate * (Math.abs(x - values[from + ((before - lag - 3) & (ROOM - 1))]) * STEP - fourth);
    }
    for (; lag <= settled; lag++) {
      const difference = Math.abs(x - values[from + ((before - lag) & (ROOM - 1))]) * STEP;
      differences[to + lag - 1] += rate * (difference - differences[to + lag - 1]);
    }
    for (; lag <= most; lag++) {
      const difference = Math.abs(x - values[from + ((before - lag) & (ROOM - 1))]) * STEP;
      differences[to + lag - 1] +=
        RATES[((before - lag) >> 1) + 1] * (difference - differences[to + lag - 1]);
    }
  }

  #search(events: number): void {
    const { vector: differences, at } = this.#differences;
    const most = Math.min(events - 1, LONGEST_PERIOD);
    const present = this.#counts[1];
    let sum = 0;
    let best = 0;
    let least = Number.POSITIVE_INFINITY;
    let kept = Number.POSITIVE_INFINITY;
    for (let lag = 1; lag <= most; lag++) {
      const difference = differences[at + lag - 1];
      sum += difference;
      if (lag === 1 || events - lag < 8 + lag / 4) continue; // too few differences at this lag
      const normalised = sum > STEADY * lag ? (difference * lag) / sum : 1;
      if (lag === present) kept = normalised;
      if (normalised >= least) continue;
      least = normalised;
      best = lag;
    }
    if (best === 0) return;
    const isKept = kept <= KEPT * least;
    this.#counts[1] = isKept ? present : best;
    this.#counts[2] = isKept ? kept : least;
  }
}

/** A compressed value as a whole number of steps from the least one. */
function stepsOf(x: number): number {
  return Math.round((x - COMPRESSED.least) * STEPS);
}

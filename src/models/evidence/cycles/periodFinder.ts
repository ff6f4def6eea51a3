import { pooledOf } from '../../../numerics/pooled.ts';
import { compress } from '../../scaling/laplaceBand.ts';
import { fields, type State } from '../../snapshot/state.ts';
import {
  COUNT,
  type Layout,
  packVectors,
  prepareVectors,
  ranged,
  SIZE as SIZE_RANGE,
  VALUE,
  wholeWithin,
  within,
} from '../../snapshot/vectors.ts';

/**
 * Finds the period of a stream in records: the smallest lag at which the squared difference is a small part of its mean
 * over smaller lags (the cumulative mean normalised difference of de Cheveigné & Kawahara 2002), over the newest values.
 * First the values themselves; then with their size squared, for pulses that noise would hide.
 */
export class PeriodFinder {
  /** (128, as it fills up to 1024) ring of the newest values, less the first, in the first deviation. */
  #ring: Float32Array = new Float32Array(FIRST);
  /** Values seen, period in records or 0, origin and unit of the ring, values until the next search, wait after it. */
  readonly figures: Float64Array = pooledOf(0, 0, 0, 0, FIRST, FIRST);

  /** @throws RxAnomalyError BAD_SNAPSHOT unless `state` is that of a finder */
  static restored(state: State): PeriodFinder {
    const finder = new PeriodFinder();
    const { ring, figures } = fields(state, ['ring', 'figures']);
    prepareVectors({ figures: ranged(finder.figures, LAYOUT) }, { figures })();
    finder.#ring = new Float32Array(roomFor(finder.known));
    prepareVectors({ ring: ranged(finder.#ring, within(-1.01 * LARGEST, 1.01 * LARGEST)) }, { ring })();
    return finder;
  }

  /** 0 while none is known. */
  get period(): number {
    return this.figures[PERIOD];
  }

  /** Values in the ring. */
  get known(): number {
    return Math.min(SIZE, this.figures[SEEN]);
  }

  /** The value so many records ago, 0 for the newest. */
  ago(records: number): number {
    return this.figures[ORIGIN] + this.figures[UNIT] * this.#at(records);
  }

  /**
   * @param mean of the stream
   * @param deviation of the stream, above 0
   * @param searches whether a period is looked for; otherwise none is known
   * @returns whether the period is another than before
   */
  learn(value: number, mean: number, deviation: number, searches = true): boolean {
    const f = this.figures;
    if (f[UNIT] === 0) {
      f[ORIGIN] = value;
      f[UNIT] = deviation;
    }
    const x = (value - f[ORIGIN]) / f[UNIT];
    const at = f[SEEN]++ % SIZE;
    if (at >= this.#ring.length) this.#grow(at + 1);
    this.#ring[at] = Math.max(-LARGEST, Math.min(LARGEST, x));
    if (!searches) f[PERIOD] = 0;
    if (!searches || --f[DUE] > 0) return false;
    const before = f[PERIOD];
    const z = this.#standardised(mean, deviation);
    f[PERIOD] = this.#find(z) || this.#find(squared(z));
    // While nothing changes, searches become rarer: one costs as much as a hundred events.
    f[WAIT] = f[PERIOD] !== before || f[SEEN] < 2 * SIZE ? FIRST : Math.min(LONGEST, 2 * f[WAIT]);
    f[DUE] = f[WAIT];
    return f[PERIOD] !== before;
  }

  state(): State {
    return packVectors({ ring: this.#ring, figures: this.figures });
  }

  #grow(known: number): void {
    const before = this.#ring;
    this.#ring = new Float32Array(roomFor(known));
    this.#ring.set(before);
  }

  #at(records: number): number {
    return this.#ring[(this.figures[SEEN] - 1 - records + SIZE) % SIZE];
  }

  /** Oldest first, compressed; valid until the next call. */
  #standardised(mean: number, deviation: number): Float64Array {
    const f = this.figures;
    const n = this.known;
    const centre = (mean - f[ORIGIN]) / f[UNIT];
    const scale = f[UNIT] / deviation;
    for (let i = 0; i < n; i++) STANDARDISED[i] = compress((this.#at(n - 1 - i) - centre) * scale);
    return STANDARDISED.subarray(0, n);
  }

  #find(x: Float64Array): number {
    const most = Math.min(LONGEST_PERIOD, x.length >> 1);
    const ratio = RATIO;
    const now = this.period;
    let sum = 0;
    let known = 0; // lags whose ratio is
    if (now > 0 && now < most) {
      let best = now;
      const reach = Math.max(1, Math.round(0.06 * now));
      known = Math.min(most, now + reach);
      sum = normalisedDifference(x, most, 0, known, sum); // a period that is still there needs no longer lags
      for (let near = Math.max(1, now - reach); near <= known; near++)
        if (ratio[near] < ratio[best]) best = near;
      // A new period discards the profile: it has to be clearly better.
      if (ratio[best] > BETTER * ratio[now]) best = now;
      if (ratio[best] < KEPT) return best;
    }
    normalisedDifference(x, most, known, most, sum);
    let least = 1;
    for (let lag = SHORTEST_PERIOD; lag <= most; lag++) least = Math.min(least, ratio[lag]);
    if (least > FOUND) return 0;
    for (let lag = SHORTEST_PERIOD; lag < most; lag++) {
      const isDip = ratio[lag] <= ratio[lag - 1] && ratio[lag] <= ratio[lag + 1];
      if (!isDip || ratio[lag] > least + TOLERANCE) continue;
      let best = lag;
      for (let near = lag + 1; near < Math.min(most, 1.06 * best); near++)
        if (ratio[near] < ratio[best]) best = near;
      return best;
    }
    return 0;
  }
}

/** In place. */
function squared(x: Float64Array): Float64Array {
  for (let i = 0; i < x.length; i++) x[i] *= Math.abs(x[i]);
  return x;
}

/**
 * Writes to `RATIO` the mean squared difference at each lag over its mean at the smaller ones; 1 at lag 0. Of the lags behind
 * `known` up to `last`, at most `most`.
 *
 * @param sum of the differences at the lags up to `known`, as the call for these has returned it
 */
function normalisedDifference(
  x: Float64Array,
  most: number,
  known: number,
  last: number,
  sum: number,
): number {
  RATIO[0] = 1;
  let all = sum;
  for (let lag = known + 1; lag <= last; ) {
    const from = Math.min(lag, most + 1 - ABREAST);
    const differences = differencesFrom(x, from, most);
    for (; lag < from + ABREAST && lag <= last; lag++) {
      all += differences[lag - from];
      RATIO[lag] = all > 0 ? (differences[lag - from] * lag) / all : 1;
    }
  }
  return all;
}

/**
 * (4) squared differences at a lag and the next three, at most `most`: side by side, as a sum waits for its last term, and
 * each value is read but once.
 */
function differencesFrom(x: Float64Array, lag: number, most: number): Float64Array {
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  const first = most - lag;
  let xb = x[first - 1];
  let xc = x[first - 2];
  let xd = x[first - 3];
  // The same number of terms for each lag.
  for (let i = most, earlier = first; i < x.length; i++, earlier++) {
    const value = x[i];
    const xa = x[earlier];
    const da = value - xa;
    const db = value - xb;
    const dc = value - xc;
    const dd = value - xd;
    a += da * da;
    b += db * db;
    c += dc * dc;
    d += dd * dd;
    xd = xc;
    xc = xb;
    xb = xa;
  }
  DIFFERENCES[0] = a;
  DIFFERENCES[1] = b;
  DIFFERENCES[2] = c;
  DIFFERENCES[3] = d;
  return DIFFERENCES;
}

/** Values that there is room for in the ring once so many are known. */
function roomFor(known: number): number {
  let room = FIRST;
  while (room < known) room *= 2;
  return room;
}

/** Records. */
export const LONGEST_PERIOD = 500;
const SHORTEST_PERIOD = 8;

const SEEN = 0;
const PERIOD = 1;
const ORIGIN = 2;
const UNIT = 3;
const DUE = 4;
const WAIT = 5;

const SIZE = 1024; // values: two of the longest period
const FIRST = 128; // values between two searches
const LONGEST = 512;
const LARGEST = 1e30; // units
const LAYOUT: Layout = [
  [1, COUNT],
  [1, wholeWithin(0, LONGEST_PERIOD)],
  [1, VALUE],
  [1, SIZE_RANGE],
  [1, wholeWithin(1, LONGEST)],
  [1, wholeWithin(FIRST, LONGEST)],
];
const FOUND = 0.25; // ratio; below it, there is a period
const KEPT = 0.5; // ratio; below it, the period is still there
const BETTER = 0.8; // ratio of ratios
const TOLERANCE = 0.07; // ratio; dips as deep as the deepest: the first is the period, the others its multiples
const ABREAST = 4; // lags

// Room that is filled and read within one call.
const STANDARDISED = new Float64Array(SIZE);
const RATIO = new Float64Array(LONGEST_PERIOD + 1);
const DIFFERENCES = new Float64Array(ABREAST);

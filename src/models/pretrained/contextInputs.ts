import { log } from '../../core/math/log.ts';
import { square } from '../../core/math/pow.ts';
import { pooled, pooledRoom } from '../../numerics/pooled.ts';
import { ChangeScale } from '../forecasters/changeScale.ts';
import { COMPRESSED, compress, expand } from '../scaling/laplaceBand.ts';
import { RobustScaler } from '../scaling/robustScaler.ts';
import { COUNT, type Memory, ranged, SHARE, VALUE, within } from '../snapshot/vectors.ts';
import { ClockProfile } from './clockProfile.ts';
import { PeriodFinder } from './periodFinder.ts';

/** Events ahead that the pre-trained network forecasts. */
export const HORIZONS: readonly number[] = [1, 4, 16];
/** I: numbers that it gets per event. */
export const INPUTS = 28;

const AVERAGES = [5, 20, 100]; // events
const RECENT = 0.02; // rate of the advisers' recent errors
const ROOM = 16; // values: as many as the longest horizon has events
const CHANGES = 4; // that are inputs
const STILL_RATE = 1 / 30; // of the share of unchanged values
const STILL = 0.3; // outputs below it are no change, where values are mostly unchanged

/**
 * What the pre-trained network sees of one series: 28 numbers per event, from the past alone, and free of the series' unit.
 * Most are what a simple forecaster would predict (an _adviser_: moving averages, the profile of day and week, the last
 * period), as a change in units of the usual change, so that the network has to learn only which of them to believe.
 *
 * | input | is |
 * |---|---|
 * | 0 | the value, standardised and compressed |
 * | 1–4 | the last four changes, the newest first |
 * | 5–7 | moving averages over 5, 20 and 100 events, minus the value |
 * | 8 | the mean of all, minus the value |
 * | 9–11 | by how much the profile of day and week will change within 1, 4 and 16 events |
 * | 12 | the profile minus the value |
 * | 13–15 | the values a period before the ones in 1, 4 and 16 events, minus the value |
 * | 16 | the value minus the one a period before |
 * | 17 | how well the series repeats itself at that period: log of {@link PeriodFinder.dissimilarity} |
 * | 18 | recent error of the profile by that of the average over 20: log of the ratio |
 * | 19 | the value minus the lowest of late |
 * | 20 | log of the usual change |
 * | 21 | log of the usual change within 16 events by that within 1 |
 * | 22 | log of the number of values so far |
 * | 23 | 1 with times, else 0 |
 * | 24 | share of the recent values that were as the one before |
 * | 25–26 | the values two periods before the ones in 1 and 16 events, minus the value |
 * | 27 | log of the changes' recent size by their usual one |
 *
 * Constant time per event (below 1 µs); nothing is allocated.
 */
export class ContextInputs {
  /** (I) of the newest event, until another series is learnt in the same object; the next one overwrites it. */
  readonly inputs: Float64Array;
  readonly scaler: RobustScaler = new RobustScaler({ dimensions: 1 });
  /** The unit of changes within each horizon. */
  readonly changes: ChangeScale = new ChangeScale(HORIZONS.length);
  readonly #profile: ClockProfile = new ClockProfile();
  readonly #periods: PeriodFinder = new PeriodFinder();
  readonly #newest: Float64Array; // (1 + CHANGES) the newest value, compressed, and the changes that are inputs
  readonly #values: Float64Array; // (ROOM) ring of the newest, in units of the series
  readonly #averages: Float64Array; // (AVERAGES)
  readonly #recent: Float64Array; // (3) mean errors of profile and average, mean size of changes
  readonly #still: Float64Array; // (K) share of values that were as those a horizon before
  readonly #lowest: Float64Array; // (1)
  readonly #events: Float64Array; // (1)

  constructor() {
    this.inputs = pooledRoom(INPUTS);
    this.#newest = pooled(1 + CHANGES);
    this.#values = pooled(ROOM);
    this.#averages = pooled(AVERAGES.length);
    this.#recent = pooled(3);
    this.#still = pooled(HORIZONS.length);
    this.#lowest = pooled(1);
    this.#events = pooled(1);
  }

  /** All that it remembers, for a snapshot. */
  get memory(): Memory {
    return {
      newest: ranged(this.#newest, COMPRESSED),
      scaler: this.scaler.memory,
      changes: this.changes.usual.memory,
      values: ranged(this.#values, VALUE),
      averages: ranged(this.#averages, COMPRESSED),
      recent: ranged(this.#recent, within(0, 4 * COMPRESSED.most)),
      still: ranged(this.#still, SHARE),
      lowest: ranged(this.#lowest, COMPRESSED),
      events: ranged(this.#events, COUNT),
      ...named('period', this.#periods.memory),
      ...named('profile', this.#profile.memory),
    };
  }

  /** Values so far. */
  get events(): number {
    return this.#events[0];
  }

  /** The newest value; a missing one's stand-in. */
  get newest(): number {
    return this.#past(0);
  }

  /** A value as a change from the newest, as the network should have given it. */
  target(horizon: number, value: number): number {
    return compress((this.scaler.compressed(0, value) - this.#newest[0]) / this.changes.of(horizon));
  }

  /** A change that the network gave, to a value: the inverse of {@link target}, within what can be standardised. */
  located(horizon: number, output: number): number {
    const x = this.#newest[0];
    const change = this.#change(horizon, output);
    if (change === 0) return this.newest;
    return this.newest + (expand(bounded(x + change)) - expand(x)) * this.scaler.deviation(0);
  }

  /**
   * Takes in the next event.
   *
   * @param value of a missing one, what stands for it
   * @param isMissing leaves the scale as it is
   * @param time milliseconds since 1970 on the calendar of the stream
   * @param weight 0 … 1: how much scale, usual changes and profile learn
   */
  learn(value: number, isMissing: boolean, time: number | undefined, weight: number): void {
    const { scaler, changes, inputs } = this;
    const periods = this.#periods;
    const profile = this.#profile;
    const averages = this.#averages;
    const recent = this.#recent;
    const events = this.#events[0];
    const learnt = isMissing ? 0 : weight;
    scaler.learnOne(0, value, learnt);
    const x = scaler.compressed(0, value);
    const change = events === 0 ? 0 : x - scaler.compressed(0, this.#past(0));
    const soon = Math.max(RECENT, 1 / (events + 1));
    const expected = time === undefined ? Number.NaN : profile.ahead(1);
    if (!Number.isNaN(expected) && !isMissing) {
      recent[0] += soon * (Math.abs(x - expected) - recent[0]);
      recent[1] += soon * (Math.abs(x - averages[1]) - recent[1]);
    }
    recent[2] += Math.max(0.2, 1 / (events + 1)) * (Math.abs(change) - recent[2]);
    for (let k = 0; k < HORIZONS.length && !isMissing; k++) {
      const steps = HORIZONS[k];
      if (events < steps) break;
      const before = this.#past(steps - 1);
      changes.learn(k, scaler.compressed(0, before), x, learnt);
      const rate = Math.max(STILL_RATE, 1 / (events + 1));
      this.#still[k] += rate * ((value === before ? 1 : 0) - this.#still[k]);
    }
    this.#values[events & (ROOM - 1)] = value;
    this.#events[0] = events + 1;
    periods.learn(x);
    profile.learn(x, time, learnt);
    for (let k = 0; k < averages.length; k++)
      averages[k] += Math.max(2 / (AVERAGES[k] + 1), 1 / (events + 1)) * (x - averages[k]);
    const lowest = this.#lowest;
    if (events === 0 || x < lowest[0]) lowest[0] = x;
    else lowest[0] += (x - lowest[0]) / 1000;

    const [unit, unit4, unit16] = [changes.of(0), changes.of(1), changes.of(2)];
    const newest = this.#newest;
    newest.copyWithin(2, 1);
    newest[1] = compress(change / unit);
    newest[0] = x;
    for (let k = 0; k <= CHANGES; k++) inputs[k] = newest[k];
    inputs[5] = compress((averages[0] - x) / unit);
    inputs[6] = compress((averages[1] - x) / unit4);
    inputs[7] = compress((averages[2] - x) / unit16);
    inputs[8] = compress(-x / unit16);
    profile.aheadInto(AHEAD, STEPS_AHEAD);
    const now = AHEAD[0];
    const isKnown = time !== undefined && !Number.isNaN(now);
    inputs[9] = isKnown ? advised(AHEAD[1] - now, unit) : 0;
    inputs[10] = isKnown ? advised(AHEAD[2] - now, unit4) : 0;
    inputs[11] = isKnown ? advised(AHEAD[3] - now, unit16) : 0;
    inputs[12] = isKnown ? compress((now - x) / unit4) : 0;
    inputs[13] = advised(periods.ahead(1) - x, unit);
    inputs[14] = advised(periods.ahead(4) - x, unit4);
    inputs[15] = advised(periods.ahead(16) - x, unit16);
    inputs[16] = advised(x - periods.ahead(0), unit);
    inputs[17] = Math.max(-4, log(periods.dissimilarity + 1e-3));
    inputs[18] = isKnown ? logRatio(recent[0], recent[1]) : 0;
    inputs[19] = compress((x - lowest[0]) / unit4);
    inputs[20] = 0.5 * log(unit);
    inputs[21] = logRatio(unit16, unit);
    inputs[22] = Math.min(4, 0.5 * log(events + 1)) - 2;
    inputs[23] = time === undefined ? 0 : 1;
    inputs[24] = this.#still[0];
    inputs[25] = advised(periods.ahead(1, 1) - x, unit);
    inputs[26] = advised(periods.ahead(16, 1) - x, unit16);
    inputs[27] = logRatio(recent[2], unit);
  }

  /** Of compressed values, the change that an output means; 0 where the stream stands still and the output is small. */
  #change(horizon: number, output: number): number {
    const isStill = Math.abs(output) < STILL * square(this.#still[horizon]);
    return isStill || !this.scaler.hasSpread(0) ? 0 : this.changes.of(horizon) * expand(output);
  }

  /** In units of the series. */
  #past(age: number): number {
    return this.#values[(this.#events[0] - 1 - age) & (ROOM - 1)];
  }
}

/** Of the profile, and what it says: scratch. */
const STEPS_AHEAD: readonly number[] = [0, ...HORIZONS];
const AHEAD = new Float64Array(STEPS_AHEAD.length);

/** An adviser's change; 0 where it has none to give. */
function advised(change: number, unit: number): number {
  return !Number.isNaN(change) ? compress(change / unit) : 0;
}

function logRatio(a: number, b: number): number {
  return Math.max(-3, Math.min(3, log((a + 1e-4) / (b + 1e-4))));
}

function bounded(x: number): number {
  return Math.max(COMPRESSED.least, Math.min(COMPRESSED.most, x));
}

function named(prefix: string, memory: Memory): Memory {
  return Object.fromEntries(Object.entries(memory).map(([name, part]) => [`${prefix}.${name}`, part]));
}

import { fields, type State } from '../../snapshot/state.ts';
import {
  type Layout,
  type Memory,
  orElse,
  packVectors,
  prepareVectors,
  ranged,
  TIME as TIME_RANGE,
  within,
} from '../../snapshot/vectors.ts';
import { Cycle } from './cycle.ts';
import { PeriodFinder } from './periodFinder.ts';

/**
 * The evidence of periods in one dimension: the day and the week in a stream with times, and a period found in the stream
 * itself. The cycle with the best prediction is used, and none without skill. A missing hump, a job that does not run and
 * a spike in the valley are evidence; what surprises at every visit of a phase is routine.
 */
export class Cycles {
  #day: Cycle | undefined; // of a stream with times
  #week: Cycle | undefined;
  #own: Cycle | undefined; // once a period was found
  readonly #finder: PeriodFinder = new PeriodFinder();
  /** Number of the newest record, counting those that a gap left out; its time; the usual time step. */
  readonly #clock: Float64Array = Float64Array.of(0, Number.NaN, 0);
  #speaking: Cycle | undefined;

  /**
   * Computes the evidence of a value from what came before.
   *
   * @param time ms since 1970
   * @param calendarTime by which day and week go; see `Observation`
   */
  look(
    time: number | undefined,
    value: number,
    deviation: number,
    calendarTime: number | undefined = time,
  ): void {
    if (calendarTime !== undefined) {
      this.#day?.look(binOf(calendarTime, DAY, DAY_BINS), value, deviation);
      this.#week?.look(binOf(calendarTime, WEEK, WEEK_BINS), value, deviation);
    }
    this.#own?.look(this.#ownBin(this.#recordAt(time)), value, deviation);
    this.#speaking = undefined;
    let least = Number.POSITIVE_INFINITY;
    for (const cycle of [this.#week, this.#day, this.#own]) {
      if (cycle === undefined) continue;
      // The day is part of the week: what the day does not predict is too rare to show in its spread.
      const spread = cycle === this.#week ? cycle.spread / PREFERRED : cycle.spread;
      if (spread >= least) continue;
      least = spread;
      this.#speaking = cycle;
    }
  }

  /** Decades of surprise at the value of the last `look`. */
  get surprise(): number {
    return this.#speaking?.surprise ?? 0;
  }

  /** Decades of other surprise that are usual at its phase. */
  get routine(): number {
    return this.#speaking?.routine ?? 0;
  }

  /**
   * After `look` at the same value.
   *
   * @param mean of the stream, and its deviation
   * @param surprise decades of the evidence of others
   * @param weight at 0 nothing is learnt as normal
   */
  learn(
    time: number | undefined,
    value: number,
    mean: number,
    deviation: number,
    surprise: number,
    weight: number,
    calendarTime: number | undefined = time,
  ): void {
    if (time !== undefined && this.#day === undefined) {
      this.#day = new Cycle(DAY_BINS);
      this.#week = new Cycle(WEEK_BINS);
      this.look(time, value, deviation, calendarTime);
    }
    for (const cycle of [this.#day, this.#week, this.#own]) cycle?.learn(value, deviation, surprise, weight);
    this.#follow(time);
    const isTimed = this.#day?.profile.isSkilled || this.#week?.profile.isSkilled;
    // Where day or week predict the stream, a period of its own would be theirs once more.
    if (isTimed) this.#own = undefined;
    if (this.#finder.learn(value, mean, deviation, !isTimed)) this.#replay(deviation);
    this.#speaking = undefined;
  }

  state(): State {
    return {
      vectors: packVectors(this.#carried()),
      day: stateOf(this.#day),
      week: stateOf(this.#week),
      own: stateOf(this.#own),
    };
  }

  /** @returns a function that restores `state`. @throws RxAnomalyError BAD_SNAPSHOT */
  prepareRestore(state: State | undefined): () => void {
    const { vectors, day, week, own } = fields(state, ['vectors', 'day', 'week', 'own']);
    const apply = prepareVectors(this.#carried(), vectors);
    const read = (cycle: State, bins: number): Cycle | undefined => {
      if (cycle === null) return undefined;
      const made = new Cycle(bins);
      prepareVectors(made.carried(), cycle)();
      made.refresh();
      return made;
    };
    const cycles = [read(day, DAY_BINS), read(week, WEEK_BINS), read(own, OWN_BINS)];
    return () => {
      apply();
      [this.#day, this.#week, this.#own] = cycles;
      this.#speaking = undefined;
    };
  }

  #carried(): Memory {
    return { clock: ranged(this.#clock, CLOCK), ...this.#finder.memory };
  }

  /** A new period: its profile starts with the values in which it was found. */
  #replay(deviation: number): void {
    const { period, known } = this.#finder;
    this.#own = period === 0 ? undefined : new Cycle(OWN_BINS);
    for (let ago = known - 1; ago >= 0 && this.#own !== undefined; ago--) {
      const bin = this.#ownBin(this.#clock[RECORD] - ago);
      this.#own.profile.learn(bin, this.#finder.ago(ago), deviation, Number.NaN);
    }
  }

  #follow(time: number | undefined): void {
    const clock = this.#clock;
    clock[RECORD] = this.#recordAt(time);
    if (time === undefined) return;
    const step = time - clock[TIME];
    const usual = clock[STEP];
    if (step > 0) clock[STEP] += usual === 0 ? step : 0.05 * (Math.min(step, 2 * usual) - usual);
    clock[TIME] = time;
  }

  #recordAt(time: number | undefined): number {
    const [record, last, step] = this.#clock;
    if (time === undefined || !(time - last > 1.5 * step) || step === 0) return record + 1;
    return record + Math.round((time - last) / step);
  }

  #ownBin(record: number): number {
    const { period } = this.#finder;
    if (period === 0) return -1;
    const phase = ((record % period) + period) % period;
    return period <= OWN_BINS ? phase : Math.floor((phase * OWN_BINS) / period);
  }
}

const RECORD = 0;
const TIME = 1;
const STEP = 2;

const CLOCK: Layout = [
  [1, { least: 0, most: 1e20, isWhole: true }], // a gap counts as the records that it left out
  [1, orElse(TIME_RANGE, Number.NaN)],
  [1, within(0, 2 * TIME_RANGE.most)],
];

const DAY = 86_400_000; // ms
const WEEK = 7 * DAY;
const DAY_BINS = 288; // of five minutes
const WEEK_BINS = 336; // of half an hour
const OWN_BINS = 256; // a longer period has several records a bin
const PREFERRED = 1.5; // times less spread counts the week's

function stateOf(cycle: Cycle | undefined): State {
  return cycle === undefined ? null : packVectors(cycle.carried());
}

function binOf(time: number, period: number, bins: number): number {
  return Math.floor((((time % period) + period) % period) / (period / bins));
}

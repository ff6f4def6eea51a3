import type { Evidence } from '../../../core/reading.ts';
import { pooledOf } from '../../../numerics/pooled.ts';
import { badSnapshot, fields, type State } from '../../snapshot/state.ts';
import {
  COUNT,
  type Layout,
  orElse,
  packVectors,
  prepareVectors,
  type RangedVector,
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
  #finder: PeriodFinder | undefined; // unless day or week have predicted the stream for long
  /**
   * Number of the newest record, counting those that a gap left out; its time; the usual time step; for how many records
   * day or week have predicted the stream.
   */
  readonly #clock: Float64Array = pooledOf(0, Number.NaN, 0, 0);
  #speaking: Cycle | undefined;
  #surprise = 0; // of the one that spoke at the last `look`

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
    this.#own?.look(this.#ownBin(this.#recordAt(time)), value, deviation, true);
    this.#speaking = undefined;
    // The day is part of the week: what the day does not predict is too rare to show in its spread.
    const least = this.#prefer(this.#week, Number.POSITIVE_INFINITY) / PREFERRED;
    this.#prefer(this.#own, this.#prefer(this.#day, least));
    const speaking = this.#speaking as Cycle | undefined; // `prefer` has set it
    this.#surprise = speaking?.surprise ?? 0;
  }

  /** Decades of surprise at the value of the last `look`. */
  get surprise(): number {
    return this.#surprise;
  }

  /** The cycle that speaks, the usual value at the phase of the last `look`, and over how many events values are off, and to which side. */
  get usual(): Pick<Evidence, 'cycle' | 'usual' | 'events' | 'direction'> {
    const speaking = this.#speaking;
    if (speaking === undefined) return {};
    const cycle = speaking === this.#day ? 'day' : speaking === this.#week ? 'week' : 'own';
    return { cycle, usual: speaking.usual, ...speaking.off };
  }

  /**
   * Decades of other surprise that are usual at its phase in any cycle: the day predicts better than the week, but knows
   * nothing of weekly maintenance.
   */
  get routine(): number {
    return Math.max(this.#day?.routine ?? 0, this.#week?.routine ?? 0, this.#own?.routine ?? 0);
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
    this.#day?.learn(value, deviation, surprise, weight);
    this.#week?.learn(value, deviation, surprise, weight);
    this.#own?.learn(value, deviation, surprise, weight);
    this.#follow(time);
    this.#speaking = undefined;
    // Where day or week predict the stream, a period of its own would be theirs once more.
    const isTimed = this.#day?.profile.isSkilled || this.#week?.profile.isSkilled;
    if (isTimed) this.#own = undefined;
    this.#clock[TIMED] = isTimed ? this.#clock[TIMED] + 1 : 0;
    if (this.#clock[TIMED] > SETTLED) this.#finder = undefined;
    else {
      this.#finder ??= new PeriodFinder();
      if (this.#finder.learn(value, mean, deviation, !isTimed)) this.#replay(this.#finder, deviation);
    }
  }

  state(): State {
    return {
      vectors: packVectors(this.#carried()),
      day: this.#day?.state() ?? null,
      week: this.#week?.state() ?? null,
      own: this.#own?.state() ?? null,
      finder: this.#finder?.state() ?? null,
    };
  }

  /** @returns a function that restores `state`. @throws RxAnomalyError BAD_SNAPSHOT */
  prepareRestore(state: State | undefined): () => void {
    const parts = fields(state, ['vectors', 'day', 'week', 'own', 'finder']);
    const apply = prepareVectors(this.#carried(), parts.vectors);
    const read = (cycle: State, bins: number): Cycle | undefined =>
      cycle === null ? undefined : Cycle.restored(bins, cycle);
    const finder = parts.finder === null ? undefined : PeriodFinder.restored(parts.finder);
    const [day, week] = [read(parts.day, DAY_BINS), read(parts.week, WEEK_BINS)];
    const period = finder?.period ?? 0;
    if (period > 0 !== (parts.own !== null))
      throw badSnapshot('snapshot: a period without its cycle, or a cycle without its period');
    const own = read(parts.own, ownBins(period));
    return () => {
      apply();
      this.#finder = finder;
      this.#day = day;
      this.#week = week;
      this.#own = own;
      this.#speaking = undefined;
    };
  }

  #carried(): { readonly clock: RangedVector } {
    return { clock: ranged(this.#clock, CLOCK) };
  }

  /** The cycle speaks if its spread is below `least`. @returns the lesser of both */
  #prefer(cycle: Cycle | undefined, least: number): number {
    if (cycle === undefined || cycle.spread >= least) return least;
    this.#speaking = cycle;
    return cycle.spread;
  }

  /** A new period: its profile starts with the values in which it was found. */
  #replay(finder: PeriodFinder, deviation: number): void {
    const { period, known } = finder;
    this.#own = period === 0 ? undefined : new Cycle(ownBins(period));
    for (let ago = known - 1; ago >= 0 && this.#own !== undefined; ago--) {
      const bin = this.#ownBin(this.#clock[RECORD] - ago);
      this.#own.profile.learn(bin, finder.ago(ago), deviation, Number.NaN);
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
    const record = this.#clock[RECORD];
    const step = this.#clock[STEP];
    if (time === undefined || step === 0) return record + 1;
    const since = time - this.#clock[TIME];
    return record + (since > 1.5 * step ? Math.round(since / step) : 1);
  }

  #ownBin(record: number): number {
    const period = this.#finder?.period ?? 0;
    if (period === 0) return -1;
    const phase = ((record % period) + period) % period;
    return period <= OWN_BINS ? phase : Math.floor((phase * OWN_BINS) / period);
  }
}

const RECORD = 0;
const TIME = 1;
const STEP = 2;
const TIMED = 3;
const SETTLED = 1024; // records

const CLOCK: Layout = [
  [1, { least: 0, most: 1e20, isWhole: true }], // a gap counts as the records that it left out
  [1, orElse(TIME_RANGE, Number.NaN)],
  [1, within(0, 2 * TIME_RANGE.most)],
  [1, COUNT],
];

const DAY = 86_400_000; // ms
const WEEK = 7 * DAY;
const DAY_BINS = 288; // of five minutes
const WEEK_BINS = 336; // of half an hour
const OWN_BINS = 256; // a longer period has several records a bin
const PREFERRED = 1.5; // times less spread counts the week's

/** Bins of a period of so many records. */
function ownBins(period: number): number {
  return Math.min(period, OWN_BINS);
}

function binOf(time: number, period: number, bins: number): number {
  return Math.floor((((time % period) + period) % period) / (period / bins));
}

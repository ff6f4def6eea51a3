import { accepts, LONGEST_TIMER, oneOf } from '../../core/optionKinds.ts';
import type { DefaultedSpec, OptionalSpec } from '../../core/optionSet.ts';
import { type Absence, shapeLike, toVector, type Value, type Verdict } from '../../core/reading.ts';
import { isRecord } from '../../core/selectors.ts';
import {
  asJson,
  count,
  fields,
  flag,
  list,
  nullOr,
  number,
  type State,
  text,
  time,
  trusted,
} from '../snapshot/state.ts';

/** When a stream that is silent counts as absent: milliseconds, or as many as its usual gap suggests. */
export type AbsentAfter = number | 'auto';

/** When the silence of a stream is an incident. */
export interface AbsenceOptions {
  /**
   * Milliseconds without an event, of each key by itself, after which an incident of kind `'absence'` begins; the next event
   * of the key ends it. `'auto'`: 20 times the usual gap of the key or twice its longest lately, whichever is more, at least
   * ten seconds, once 20 gaps are known; by event times where there are any. Events that fill a gap (`fillGaps`) count for
   * nothing here. Watched are up to 10,000 keys, or `maxKeys` if that is more, whether or not their models are evicted; a
   * checkpoint has the last event of each, as JSON.
   * @default no incident
   */
  readonly absentAfter?: AbsentAfter;
  /**
   * `'clock'`: silence is measured by the scheduler's clock, and by event times as well: a gap between two events of a key, or
   * other keys that move on, count even where they are read late. `'time'`: by event times alone, for recorded data.
   * @default 'clock'
   */
  readonly absentBy?: 'clock' | 'time';
}

export const absentAfterSpec: OptionalSpec<AbsentAfter> = {
  kind: {
    range: "a positive number, or 'auto'",
    expected: (value) => {
      if (value === 'auto') return undefined;
      if (!(Number.isFinite(value) && (value as number) > 0)) return "a positive number, or 'auto'";
      return (value as number) > LONGEST_TIMER ? `at most ${LONGEST_TIMER} (timers hold no more)` : undefined;
    },
  },
  defaultText: 'never',
  unit: 'milliseconds',
  about: 'time without an event after which the silence of a key is an incident',
  when: "where silence is a fault; 'auto' where the usual gap of the keys is not known",
  level: 'basic',
};

export const absentBySpec: DefaultedSpec<'clock' | 'time'> = {
  kind: accepts("one of 'clock', 'time'", (value) => oneOf(['clock', 'time']).expected(value) === undefined),
  default: 'clock',
  about: 'whether silence is measured by the clock and by event times, or by event times alone',
  when: "'time' for recorded data",
};

const TIMES_USUAL = 20; // a gap drawn from a Poisson process is as long once in 5e8
const TIMES_LONGEST = 2;
const FLOOR = 10_000; // ms
const KNOWN = 20; // gaps before 'auto' is sure
const MEMORY = 100; // gaps
const FORGET = 0.999; // of the longest gap, at each one
const FEWEST = 10_000; // keys watched, at least
/** Of an absence: there is no degree of silence. */
const SCORE = 1;

/** One key: its newest event, and how long it may be silent. */
interface Watched<E, V extends Value> {
  last: Verdict<E, V>;
  /** The clock of events when it was last seen, ms; −∞ without times. */
  mark: number;
  /** What its times are ahead of the clock of events, as a number that is added to them; at most 0. */
  offset: number;
  /** The clock when it was last seen, ms. */
  arrived: number;
  usual: number; // ms
  longest: number; // ms
  gaps: number;
  isAbsent: boolean;
}

/** What an event showed. */
export interface Noticed<E, V extends Value> {
  /** Verdicts on keys that have fallen silent, in order; they come before that of the event. */
  readonly began: readonly Verdict<E, V>[];
  /** The absence that the event ends. */
  readonly ended: Absence | undefined;
}

/** Notices keys that fall silent, by event times and by a clock that is passed in. */
export class AbsenceWatch<E, V extends Value> {
  readonly #after: AbsentAfter;
  readonly #most: number;
  readonly #present: Map<string | undefined, Watched<E, V>> = new Map(); // least recently seen first
  readonly #absent: Map<string | undefined, Watched<E, V>> = new Map(); // in the order in which they fell silent
  /** The clock of events: the latest time of any key; of a key that is ahead when it is first seen, as far as it moves on. */
  #time = Number.NEGATIVE_INFINITY;
  #timeDue = Number.POSITIVE_INFINITY; // no key is absent by event times before
  #clockDue = Number.POSITIVE_INFINITY; // nor by the clock before

  /** @param maxKeys of the detector */
  constructor(after: AbsentAfter, maxKeys = 0) {
    this.#after = after;
    this.#most = Math.max(FEWEST, maxKeys);
  }

  /** When `look` may find something, on the clock; infinite while it cannot. */
  get due(): number {
    return this.#clockDue;
  }

  /** Takes the verdict on an event. @param now milliseconds of the clock */
  add(verdict: Verdict<E, V>, now: number): Noticed<E, V> {
    const { time = Number.NaN, key, event } = verdict;
    const known = this.#present.get(key) ?? this.#absent.get(key);
    const offset =
      known?.offset ?? (time > this.#time && Number.isFinite(this.#time) ? this.#time - time : 0);
    if (time + offset > this.#time) this.#time = time + offset;
    if (isRecord(event) && event.imputed === true) return { began: this.#byTime(), ended: undefined };
    let ended: Absence | undefined;
    let own: readonly Verdict<E, V>[] = [];
    if (known !== undefined) {
      const gap = gapOf(known, time, this.#time, now);
      if (!known.isAbsent && time - lastTime(known) > this.#limit(known)) own = [this.#fallSilent(known)];
      if (known.isAbsent) ended = { phase: 'ended', since: known.last.time };
      this.#present.delete(key);
      this.#absent.delete(key);
      learn(known, gap, this.#limit(known));
      known.isAbsent = false;
    }
    const began = this.#time > this.#timeDue ? [...this.#byTime(), ...own].sort(inOrderOfTime) : own;
    const seen = known ?? {
      ...{ last: verdict, mark: 0, offset, arrived: 0, usual: 0, longest: 0, gaps: 0 },
      isAbsent: false,
    };
    seen.last = verdict;
    seen.mark = this.#time;
    seen.arrived = now;
    this.#present.set(key, seen);
    if (this.#present.size + this.#absent.size > this.#most) this.#dropOldest();
    this.#expect(seen);
    return { began, ended };
  }

  /** The verdicts on keys that are silent for too long by the clock. */
  look(now: number): Verdict<E, V>[] {
    if (now < this.#clockDue) return [];
    // The sum of `due`, or rounding leaves a key that is due and not found.
    return this.#find((each) => now >= each.arrived + this.#limit(each));
  }

  /** Whoever reads the events was held up: on the clock all silence begins now. */
  excuse(now: number): void {
    for (const each of this.#present.values()) each.arrived = now;
    this.#find(() => false);
  }

  /** The state on the clock, for `resume`. */
  save(now: number): State {
    const keys = [...this.#absent.values(), ...this.#present.values()].map(
      ({ last, arrived, mark, ...rest }) => ({
        ...{ ...rest, silent: now - arrived, mark: Number.isFinite(mark) ? mark : null },
        ...{ key: last.key ?? null, time: last.time ?? null, event: last.event },
        dimensions: typeof last.value === 'number' ? null : last.value.length,
      }),
    );
    return asJson({ time: Number.isFinite(this.#time) ? this.#time : null, keys });
  }

  /**
   * Takes back what `save` gave; the time in between counts for nothing on the clock.
   *
   * @throws RxAnomalyError BAD_SNAPSHOT where `saved` is no such state
   */
  resume(saved: State, now: number): void {
    const { time: latest, keys } = fields(saved, ['time', 'keys']);
    const marks = nullOr('time', latest, time);
    const watched = list('keys', keys).map((each) => readWatched<E, V>(each, now));
    this.#time = marks ?? Number.NEGATIVE_INFINITY;
    this.#present.clear();
    this.#absent.clear();
    for (const each of watched) (each.isAbsent ? this.#absent : this.#present).set(each.last.key, each);
    this.#find(() => false);
  }

  #dropOldest(): void {
    const keys = this.#absent.size > 0 ? this.#absent : this.#present;
    keys.delete(keys.keys().next().value);
  }

  #byTime(): Verdict<E, V>[] {
    if (this.#time <= this.#timeDue) return [];
    return this.#find((each) => this.#time - each.mark > this.#limit(each)).sort(inOrderOfTime);
  }

  /** Those of which the test holds fall silent; then works out when the next can. */
  #find(test: (each: Watched<E, V>) => boolean): Verdict<E, V>[] {
    const found: Verdict<E, V>[] = [];
    this.#timeDue = this.#clockDue = Number.POSITIVE_INFINITY;
    for (const each of this.#present.values()) {
      if (test(each)) {
        found.push(this.#fallSilent(each));
        continue;
      }
      this.#expect(each);
      if (this.#after !== 'auto') break; // the others were seen later
    }
    return found;
  }

  #expect(each: Watched<E, V>): void {
    const limit = this.#limit(each);
    if (each.arrived + limit < this.#clockDue) this.#clockDue = each.arrived + limit;
    if (Number.isFinite(each.mark) && each.mark + limit < this.#timeDue) this.#timeDue = each.mark + limit;
  }

  #fallSilent(each: Watched<E, V>): Verdict<E, V> {
    const { event, key, time, value } = each.last;
    each.isAbsent = true;
    this.#present.delete(key);
    this.#absent.set(key, each);
    const at = time === undefined ? undefined : Math.round(time + this.#limit(each));
    return { ...silence(event, key, at, value), absence: { phase: 'began', since: time } };
  }

  #limit({ usual, longest, gaps }: Watched<E, V>): number {
    if (this.#after !== 'auto') return this.#after;
    if (gaps < KNOWN) return Number.POSITIVE_INFINITY;
    return Math.min(LONGEST_TIMER, Math.max(FLOOR, TIMES_USUAL * usual, TIMES_LONGEST * longest));
  }
}

const GAPS = ['offset', 'usual', 'longest', 'gaps', 'isAbsent'] as const;
const SAVED = [...GAPS, 'silent', 'mark', 'key', 'time', 'dimensions'] as const;
const MOST_DIMENSIONS = 100_000;

function readWatched<E, V extends Value>(state: State, now: number): Watched<E, V> {
  const saved = fields(state, SAVED, ['event']);
  const dimensions = nullOr('dimensions', saved.dimensions, (name, each) =>
    count(name, each, 1, MOST_DIMENSIONS),
  );
  const value = dimensions === undefined ? 0 : new Array<number>(dimensions).fill(0);
  const [key, last] = [nullOr('key', saved.key, text), nullOr('time', saved.time, time)];
  return {
    last: silence(trusted<State>(saved.event) as E, key, last, value as V), // the event is the user's
    mark: nullOr('mark', saved.mark, time) ?? Number.NEGATIVE_INFINITY,
    offset: number('offset', saved.offset),
    arrived: now - number('silent', saved.silent),
    usual: number('usual', saved.usual, 0),
    longest: number('longest', saved.longest, 0),
    gaps: count('gaps', saved.gaps),
    isAbsent: flag('isAbsent', saved.isAbsent),
  };
}

function lastTime({ last }: Watched<unknown, Value>): number {
  return last.time ?? Number.NaN;
}

/** How long a key was silent: by event times where it has any. */
function gapOf(each: Watched<unknown, Value>, time: number, latest: number, now: number): number {
  const own = time - lastTime(each);
  return Number.isNaN(own) ? now - each.arrived : Math.max(0, own, latest - each.mark);
}

/** A gap beyond the limit counts as one of the limit: the usual gap of a stream is no outage. */
function learn(each: Watched<unknown, Value>, gap: number, limit: number): void {
  const bounded = Math.min(gap, limit);
  each.gaps++;
  const reach = each.gaps > KNOWN ? 4 * each.usual + 1 : Number.POSITIVE_INFINITY;
  each.usual += Math.max(1 / each.gaps, 1 / MEMORY) * (Math.min(bounded, reach) - each.usual);
  each.longest = Math.max(FORGET * each.longest, bounded);
}

/** The verdict on a key that says nothing, in the shape of its values. */
function silence<E, V extends Value>(
  event: E,
  key: string | undefined,
  time: number | undefined,
  value: V,
): Verdict<E, V> {
  const D = toVector(value).length;
  const none = shapeLike(value, new Array<number>(D).fill(Number.NaN));
  return {
    ...{ event, time, key, value: none, expected: none, lower: none, upper: none, residual: none },
    ...{ score: SCORE, severity: 'high', isAnomaly: true, warmingUp: false, imputed: true },
    ...{ startOfIncident: true, attribution: shapeLike(value, new Array<number>(D).fill(1 / D)) },
  };
}

function inOrderOfTime(a: Verdict, b: Verdict): number {
  return (a.time ?? 0) - (b.time ?? 0);
}

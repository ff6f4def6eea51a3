import { RxAnomalyError } from '../core/errors.ts';
import { accepts, aFunction, oneOf } from '../core/optionKinds.ts';
import { OptionSet, type OptionTable } from '../core/optionSet.ts';
import { show } from '../core/options.ts';
import type { BadDataPolicy, Problem, ProblemKind, Value } from '../core/reading.ts';
import { defaultTime, defaultValue, isRecord, type TimeSelector } from '../core/selectors.ts';
import { TimeReader } from '../core/timeReader.ts';
import type { Observation } from './forecaster.ts';
import { badSnapshot, count, fields, flag, type Json, nullOr, type State, time } from './snapshot/state.ts';

/** How events are read, and what happens to those that cannot be used as they are. */
export interface ReaderOptions<E, V extends Value> {
  /**
   * The number, or one number per dimension, of an event. A bigint counts as the number nearest to it, and text that is a
   * number as a whole (`'12.5'`, `'-3e4'`) as that number; any other text (`''`, `'12,5'`, `'0x1f'`) is the problem
   * `'notANumber'`.
   * @default the event itself, or its field `value`
   */
  readonly value?: (event: E) => V | null | undefined;
  /**
   * The time of an event: a Date, ISO 8601 text, or a number that counts from 1970. In which unit the first of a stream
   * decides: seconds, milliseconds, microseconds or nanoseconds, whichever makes it a time of 1985-11-05 to 2128-06-11,
   * else milliseconds. One in another unit than the first is the problem `'badTime'`. Verdicts have milliseconds.
   * @default its field `time`; none if it has none
   */
  readonly time?: TimeSelector<E>;
  /**
   * What happens to a missing or unusable value or time. `'impute'`: the forecast stands in for the value and the last
   * time for the time, the event gets its verdict and is marked `imputed`. `'skip'`: the event is left out. `'error'`:
   * the stream ends with an error that names it. Whichever it is, `onProblem` is called.
   * @default 'impute'
   */
  readonly onBadData?: BadDataPolicy;
  /**
   * Called once for everything that was wrong with an event.
   * @default operators warn on the console of the first of each kind, and of their number when the stream ends, unless
   *   this is 'silent'; `StreamDetector` counts them in `problems`
   */
  readonly onProblem?: ((problem: Problem<E>) => void) | 'silent';
}

const POLICIES: readonly BadDataPolicy[] = ['impute', 'skip', 'error'];
/** Beyond, sums and differences of values overflow. */
const LARGEST = 1e300;

/** The table for whoever has these options among others. */
export const readerTable: OptionTable<ReaderOptions<unknown, Value>, ReaderOptions<unknown, Value>> = {
  value: {
    kind: aFunction,
    defaultText: 'the event itself, or its field `value`',
    about: 'the number, or one number per dimension, of an event',
    when: 'where events hold their value elsewhere',
    level: 'basic',
  },
  time: {
    kind: aFunction,
    defaultText: 'its field `time`',
    about: 'the time of an event',
    when: 'where events hold their time elsewhere',
    level: 'basic',
  },
  onBadData: {
    kind: oneOf(POLICIES),
    default: 'impute',
    about: 'missing or unusable values: impute the forecast, skip the event, or stop',
    when: "'skip' where such events need no verdict, 'error' where there must be none",
    level: 'basic',
  },
  onProblem: {
    kind: accepts("a function, or 'silent'", (value) => typeof value === 'function' || value === 'silent'),
    defaultText: 'the first of each kind on the console',
    about: 'called once for everything that was wrong with an event',
    when: 'to log or count bad data',
    level: 'basic',
  },
};

export const readerOptions: OptionSet<
  ReaderOptions<unknown, Value>,
  ReaderOptions<unknown, Value>
> = new OptionSet(readerTable);

/** Reads the events of one stream into observations. The first event settles how many dimensions there are. */
export class EventReader<E, V extends Value> {
  readonly #where: string;
  readonly #options: ReaderOptions<E, V>;
  readonly #key: string | undefined;
  readonly #refuse: (value: number) => string | undefined;
  #dimensions: number | undefined;
  #scalar = true;
  #lastTime: number | undefined;
  readonly #times: TimeReader = new TimeReader();

  /**
   * @param where who reads, for messages
   * @param refuse says what was expected instead of a number that the models cannot use
   */
  constructor(
    where: string,
    options: ReaderOptions<E, V>,
    key?: string,
    refuse: (value: number) => string | undefined = () => undefined,
  ) {
    this.#where = where;
    this.#options = options;
    this.#key = key;
    this.#refuse = refuse;
  }

  /** D; undefined before the first readable event. */
  get dimensions(): number | undefined {
    return this.#dimensions;
  }

  /**
   * The observation in an event, NaN where a value is missing; undefined when the event is to be left out.
   *
   * @param index position of the event, for messages
   * @throws RxAnomalyError BAD_DATA under the policy 'error'
   */
  read(event: E, index: number): Observation | undefined {
    const { value: selectValue = defaultValue, time: selectTime = defaultTime } = this.#options;
    const found: Finding[] = [];
    const imputed = isRecord(event) && event.imputed === true;
    const value = this.#readValue(selectValue(event), found);
    if (imputed && value !== undefined) found.length = 0; // a filled gap was reported where it was filled
    const time = this.#readTime(selectTime(event), found);
    for (const finding of found) this.#report(finding, event, index, value === undefined);
    this.#lastTime = time;
    const skipped = found.length > 0 && this.#options.onBadData === 'skip';
    return value === undefined || skipped ? undefined : { time, value, imputed };
  }

  /** Numbers per dimension in the shape that the stream's values have. */
  shape(values: readonly number[]): V {
    return (this.#scalar ? values[0] : values) as V;
  }

  /** The state of the stream, for a snapshot; `resume` restores it. */
  save(): Json {
    return { dimensions: this.#dimensions ?? null, scalar: this.#scalar, lastTime: this.#lastTime ?? null };
  }

  /** @throws RxAnomalyError BAD_SNAPSHOT where `saved` is no such state */
  resume(saved: State | undefined): void {
    const { dimensions, scalar, lastTime } = fields(saved, ['dimensions', 'scalar', 'lastTime']);
    const known = nullOr('dimensions', dimensions, (name, state) => count(name, state, 1));
    const isScalar = flag('scalar', scalar);
    if (isScalar && known !== undefined && known > 1)
      throw badSnapshot(`snapshot: values are numbers, and yet have ${known} dimensions`);
    this.#lastTime = nullOr('lastTime', lastTime, time);
    this.#dimensions = known;
    this.#scalar = isScalar;
  }

  #readValue(raw: unknown, found: Finding[]): number[] | undefined {
    // Nearly all there are.
    if (typeof raw === 'number' && this.#dimensions === 1 && this.#scalar && this.#isOfUse(raw)) return [raw];
    const several = Array.isArray(raw) || ArrayBuffer.isView(raw);
    if (this.#dimensions === undefined) {
      // Nothing tells how many dimensions a missing value would have had.
      if (
        raw === undefined ||
        raw === null ||
        (several && Array.from(raw as ArrayLike<unknown>).length === 0)
      ) {
        found.push({ kind: 'missing', detail: 'expected a value, got none' });
        return undefined;
      }
      this.#scalar = !several;
      this.#dimensions = several ? (raw as ArrayLike<unknown>).length : 1;
    }
    const D = this.#dimensions;
    if (raw === undefined || raw === null) {
      found.push({ kind: 'missing', detail: 'expected a value, got none' });
      return new Array<number>(D).fill(Number.NaN);
    }
    const parts: unknown[] = several ? Array.from(raw as ArrayLike<unknown>) : [raw];
    if (parts.length !== D || several === this.#scalar) {
      const shape = this.#scalar ? 'a number' : `${D} dimensions`;
      found.push({
        kind: 'dimensions',
        detail: `expected ${shape} as before, got ${several ? parts.length : show(raw)}`,
        ...(parts.length < D ? {} : { remedy: `scored by the first ${D}` }),
      });
      // The dimensions that are there keep their places; a vanished one is missing, a new one is left out.
      while (parts.length < D) parts.push(Number.NaN);
      return parts.slice(0, D).map((part, dimension) => this.#readNumber(part, dimension, []));
    }
    return parts.map((part, dimension) => this.#readNumber(part, dimension, found));
  }

  #isOfUse(value: number): boolean {
    return Math.abs(value) <= LARGEST && this.#refuse(value) === undefined;
  }

  #readNumber(raw: unknown, dimension: number, found: Finding[]): number {
    const refuse = (kind: ProblemKind, expected: string, got: string): number => {
      found.push({ kind, dimension, detail: `expected ${expected}, got ${got}` });
      return Number.NaN;
    };
    if (raw === undefined || raw === null || Number.isNaN(raw)) return refuse('missing', 'a number', 'none');
    const number = typeof raw === 'number' ? raw : numberIn(raw);
    if (number === undefined) return refuse('notANumber', 'a number', show(raw));
    if (Math.abs(number) > LARGEST) return refuse('outOfRange', 'a number within ±1e300', String(raw));
    const expected = this.#refuse(number);
    return expected === undefined ? number : refuse('outOfRange', expected, String(raw));
  }

  #readTime(raw: unknown, found: Finding[]): number | undefined {
    if (raw === undefined && this.#lastTime === undefined) return undefined;
    const time = this.#times.read(raw, this.#lastTime);
    if (Number.isNaN(time)) {
      found.push({ kind: 'badTime', detail: `expected ${this.#times.expected(raw)}, got ${show(raw)}` });
      return this.#lastTime;
    }
    if (this.#lastTime !== undefined && time < this.#lastTime) {
      const [now, before] = [time, this.#lastTime].map((ms) => new Date(ms).toISOString());
      found.push({
        kind: 'timeBackwards',
        detail: `expected a time not before ${before}, got ${now}`,
        remedy: 'scored in order of arrival',
      });
    }
    return time;
  }

  #report(
    { kind, dimension, detail, remedy = 'imputed' }: Finding,
    event: E,
    index: number,
    lost: boolean,
  ): void {
    const policy = this.#options.onBadData ?? 'impute';
    const where = `event ${index}${this.#key === undefined ? '' : ` of ${show(this.#key)}`}`;
    const done = { error: 'the stream ends', skip: 'skipped', impute: lost ? 'skipped' : remedy }[policy];
    const message = `${where}: ${detail}; ${done}`;
    const problem = { kind, dimension, key: this.#key, event, index, detail, remedy: done, message };
    const { onProblem } = this.#options;
    if (typeof onProblem === 'function') onProblem(problem);
    if (policy === 'error') throw new RxAnomalyError('BAD_DATA', `${this.#where}: ${where}: ${detail}`);
  }
}

const NUMBER = /^\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?\s*$/i;

/** The number that a bigint or text is; undefined where it is none. */
function numberIn(raw: unknown): number | undefined {
  if (typeof raw === 'bigint') return Number(raw);
  return typeof raw === 'string' && NUMBER.test(raw) ? Number(raw) : undefined;
}

/** Something wrong with an event. */
interface Finding extends Pick<Problem, 'kind' | 'detail'> {
  readonly dimension?: number;
  /** What is done under the policy 'impute'. @default 'imputed' */
  readonly remedy?: string;
}

import { RxAnomalyError } from '../core/errors.ts';
import { show } from '../core/options.ts';
import type { Problem, ProblemKind, Value } from '../core/reading.ts';
import { defaultTime, defaultValue, isRecord } from '../core/selectors.ts';
import { TimeReader } from '../core/timeReader.ts';
import { CovariateReader, MOST_COVARIATES } from './covariates/covariateReader.ts';
import type { Observation } from './forecaster.ts';
import type { ReaderOptions } from './readerOptions.ts';
import { LARGEST, readNumber } from './readNumber.ts';
import { badSnapshot, count, fields, flag, type Json, nullOr, type State, time } from './snapshot/state.ts';

/** A list that nothing was found for: not made anew for each event, as hardly any needs it. */
let spare: Finding[] | undefined;

/** Reads the events of one stream into observations. The first event settles how many dimensions there are. */
export class EventReader<E, V extends Value> {
  readonly #where: string;
  readonly #options: ReaderOptions<E, V>;
  readonly #key: string | undefined;
  readonly #refuse: (value: number) => string | undefined;
  #dimensions: number | undefined;
  #scalar = true;
  #lastTime: number = Number.NaN; // before the first: a number always, which is not allocated anew at each event
  #index = 0; // of the newest event
  #times: TimeReader | undefined; // once there was a time
  readonly #covariates: CovariateReader | undefined;

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
    if (options.covariates !== undefined) this.#covariates = new CovariateReader();
  }

  /** D; undefined before the first readable event. */
  get dimensions(): number | undefined {
    return this.#dimensions;
  }

  /** C; 0 before the first event, and in a stream without. */
  get covariates(): number {
    return this.#covariates?.count ?? 0;
  }

  /**
   * The observation in an event, NaN where a value is missing; undefined when the event is to be left out.
   *
   * @param index position of the event, for messages
   * @throws RxAnomalyError BAD_DATA under the policy 'error'
   */
  read(event: E, index: number): Observation | undefined {
    const { value: selectValue = defaultValue, time: selectTime = defaultTime } = this.#options;
    this.#index = index;
    const found = spare ?? [];
    spare = undefined;
    const imputed = isRecord(event) && event.imputed === true;
    const value = this.#readValue(selectValue(event), found);
    if (imputed && value !== undefined) found.length = 0; // a filled gap was reported where it was filled
    const covariates = this.#readCovariates(event, index, imputed ? [] : found);
    const time = this.#readTime(selectTime(event), found);
    if (found.length === 0) spare = found;
    for (let k = 0; k < found.length; k++) this.#report(found[k], event, index, value === undefined);
    this.#lastTime = time ?? Number.NaN;
    const skipped = found.length > 0 && this.#options.onBadData === 'skip';
    if (value === undefined || skipped) return undefined;
    return covariates === undefined ? { time, value, imputed } : { time, value, imputed, covariates };
  }

  /** Whether the values of the stream are numbers, not lists of them. */
  get isScalar(): boolean {
    return this.#scalar;
  }

  /** Numbers per dimension in the shape that the stream's values have. */
  shape(values: readonly number[]): V {
    return (this.#scalar ? values[0] : values) as V;
  }

  /** Reports that the models that were made for the newest event run slowly for want of WebAssembly. */
  reportSlowEngine(event: E, reason: string): void {
    const { onProblem } = this.#options;
    if (typeof onProblem !== 'function') return;
    const [kind, key, index, dimension] = ['slowEngine' as const, this.#key, this.#index, undefined];
    const remedy = 'the reference engine runs, some twenty times slower';
    const message = `${this.#nameOf(index)}: ${reason}; ${remedy}`;
    onProblem({ kind, dimension, key, event, index, detail: reason, remedy, message });
  }

  /** The state of the stream, for a snapshot; `resume` restores it. */
  save(): Json {
    const covariates = this.#covariates?.count;
    return {
      ...{ dimensions: this.#dimensions ?? null, scalar: this.#scalar, lastTime: this.#last() ?? null },
      ...(covariates === undefined ? {} : { covariates }),
    };
  }

  /** @throws RxAnomalyError BAD_SNAPSHOT where `saved` is no such state */
  resume(saved: State | undefined): void {
    const names = ['dimensions', 'scalar', 'lastTime'] as const;
    const { dimensions, scalar, lastTime, covariates } = fields(saved, names, ['covariates']);
    const known = nullOr('dimensions', dimensions, (name, state) => count(name, state, 1));
    const isScalar = flag('scalar', scalar);
    if (isScalar && known !== undefined && known > 1)
      throw badSnapshot(`snapshot: values are numbers, and yet have ${known} dimensions`);
    const isAsked = this.#options.covariates !== undefined;
    if ((covariates !== undefined) !== (isAsked && known !== undefined))
      throw badSnapshot(
        isAsked
          ? 'snapshot: it was taken without covariates, and the option covariates is given; leave it out, or begin without the snapshot'
          : 'snapshot: it was taken with covariates, and the option covariates is left out; give it, or begin without the snapshot',
      );
    if (covariates !== undefined)
      this.#covariates?.resume(count('covariates', covariates, 1, MOST_COVARIATES));
    this.#lastTime = nullOr('lastTime', lastTime, time) ?? Number.NaN;
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

  #readCovariates(event: E, index: number, found: Finding[]): number[] | undefined {
    const { covariates: select } = this.#options;
    const covariates = this.#covariates;
    if (select === undefined || covariates === undefined) return undefined;
    return covariates.read(
      select(event),
      () => `${this.#where}: ${this.#nameOf(index)}`,
      (part, c) => {
        const own: Finding[] = [];
        const number = this.#readNumber(part, undefined, own, `covariate ${c + 1} to be `, () => undefined);
        if (own.length === 0) covariates.had[c] = true;
        const remedy = covariates.had[c]
          ? 'its last value is used'
          : 'it explains nothing before its first value';
        for (const finding of own) found.push({ ...finding, remedy });
        return number;
      },
    );
  }

  #last(): number | undefined {
    return Number.isNaN(this.#lastTime) ? undefined : this.#lastTime;
  }

  #isOfUse(value: number): boolean {
    return Math.abs(value) <= LARGEST && this.#refuse(value) === undefined;
  }

  #readNumber(
    raw: unknown,
    dimension: number | undefined,
    found: Finding[],
    which = '',
    refuses = this.#refuse,
  ): number {
    const refuse = (kind: ProblemKind, got: string, expected = 'a number'): number => {
      const detail = `expected ${which}${expected}, got ${got}`;
      found.push(dimension === undefined ? { kind, detail } : { kind, dimension, detail });
      return Number.NaN;
    };
    const read = readNumber(raw);
    if (typeof read !== 'number') return refuse(...read);
    const expected = refuses(read);
    return expected === undefined ? read : refuse('outOfRange', String(raw), expected);
  }

  #readTime(raw: unknown, found: Finding[]): number | undefined {
    const last = this.#last();
    if (raw === undefined && last === undefined) return undefined;
    const times = this.#times ?? new TimeReader();
    const time = times.read(raw, last);
    this.#times ??= times.shared;
    if (Number.isNaN(time)) {
      found.push({ kind: 'badTime', detail: `expected ${times.expected(raw)}, got ${show(raw)}` });
      return last;
    }
    if (last !== undefined && time < last) {
      const [now, before] = [time, last].map((ms) => new Date(ms).toISOString());
      found.push({
        kind: 'timeBackwards',
        detail: `expected a time not before ${before}, got ${now}`,
        remedy: 'scored in order of arrival',
      });
    }
    return time;
  }

  #nameOf(index: number): string {
    return `event ${index}${this.#key === undefined ? '' : ` of ${show(this.#key)}`}`;
  }

  #report(
    { kind, dimension, detail, remedy = 'imputed' }: Finding,
    event: E,
    index: number,
    lost: boolean,
  ): void {
    const policy = this.#options.onBadData ?? 'impute';
    const where = this.#nameOf(index);
    const done = { error: 'the stream ends', skip: 'skipped', impute: lost ? 'skipped' : remedy }[policy];
    const message = `${where}: ${detail}; ${done}`;
    const problem = { kind, dimension, key: this.#key, event, index, detail, remedy: done, message };
    const { onProblem } = this.#options;
    if (typeof onProblem === 'function') onProblem(problem);
    if (policy === 'error') throw new RxAnomalyError('BAD_DATA', `${this.#where}: ${where}: ${detail}`);
  }
}

/** Something wrong with an event. */
interface Finding extends Pick<Problem, 'kind' | 'detail'> {
  readonly dimension?: number;
  /** What is done under the policy 'impute'. @default 'imputed' */
  readonly remedy?: string;
}

import { show } from '../../core/options.ts';
import type { Problem, ProblemKind, Value } from '../../core/reading.ts';
import {
  defaultTime,
  defaultValue,
  isRecord,
  type KeySelector,
  keyOf,
  type TimeSelector,
} from '../../core/selectors.ts';
import { TimeReader } from '../../core/timeReader.ts';
import { readNumber } from '../readNumber.ts';

/** How events are read, and where problems go. */
export interface SampleReaderOptions<E> {
  readonly value?: (event: E) => Value | null | undefined;
  readonly time?: TimeSelector<E>;
  readonly key?: KeySelector<E>;
  readonly onProblem: (problem: Problem<E>) => void;
}

/** What was read from an event. */
export interface ReadSample {
  readonly key: string | undefined;
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  readonly time: number;
  /** A number for each dimension, NaN for a missing one; undefined where the event has no value at all. */
  readonly value: readonly number[] | undefined;
  /** Whether its value is a number by itself, not a list. */
  readonly isScalar: boolean;
}

/** Reads events into numbers with a time, for operators that make other readings of them. */
export class SampleReader<E> {
  readonly #options: SampleReaderOptions<E>;
  readonly #key: (event: E) => string | undefined;
  readonly #times: TimeReader = new TimeReader();
  #index = -1;

  constructor(options: SampleReaderOptions<E>) {
    this.#options = options;
    this.#key = keyOf(options.key);
  }

  /**
   * Undefined for an event without a readable time, which is reported.
   *
   * @param dimensionsOf dimensions of a stream so far; 0 where they are not known
   */
  read(event: E, dimensionsOf: (key: string | undefined) => number): ReadSample | undefined {
    const { value: selectValue = defaultValue, time: selectTime = defaultTime } = this.#options;
    this.#index++;
    const key = this.#key(event);
    const rawTime = selectTime(event);
    const time = this.#times.read(rawTime);
    if (Number.isNaN(time)) {
      this.report(event, key, 'badTime', `expected ${this.#times.expected(rawTime)}, got ${show(rawTime)}`);
      return undefined;
    }
    const raw: unknown = selectValue(event);
    const isScalar = !(Array.isArray(raw) || ArrayBuffer.isView(raw));
    const isFilled = isRecord(event) && event.imputed === true; // reported where it was filled in
    if (raw === undefined || raw === null) {
      if (!isFilled) this.report(event, key, 'missing', 'expected a value, got none');
      return { key, time, value: undefined, isScalar };
    }
    const parts: readonly unknown[] = isScalar ? [raw] : Array.from(raw as ArrayLike<unknown>);
    const dimensions = dimensionsOf(key);
    if (dimensions > 0 && parts.length !== dimensions)
      this.report(
        event,
        key,
        'dimensions',
        `expected ${dimensions} dimensions as before, got ${parts.length}`,
      );
    const value = parts.slice(0, dimensions || parts.length).map((part, dimension) => {
      const read = readNumber(part);
      if (typeof read === 'number') return read;
      const [kind, got, expected = 'a number'] = read;
      if (!isFilled) this.report(event, key, kind, `expected ${expected}, got ${got}`, dimension);
      return Number.NaN;
    });
    return { key, time, value, isScalar };
  }

  /** Reports something about the newest event. */
  report(
    event: E,
    key: string | undefined,
    kind: ProblemKind,
    detail: string,
    dimension?: number,
    remedy = 'left out',
  ): void {
    const index = this.#index;
    const name = `event ${index}${key === undefined ? '' : ` of ${show(key)}`}`;
    const message = `${name}: ${detail}; ${remedy}`;
    this.#options.onProblem({ kind, dimension, key, event, index, detail, remedy, message });
  }
}

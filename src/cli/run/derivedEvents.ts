import type { Problem, Value } from '../../core/reading.ts';
import { CounterRate } from '../../models/derived/counterRate.ts';
import { RecentKeys } from '../../models/derived/recentKeys.ts';
import { SampleReader } from '../../models/derived/sampleReader.ts';
import { Windows } from '../../models/derived/windows.ts';
import { fields, list, nullOr, number, type State, text } from '../../models/snapshot/state.ts';
import { type Derivation, KEYS, MOST_EMPTY } from './derivation.ts';

/** What is known of one stream. */
interface Stream {
  readonly counters: readonly CounterRate[];
  readonly windows: Windows<undefined> | undefined;
  /** Of its newest event with a rate, milliseconds; NaN before. */
  time: number;
}

/**
 * Makes rates of counters, then one event for each window of time, of the events of a source. A window ends with the first
 * event of its stream after it: what is made depends on the events alone, and with its state it continues as if there had been
 * no end.
 */
export class DerivedEvents<E> {
  readonly #reader: SampleReader<E>;
  readonly #streams: RecentKeys<Stream>;
  /** Which dimensions are counters. */
  readonly #isCounter: readonly boolean[];
  readonly #hasRates: boolean;
  #newest!: E;

  /**
   * @param names of the values of an event
   * @param onProblem called for each event, and each value, that is left out; what it throws ends the stream
   */
  constructor(
    { rate = [], resample }: Derivation,
    names: readonly string[],
    onProblem: (problem: Problem<E>) => void,
  ) {
    this.#reader = new SampleReader<E>({ onProblem });
    this.#isCounter = names.map((name) => rate.includes(name));
    this.#hasRates = rate.length > 0;
    const make = (): Stream => ({
      counters: rate.length === 0 ? [] : names.map(() => new CounterRate()),
      windows: resample && new Windows({ ...resample, maxFill: MOST_EMPTY }),
      time: Number.NaN,
    });
    this.#streams = new RecentKeys(KEYS, make, (key, { windows }) => {
      const lost = windows === undefined ? 'its rates begin anew' : `a window of ${windows.events} is lost`;
      this.#reader.report(this.#newest, key, 'evictedEarly', `more than ${KEYS} streams; ${lost}`);
    });
  }

  /** Events in windows that have not ended. */
  get pending(): number {
    return [...this.#streams.entries()].reduce((sum, [, { windows }]) => sum + (windows?.events ?? 0), 0);
  }

  /** What is to be processed in its place, in this order. */
  add(event: E): readonly E[] {
    this.#newest = event;
    const sample = this.#reader.read(event, () => this.#isCounter.length);
    if (sample === undefined) return [];
    const { key, time } = sample;
    const known = this.#streams.peek(key);
    const before = this.#hasRates ? known?.time : undefined;
    const start = known?.windows?.isLate(time) ? 'that of its window, which has ended' : undefined;
    if (start !== undefined || (before !== undefined && time <= before)) {
      const expected = start ?? new Date(before!).toISOString();
      const detail = `expected a time after ${expected}, got ${new Date(time).toISOString()}`;
      this.#reader.report(event, key, 'timeBackwards', detail);
      return [];
    }
    const stream = this.#streams.use(key);
    const value = this.#hasRates ? this.#rates(stream, event, key, time, sample.value) : sample.value;
    if (value === undefined && this.#hasRates) return [];
    const { windows } = stream;
    if (windows === undefined) return value === undefined ? [] : [{ ...event, value: shaped(value) }];
    return windows
      .add(time, value, undefined)
      .map(({ start, values }) => ({ ...event, time: start, timeNs: undefined, value: shaped(values) }));
  }

  save(): State {
    const streams = [...this.#streams.entries()].map(([key, { counters, windows, time }]) => ({
      key: key ?? null,
      time: Number.isNaN(time) ? null : time,
      counters: counters.map((each) => each.save()),
      windows: windows?.save() ?? null,
    }));
    return { streams };
  }

  /** Takes what `save` gave, of the same derivation. @throws RxAnomalyError BAD_SNAPSHOT */
  resume(saved: State): void {
    for (const each of list('streams', fields(saved, ['streams']).streams)) {
      const { key, time, counters, windows } = fields(each, ['key', 'time', 'counters', 'windows']);
      const stream = this.#streams.use(nullOr('key', key, text));
      stream.time = nullOr('time', time, number) ?? Number.NaN;
      const rates = list('counters', counters, stream.counters.length);
      for (const [k, counter] of stream.counters.entries()) counter.resume(rates[k]);
      stream.windows?.resume(windows);
    }
  }

  /** Undefined for the first event of a stream, and for one without values. */
  #rates(
    stream: Stream,
    event: E,
    key: string | undefined,
    time: number,
    value: readonly number[] | undefined,
  ): readonly number[] | undefined {
    if (value === undefined) return undefined;
    const isFirst = !stream.counters.some(({ hasBegun }) => hasBegun);
    stream.time = time;
    const rates = value.map((count, d) => {
      if (!this.#isCounter[d]) return count;
      const { rate, isReset } = stream.counters[d]!.read(time, count);
      const detail = `expected a counter not below the one before, got ${count}`;
      if (isReset) this.#reader.report(event, key, 'counterReset', detail, d, 'counted from 0');
      return rate * 1000;
    });
    return isFirst ? undefined : rates;
  }
}

function shaped(values: readonly number[]): Value {
  return values.length === 1 ? values[0]! : values;
}

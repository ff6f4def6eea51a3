import { accepts, type OptionKind } from '../../core/optionKinds.ts';
import { numbers, type State } from '../snapshot/state.ts';

/**
 * A statistic of the events in a window: `count` of events, with or without a value; of the values that are numbers `sum`,
 * `mean`, `min`, `max`, `last`, `std` (of a sample, n − 1) and percentiles, `p50` or `p99.9`, 0 to 100, linear between
 * the two nearest (Hyndman & Fan 1996, type 7).
 */
export type Statistic = 'count' | 'sum' | 'mean' | 'min' | 'max' | 'last' | 'std' | `p${number}`;

const NAMES = ['count', 'sum', 'mean', 'min', 'max', 'last', 'std'];
const PERCENTILE = /^p(\d{1,3}(?:\.\d+)?)$/;

/** What {@link isStatistic} accepts, in words. */
export const STATISTICS: string = `${NAMES.join(', ')} or a percentile such as p95`;

export function isStatistic(name: unknown): name is Statistic {
  return typeof name === 'string' && (NAMES.includes(name) || percentOf(name) !== undefined);
}

/** The kind of an option that is one statistic or several. */
export const statistics: OptionKind = accepts(
  `${STATISTICS}, or a list of them without repetition`,
  (value) =>
    Array.isArray(value)
      ? value.length > 0 && value.every(isStatistic) && new Set(value).size === value.length
      : isStatistic(value),
);

/** 0 … 100; undefined where it is no percentile. */
function percentOf(name: string): number | undefined {
  const percent = Number(PERCENTILE.exec(name)?.[1] ?? Number.NaN);
  return percent >= 0 && percent <= 100 ? percent : undefined;
}

/** The values of one dimension in one window. */
export class Sample {
  #count = 0;
  #mean = 0;
  #squares = 0; // sum of squared deviations from the mean (Welford 1962)
  #sum = 0;
  #least = Number.POSITIVE_INFINITY;
  #most = Number.NEGATIVE_INFINITY;
  #last = Number.NaN;
  #values: number[] | undefined;

  /** @param keepsValues whether a percentile will be asked for, which needs all of them */
  constructor(keepsValues: boolean) {
    if (keepsValues) this.#values = [];
  }

  /** @param value NaN, for a missing one, is left out */
  add(value: number): void {
    if (Number.isNaN(value)) return;
    this.#count++;
    const deviation = value - this.#mean;
    this.#mean += deviation / this.#count;
    this.#squares += deviation * (value - this.#mean);
    this.#sum += value;
    this.#least = Math.min(this.#least, value);
    this.#most = Math.max(this.#most, value);
    this.#last = value;
    this.#values?.push(value);
  }

  save(): State {
    const known = [this.#count, this.#mean, this.#squares, this.#sum, this.#least, this.#most, this.#last];
    return Float64Array.from(known.concat(this.#values ?? [])); // a window may have more values than a call arguments
  }

  /** Takes what `save` gave. @throws RxAnomalyError BAD_SNAPSHOT */
  resume(saved: State): void {
    const [count, mean, squares, sum, least, most, last, ...values] = numbers('sample', saved, 7);
    if (this.#values !== undefined) this.#values = values;
    this.#count = count!;
    this.#mean = mean!;
    this.#squares = squares!;
    this.#sum = sum!;
    this.#least = least!;
    this.#most = most!;
    this.#last = last!;
  }

  /** NaN where there were too few values; a sum of none is 0 only where there were no events either. */
  of(name: Exclude<Statistic, 'count'>, events: number): number {
    if (this.#count === 0) return name === 'sum' && events === 0 ? 0 : Number.NaN;
    switch (name) {
      case 'sum':
        return this.#sum;
      case 'mean':
        return this.#sum / this.#count; // of whole numbers it has no error of rounding
      case 'min':
        return this.#least;
      case 'max':
        return this.#most;
      case 'last':
        return this.#last;
      case 'std':
        return this.#count < 2 ? Number.NaN : Math.sqrt(this.#squares / (this.#count - 1));
      default:
        return percentile(this.#values ?? [], (percentOf(name) ?? Number.NaN) / 100);
    }
  }
}

function percentile(values: number[], share: number): number {
  const sorted = Float64Array.from(values).sort();
  const place = share * (sorted.length - 1);
  const below = Math.floor(place);
  const low = sorted[below] ?? Number.NaN;
  const high = sorted[below + 1] ?? low;
  return low + (place - below) * (high - low);
}

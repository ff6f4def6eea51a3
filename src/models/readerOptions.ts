import { accepts, aFunction, oneOf } from '../core/optionKinds.ts';
import { OptionSet, type OptionTable } from '../core/optionSet.ts';
import type { BadDataPolicy, Problem, Value } from '../core/reading.ts';
import type { TimeSelector } from '../core/selectors.ts';

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
   * What is known of an event with or before its value, and is not detected itself: planned load, outdoor temperature, a flag
   * for promotions or holidays (0 and 1). As many numbers for each event, 1 to 32. The forecast is corrected by them, as far as
   * that was better of late, when the event comes. A missing one (`onBadData: 'impute'`) is as it was last. Another number of
   * them ends the stream with an error (BAD_DATA).
   * @default none
   */
  readonly covariates?: (event: E) => ArrayLike<number>;
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
  covariates: {
    kind: aFunction,
    defaultText: 'none',
    about:
      'numbers known with or before the event, which the forecast may use and which are not detected themselves',
    when: 'where values depend on something that is known: plans, the weather, promotions, holidays',
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

import { timeZoneSpec } from '../../core/calendar.ts';
import { aFunction, boolean, nonNegativeInteger, positiveInteger } from '../../core/optionKinds.ts';
import { OptionSet, type OptionTable } from '../../core/optionSet.ts';
import type { Problem } from '../../core/reading.ts';
import type { KeySelector, TimeSelector } from '../../core/selectors.ts';
import { type SuppressionRule, suppressSpec } from '../decision/suppression.ts';
import {
  type ResolvedThreshold,
  type Sensitivity,
  thresholdOptions,
  thresholdTable,
} from '../decision/thresholdOptions.ts';
import { keyTable } from '../keyOptions.ts';
import { readerTable } from '../readerOptions.ts';

/** What categories are: names of event types, states, codes; a number is the category of its digits. */
export type Category = string | number | bigint | boolean;

/** Options of `detectRare` and {@link RareDetector}. */
export interface DetectRareOptions<E> {
  /**
   * The category of an event. Of a category of more than 200 characters the first 180 and a hash of the rest are kept.
   * @default the event itself, or its field `value`
   */
  readonly value?: (event: E) => Category | null | undefined;
  /** The time of an event, as in `detectAnomalies`; one that cannot be read is left out of account. @default its field `time` */
  readonly time?: TimeSelector<E>;
  /** The stream of an event; each has counts of its own. @default its field `key` */
  readonly key?: KeySelector<E>;
  /**
   * Whether values are lines of a log, whose templates are the categories: what lines have in common, without numbers,
   * addresses and other words that differ (Drain: He, Zhu, Zheng & Lyu, ICWS 2017).
   * @default false
   */
  readonly template?: boolean;
  /**
   * The level of an event, as logs have it: what is flagged has the severity `'high'` at least where it is `fatal`, `critical`, `alert`,
   * `emergency` or `panic`, and `'medium'` at least where it is `error` or `severe`; capitals make no difference. Whether it is flagged
   * does not depend on it. @default none: severity follows from the chance alone
   */
  readonly level?: (event: E) => string | undefined;
  /**
   * How easily it alerts. An event is an anomaly from a chance on that bounds the false alerts per 10,000 events of a stream in which
   * nothing changes: 0.6 at `'low'`, 10 at `'medium'`, 76 at `'high'`; from 0.01 at 0 to 316 at 1.
   * @default 'medium'
   */
  readonly sensitivity?: Sensitivity;
  /** Score from which an event is an anomaly, above 0 and below 1, in the place of `sensitivity`. @default 0.5: a chance of 0.001 */
  readonly threshold?: number;
  /** Unflagged events that end an incident. @default 15 */
  readonly hold?: number;
  /** Anomalies that are not flagged, by rules as in `detectAnomalies`: hours of the week, a time range, keys. @default none */
  readonly suppress?: readonly SuppressionRule[];
  /**
   * Whether a category is also compared with the events of the same part of the day, of which there are eight: what is usual at
   * night may be unusual at noon. Needs times. A never-seen category can then be flagged after twice as many events.
   * @default true
   */
  readonly timeOfDay?: boolean;
  /** IANA name of the zone whose clocks the parts of the day go by. @default 'UTC' */
  readonly timeZone?: string;
  /**
   * For so many events of its stream a category that was flagged opens no other incident, and has `suppressed: 'repeated'`; 0 for an
   * incident each time.
   * @default 10000
   */
  readonly repeat?: number;
  /**
   * Events that a stream remembers at most, 1,000 or more. When there are so many, a random half is forgotten: so it gets used to
   * what has changed.
   * @default 100000
   */
  readonly memory?: number;
  /**
   * Categories that a stream remembers at most; with one more, a random half of its events is forgotten, and
   * `rarity.forgotten` of the verdicts grows. Each takes some 150 bytes and its name.
   * @default 10000
   */
  readonly maxValues?: number;
  /** Streams at most; the one idle longest is forgotten. @default 1000 */
  readonly maxKeys?: number;
  /**
   * Called for every event without a category (which is left out) or with a time that cannot be read.
   * @default operators warn of the first of each kind on the console, and of their number at the end; or 'silent'
   */
  readonly onProblem?: ((problem: Problem<E>) => void) | 'silent';
}

type AnyOptions = DetectRareOptions<unknown>;
type Defaulted = 'template' | 'timeOfDay' | 'timeZone' | 'repeat' | 'memory' | 'maxValues' | 'maxKeys';
type Checked = AnyOptions & Required<Pick<AnyOptions, Defaulted>>;

/** The options as they are used. */
export type ResolvedRare<E> = Omit<DetectRareOptions<E>, Defaulted | 'sensitivity' | 'threshold' | 'hold'> &
  Required<Pick<DetectRareOptions<E>, Defaulted>> & { readonly threshold: ResolvedThreshold };

const LEAST_MEMORY = 1000;
const MOST_MEMORY = 2 ** 24; // events

export const rareTable: OptionTable<AnyOptions, Checked> = {
  value: {
    kind: aFunction,
    defaultText: 'the event itself, or its field `value`',
    about: 'the category of an event: text, a number, true or false',
    when: 'where events hold it elsewhere',
    level: 'basic',
  },
  time: readerTable.time,
  key: { ...keyTable.key, about: 'the stream that an event belongs to; each has counts of its own' },
  template: {
    kind: boolean,
    default: false,
    about: 'whether values are lines of a log, whose templates are the categories',
    when: 'true for text with numbers, names and addresses in it',
    level: 'basic',
  },
  level: {
    kind: aFunction,
    about:
      'the level of an event; what is flagged is at least high where it is fatal or critical, medium where it is an error',
    when: 'where events have one',
  },
  sensitivity: thresholdTable.sensitivity,
  threshold: {
    ...thresholdTable.threshold,
    when: 'instead of sensitivity, for another chance than its names have',
  },
  hold: thresholdTable.hold,
  suppress: suppressSpec,
  timeOfDay: {
    kind: boolean,
    default: true,
    about: 'whether categories are also compared with those of the same part of the day',
    when: 'false where events do not depend on the time of day: new ones are then found after half as many events',
    level: 'basic',
  },
  timeZone: timeZoneSpec,
  repeat: {
    kind: nonNegativeInteger(),
    default: 10_000,
    unit: 'events',
    about: 'for how long a category that was flagged opens no other incident',
    when: '0 to alert each time',
  },
  memory: {
    kind: {
      ...positiveInteger(MOST_MEMORY, 'events are counted one by one'),
      expected: (value) =>
        positiveInteger(MOST_MEMORY, 'events are counted one by one').expected(value) ??
        ((value as number) < LEAST_MEMORY ? `at least ${LEAST_MEMORY}` : undefined),
    },
    default: 100_000,
    unit: 'events',
    about: 'events that a stream remembers at most; a random half is forgotten then',
    when: 'less to get used to changes sooner, more to tell what is once in a million',
  },
  maxValues: {
    kind: positiveInteger(MOST_MEMORY, 'a Map holds no more'),
    default: 10_000,
    unit: 'categories',
    about: 'categories that a stream remembers at most',
    when: 'less where there are many streams, for the memory',
  },
  maxKeys: { ...keyTable.maxKeys, about: 'streams at most; the one idle longest is forgotten' },
  onProblem: readerTable.onProblem as OptionTable<AnyOptions, Checked>['onProblem'],
};

export const rareOptions: OptionSet<AnyOptions, Checked, ResolvedRare<unknown>> = new OptionSet(
  rareTable,
  (where, { sensitivity, threshold, hold, ...rest }) => {
    const { threshold: at } = thresholdOptions.resolvePart(where, { sensitivity, threshold });
    return {
      ...rest,
      // A chance is of one event: none is more likely to be an anomaly because the one before was.
      threshold: thresholdOptions.resolve(where, {
        ...{ threshold: at, release: at, warmUp: 0, habituation: false },
        ...(hold === undefined ? {} : { hold }),
      }),
    };
  },
);

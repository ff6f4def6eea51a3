/** A measurement at one moment: one number, or one number per dimension. NaN stands for a missing one. */
export type Value = number | readonly number[];

/** `number` for a scalar stream, `readonly number[]` for a stream of several dimensions. */
export type Shape<V extends Value> = V extends number ? number : readonly number[];

/**
 * An event and what was read from it: the start of every pipeline.
 *
 * @typeParam E the event as it came from the source
 * @typeParam V number, or an array with one number per dimension
 */
export interface Reading<E = unknown, V extends Value = Value> {
  /** The event as it came from the source. */
  readonly event: E;
  /** Event time, milliseconds since 1970-01-01T00:00:00Z; undefined in a stream without times. */
  readonly time: number | undefined;
  /** The stream this event belongs to; undefined when there is only one. */
  readonly key: string | undefined;
  readonly value: V;
  /** True when the value (or one dimension of it) was missing or unusable and was filled in. */
  readonly imputed: boolean;
}

/** A reading with the forecast that was made before it was seen. NaN while there is no forecast yet. */
export interface Forecast<E = unknown, V extends Value = Value> extends Reading<E, V> {
  /** The median of the forecast distribution, in units of the value. */
  readonly expected: V;
  /** Lower end of the forecast's 95 % band, in units of the value. */
  readonly lower: V;
  /** Upper end of the forecast's 95 % band, in units of the value. */
  readonly upper: V;
  /** value − expected; 0 where the value was imputed, NaN where it was missing while there was no forecast. */
  readonly residual: V;
  /**
   * Scale of a Laplace distribution around `expected`, as the forecaster estimates it; the band may be wider or
   * narrower, to hold its 95 %. Left out of scored forecasts, and where the band is enough.
   */
  readonly scale?: V;
  /**
   * Forecasts for this reading made at longer horizons, the newest first; left out where the forecaster has no
   * horizons.
   */
  readonly earlier?: readonly EarlierForecast<V>[];
  /** Set where a lasting change of the process was detected. The forecaster then learns faster for a while. */
  readonly drift?: DriftKind;
}

/**
 * How a process has changed:
 * - `'shape'`: forecasts have been worse than before for long enough;
 * - `'level'`, `'scale'`: a dimension has been far outside all before, or has kept to a small part of its range, for a
 *   hundred events. The models began anew in it at the event before.
 */
export type DriftKind = 'level' | 'scale' | 'shape';

/** A forecast that was made several events before its reading. */
export interface EarlierForecast<V extends Value = Value> {
  /** In units of the value. */
  readonly expected: V;
  /** Scale of a Laplace distribution around it: the typical size of a residual. */
  readonly scale: V;
}

/** What is expected of one of the next events of a stream. */
export interface AheadStep<V extends Value = Value> {
  /** 1 for the next event. */
  readonly step: number;
  /**
   * When, by the usual time step of the stream: milliseconds since 1970-01-01T00:00:00Z; undefined in a stream without times.
   */
  readonly time: number | undefined;
  /** The median, in units of the value; NaN while there is no forecast yet. */
  readonly expected: V;
  /** In the order of the option `quantiles`, each at least the one before; in units of the value. */
  readonly quantiles: readonly V[];
}

/** A reading with what is expected of the events after it. */
export interface AheadForecast<E = unknown, V extends Value = Value> extends Reading<E, V> {
  /** The next event first. */
  readonly ahead: readonly AheadStep<V>[];
}

/** A forecast with the evidence that its reading is an anomaly. */
export interface Scored<E = unknown, V extends Value = Value> extends Forecast<E, V> {
  /** 0 … 1, high = anomalous; 0.5 is the default threshold. Never NaN. */
  readonly score: number;
  /** Share of each dimension in the score; sums to 1. */
  readonly attribution: V;
}

/** How far the score of a flagged event exceeds the threshold. */
export type Severity = 'none' | 'low' | 'medium' | 'high' | 'critical';

/** From the least. */
export const SEVERITIES: readonly Severity[] = ['none', 'low', 'medium', 'high', 'critical'];

/** The decision on one event. */
export interface Verdict<E = unknown, V extends Value = Value> extends Scored<E, V> {
  readonly isAnomaly: boolean;
  /** 'none' unless isAnomaly. */
  readonly severity: Severity;
  /** True while the detector has seen too little to flag anything. */
  readonly warmingUp: boolean;
  /** True on the first flagged event of an incident: the moment to alert, once. */
  readonly startOfIncident: boolean;
  /** The name of the rule that suppressed the anomaly; left out where none did. */
  readonly suppressed?: string;
  /** What is expected of the next events, the next one first; where the option `ahead` is given, and after every so many events. */
  readonly ahead?: readonly AheadStep<V>[];
  /** Set where a key has fallen silent, and on the event with which it returns; see `absentAfter`. */
  readonly absence?: Absence;
  /**
   * What the event was flagged for; left out of events that are not flagged, by scorers that cannot say, and by
   * `flagAnomalies`, which does not know the scorer.
   */
  readonly evidence?: Evidence;
}

/** The part of a scorer's evidence that counted most. */
export interface Evidence {
  /**
   * Its name. Of an `EvidenceScorer` that of one of its channels, or `'novelty'` (beyond all values before), `'size'` (of a
   * pulse in a stream at rest), `'cycle'` (unusual at this phase of a day, a week or a period of the stream's own), `'stuck'` (the
   * value no longer moves), `'duration'` (longer or shorter on one side of its range than ever) or `'joint'` (dimensions that
   * no longer move together).
   */
  readonly channel: string;
  /** The dimension that it is of, from 0; of `'joint'` the one with the largest part. */
  readonly dimension: number;
  /**
   * 1 above, −1 below what is usual: of `'level'`, of `'cycle'` (over all of `events` together), of `'duration'` (the side of the
   * range), and of channels of your own that tell.
   */
  readonly direction?: 1 | -1;
  /** Of `'stuck'` and `'duration'`: how many events long, this one included where it goes on. Of `'cycle'`: over how many it shows. */
  readonly events?: number;
  /** Of `'duration'`: whether the stream stayed too long on that side; else it left too soon. */
  readonly tooLong?: boolean;
  /** Of `'cycle'`: which cycle, and the usual value at this phase of it, in units of the value. */
  readonly cycle?: 'day' | 'week' | 'own';
  readonly usual?: number;
  /** Of `'new'`, `'rare'` and `'hours'`, the channels of `detectRare`: of what category, and how rare that is. */
  readonly rarity?: Rarity;
}

/** How rare the category of an event is among the events of its stream that are remembered. */
export interface Rarity {
  /** The category, or the template of the line. */
  readonly category: string;
  /** `'new'`: not among them; `'hours'`: rarest by the part of the day; else `'rare'`, however usual it is. */
  readonly kind: 'new' | 'rare' | 'hours';
  /** That the next event is of a category as rare or rarer, 0 … 1. */
  readonly chance: number;
  /** Events of the category before this one. */
  readonly count: number;
  /** All events before it. */
  readonly of: number;
  /** The same in the part of the day of this event, in hours of the time zone's clock; left out without times. */
  readonly hours?: {
    readonly from: number;
    readonly to: number;
    readonly timeZone: string;
    readonly count: number;
    readonly of: number;
  };
  /** Categories that are remembered. */
  readonly categories: number;
  /** Categories that were forgotten so far, as there were too many or nothing of them is left: each is new when it comes back. */
  readonly forgotten: number;
}

/** The verdict on an event by the rarity of its category; `value` is −log10 of the chance. */
export interface RareVerdict<E = unknown> extends Verdict<E, number> {
  readonly rarity: Rarity;
}

/**
 * A key that has fallen silent. The verdict with which it began is of no event: `event` is the last one before, `time` is when
 * the silence was too long, `value` and forecast are NaN, `score` is 1 and `severity` is `'high'`.
 */
export interface Absence {
  /** `'ended'`: the verdict is that of the first event after it. */
  readonly phase: 'began' | 'ended';
  /** Event time of the last event before; undefined in a stream without times. */
  readonly since: number | undefined;
}

/** What an incident consists of: flagged events, or silence. */
export type IncidentKind = 'value' | 'absence';

/** What ends an incident whose key has no event that ends it. */
export type EndedBy = 'expired' | 'evicted';

/** A run of flagged events, merged, or an absence: no events where some should be. */
export interface Incident<E = unknown, V extends Value = Value> {
  readonly kind: IncidentKind;
  readonly key: string | undefined;
  /** Verdict of the first flagged event. */
  readonly first: Verdict<E, V>;
  /** Verdict of the last flagged event so far. */
  readonly last: Verdict<E, V>;
  /** Verdict of the event with the highest score. */
  readonly peak: Verdict<E, V>;
  /** Event time of the first flagged event, or of the last one before an absence; undefined in a stream without times. */
  readonly start: number | undefined;
  /**
   * Event time of the last flagged event; of an absence that of the return, and until then when the silence was too long.
   * Undefined in a stream without times.
   */
  readonly end: number | undefined;
  /** Flagged events; 1 for an absence. */
  readonly count: number;
  /** The highest severity reached. */
  readonly severity: Severity;
  /** True when the stream ended before the incident did. */
  readonly open: boolean;
  /** Flagged events by the channel of {@link Evidence} that counted most; left out where the scorer names none. */
  readonly channels?: Readonly<Record<string, number>>;
  /**
   * Why it ended though no event has ended it: `'expired'`, none of its key came for as long as its model is kept (`idleTimeout`,
   * `keepStates`); `'evicted'`, its model gave way to those of others and is lost. Left out otherwise, and of the operators `incidents` and
   * `alerts`, which see verdicts only.
   */
  readonly endedBy?: EndedBy;
  /**
   * Whether the first unflagged event after the last flagged one was nearer to what was expected before the incident than to
   * its peak, in the dimension with the largest share of the score; left out before there was one.
   */
  readonly returned?: boolean;
}

/** What happens to a reading that cannot be used as it is. */
export type BadDataPolicy = 'impute' | 'skip' | 'error';

/** What was wrong with a reading. */
export type ProblemKind =
  | 'missing' // no value, an empty cell, null, NaN
  | 'notANumber' // text where a number should be
  | 'outOfRange' // ±Infinity, or beyond ±1e300
  | 'dimensions' // more or fewer dimensions than the stream began with
  | 'badTime' // a time that cannot be read
  | 'timeBackwards' // earlier than the event before it, in its stream
  | 'counterReset' // a counter smaller than before: it has begun anew
  | 'slowEngine' // WebAssembly is missing or forbidden: the LSTM runs on the reference engine; reported once
  | 'evictedEarly' // more keys than `maxKeys`: a model was evicted before its warm-up had ended; reported once
  | 'unknownKey' // feedback on a key that has no model
  | 'unknownFeedback' // feedback to be cleared that was not given, or is no longer kept
  | 'unreadable'; // an entry of a log that is no event, or has no usable key

/** A reading that could not be used as it was: counted and reported, never silently lost. */
export interface Problem<E = unknown> {
  readonly kind: ProblemKind;
  /** Position of the value that is wrong among the event's values, from 0; undefined where it is the time, or the event as a whole. */
  readonly dimension: number | undefined;
  readonly key: string | undefined;
  /** Undefined where it is feedback that could not be used, or no event. */
  readonly event: E | undefined;
  /** Position of the event among those of the subscription, from 0; of the next one where there is none. */
  readonly index: number;
  /** What was expected and what came instead: `expected a number within ±1e300, got Infinity`. */
  readonly detail: string;
  /** What was done about it: `imputed`, `skipped`, `scored in order of arrival`, `the stream ends`. */
  readonly remedy: string;
  /**
   * How many problems of this kind the subscription has had, this one included: the last of each kind has the total.
   * Given to `onProblem` of an operator.
   */
  readonly count?: number;
  /** All of it in one line: `event 12 of "pump": expected a number, got none; imputed`. */
  readonly message: string;
}

/** The beginning or the end of an incident, or of a group of them. */
export interface Alert<E = unknown, V extends Value = Value> {
  /** `'updated'`: other streams have joined the group since it was reported. */
  readonly phase: 'began' | 'updated' | 'ended';
  /**
   * Its current state. `open` when it begins, and when the stream ended before it did. Of a group: the incident that had begun
   * first when the group was reported, the same in all of the group's alerts.
   */
  readonly incident: Incident<E, V>;
  /** The incidents of a group, one for each stream, in the order in which they began; left out where it is one alone. */
  readonly group?: readonly Incident<E, V>[];
  /** One for each incident of `group`, in the same order; left out while no two of its streams were in an earlier group. */
  readonly leads?: readonly Lead[];
}

/** How likely the stream of an incident began first in its group, by the order of now and by that of earlier groups. */
export interface Lead {
  /** The mean over the others of the group of the probability that its stream begins before theirs, 0 to 1; 1 where it is alone. */
  readonly first: number;
  /** In how many earlier groups its stream began before or after streams of this group, the most of any of them. */
  readonly seen: number;
}

/** A value as a list of numbers, one per dimension. */
export function toVector(value: Value): readonly number[] {
  return typeof value === 'number' ? [value] : value;
}

/** The dimension that an event was flagged for, from 0: that of its evidence, else the one with the largest share. */
export function loudestDimension({
  evidence,
  attribution,
}: Pick<Verdict, 'evidence' | 'attribution'>): number {
  if (evidence !== undefined) return evidence.dimension;
  const shares = toVector(attribution);
  return shares.indexOf(Math.max(...shares));
}

/** A list of numbers in the shape that `value` has: a number for a number. */
export function shapeLike<V extends Value>(value: V, vector: readonly number[]): V {
  return (typeof value === 'number' ? vector[0] : vector) as V;
}

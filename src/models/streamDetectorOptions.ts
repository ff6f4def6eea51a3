import { badOption, optionChecks } from '../core/options.ts';
import type { Value } from '../core/reading.ts';
import { RECURRENCE_OPTION_NAMES, type RecurrenceOptions, resolveRecurrence } from './decision/recurrence.ts';
import { Suppression, type SuppressionRule } from './decision/suppression.ts';
import {
  resolveThresholdOptions,
  THRESHOLD_OPTION_NAMES,
  type ThresholdOptions,
} from './decision/threshold.ts';
import { checkReaderOptions, READER_OPTION_NAMES, type ReaderOptions } from './eventReader.ts';
import type { ForecasterFactory } from './forecaster.ts';
import { LSTM_OPTION_NAMES, type LstmOptions, resolveLstmOptions } from './forecasters/lstmOptions.ts';
import type { ScorerFactory } from './scorer.ts';
import type { Snapshot } from './snapshot.ts';
import type { TransformName } from './transform.ts';

/** A model that was let go. */
export interface Eviction {
  readonly key: string | undefined;
  /** `'capacity'`: more keys than `maxKeys`; `'idle'`: no event for `idleTimeout`. */
  readonly reason: 'capacity' | 'idle';
  /** The model's state, made when called; only within the callback. `onReturn` can bring it back. */
  snapshot(): Snapshot;
}

/** Everything about detecting anomalies in one or many streams. Options of the LSTM and of the threshold are flat. */
export interface StreamDetectorOptions<E, V extends Value>
  extends ReaderOptions<E, V>,
    LstmOptions,
    ThresholdOptions,
    RecurrenceOptions {
  /** The stream that an event belongs to; each gets a model of its own. @default its field `key`; one stream if it has none */
  readonly key?: (event: E) => string | undefined;
  /**
   * What is modelled instead of the values: `'logReturn'` for prices. Forecasts, bounds and residuals come back in units
   * of the values.
   * @default 'none'
   */
  readonly transform?: TransformName;
  /** A forecaster in the place of the LSTM; the options of the LSTM may then not be given. */
  readonly forecaster?: ForecasterFactory;
  /** @default an `EvidenceScorer` */
  readonly scorer?: ScorerFactory;
  /**
   * Whether a change of the process is looked for in the residuals. The verdict at which one becomes clear has `drift`,
   * and the forecaster learns faster from there on, for some hundred events.
   * @default true
   */
  readonly drift?: boolean;
  /**
   * Anomalies to be left alone, by rules of which one must hold. Such an event keeps its score, is no anomaly, opens no
   * incident, has the rule's name in `suppressed` and teaches as an ordinary one.
   * @default none
   */
  readonly suppress?: readonly SuppressionRule[];
  /**
   * Models that are alive at most; the one that was idle longest gives way. Each takes about 200 kB of memory, of three
   * dimensions 300. @default 1000
   */
  readonly maxKeys?: number;
  /**
   * Milliseconds without an event after which a key's model is let go: of event time where events have times, else of
   * `clock`.
   * @default never
   */
  readonly idleTimeout?: number;
  /** Milliseconds; asked only under `idleTimeout`, for events without times. @default one that stands still */
  readonly clock?: () => number;
  /** Told of every model that is let go, before it is disposed of. */
  readonly onEvict?: (eviction: Eviction) => void;
  /** Asked when a key appears that has no model: its snapshot if it was here before, undefined if it is new. */
  readonly onReturn?: (key: string | undefined) => Snapshot | undefined;
}

export const STREAM_DETECTOR_OPTION_NAMES: readonly string[] = [
  ...READER_OPTION_NAMES,
  ...LSTM_OPTION_NAMES,
  ...THRESHOLD_OPTION_NAMES,
  'key',
  'transform',
  'forecaster',
  'scorer',
  ...RECURRENCE_OPTION_NAMES,
  'drift',
  'suppress',
  'maxKeys',
  'idleTimeout',
  'clock',
  'onEvict',
  'onReturn',
];

/** @throws RxAnomalyError BAD_OPTION naming the option */
export function checkStreamDetectorOptions<E, V extends Value>(
  where: string,
  options: StreamDetectorOptions<E, V>,
): void {
  const check = optionChecks(where);
  check.known(options, STREAM_DETECTOR_OPTION_NAMES);
  checkReaderOptions(where, options);
  resolveThresholdOptions(where, options);
  resolveLstmOptions(where, options, 1);
  for (const name of ['key', 'forecaster', 'scorer', 'clock', 'onEvict', 'onReturn'] as const) {
    check.optionalFunction(name, options[name]);
  }
  check.oneOf('transform', options.transform ?? 'none', ['none', 'logReturn']);
  resolveRecurrence(where, options);
  check.boolean('drift', options.drift ?? true);
  new Suppression(where, options.suppress ?? []);
  check.positiveInteger('maxKeys', options.maxKeys ?? 1);
  if (options.idleTimeout !== undefined) check.positive('idleTimeout', options.idleTimeout);
  const useless = options.forecaster && LSTM_OPTION_NAMES.find((name) => name in options);
  if (useless)
    throw badOption(
      where,
      useless,
      'left out where a forecaster is given',
      options[useless as keyof LstmOptions],
    );
}

import { badOption, optionChecks } from '../core/options.ts';
import type { Value } from '../core/reading.ts';
import { anomalyWeight } from './detector.ts';
import type { ForecasterFactory } from './forecaster.ts';
import { LSTM_OPTION_NAMES, type LstmOptions, resolveLstmOptions } from './forecasters/lstmOptions.ts';
import { checkIntakeOptions, INTAKE_OPTION_NAMES, type IntakeOptions } from './intake.ts';
import type { ScorerFactory } from './scorer.ts';
import type { Snapshot } from './snapshot.ts';
import { resolveThresholdOptions, THRESHOLD_OPTION_NAMES, type ThresholdOptions } from './threshold.ts';
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
  extends IntakeOptions<E, V>,
    LstmOptions,
    ThresholdOptions {
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
  /** How much is learnt from flagged events: all, nothing, or a weight from 0 to 1. @default true */
  readonly learnFromAnomalies?: boolean | number;
  /** Models that are alive at most; the one that was idle longest gives way. Each takes about 200 kB. @default 1000 */
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
  ...INTAKE_OPTION_NAMES,
  ...LSTM_OPTION_NAMES,
  ...THRESHOLD_OPTION_NAMES,
  'key',
  'transform',
  'forecaster',
  'scorer',
  'learnFromAnomalies',
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
  checkIntakeOptions(where, options);
  resolveThresholdOptions(where, options);
  resolveLstmOptions(where, options, 1);
  for (const name of ['key', 'forecaster', 'scorer', 'clock', 'onEvict', 'onReturn'] as const) {
    check.optionalFunction(name, options[name]);
  }
  check.oneOf('transform', options.transform ?? 'none', ['none', 'logReturn']);
  anomalyWeight(where, options.learnFromAnomalies ?? true);
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

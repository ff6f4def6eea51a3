import { badOption, optionChecks } from '../../core/options.ts';
import type { Value } from '../../core/reading.ts';
import type { FleetEngineFactory, FleetEngineName } from '../../numerics/engines/fleet/createFleet.ts';
import { anomalyWeight } from '../decision/recurrence.ts';
import {
  type ResolvedThreshold,
  resolveThresholdOptions,
  THRESHOLD_OPTION_NAMES,
  type ThresholdOptions,
} from '../decision/threshold.ts';
import { checkReaderOptions, READER_OPTION_NAMES, type ReaderOptions } from '../eventReader.ts';
import {
  type LstmOptions,
  type ResolvedLstmOptions,
  resolveLstmOptions,
} from '../forecasters/lstmOptions.ts';
import type { StreamDetectorOptions } from '../streamDetectorOptions.ts';

type SharedLstmOptions = Pick<
  LstmOptions,
  | 'hidden'
  | 'layers'
  | 'lags'
  | 'calendar'
  | 'skip'
  | 'optimizer'
  | 'learningRate'
  | 'clipNorm'
  | 'forgetBias'
  | 'seed'
>;

type KeyOptions<E, V extends Value> = Pick<
  StreamDetectorOptions<E, V>,
  'key' | 'transform' | 'learnFromAnomalies' | 'idleTimeout' | 'onEvict' | 'onReturn'
>;

/** Why the engine was called. */
export type FleetCause =
  | 'full' // as many events waited as the batch holds
  | 'again' // a key came back while its last event waited
  | 'update' // the weights were about to change: what came before goes by the old ones
  | 'wait' // the time was up
  | 'leave' // a key left, or a snapshot was asked for
  | 'end'; // the stream was over

/** What the engine was given in one call, and how the fleet stands. */
export interface FleetPressure {
  /** Events in the call. */
  readonly batch: number;
  /** Events that a call takes at most: `maxBatch`. The queue is never longer. */
  readonly capacity: number;
  /** How long the oldest of them waited, milliseconds of the clock. */
  readonly waited: number;
  readonly cause: FleetCause;
  /** Keys alive. */
  readonly keys: number;
  /** Updates of the shared weights so far. */
  readonly updates: number;
}

/** Everything about detecting anomalies in a fleet: many keys, one set of weights. */
export interface FleetOptions<E, V extends Value>
  extends ReaderOptions<E, V>,
    SharedLstmOptions,
    ThresholdOptions,
    KeyOptions<E, V> {
  /** Events of one key that each segment back-propagates through. @default 16 */
  readonly window?: number;
  /** Segments, of whatever keys, whose mean gradient makes one update. @default 16 */
  readonly batchSize?: number;
  /** −log10 of the probability that scores 0.5. Higher than for one stream: many keys have many chances. @default 3.5 */
  readonly surprise?: number;
  /** Keys alive at most; the one that was idle longest gives way. @default 100000 */
  readonly maxKeys?: number;
  /** Events that wait for one engine call at most. @default 256 */
  readonly maxBatch?: number;
  /**
   * Milliseconds; asked twice per engine call, and under `idleTimeout` for events without times.
   * @default one that stands still
   */
  readonly clock?: () => number;
  /** Told of every engine call. */
  readonly onPressure?: (pressure: FleetPressure) => void;
  /** Where the arithmetic is done: by name, or what makes it, such as `await chooseFleet()`. @default 'wasm' */
  readonly engine?: FleetEngineName | FleetEngineFactory;
}

const LSTM_NAMES: readonly (keyof SharedLstmOptions | 'window')[] = [
  'hidden',
  'layers',
  'window',
  'lags',
  'calendar',
  'skip',
  'optimizer',
  'learningRate',
  'clipNorm',
  'forgetBias',
  'seed',
];

export const FLEET_OPTION_NAMES: readonly string[] = [
  ...READER_OPTION_NAMES,
  ...LSTM_NAMES,
  ...THRESHOLD_OPTION_NAMES,
  'key',
  'transform',
  'learnFromAnomalies',
  'idleTimeout',
  'onEvict',
  'onReturn',
  'batchSize',
  'surprise',
  'maxKeys',
  'maxBatch',
  'clock',
  'onPressure',
  'engine',
];

/** The options that take numbers and names, with their defaults. */
export interface ResolvedFleetOptions {
  readonly lstm: ResolvedLstmOptions;
  readonly threshold: ResolvedThreshold;
  readonly transform: 'none' | 'logReturn';
  readonly anomalyWeight: number;
  readonly batchSize: number;
  readonly surprise: number;
  readonly maxKeys: number;
  readonly maxBatch: number;
  readonly engine: FleetEngineName | FleetEngineFactory;
}

/**
 * Checks all options and fills in the defaults.
 *
 * @param dimensions D, on which the default of `lags` depends; 1 while it is not known
 * @throws RxAnomalyError BAD_OPTION naming the option, what was expected and what came
 */
export function resolveFleetOptions<E, V extends Value>(
  where: string,
  options: FleetOptions<E, V>,
  dimensions: number,
): ResolvedFleetOptions {
  const check = optionChecks(where);
  check.known(options, FLEET_OPTION_NAMES);
  checkReaderOptions(where, options);
  for (const name of ['key', 'onEvict', 'onReturn', 'clock', 'onPressure'] as const) {
    check.optionalFunction(name, options[name]);
  }
  if (options.idleTimeout !== undefined) check.positive('idleTimeout', options.idleTimeout);
  const { engine = 'wasm' } = options;
  if (typeof engine !== 'function' && engine !== 'wasm' && engine !== 'reference') {
    throw badOption(where, 'engine', "'wasm', 'reference' or a function that makes one", engine);
  }
  const lstm = LSTM_NAMES.filter((name) => options[name] !== undefined).map((name) => [name, options[name]]);
  return {
    lstm: resolveLstmOptions(
      where,
      { window: 16, ...(Object.fromEntries(lstm) as LstmOptions), horizons: [1] },
      dimensions,
    ),
    threshold: resolveThresholdOptions(where, options),
    transform: check.oneOf('transform', options.transform ?? 'none', ['none', 'logReturn']),
    anomalyWeight: anomalyWeight(where, options.learnFromAnomalies ?? true),
    batchSize: check.positiveInteger('batchSize', options.batchSize ?? 16),
    surprise: check.positive('surprise', options.surprise ?? 3.5),
    maxKeys: check.positiveInteger('maxKeys', options.maxKeys ?? 100_000),
    maxBatch: check.positiveInteger('maxBatch', options.maxBatch ?? 256),
    engine,
  };
}

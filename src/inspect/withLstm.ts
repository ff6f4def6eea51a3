import { badOption, optionChecks } from '../core/options.ts';
import type { Value } from '../core/reading.ts';
import type { Forecaster } from '../models/forecaster.ts';
import type { LstmForecasterOptions } from '../models/forecasters/lstmForecaster.ts';
import { LSTM_OPTION_NAMES, lstmOptionsOf, resolveLstmOptions } from '../models/forecasters/lstmOptions.ts';
import type { Snapshot } from '../models/snapshot.ts';
import {
  checkStreamDetectorOptions,
  STREAM_DETECTOR_OPTION_NAMES,
  type StreamDetectorOptions,
} from '../models/streamDetectorOptions.ts';
import { gateRowsOf } from './layerGates.ts';

/**
 * Options of a detector whose LSTM is inspected: those of `detectAnomalies` except `forecaster`, and the initial
 * weights.
 */
export interface WithLstmOptions<E, V extends Value> extends Omit<StreamDetectorOptions<E, V>, 'forecaster'> {
  /** Initial state of every model: the snapshot of an `LstmForecaster` with the same options. @default untrained */
  readonly from?: Snapshot;
}

const NAMES = [...STREAM_DETECTOR_OPTION_NAMES.filter((name) => name !== 'forecaster'), 'from'];

/**
 * The options of a detector, with the forecaster that `create` makes from the LSTM's.
 *
 * @param where the caller, for messages
 * @throws RxAnomalyError BAD_OPTION for a wrong option and for a cell without gates
 */
export function withLstm<E, V extends Value>(
  where: string,
  options: WithLstmOptions<E, V>,
  create: (options: LstmForecasterOptions) => Forecaster,
): StreamDetectorOptions<E, V> {
  optionChecks(where).known(options, NAMES);
  const { from, ...detector } = options;
  if (from !== undefined && (typeof from !== 'object' || from === null))
    throw badOption(where, 'from', 'a snapshot', from);
  checkStreamDetectorOptions(where, detector);
  const lstm = lstmOptionsOf(detector);
  gateRowsOf(where, resolveLstmOptions(where, lstm, 1).cell);
  const others = Object.entries(detector).filter(([name]) => !LSTM_OPTION_NAMES.includes(name));
  return {
    ...(Object.fromEntries(others) as StreamDetectorOptions<E, V>),
    forecaster: (dimensions) => {
      const forecaster = create({ dimensions, ...lstm });
      if (from !== undefined) forecaster.restore(from);
      return forecaster;
    },
  };
}

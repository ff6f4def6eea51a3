import { badOption, requireKnown } from '../core/options.ts';
import type { Value } from '../core/reading.ts';
import type { Forecaster } from '../models/forecaster.ts';
import type { LstmForecasterOptions } from '../models/forecasters/lstmForecaster.ts';
import { lstmOptions } from '../models/forecasters/lstmOptions.ts';
import type { Snapshot } from '../models/snapshot/snapshot.ts';
import {
  resolveStreamDetector,
  type StreamDetectorOptions,
  streamDetectorOptions,
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

const NAMES = [...streamDetectorOptions.names.filter((name) => name !== 'forecaster'), 'from'];

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
  requireKnown(where, options, NAMES);
  const { from, ...detector } = options;
  if (from !== undefined && (typeof from !== 'object' || from === null))
    throw badOption(where, 'from', 'a snapshot', from);
  resolveStreamDetector(where, detector);
  const lstm = lstmOptions.pick(detector);
  gateRowsOf(where, lstmOptions.resolve(where, lstm).cell);
  const others = Object.entries(detector).filter(([name]) => !lstmOptions.names.includes(name));
  return {
    ...(Object.fromEntries(others) as StreamDetectorOptions<E, V>),
    forecaster: (dimensions) => {
      const forecaster = create({ dimensions, ...lstm });
      if (from !== undefined) forecaster.restore(from);
      return forecaster;
    },
  };
}

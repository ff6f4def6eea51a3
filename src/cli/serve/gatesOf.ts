import type { Value } from '../../core/reading.ts';
import type { GateReading } from '../../models/forecasters/gateReading.ts';
import { LstmForecaster } from '../../models/forecasters/lstmForecaster.ts';
import type { StreamDetector } from '../../models/streamDetector.ts';

/** The gates of a stream's model, if it has one that has gates. */
export function gatesOf<E>(
  streams: StreamDetector<E, Value>,
  key: string | undefined,
): GateReading | undefined {
  const forecaster = streams.detector(key)?.forecaster;
  return forecaster instanceof LstmForecaster ? forecaster.gates() : undefined;
}

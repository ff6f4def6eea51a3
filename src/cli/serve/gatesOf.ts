import type { Value } from '../../core/reading.ts';
import { gatesNow, type LayerGates } from '../../inspect/index.ts';
import { LstmForecaster } from '../../models/forecasters/lstmForecaster.ts';
import type { StreamDetector } from '../../models/streamDetector.ts';

/** The gates of a stream's model, if it has one that has gates. */
export function gatesOf<E>(
  streams: StreamDetector<E, Value>,
  key: string | undefined,
): readonly LayerGates[] | undefined {
  const forecaster = streams.detector(key)?.forecaster;
  return forecaster instanceof LstmForecaster ? gatesNow(forecaster) : undefined;
}

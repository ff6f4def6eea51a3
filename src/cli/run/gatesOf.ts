import { gatesNow, type LayerGates } from '../../inspect/index.ts';
import type { Detector } from '../../models/detector.ts';
import { LstmForecaster } from '../../models/forecasters/lstmForecaster.ts';

/** The gates of a stream's model, if it has one that has gates. */
export function gatesOf(detector: Detector | undefined): readonly LayerGates[] | undefined {
  const forecaster = detector?.forecaster;
  return forecaster instanceof LstmForecaster ? gatesNow(forecaster) : undefined;
}

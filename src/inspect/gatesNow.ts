import type { LstmForecaster } from '../models/forecasters/lstmForecaster.ts';
import { GATE_ROWS } from '../numerics/cells/gateRows.ts';
import { StepReader } from '../numerics/engines/stepReader.ts';
import { type LayerGates, layerGates } from './layerGates.ts';

/**
 * The gates of a forecaster at its newest event, lowest layer first. For occasional reading; `inspectGates` reads
 * them at every event. Changes nothing, and costs several events' time.
 *
 * @returns undefined before the first event, and for a cell without gates
 */
export function gatesNow({ engine }: LstmForecaster): readonly LayerGates[] | undefined {
  const { config } = engine;
  const rows = GATE_ROWS[config.cell];
  const step = rows && new StepReader(config).read(engine);
  return step && layerGates(rows, step, config.hidden);
}

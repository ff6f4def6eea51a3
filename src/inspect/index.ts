/**
 * What the network remembers.
 *
 * @module rx-anomaly/inspect
 */

export type { ReportDocument } from '../backtest/report/reportDocument.ts';
export type { StreamNotes } from '../backtest/reportOf.ts';
export type { Value } from '../core/reading.ts';
export type { LstmForecaster, LstmForecasterOptions } from '../models/forecasters/lstmForecaster.ts';
export type { Snapshot } from '../models/snapshot/snapshot.ts';
export type { StreamDetectorOptions } from '../models/streamDetectorOptions.ts';
export type { CellName } from '../numerics/cells/cell.ts';
export type { ValueOf, WithValue } from '../operators/measured.ts';
export { Ablation, type AblationOptions, type AblationResult } from './ablation.ts';
export { type ClampedGate, type ClampedGateName, clampableGates, clampGate } from './clampGate.ts';
export type { MeanFlow } from './flowSampler.ts';
export { GATE_FIELDS, type GateColumns, type GateField } from './gateHistory.ts';
export { type GradientFlow, gradientFlow, type InspectedRun } from './gradientFlow.ts';
export {
  IncidentExplainer,
  type IncidentExplainerOptions,
  type IncidentExplanation,
  type IncidentMemory,
} from './incidentExplainer.ts';
export {
  InspectedForecaster,
  type InspectedForecasterOptions,
  type InspectedStep,
} from './inspectedForecaster.ts';
export { type GateReading, type InspectGatesOptions, inspectGates } from './inspectGates.ts';
export { cellBound, gatesNow, halfLife, type LayerGates } from './layerGates.ts';
export { type MemoryOrigin, memoryOrigin } from './memoryOrigin.ts';
export { MemoryProfile, type UnitMemory } from './memoryProfile.ts';
export { level, type Quantity, seasonPhase, volatility } from './quantities.ts';
export { renderInspection } from './report/renderInspection.ts';
export { RidgeProbe, type RidgeProbeOptions } from './ridgeProbe.ts';
export { type ProbeResult, StateProbes } from './stateProbes.ts';
export { type Inspection, StreamInspection, type StreamInspectionOptions } from './streamInspection.ts';
export type { WithLstmOptions } from './withLstm.ts';

// rx-anomaly/inspect: what the network remembers.

export { Ablation, type AblationOptions, type AblationResult } from './ablation.ts';
export { type ClampedGate, type ClampedGateName, clampableGates, clampGate } from './clampGate.ts';
export type { MeanFlow } from './flowSampler.ts';
export type { GateColumns, GateField } from './gateHistory.ts';
export { type GradientFlow, gradientFlow, type InspectedRun } from './gradientFlow.ts';
export {
  IncidentExplainer,
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

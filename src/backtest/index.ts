/**
 * Detectors compared with labels: metrics, NAB's scorer, the report.
 *
 * @module rx-anomaly/backtest
 */

export type { ThresholdOptions } from '../models/decision/thresholdOptions.ts';
export { type Evaluation, evaluate, type NabResult, type NabStreamResult } from './evaluate.ts';
export { type ForecasterResult, forecasterResults } from './forecasterResults.ts';
export { type Labels, parseLabels, windowsFor } from './labels.ts';
export { type AgeBand, falseAlertsByAge } from './metrics/falseAlertsByAge.ts';
export { type ForecastComparison, type ForecastErrors, forecastErrors } from './metrics/forecastErrors.ts';
export type { IncidentCounts } from './metrics/incidentCounts.ts';
export {
  type IncidentMetrics,
  type IncidentMetricsOptions,
  incidentMetrics,
  type StreamOutcome,
  type Summary,
} from './metrics/incidentMetrics.ts';
export {
  type BootstrapDifference,
  type BootstrapOptions,
  pairedBootstrap,
} from './metrics/pairedBootstrap.ts';
export {
  type PositionalBias,
  type RangeMetrics,
  type RangeMetricsOptions,
  rangeMetrics,
} from './metrics/rangeMetrics.ts';
export { residualHistogram } from './metrics/residualHistogram.ts';
export { thresholdTradeOff } from './metrics/thresholdTradeOff.ts';
export { type VusPrOptions, vusPr } from './metrics/vusPr.ts';
export { type NabDetections, nabCsv, nabResultPath } from './nab/nabCsv.ts';
export type { NabFile } from './nab/nabFile.ts';
export { NAB_PROFILES, type NabProfile } from './nab/profiles.ts';
export {
  type NabFileScore,
  type NabOptimum,
  type NabScore,
  optimiseNabThreshold,
  scoreNab,
} from './nab/scoreNab.ts';
export type { NabCounts } from './nab/sweepThresholds.ts';
export {
  type LabelWindow,
  mergeWindows,
  type RecordWindow,
  recordWindows,
  windowsOfFlags,
} from './recordWindows.ts';
export type { Html } from './report/html.ts';
export { loadPageAssets, type PageAssets, type PageExtension } from './report/loadPageAssets.ts';
export { renderReport } from './report/renderReport.ts';
export type {
  RecordedAhead,
  ReportChange,
  ReportDimension,
  ReportDocument,
  ReportIncident,
  ReportLabel,
  ReportSpot,
  ReportStream,
  ReportTable,
  ReportVerdict,
  ResidualHistogram,
  ThresholdPoint,
  TradeOff,
} from './report/reportDocument.ts';
export { type ReportParts, reportOf, type StreamNotes, summaryTable } from './reportOf.ts';
export { type RecordedStream, StreamRecorder } from './streamRecorder.ts';

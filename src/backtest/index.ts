export { type Evaluation, evaluate, type NabResult, type NabStreamResult } from './evaluate.ts';
export { type AgeBand, falseAlertsByAge } from './falseAlertsByAge.ts';
export { type ForecastComparison, type ForecastErrors, forecastErrors } from './forecastErrors.ts';
export { type ForecasterStanding, forecasterStandings } from './forecasterStandings.ts';
export {
  type IncidentMetrics,
  type IncidentMetricsOptions,
  incidentMetrics,
  type StreamOutcome,
  type Summary,
} from './incidentMetrics.ts';
export { type Labels, parseLabels, windowsFor } from './labels.ts';
export { nabCsv, nabResultPath } from './nab/nabCsv.ts';
export type { NabFile } from './nab/nabFile.ts';
export { type NabOptimum, optimiseNabThreshold } from './nab/optimiseNabThreshold.ts';
export { NAB_PROFILES, type NabProfile } from './nab/profiles.ts';
export { type NabFileScore, type NabScore, scoreNab } from './nab/scoreNab.ts';
export { type BootstrapDifference, type BootstrapOptions, pairedBootstrap } from './pairedBootstrap.ts';
export {
  type ChoiceOnSet,
  type ChoiceSet,
  type ChoiceWay,
  chooseByFolds,
  type FoldChoice,
} from './quality/chooseByFolds.ts';
export { type Comparison, compareQuality } from './quality/compareQuality.ts';
export { dealFolds } from './quality/dealFolds.ts';
export type { HeldOutThresholds, IncidentQuality } from './quality/incidentQuality.ts';
export {
  type DetectorSettings,
  type JudgedSeries,
  judgeSeries,
  type SeriesRecord,
} from './quality/judgeSeries.ts';
export type { LabelledSeries } from './quality/labelledSeries.ts';
export type { ThresholdMeasure } from './quality/measures.ts';
export type { IncidentCounts } from './quality/readings.ts';
export type { SeriesQuality, Thresholds } from './quality/seriesQuality.ts';
export { type NabQuality, type SetQuality, setQuality } from './quality/setQuality.ts';
export type { Dealings } from './quality/setThresholds.ts';
export {
  type PositionalBias,
  type RangeMetrics,
  type RangeMetricsOptions,
  rangeMetrics,
} from './rangeMetrics.ts';
export {
  type LabelWindow,
  mergeWindows,
  type RecordWindow,
  recordWindows,
  windowsOfFlags,
} from './recordWindows.ts';
export { loadPageAssets } from './report/loadPageAssets.ts';
export { renderReport } from './report/renderReport.ts';
export { renderTables } from './report/renderTables.ts';
export type {
  ReportDimension,
  ReportDocument,
  ReportIncident,
  ReportLabel,
  ReportStream,
  ReportTable,
  ResidualHistogram,
  ThresholdPoint,
  TradeOff,
} from './report/reportDocument.ts';
export { type ReportParts, reportOf, type StreamNotes, summaryTable } from './reportOf.ts';
export { residualHistogram } from './residualHistogram.ts';
export { type RecordedStream, StreamRecorder } from './streamRecorder.ts';
export { thresholdTradeOff } from './thresholdTradeOff.ts';
export { type VusPrOptions, vusPr } from './vusPr.ts';

/**
 * Operators, and the models behind them.
 *
 * @module rx-anomaly
 */

// What flows through
export type { Absence, Alert } from './core/reading.ts';
export { type Cause, type ErrorCode, RxAnomalyError } from './core/errors.ts';
export type {
  AheadForecast,
  AheadStep,
  BadDataPolicy,
  DriftKind,
  EarlierForecast,
  Evidence,
  Forecast,
  Incident,
  EndedBy,
  IncidentKind,
  Lead,
  Problem,
  ProblemKind,
  Rarity,
  RareVerdict,
  Reading,
  Scored,
  Severity,
  Shape,
  Value,
  Verdict,
} from './core/reading.ts';
export type { KeySelector, TimeSelector } from './core/selectors.ts';
export type { StopSignal } from './core/stopSignal.ts';

// Operators
export { type Aggregated, type AggregateOptions, aggregate } from './operators/aggregate.ts';
export { type ChangePointsOptions, changePoints } from './operators/changePoints.ts';
export type { ChangeKind, ChangePoint, ChangeSize } from './models/changes/changePoint.ts';
export type { ChangeOptions } from './models/changes/changeTracker.ts';
export { checkpoint } from './operators/durable/checkpoint.ts';
export type { CheckpointOptions } from './operators/durable/checkpointOptions.ts';
export { type AlertsOptions, alerts } from './operators/alerts.ts';
export { type DetectAnomaliesOptions, detectAnomalies } from './operators/detectAnomalies.ts';
export { type DetectFleetOptions, detectFleet } from './operators/detectFleet.ts';
export {
  type DetectPopulationOptions,
  detectPopulation,
  type PopulationVerdict,
} from './operators/detectPopulation.ts';
export { type Categorised, detectRare } from './operators/detectRare.ts';
export type { PeerComparison } from './models/population/peerComparison.ts';
export {
  type FillGapsOptions,
  fillGaps,
  type Gap,
  type GapFill,
  type GapPolicy,
} from './operators/fillGaps.ts';
export { type FlagAnomaliesOptions, flagAnomalies } from './operators/flagAnomalies.ts';
export { type ForecastAheadOptions, forecastAhead } from './operators/forecastAhead.ts';
export { type ForecastWithOptions, forecastWith } from './operators/forecastWith.ts';
export {
  type IncidentGroup,
  type IncidentGroupsOptions,
  incidentGroups,
  type RankedIncident,
} from './operators/incidentGroups.ts';
export { type IncidentsOptions, incidents } from './operators/incidents.ts';
export { type LstmForecastOptions, lstmForecast } from './operators/lstmForecast.ts';
export { type RateOptions, rate } from './operators/rate.ts';
export { type LateEvent, type ReorderOptions, reorder } from './operators/reorder.ts';
export { type ScoreResidualsOptions, scoreResiduals } from './operators/scoreResiduals.ts';
export type { MaybeValue, Measured, Present, ValueOf, WithValue } from './operators/measured.ts';

export { type ExplainOptions, explainIncident, type IncidentReason } from './explain/explainIncident.ts';
export type { AnomalyKind } from './explain/findingOf.ts';

// Models behind the operators: plain synchronous objects, for use without RxJS
export type { AbsenceOptions, AbsentAfter } from './models/decision/absenceWatch.ts';
export type { Statistic } from './models/derived/statistics.ts';
export type { AlertBudgetOptions } from './models/decision/alertBudget.ts';
export { CovariateForecaster, withCovariates } from './models/covariates/covariateForecaster.ts';
export { Detector, type Detection, type Learnt } from './models/detector.ts';
export type { DetectorOptions } from './models/detectorOptions.ts';
export type { CheckpointStore } from './models/durable/checkpointStore.ts';
export type { DurableVerdict } from './models/durable/durableState.ts';
export { MemoryCheckpointStore } from './models/durable/checkpointStore.ts';
export type { GroupOptions } from './models/decision/groupOptions.ts';
export { type Feedback, feedbackOn, type Meant, type Range } from './models/decision/feedback.ts';
export { defaultChannels, returnChannels } from './models/evidence/defaultChannels.ts';
export type {
  ChannelInput,
  ChannelSpec,
  EvidenceChannel,
  Season,
  Tail,
} from './models/evidence/evidenceChannel.ts';
export { LevelChannel } from './models/evidence/basicChannels.ts';
export { ResidualChannel } from './models/evidence/residualChannel.ts';
export { SeasonalProfile } from './models/evidence/seasonalProfile.ts';
export { ValueChannel } from './models/evidence/basicChannels.ts';
export { VolatilityChannel } from './models/evidence/basicChannels.ts';
export { AheadForecaster, type AheadPrediction } from './models/ahead/aheadForecaster.ts';
export type { AheadForecasterOptions, AheadOptions, AheadPlan } from './models/ahead/aheadOptions.ts';
export type {
  Forecaster,
  ForecasterFactory,
  PointAndScale,
  Prediction,
  Restartable,
} from './models/forecaster.ts';
export { loadEngine } from './numerics/engines/loadEngine.ts';
export { EmaForecaster, type EmaOptions } from './models/forecasters/emaForecaster.ts';
export { LastValueForecaster, type LastValueOptions } from './models/forecasters/lastValueForecaster.ts';
export { LstmForecaster, type LstmForecasterOptions } from './models/forecasters/lstmForecaster.ts';
export {
  BidirectionalForecaster,
  type BidirectionalForecasterOptions,
  type BidirectionalOptions,
  type LateForecast,
} from './models/forecasters/bidirectionalForecaster.ts';
export type { ClassProbability } from './models/forecasters/classHead.ts';
export type {
  AttentionOptions,
  AuxiliaryName,
  LossName,
  LstmOptions,
} from './models/forecasters/lstmOptions.ts';
export { type PointConfig, PointForecaster } from './models/forecasters/pointForecaster.ts';
export { type ForecasterName, namedForecasters } from './models/forecasters/namedForecasters.ts';
export {
  RunningMeanForecaster,
  type RunningMeanOptions,
} from './models/forecasters/runningMeanForecaster.ts';
export { SeasonalForecaster, type SeasonalOptions } from './models/forecasters/seasonalForecaster.ts';
export type { ReaderOptions } from './models/readerOptions.ts';
export type { Observation } from './models/forecaster.ts';
export {
  type PretrainedForecaster,
  type PretrainedOptions,
  pretrainedForecaster,
} from './models/pretrained/pretrainedForecaster.ts';
export { RareDetector } from './models/rare/rareDetector.ts';
export type { Category, DetectRareOptions } from './models/rare/rareOptions.ts';
export type { Recurring, RecurrenceOptions, RecurringOptions } from './models/decision/recurrence.ts';
export { RobustScaler, type RobustScalerOptions } from './models/scaling/robustScaler.ts';
export type { Score, Scorer, ScorerFactory } from './models/scorer.ts';
export { ConformalScorer, type ConformalScorerOptions } from './models/scorers/conformalScorer.ts';
export { DspotScorer, type DspotScorerOptions } from './models/scorers/dspotScorer.ts';
export {
  DynamicThresholdScorer,
  type DynamicThresholdScorerOptions,
} from './models/scorers/dynamicThresholdScorer.ts';
export { EvidenceScorer } from './models/scorers/evidenceScorer.ts';
export type { EvidenceScorerOptions } from './models/scorers/evidenceScorerOptions.ts';
export { GaussianTailScorer, type GaussianTailScorerOptions } from './models/scorers/gaussianTailScorer.ts';
export { namedScorers, type ScorerName } from './models/scorers/namedScorers.ts';
export { TailScorer, type TailScorerOptions } from './models/scorers/tailScorer.ts';
export { ZScoreScorer, type ZScoreScorerOptions } from './models/scorers/zScoreScorer.ts';
export { parseSnapshot } from './models/snapshot/parseSnapshot.ts';
export { type Restorable, requireWhole, type Snapshot } from './models/snapshot/snapshot.ts';
export { decodeSnapshot } from './models/snapshot/decodeSnapshot.ts';
export { encodeSnapshot } from './models/snapshot/encodeSnapshot.ts';
export type { Json, State, Vector } from './models/snapshot/state.ts';
export type { Memory, Packable } from './models/snapshot/vectors.ts';
export type { TransformName } from './models/transform.ts';
export { StreamDetector } from './models/streamDetector.ts';
export type { StreamDetectorOptions } from './models/streamDetectorOptions.ts';
export type { Eviction, KeyOptions } from './models/keyOptions.ts';
export type { WarmUp, WarmUpOptions } from './models/warmUp.ts';
export type { CalendarOptions, Dates, Weekday } from './core/calendar.ts';
export type { DateRange, WeeklyHours } from './models/decision/calendarWindow.ts';
export type { SuppressionRule } from './models/decision/suppression.ts';
export type { ConfirmOptions } from './models/decision/confirmation.ts';
export { type Flag, type LearntFlag, Threshold } from './models/decision/threshold.ts';
export type { ResolvedThreshold, Sensitivity, ThresholdOptions } from './models/decision/thresholdOptions.ts';

// Of the networks and engines that options name; rx-anomaly/numerics has the rest
export type { CellName } from './numerics/cells/cell.ts';
export type { GateName } from './numerics/cells/gate.ts';
export type { EngineName } from './numerics/engines/createEngine.ts';
export type { EngineFactory } from './numerics/engines/engine.ts';
export type {
  AdamConfig,
  OptimizerConfig,
  RmsPropConfig,
  SgdConfig,
} from './numerics/optim/optimizers.ts';
export type { TailResolution } from './numerics/stats/tailModel.ts';

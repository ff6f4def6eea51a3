/**
 * Detection by many processes together, on a log that keeps events, verdicts and states. The doors of the engines,
 * such as `rx-anomaly/nats`, have what it runs on.
 *
 * @module rx-anomaly/distributed
 */

export { Backlog } from '../clients/backlog.ts';
export type { RetryOptions, RetryReport } from '../clients/retry.ts';
export type { Value } from '../core/reading.ts';
export type { StopSignal } from '../core/stopSignal.ts';
export type { Feedback } from '../models/decision/feedback.ts';
export type { DurableVerdict } from '../models/durable/durableState.ts';
export type { Json } from '../models/snapshot/state.ts';
export type { StreamDetectorOptions } from '../models/streamDetectorOptions.ts';
export type { ValueOf, WithValue } from '../operators/measured.ts';
export {
  type AppendedBefore,
  type Assignment,
  type AssignmentChange,
  type Delivered,
  type DeliveredBatch,
  type DistributedEngine,
  type KeyedEvent,
  type LogBatch,
  type LogEntry,
  Overtaken,
  type Partition,
  type PartitionedLog,
  type Position,
  type Published,
  type SavedState,
  type StateRevision,
  type StateStore,
  Trimmed,
  type UnsavedState,
  type VerdictLog,
} from './contract.ts';
export { distribute } from './distribute.ts';
export type { DistributeOptions } from './distributeOptions.ts';
export { type FeedbackEvent, feedbackEvent, type RefusedFeedback } from './feedbackEvent.ts';
export { type FromVerdictsOptions, fromVerdicts, type VerdictBatch } from './fromVerdicts.ts';
export type { Progress, ProgressKind } from './progress.ts';

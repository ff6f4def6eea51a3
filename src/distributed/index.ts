/**
 * Detection by many processes together, on a log that keeps events, verdicts and states. The doors of the engines,
 * such as `rx-anomaly/nats`, have what it runs on.
 *
 * @module rx-anomaly/distributed
 */

export {
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
  type SavedState,
  type StateStore,
  Trimmed,
  type UnsavedState,
  type VerdictLog,
} from './contract.ts';

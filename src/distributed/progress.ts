import type { Partition, Position } from './contract.ts';

/**
 * What has happened to a partition: `'gained'`, its verdict log and its states are open; `'advanced'`, a batch was processed;
 * `'overtaken'`, another worker has delivered what this one was about to deliver; `'retried'`, the engine has failed and is
 * tried again; `'lost'`, it is handed over, everything saved.
 */
export type ProgressKind = 'gained' | 'advanced' | 'overtaken' | 'retried' | 'lost';

/** What a worker does with a partition. Numbers count since it was gained. */
export interface Progress<P extends Position = Position> {
  readonly kind: ProgressKind;
  readonly partition: Partition;
  /** The newest event that was processed; undefined before the first. */
  readonly position: P | undefined;
  /** Up to where verdicts are delivered; undefined before the first. */
  readonly delivered: P | undefined;
  /** Events in the log after `position` when they were read; undefined where the engine does not know. */
  readonly lag: number | undefined;
  /** Events that were processed and whose verdicts are delivered. */
  readonly events: number;
  /** Events whose verdicts had been delivered before, that were processed again. */
  readonly replayed: number;
  /** Verdicts that were delivered: see the option `deliver`. */
  readonly verdicts: number;
  /** Entries of the log that could not be used; see `onProblem` of `detect`. */
  readonly unreadable: number;
  /** Models in memory. */
  readonly models: number;
  /** Keys with a saved state, and the bytes of these states. Of all workers, as far as is known. */
  readonly keys: number;
  readonly bytes: number;
  /** States that were saved. */
  readonly saves: number;
  /** How often another worker was first. */
  readonly overtaken: number;
  /** Of `'retried'`: the error. */
  readonly error?: Error;
}

import { type Cause, RxAnomalyError } from '../core/errors.ts';
import type { StopSignal } from '../core/stopSignal.ts';

/**
 * What a broker has to offer so that many processes detect together: an ordered log of events, a log of verdicts with
 * conditional appends, a store of states with revisions, and leases. `distribute` does the rest.
 *
 * Every method may throw. A `ServerFailure` that is transient is retried by the caller; so a request must end, with a time
 * limit of its own where the broker has none. Whether a request that failed was done all the same need not be known. Signals
 * are AbortSignals.
 */

/** A part of the log, with an order of its own: 0 … `partitions` − 1. */
export type Partition = number;

/** Where an event is in its partition: a sequence number, an id. Opaque but for {@link PartitionedLog.compare}; JSON keeps it. */
export type Position = number | string;

/** An event of the log, or what could not be decoded. */
export type LogEntry<E, P extends Position> =
  | { readonly position: P; readonly event: E; readonly unreadable?: undefined }
  /** `unreadable`: why, in one line. Counted, and left out of detection. */
  | { readonly position: P; readonly event?: undefined; readonly unreadable: string };

/** Events that were read at one go. */
export interface LogBatch<E, P extends Position> {
  /** In the order of the log, none left out; at least one. */
  readonly entries: readonly LogEntry<E, P>[];
  /** Events after them that were in the log already, as far as the engine knows without another request. @default unknown */
  readonly pending?: number;
}

/** An event and the key that decides on its partition. */
export interface KeyedEvent<E> {
  readonly key: string | undefined;
  readonly event: E;
}

/**
 * The events, ordered within a partition and readable again. All events of a key are in one partition.
 *
 * @typeParam E the event, as the engine decodes it
 * @typeParam P its positions
 */
export interface PartitionedLog<E, P extends Position> {
  /** From 1. The same for all processes and for the life of the states: another number moves keys. */
  readonly partitions: number;
  /** Below 0 where `a` is before `b` in their partition, 0 where they are the same. */
  compare(a: P, b: P): number;
  /**
   * The events of a partition in order, what is there first and then what arrives, until `signal` is aborted: the iteration
   * then ends without an error. Batches are as large as what is at hand, up to `limit`; none waits to be filled. The engine
   * fetches ahead of its reader by a bounded number of events.
   *
   * @param after the position to begin after; undefined: the oldest event that is kept
   * @param limit events in a batch, 1 or more
   * @throws Trimmed when events after `after` are no longer in the log, be it at the start or while reading
   */
  read(
    partition: Partition,
    after: P | undefined,
    limit: number,
    signal: StopSignal,
  ): AsyncIterable<LogBatch<E, P>>;
  /** The number of events after a position; undefined: of all that are kept. Exact while nothing is appended. */
  lag(partition: Partition, after: P | undefined): Promise<number>;
  /**
   * Appends events to the partitions of their keys, those of a key in this order: for feedback, tests and producers without
   * a client of their own. Resolves once the log has them.
   *
   * @returns where each is, in this order: its worker has applied it when verdicts are delivered up to there
   */
  publish(events: readonly KeyedEvent<E>[]): Promise<readonly Published<P>[]>;
}

/** Where an event is that was published. */
export interface Published<P extends Position> {
  readonly partition: Partition;
  readonly position: P;
}

/** The end of a partition's verdicts. */
export interface Delivered<P extends Position> {
  /** Up to which event there are verdicts; undefined before the first append. */
  readonly position: P | undefined;
  /** Changes with every append, never to one that was there before. Opaque. */
  readonly revision: string;
}

/** Verdicts that were appended at one go. */
export interface DeliveredBatch<P extends Position> extends Delivered<P> {
  readonly position: P;
  /** A JSON list of verdicts, as it was appended. */
  readonly verdicts: string;
}

/**
 * The verdicts of each partition, appended in the order of its events. Its end is the truth about what was delivered, so
 * retention must keep at least the last append of each partition.
 */
export interface VerdictLog<P extends Position> {
  /** The most bytes of UTF-8 that one append takes. */
  readonly maxBytes: number;
  /** The end as it is now: it must see every append that has succeeded, from any process. */
  last(partition: Partition): Promise<Delivered<P>>;
  /**
   * Appends all or nothing, and only if `after` is still the end. The condition must hold on all replicas: NATS up to 2.9.20
   * checks `expected-last-subject-sequence` before it replicates, so that two may pass in a cluster (nats-server issue 4320);
   * the last sequence of a stream is safe.
   *
   * @param to the position of the last event that the verdicts are about
   * @param verdicts a JSON list, at most `maxBytes`; `[]` when none of the events has a verdict to deliver
   * @returns the end after it
   * @throws Overtaken when it is no longer the end. Another process has the partition, or an append whose answer was lost
   * was done: `last` tells which.
   */
  append(partition: Partition, after: Delivered<P>, to: P, verdicts: string): Promise<Delivered<P>>;
  /**
   * What was appended after a revision, and then what arrives, until `signal` is aborted: for whoever shows or forwards
   * verdicts.
   *
   * @param after a revision; or what was appended before a time, by the broker's clock; undefined: from the oldest that is kept
   * @throws Trimmed when appends after a revision are no longer in the log, be it at the start or while reading
   */
  read(
    partition: Partition,
    after: string | AppendedBefore | undefined,
    signal: StopSignal,
  ): AsyncIterable<DeliveredBatch<P>>;
}

/** Of a verdict log: what is older. */
export interface AppendedBefore {
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  readonly time: number;
}

/** A state to be saved. */
export interface UnsavedState {
  /** Text of any kind, up to 1,000 characters: the engine encodes it. */
  readonly name: string;
  /** Any number of bytes: the engine cuts it into chunks where messages are limited. */
  readonly state: Uint8Array;
  /** Of the state that it follows, as `load` or `save` gave it; undefined when there must be none. */
  readonly revision: string | undefined;
}

/** A state as it was saved. */
export interface SavedState {
  readonly state: Uint8Array;
  /** Opaque. */
  readonly revision: string;
}

/** A state that is named, as it was. */
export interface StateRevision {
  readonly name: string;
  readonly revision: string;
}

/**
 * States by partition and name, each with a revision. Sees every save that has succeeded, from any process. A crash between
 * the chunks of a state must leave the one before it.
 */
export interface StateStore {
  /** States in the order of their names; undefined where there is none. Many names at once, in few requests. */
  load(partition: Partition, names: readonly string[]): Promise<readonly (SavedState | undefined)[]>;
  /**
   * Saves each state all or nothing, and only if its revision is the newest, on all replicas. Names occur once. Many at once, in few
   * requests; some may have been saved when it throws.
   *
   * @returns the new revisions, in the order of the states
   * @throws Overtaken when one is no longer the newest; ServerFailure
   */
  save(partition: Partition, states: readonly UnsavedState[]): Promise<readonly string[]>;
  /**
   * Names of the states of a partition in any order, many at a time. All that are there from the first request to the last are
   * in it, at least once, but for those that the engine cannot name; others may be.
   */
  names(partition: Partition): AsyncIterable<readonly string[]>;
  /** Removes each state of which this is the newest revision, and leaves others alone. */
  remove(partition: Partition, states: readonly StateRevision[]): Promise<void>;
}

/** Partitions that a worker has from now on, and those that it should hand over, or has lost. */
export interface AssignmentChange {
  readonly gained: readonly Partition[];
  readonly lost: readonly Partition[];
}

/**
 * Which worker has which partition. Only a hint that saves work: where two workers believe that they have one, the verdict
 * log decides. Leases are renewed where a busy event loop does not matter, and expire when a process dies.
 */
export interface Assignment {
  /**
   * The changes, until `signal` is aborted: the iteration then ends without an error, the worker gets no more partitions, and
   * keeps those that it has until it calls `release`. A partition in `lost` is still the worker's, as far as others know, until
   * it calls `release` or its lease expires.
   *
   * @param worker its name, unlike those of all others
   */
  watch(worker: string, signal: StopSignal): AsyncIterable<AssignmentChange>;
  /** Gives partitions back at once, after the worker has finished with them; those that it does not have are ignored. */
  release(worker: string, partitions: readonly Partition[]): Promise<void>;
  /** Who has what, as far as is known; partitions without a worker are left out. For displays. */
  owners(): Promise<ReadonlyMap<Partition, string>>;
}

/** All that `distribute` needs of a broker. */
export interface DistributedEngine<E, P extends Position> {
  readonly log: PartitionedLog<E, P>;
  readonly out: VerdictLog<P>;
  readonly states: StateStore;
  readonly assignment: Assignment;
}

/** Somebody else was first; code OVERTAKEN. Nothing was written. */
export class Overtaken extends RxAnomalyError {
  constructor(message: string, options?: Cause) {
    super('OVERTAKEN', message, options);
    this.name = 'Overtaken';
  }
}

/** Events or verdicts that are needed are no longer in the log; code TRIMMED. */
export class Trimmed extends RxAnomalyError {
  constructor(message: string, options?: Cause) {
    super('TRIMMED', message, options);
    this.name = 'Trimmed';
  }
}

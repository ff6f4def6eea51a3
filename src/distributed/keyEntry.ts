import { show } from '../core/options.ts';
import type { Value } from '../core/reading.ts';
import type { Feedback } from '../models/decision/feedback.ts';
import type { IncidentMerger } from '../models/decision/incidentMerger.ts';
import type { Snapshot } from '../models/snapshot/snapshot.ts';
import { badSnapshot } from '../models/snapshot/state.ts';
import type { ResolvedStreamDetector } from '../models/streamDetectorOptions.ts';
import type { Partition, Position, StateStore } from './contract.ts';

/** Pieces of feedback that wait for a key's first event, at most. */
export const MOST_WAITING = 64;

export type Key = string | undefined;

/** What is known of a key whose model is in memory, or whose state is to be saved. */
export interface Entry<E, V extends Value, P> {
  /** The newest event that its model has; undefined before the first. */
  upTo: P | undefined;
  /** The newest event that the saved state has; undefined where none is saved. */
  saved: P | undefined;
  revision: string | undefined;
  bytes: number;
  /** Time of the partition at its newest event, where states are kept for a time. */
  clock?: number | undefined;
  /** There also: its newest event with a verdict, which has the ends of other keys' incidents. */
  verdict?: P | undefined;
  /** Its model, while it is not in the detector. */
  stream?: Snapshot;
  merger?: IncidentMerger<E, V>;
  waiting?: Feedback[];
}

/** Of a key without a saved state. */
export function unsaved<E, V extends Value, P>(): Entry<E, V, P> {
  return { upTo: undefined, saved: undefined, revision: undefined, bytes: 0 };
}

/** When a key began to differ from its saved state. */
export interface Dirty<P> {
  /** Events of the partition before. */
  readonly since: number;
  /** The newest of them. */
  readonly before: P | undefined;
  /** Time of the partition then. */
  readonly clock: number | undefined;
}

/** A state that is to be removed. */
export interface Removed {
  readonly name: string;
  readonly revision: string;
  readonly bytes: number;
}

/** Where the states are, and how to read and compare. */
export interface KeyModelsContext<E, V extends Value, P extends Position> {
  readonly partition: Partition;
  readonly detect: ResolvedStreamDetector<E, V>;
  readonly states: StateStore;
  readonly compare: (a: P, b: P) => number;
  /** Of the fleet's configuration. */
  readonly print: string;
  /** Milliseconds by the times of events; undefined: states are kept. */
  readonly keepStates: number | undefined;
  /** Up to where verdicts are delivered, as it is now. */
  readonly refreshed: () => Promise<P | undefined>;
  /** Tries a request again until it is answered. */
  readonly retried: <T>(request: () => Promise<T>) => Promise<T>;
}

/** The error where a state has more than the verdict log. */
export function beyond(partition: Partition, key: Key, upTo: Position, end: Position | undefined): Error {
  return badSnapshot(
    `distribute: partition ${partition}: the state of ${key === undefined ? 'the stream' : show(key)} is of position ${upTo}, and verdicts are delivered up to ${end ?? 'none'}: the end of the verdict log was lost; restore it, or give the fleet another name`,
  );
}

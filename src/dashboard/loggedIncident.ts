import type { Incident, Value } from '../core/reading.ts';
import type { Feedback } from '../models/decision/feedback.ts';
import type { Waiting } from './actions/waitingFeedback.ts';
import type { WireIncident } from './page/wire.ts';

/** An incident and its state on the board. */
export interface LoggedIncident {
  readonly id: number;
  readonly stream: number;
  /** Of those that began within the same minutes: the id of the first. */
  group: number;
  /** Numbers of its records in the stream, from 0. */
  readonly first: number;
  last: number;
  peak: number;
  incident: Incident<unknown, Value>;
  open: boolean;
  feedback: WireIncident['feedback'];
  /** What the detector was given. */
  given: Feedback | undefined;
  /** Pieces of feedback that are not applied yet. */
  waiting: readonly Waiting[];
  /** Why the newest piece was not applied; '' where it was. */
  refused: string;
  acknowledged: boolean;
  note: string;
  revision: number;
  changed: boolean;
}

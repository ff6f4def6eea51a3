import { type Feedback, feedbackOn } from '../../models/decision/feedback.ts';
import { type BoardStream, finite } from '../boardStream.ts';
import type { IncidentLog } from '../incidentLog.ts';
import type { LoggedIncident } from '../loggedIncident.ts';
import type { WireFeedback } from '../page/wire.ts';
import type { MissedMarks } from './missedMarks.ts';
import { follow, type Receipt, type Subject, type Waiting } from './waitingFeedback.ts';

/** Where a board keeps what feedback is about. */
export interface FeedbackPlace {
  readonly incidents: IncidentLog;
  readonly marks: MissedMarks;
  readonly stream: (id: number) => BoardStream | undefined;
  /** In which marks are sent to pages. */
  readonly revision: () => number;
}

/** A person's feedback, as it was recorded. */
export interface TakenFeedback {
  /** What the detector is to be given, in this order. */
  readonly pieces: readonly Feedback[];
  /** Notes that a piece is applied later, or refused then: pages show what is the case. */
  readonly wait: (piece: Feedback, receipt: Receipt) => void;
}

/**
 * Records a person's feedback. There is at most one piece on an incident: another one replaces it.
 *
 * @returns undefined where the records are no longer kept
 */
export function recordFeedback(
  feedback: WireFeedback,
  { incidents, marks, stream, revision }: FeedbackPlace,
): TakenFeedback | undefined {
  if ('mark' in feedback)
    return {
      pieces: cleared(marks.clear(feedback.mark, revision())?.given),
      wait: (_, { applied }) => void applied.then(undefined, () => {}), // the mark is gone already
    };
  if ('incident' in feedback) {
    const found = incidents.find(feedback.incident);
    const of = found && stream(found.stream);
    if (found === undefined || of === undefined || found.incident.kind === 'absence') return undefined;
    const before = cleared(found.given);
    const { kind } = feedback;
    const given = kind === 'clear' ? undefined : feedbackOn(kind, of.key, eventsOf(found, of));
    incidents.change(found.id, { feedback: kind === 'clear' ? null : kind, given, refused: '' });
    const pieces = given === undefined ? before : [...before, given];
    return { pieces, wait: waitOn(ofIncident(found.id, incidents)) };
  }
  const { stream: id, first, last } = feedback;
  const of = stream(id);
  const events = [...(of?.history.events(first, last, false) ?? [])];
  if (of === undefined || events.length === 0) return undefined;
  const timeOf = (record: number): number | null => finite(of.history.timeOf(record));
  const worst = events.reduce((high, event) => (event.score > high.score ? event : high));
  const given = feedbackOn('missed', of.key, [worst]);
  const place = { stream: id, first, last, start: timeOf(first), end: timeOf(last) };
  const mark = marks.add(place, given, revision());
  return { pieces: [given], wait: waitOn(ofMark(mark, marks, revision)) };
}

/**
 * Follows what was not applied when a state was taken from which this board was restored.
 *
 * @param resume gives `applied` anew; undefined: it is taken to be applied
 */
export function resumeFeedback(
  { incidents, marks, revision }: FeedbackPlace,
  resume: ((place: unknown) => PromiseLike<unknown>) | undefined,
): void {
  const resumed = (waiting: readonly Waiting[], subject: Subject): void => {
    for (const each of waiting) follow(each, resume?.(each.place) ?? Promise.resolve(), subject);
  };
  for (const { id, waiting } of incidents.all()) resumed(waiting, ofIncident(id, incidents));
  for (const { id, waiting } of marks.all()) resumed(waiting, ofMark(id, marks, revision));
}

function waitOn(subject: Subject): TakenFeedback['wait'] {
  return (piece, { applied, place }) => {
    const waiting = { piece, place };
    subject.change((all) => [...all, waiting]);
    follow(waiting, applied, subject);
  };
}

function ofIncident(id: number, incidents: IncidentLog): Subject {
  return {
    change: (change) => incidents.change(id, { waiting: change(incidents.find(id)?.waiting ?? []) }),
    refuse: (piece, why) => {
      // What was given since then stays.
      const isOver = piece !== undefined && piece === incidents.find(id)?.given;
      incidents.change(id, { refused: why, ...(isOver ? { feedback: null, given: undefined } : {}) });
    },
  };
}

function ofMark(id: number, marks: MissedMarks, revision: () => number): Subject {
  return {
    change: (change) => marks.wait(id, change, revision()),
    refuse: (_, why) => marks.refuse(id, why, revision()),
  };
}

function cleared(given: Feedback | undefined): Feedback[] {
  return given === undefined ? [] : [{ ...given, kind: 'clear' }];
}

function eventsOf({ incident, first, last }: LoggedIncident, { history }: BoardStream) {
  return [incident.first, incident.peak, incident.last, ...history.events(first, last, true)];
}

import { type Feedback, feedbackOn } from '../../models/decision/feedback.ts';
import { type BoardStream, finite } from '../boardStream.ts';
import type { IncidentLog } from '../incidentLog.ts';
import type { LoggedIncident } from '../loggedIncident.ts';
import type { WireFeedback } from '../page/wire.ts';
import type { MissedMarks } from './missedMarks.ts';

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
  /** Counts the pieces that are not applied yet, which pages show. */
  readonly wait: (change: 1 | -1) => void;
  /** Notes that a piece was not applied, which pages show with the reason. */
  readonly refuse: (piece: Feedback, why: string) => void;
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
      wait: () => {},
      refuse: () => {}, // it is gone already
    };
  if ('incident' in feedback) {
    const found = incidents.find(feedback.incident);
    const of = found && stream(found.stream);
    if (found === undefined || of === undefined || found.incident.kind === 'absence') return undefined;
    const before = cleared(found.given);
    const { kind } = feedback;
    const given = kind === 'clear' ? undefined : feedbackOn(kind, of.key, eventsOf(found, of));
    incidents.change(found.id, { feedback: kind === 'clear' ? null : kind, given, refused: '' });
    const wait = (change: number): void =>
      incidents.change(found.id, { waiting: (incidents.find(found.id)?.waiting ?? 0) + change });
    const refuse = (piece: Feedback, why: string): void => {
      // What was given since then stays.
      const isOver = piece === incidents.find(found.id)?.given;
      incidents.change(found.id, { refused: why, ...(isOver ? { feedback: null, given: undefined } : {}) });
    };
    return { pieces: given === undefined ? before : [...before, given], wait, refuse };
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
  return {
    pieces: [given],
    wait: (change) => marks.wait(mark, change, revision()),
    refuse: (_, why) => marks.refuse(mark, why, revision()),
  };
}

function cleared(given: Feedback | undefined): Feedback[] {
  return given === undefined ? [] : [{ ...given, kind: 'clear' }];
}

function eventsOf({ incident, first, last }: LoggedIncident, { history }: BoardStream) {
  return [incident.first, incident.peak, incident.last, ...history.events(first, last, true)];
}

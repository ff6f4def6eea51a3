import { isRecord } from '../core/selectors.ts';
import { checkFeedback, type Feedback, type Range } from '../models/decision/feedback.ts';

/** Feedback as an event of a log, which JSON keeps. */
export interface FeedbackEvent {
  readonly feedback: Readonly<Record<string, unknown>>;
}

/** What is delivered, among the verdicts, of feedback that the worker of its key could not apply. */
export interface RefusedFeedback {
  /** Undefined, and left out of the JSON, where it could not be read. */
  readonly key: string | undefined;
  /** Why. */
  readonly refusedFeedback: string;
}

/**
 * A person's feedback as an event: `log.publish([{ key: feedback.key, event: feedbackEvent(feedback) }])`. The worker that has
 * the key applies it in order with the key's events.
 *
 * @throws RxAnomalyError BAD_OPTION
 */
export function feedbackEvent(feedback: Feedback): FeedbackEvent {
  checkFeedback('feedbackEvent', feedback);
  return { feedback: JSON.parse(JSON.stringify(feedback)) as Record<string, unknown> };
}

/**
 * What `feedbackEvent` has made of it; undefined for any other event.
 *
 * @throws RxAnomalyError BAD_OPTION where it is no feedback
 */
export function feedbackIn(event: unknown): Feedback | undefined {
  if (!isRecord(event) || !isRecord(event.feedback)) return undefined;
  const { key, value, residual, ...rest } = event.feedback;
  const feedback = {
    ...rest,
    key: typeof key === 'string' ? key : undefined,
    value: ranges(value),
    residual: ranges(residual),
  } as unknown as Feedback;
  checkFeedback('distribute', feedback);
  return feedback;
}

/** JSON has null for NaN. */
function ranges(value: unknown): readonly Range[] {
  return Array.isArray(value)
    ? value.map((range) => (Array.isArray(range) ? range.map((end) => end ?? Number.NaN) : range))
    : (value as readonly Range[]);
}

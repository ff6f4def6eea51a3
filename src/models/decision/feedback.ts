import { badOption, optionChecks } from '../../core/options.ts';
import { toVector, type Value, type Verdict } from '../../core/reading.ts';

/** A range of numbers, both ends included. */
export type Range = readonly [low: number, high: number];

/**
 * A person's feedback on a part of one stream, with all that a detector needs, as it does not keep the events
 * themselves.
 */
export interface Feedback {
  /**
   * `'normal'`: not an anomaly. `'missed'`: an anomaly that was not flagged. `'clear'`: takes back what was given on the
   * same events, that is with the same ranges and score: `{ ...given, kind: 'clear' }`.
   */
  readonly kind: 'normal' | 'missed' | 'clear';
  /** The stream; undefined where there is only one. */
  readonly key: string | undefined;
  /** (D) per dimension the minimum and maximum value, in its units; NaN where there is none. */
  readonly value: readonly Range[];
  /** (D) per dimension the distance from the forecast, minimum and maximum; NaN where there is none. */
  readonly residual: readonly Range[];
  /** The highest score, 0 … 1. */
  readonly score: number;
}

/** Of {@link Feedback}. */
export const FEEDBACK_KINDS: readonly Feedback['kind'][] = ['normal', 'missed', 'clear'];

/** The fields that are read from each event. */
export type Meant = Pick<Verdict<unknown, Value>, 'value' | 'expected' | 'lower' | 'upper' | 'score'>;

/**
 * Feedback on these events. The ranges of `'normal'` are widened by half the forecast's band on either side, as
 * similar values will not be exactly the same.
 *
 * @param events one or more: the flagged ones of an incident, or a range with a missed anomaly
 */
export function feedbackOn(
  kind: Feedback['kind'],
  key: string | undefined,
  events: Iterable<Meant>,
): Feedback {
  const value: [number, number][] = [];
  const residual: [number, number][] = [];
  let highest = 0;
  for (const { value: values, expected, lower, upper, score } of events) {
    highest = Math.max(highest, score);
    const [center, low, high] = [toVector(expected), toVector(lower), toVector(upper)];
    for (const [d, v] of toVector(values).entries()) {
      const room = Math.max(0, (high[d] - low[d]) / 2) || 0;
      value[d] = hull(value[d], v, room);
      residual[d] = hull(residual[d], v - center[d], room);
    }
  }
  return { kind, key, value, residual, score: highest };
}

/**
 * @param dimensions of its stream, where they are known
 * @throws RxAnomalyError BAD_OPTION
 */
export function checkFeedback(where: string, feedback: Feedback, dimensions?: number): void {
  const check = optionChecks(`${where}: feedback`);
  check.oneOf('kind', feedback?.kind, FEEDBACK_KINDS);
  for (const name of ['value', 'residual'] as const) {
    const ranges = feedback[name];
    if (!(Array.isArray(ranges) && ranges.every(isRange)))
      throw badOption(`${where}: feedback`, name, 'a list of ranges', ranges);
  }
  if (dimensions !== undefined && feedback.value.length !== dimensions) {
    const expected = `${dimensions} ranges, one for each dimension of the stream`;
    throw badOption(`${where}: feedback`, 'value', expected, feedback.value);
  }
  if (feedback.residual.length !== feedback.value.length)
    throw badOption(`${where}: feedback`, 'residual', 'a range for each of value', feedback.residual);
  check.within('score', feedback.score, 0, 1);
}

/** Whether two pieces are on the same events of a stream, whatever they say of them. */
export function isSameFeedback(a: Feedback, b: Feedback): boolean {
  return same(a.score, b.score) && sameRanges(a.value, b.value) && sameRanges(a.residual, b.residual);
}

function sameRanges(a: readonly Range[], b: readonly Range[]): boolean {
  return a.length === b.length && a.every(([low, high], d) => same(low, b[d][0]) && same(high, b[d][1]));
}

/** JSON and states have no −0: it is 0. */
function same(a: number, b: number): boolean {
  return a === b || (Number.isNaN(a) && Number.isNaN(b));
}

function isRange(range: unknown): boolean {
  return Array.isArray(range) && range.length === 2 && range.every((end) => typeof end === 'number');
}

function hull(known: readonly [number, number] | undefined, at: number, room: number): [number, number] {
  const [low, high] = known ?? [Number.NaN, Number.NaN];
  if (Number.isNaN(at)) return [low, high];
  return Number.isNaN(low) ? [at - room, at + room] : [Math.min(low, at - room), Math.max(high, at + room)];
}

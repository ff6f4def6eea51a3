import { badOption, optionChecks } from '../../core/options.ts';
import type { Value, Verdict } from '../../core/reading.ts';
import { toVector } from '../../core/vector.ts';

/** A stretch of numbers, both ends in it. */
export type Range = readonly [low: number, high: number];

/**
 * What a person says of a stretch of one stream, with all that a detector needs to act on it: it does not remember the
 * events themselves.
 */
export interface Feedback {
  /** `'normal'`: there was nothing amiss. `'missed'`: there was, whatever the detector said. */
  readonly kind: 'normal' | 'missed';
  /** The stream; undefined where there is only one. */
  readonly key: string | undefined;
  /** (D) per dimension the least and greatest value that is meant, in its units; NaN where there is none. */
  readonly value: readonly Range[];
  /** (D) per dimension how far they lay from what was expected, least and greatest; NaN where there is none. */
  readonly residual: readonly Range[];
  /** The highest score, 0 … 1. */
  readonly score: number;
}

/** What is looked at of each event that is meant. */
export type Meant = Pick<Verdict<unknown, Value>, 'value' | 'expected' | 'lower' | 'upper' | 'score'>;

/**
 * Feedback on these events. What is `'normal'` is widened by half the forecast's band on either side, as the next time will
 * not be the same to the digit.
 *
 * @param events those that are meant, one or more: the flagged ones of an incident, or a stretch in which something was missed
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

/** @throws RxAnomalyError BAD_OPTION */
export function checkFeedback(where: string, feedback: Feedback): void {
  const check = optionChecks(`${where}: feedback`);
  check.oneOf('kind', feedback?.kind, ['normal', 'missed']);
  for (const name of ['value', 'residual'] as const) {
    const ranges = feedback[name];
    if (!(Array.isArray(ranges) && ranges.every(isRange)))
      throw badOption(`${where}: feedback`, name, 'a list of ranges', ranges);
  }
  check.within('score', feedback.score, 0, 1);
}

function isRange(range: unknown): boolean {
  return Array.isArray(range) && range.length === 2 && range.every((end) => typeof end === 'number');
}

function hull(known: readonly [number, number] | undefined, at: number, room: number): [number, number] {
  const [low, high] = known ?? [Number.NaN, Number.NaN];
  if (Number.isNaN(at)) return [low, high];
  return Number.isNaN(low) ? [at - room, at + room] : [Math.min(low, at - room), Math.max(high, at + room)];
}

import { badSnapshot, fields, number, oneOf, type State } from '../snapshot/state.ts';
import { packFloats, unpackFloats } from '../snapshot/vectors.ts';
import { FEEDBACK_KINDS, type Feedback, type Range } from './feedback.ts';

/** A piece of feedback without its key, for {@link readFeedback}. */
export function saveFeedback({ kind, value, residual, score }: Feedback): { readonly [name: string]: State } {
  return { kind, score, ranges: packFloats([...value, ...residual].flat()) };
}

/** What `saveFeedback` gave. @throws RxAnomalyError BAD_SNAPSHOT where `saved` is no such state */
export function readFeedback(saved: State, key: string | undefined): Feedback {
  const { kind, score, ranges } = fields(saved, ['kind', 'score', 'ranges']);
  const ends = unpackFloats(ranges, undefined, 'any'); // NaN where feedback had no number
  if (ends.length % 4 !== 0) throw badSnapshot('snapshot: a range of feedback has no end');
  const all = Array.from({ length: ends.length / 2 }, (_, k): Range => [ends[2 * k], ends[2 * k + 1]]);
  return {
    kind: oneOf('kind', kind, FEEDBACK_KINDS),
    key,
    value: all.slice(0, all.length / 2),
    residual: all.slice(all.length / 2),
    score: number('score', score, 0, 1),
  };
}

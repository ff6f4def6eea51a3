import { Random } from '../../src/core/random.ts';
import type { Verdict } from '../../src/core/reading.ts';
import { verdictOf } from './records.ts';

export const CHANGED_AT = 300;
export const CHANGED_EVENTS = 520;

/** Verdicts on noise about 20 that is about 30 from event 300 on, which a detector flags for ten events. An event a minute. */
export function changingStream(key: string | undefined, noise = 1): Verdict<number, number>[] {
  const random = new Random(3);
  return Array.from({ length: CHANGED_EVENTS }, (_, n) => {
    const isChanged = n >= CHANGED_AT;
    const isFlagged = isChanged && n < CHANGED_AT + 10;
    const value = (isChanged ? 30 : 20) + noise * random.normal();
    return verdictOf(n, isFlagged, { key, value, time: 60_000 * n, score: isFlagged ? 0.9 : 0.1 });
  });
}

import { show } from '../core/options.ts';
import type { ProblemKind } from '../core/reading.ts';

/** Beyond, sums and differences of values overflow. */
export const LARGEST = 1e300;

const NUMBER = /^\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?\s*$/i;

/** Why something is no number that can be used: the kind of problem, what came, and what was expected. */
export type NoNumber = readonly [kind: ProblemKind, got: string, expected?: string];

/** The number in what an event has as its value: a number, a bigint, or text that is a number as a whole. */
export function readNumber(raw: unknown): number | NoNumber {
  if (raw === undefined || raw === null || Number.isNaN(raw)) return ['missing', 'none'];
  const number = typeof raw === 'bigint' || (typeof raw === 'string' && NUMBER.test(raw)) ? Number(raw) : raw;
  if (typeof number !== 'number') return ['notANumber', show(raw)];
  return Math.abs(number) > LARGEST ? ['outOfRange', String(raw), 'a number within ±1e300'] : number;
}

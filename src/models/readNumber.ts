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
  const number = typeof raw === 'number' ? raw : numberIn(raw);
  if (number === undefined) return ['notANumber', show(raw)];
  return Math.abs(number) > LARGEST ? ['outOfRange', String(raw), 'a number within ±1e300'] : number;
}

/** The number that a bigint or text is; undefined where it is none. */
function numberIn(raw: unknown): number | undefined {
  if (typeof raw === 'bigint') return Number(raw);
  return typeof raw === 'string' && NUMBER.test(raw) ? Number(raw) : undefined;
}

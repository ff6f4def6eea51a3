import { show } from '../core/options.ts';
import type { ProblemKind } from '../core/reading.ts';

/** Beyond, sums and differences of values overflow. */
export const LARGEST = 1e300;

const NUMBER = /^\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?\s*$/i;

/** Why something is no number that can be used. */
export interface NoNumber {
  readonly kind: ProblemKind;
  readonly expected: string;
  readonly got: string;
}

/** The number in what an event has as its value: a number, a bigint, or text that is a number as a whole. */
export function readNumber(raw: unknown): number | NoNumber {
  if (raw === undefined || raw === null || Number.isNaN(raw))
    return { kind: 'missing', expected: 'a number', got: 'none' };
  const number = typeof raw === 'number' ? raw : numberIn(raw);
  if (number === undefined) return { kind: 'notANumber', expected: 'a number', got: show(raw) };
  if (Math.abs(number) > LARGEST)
    return { kind: 'outOfRange', expected: 'a number within ±1e300', got: String(raw) };
  return number;
}

/** The number that a bigint or text is; undefined where it is none. */
function numberIn(raw: unknown): number | undefined {
  if (typeof raw === 'bigint') return Number(raw);
  return typeof raw === 'string' && NUMBER.test(raw) ? Number(raw) : undefined;
}

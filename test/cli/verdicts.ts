/** A line of `detect --format ndjson`, as a program would read it. */
export interface VerdictLine {
  readonly time: string | null;
  readonly key: string | null;
  readonly value: number | readonly (number | null)[] | null;
  readonly expected: number | readonly (number | null)[] | null;
  readonly lower: number | readonly (number | null)[] | null;
  readonly upper: number | readonly (number | null)[] | null;
  readonly residual: number | readonly (number | null)[] | null;
  readonly score: number;
  readonly severity: string;
  readonly isAnomaly: boolean;
  readonly warmingUp: boolean;
  readonly imputed: boolean;
  readonly startOfIncident: boolean;
  readonly drift: boolean;
  readonly suppressed: string | null;
  readonly absence: 'began' | 'ended' | null;
  readonly attribution: number | readonly number[];
}

export const FIELDS = [
  'time',
  'key',
  'value',
  'expected',
  'lower',
  'upper',
  'residual',
  'score',
  'severity',
  'isAnomaly',
  'warmingUp',
  'imputed',
  'startOfIncident',
  'drift',
  'suppressed',
  'absence',
  'attribution',
] as const;

export const NUMERIC_FIELDS = ['value', 'expected', 'lower', 'upper', 'residual', 'attribution'] as const;

export function parseLines<T = VerdictLine>(ndjson: string): T[] {
  return ndjson
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as T);
}

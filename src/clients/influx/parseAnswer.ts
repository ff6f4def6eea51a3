import { InfluxFailure, statementFailure } from './influxFailure.ts';

/** What a cell of an answer can hold. */
export type InfluxCell = string | number | boolean | null;

/** Rows of one measurement (and of one group, where the statement groups). */
export interface InfluxSeries {
  readonly name: string;
  readonly columns: readonly string[];
  readonly values: readonly (readonly InfluxCell[])[];
  /** True where the server left rows out because of its own limit, `max-row-limit`. */
  readonly isPartial: boolean;
}

/** What `/query` answers to one statement. */
interface Answer {
  readonly error?: string;
  readonly results?: readonly {
    readonly error?: string;
    readonly series?: readonly {
      readonly name?: string;
      readonly columns: readonly string[];
      readonly values?: readonly (readonly InfluxCell[])[];
      readonly partial?: boolean;
    }[];
  }[];
}

/** @throws InfluxFailure where the answer is none, or is an error */
export function parseAnswer(body: string): InfluxSeries[] {
  const answer = parseJson(body);
  const error = answer.error ?? answer.results?.find((result) => result.error !== undefined)?.error;
  if (error !== undefined) throw statementFailure(error);
  if (answer.results === undefined)
    throw new InfluxFailure('InfluxDB: the answer has no results', true, { isForeign: true });
  return (answer.results[0]?.series ?? []).map(({ name = '', columns, values = [], partial = false }) => ({
    name,
    columns,
    values,
    isPartial: partial,
  }));
}

function parseJson(body: string): Answer {
  try {
    const answer: unknown = JSON.parse(body);
    if (typeof answer === 'object' && answer !== null) return answer;
  } catch {
    // reported below
  }
  const isForeign = /^\s*</.test(body); // a page; half of an answer begins as a whole one
  throw new InfluxFailure('InfluxDB: the answer is incomplete, or not JSON', true, { isForeign });
}

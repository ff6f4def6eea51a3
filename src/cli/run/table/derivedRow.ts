import type { Problem, ProblemKind, Value, Verdict } from '../../../core/reading.ts';
import type { PeerComparison } from '../../../models/population/peerComparison.ts';
import type { CsvRow } from '../../../sources/index.ts';

/** Something about a row that others are made of. */
export type RowProblem = Pick<Problem, 'kind' | 'message'>;

/** A row made of others. */
export interface DerivedRow extends CsvRow {
  readonly within?: readonly RowProblem[];
}

/** What was wrong with a row, and with those that it was made of. */
export function problemsOf(row: DerivedRow): readonly RowProblem[] {
  return row.within === undefined ? row.problems : [...row.problems, ...row.within];
}

export function problemOf(row: CsvRow, kind: ProblemKind, column: string, what: string): RowProblem {
  return { kind, message: `row ${row.row}: column ${column}: ${what}` };
}

/** A row with how the key differs from its peers in place of the values. */
export interface PeerRow extends DerivedRow {
  readonly peers: PeerComparison;
}

/** How the key of a verdict stands among its peers; undefined where keys are not compared. */
export function peersOf({ event }: Verdict<unknown, Value>): PeerComparison | undefined {
  return (event as Partial<PeerRow> | null | undefined)?.peers;
}

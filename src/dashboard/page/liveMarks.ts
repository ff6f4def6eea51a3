import { changeInWords, changeMark } from '../../charts/changeInWords.ts';
import type { ChartMarks, PackedChange, PackedIncident, Silence } from '../../charts/packed.ts';
import type { ChartContent } from './chart/chartContent.ts';
import type { LiveColumns } from './liveColumns.ts';
import { severityRank } from './severityRank.ts';
import type { WireIncident } from './wire.ts';

/** What is shaded in the chart, by the current positions of the records in the columns. */
export function liveMarks(
  columns: Pick<LiveColumns, 'first' | 'records' | 'xIsTime'>,
  { incidents, marks, changes }: Pick<ChartContent, 'incidents' | 'marks' | 'changes'>,
): Required<ChartMarks> {
  const place = (record: number): number =>
    Math.max(0, Math.min(columns.records - 1, record - columns.first));
  const isKept = ({ first, last }: { readonly first: number; readonly last: number }): boolean =>
    last >= columns.first && first < columns.first + columns.records;
  const isSilence = ({ kind, start }: WireIncident): boolean =>
    kind === 'absence' && start !== null && columns.xIsTime;
  return {
    /** A silence has no records, and is shaded from its beginning to its end. */
    get silences() {
      return incidents()
        .filter((incident) => isSilence(incident) && isKept(incident) && incident.feedback !== 'normal')
        .map(({ start, end, open, severity, first }): Silence => {
          const to = open ? Number.POSITIVE_INFINITY : (end ?? start!);
          return [start!, to, severityRank(severity), place(first)];
        });
    },
    get incidents() {
      return incidents()
        .filter((incident) => !isSilence(incident) && isKept(incident) && incident.feedback !== 'normal')
        .map(({ first, last, peak, severity, channel, dimension }): PackedIncident => {
          // A peak outside the columns is not drawn.
          const marks = [place(first), place(last), peak - columns.first, severityRank(severity)] as const;
          return channel === null ? marks : [...marks, channel, dimension];
        });
    },
    get changes() {
      return changes()
        .filter(({ record }) => isKept({ first: record, last: record }))
        .map(
          (change): PackedChange => [
            place(change.record),
            change.dimension,
            changeMark(change),
            changeInWords(change),
          ],
        );
    },
    get labels() {
      return marks()
        .filter(isKept)
        .map(({ first, last }) => [place(first), place(last)] as const);
    },
  };
}

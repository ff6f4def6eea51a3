import { formatNumber, formatScore } from './formatNumber.ts';
import type { ChartMarks } from './packed.ts';
import { SEVERITIES } from './packed.ts';
import type { Columns, Dimension } from './unpackStream.ts';

/**
 * Shows one record's numbers above the chart, or dashes.
 *
 * @param at what a record is called
 */
export function readout(
  section: Element,
  marks: ChartMarks,
  columns: Pick<Columns, 'score'>,
  at: (record: number) => string,
): (record: number | null, dimension: Dimension) => void {
  const show = (field: string, text: string): void => {
    section.querySelector(`.readout .${field}`)!.textContent = text;
  };
  const part = (i: number): string => {
    const incident = marks.incidents.find(([first, last]) => first <= i && i <= last);
    const label = marks.labels.find(([first, last]) => first <= i && i <= last);
    const parts = [label && 'label', incident && `incident (${SEVERITIES[incident[3]]})`];
    return parts.filter((one) => one !== undefined).join(', ') || '–';
  };
  return (i, { value, expected, lower, upper }) => {
    const number = (column: ArrayLike<number>): string => formatNumber(i === null ? Number.NaN : column[i]!);
    const known = i !== null && !Number.isNaN(lower[i]!);
    show('at', i === null ? '–' : at(i));
    show('value', number(value));
    show('expected', number(expected));
    show('band', known ? `${number(lower)} … ${number(upper)}` : '–');
    show('score', i === null ? '–' : formatScore(columns.score[i]!));
    show('part', i === null ? '–' : part(i));
  };
}

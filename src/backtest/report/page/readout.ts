import { formatNumber, formatScore } from '../../../charts/formatNumber.ts';
import type { PackedStream } from '../../../charts/packed.ts';
import { SEVERITIES } from '../../../charts/packed.ts';
import { recordNames } from '../../../charts/recordNames.ts';
import type { Columns, Dimension } from '../../../charts/unpackStream.ts';

/** Shows one record's numbers above the chart, or dashes. */
export function readout(
  section: Element,
  stream: PackedStream,
  { times, score, numbers }: Columns,
): (record: number | null, dimension: Dimension) => void {
  const show = (field: string, text: string): void => {
    section.querySelector(`.readout .${field}`)!.textContent = text;
  };
  const at = recordNames(times, stream.resolution, numbers);
  const part = (i: number): string => {
    const incident = stream.incidents.find(([first, last]) => first <= i && i <= last);
    const label = stream.labels.find(([first, last]) => first <= i && i <= last);
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
    show('score', i === null ? '–' : formatScore(score[i]!));
    show('part', i === null ? '–' : part(i));
  };
}

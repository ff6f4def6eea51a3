import { channelName } from './channelNames.ts';
import { type Fan, fanPairs } from './fan.ts';
import { formatCount, formatNumber, formatScore } from './formatNumber.ts';
import { formatOdds } from './formatOdds.ts';
import type { ChartMarks } from './packed.ts';
import { SEVERITIES } from './packed.ts';
import type { Columns, Dimension } from './unpackStream.ts';

/** Shows the numbers above the chart. */
export interface Readout {
  /** Those of a record, or dashes. @param note what else there is to say of it */
  show(record: number | null, dimension: Dimension, note?: string): void;
  /** What is expected at a step after the newest record. */
  showAhead(fan: Fan, step: number, d: number): void;
}

/**
 * The numbers above the chart.
 *
 * @param at what a record is called
 * @param timeName what a time is called
 */
export function readout(
  section: Element,
  marks: ChartMarks,
  columns: Pick<Columns, 'score'> & { readonly isRare?: boolean },
  at: (record: number) => string,
  timeName: (time: number) => string,
): Readout {
  const put = (field: string, text: string): void => {
    section.querySelector(`.readout .${field}`)!.textContent = text;
  };
  const name = (field: string, label: string): void => {
    section.querySelector(`.readout dt:has(+ .${field})`)!.textContent = label;
  };
  const part = (i: number): string => {
    const incident = marks.incidents.find(([first, last]) => first <= i && i <= last);
    const label = marks.labels.find(([first, last]) => first <= i && i <= last);
    const isSilence = marks.silences?.some(([, , , record]) => record === i) === true;
    const [, , , severity = 0, channel] = incident ?? [];
    const by = channel === undefined ? '' : `, flagged by: ${channelName(channel)}`;
    const parts = [
      isSilence ? 'silence' : undefined,
      label && 'label',
      incident && `incident (${SEVERITIES[severity]})${by}`,
    ];
    return parts.filter((one) => one !== undefined).join(', ') || '–';
  };
  return {
    show: (i, { value, expected, lower, upper }, note = '') => {
      const place = section.querySelector('.at-record')!;
      if (place.textContent !== note) place.textContent = note; // announced once
      const number = (column: ArrayLike<number>): string =>
        (columns.isRare === true ? formatOdds : formatNumber)(i === null ? Number.NaN : column[i]!);
      const known = i !== null && !Number.isNaN(lower[i]!);
      put('at', i === null ? '–' : at(i));
      put('value', number(value));
      put('expected', number(expected));
      name('band', columns.isRare === true ? '95 % of events' : '95 % band');
      put('band', known ? `${number(lower)} … ${number(upper)}` : '–');
      put('score', i === null ? '–' : formatScore(columns.score[i]!));
      put('part', i === null ? '–' : part(i));
    },
    showAhead: ({ x, times, dimensions }, step, d) => {
      const { expected, quantiles } = dimensions[d]!;
      const [outer] = fanPairs(quantiles);
      const time = times?.[step];
      put('at', time === undefined ? `record ${formatCount(x[step]!)}` : timeName(time));
      put('value', '–');
      put('expected', formatNumber(expected[step]!));
      name('band', 'Interval');
      put('band', outer === undefined ? '–' : outer.map((column) => formatNumber(column[step]!)).join(' … '));
      put('score', '–');
      put('part', 'forecast');
    },
  };
}

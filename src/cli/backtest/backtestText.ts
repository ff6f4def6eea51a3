import { type RecordedStream, type ReportIncident, summaryTable } from '../../backtest/index.ts';
import { TOLERANCE } from '../../backtest/labels.ts';
import { measureLines } from '../../backtest/reportOf.ts';
import { recordNames, timeResolution } from '../../charts/formatTime.ts';
import { counted, forecastForPeople, formatText, inColumns, textTable } from '../text/formatText.ts';
import type { BacktestResult, DetectedFile } from './backtestRun.ts';

/**
 * A file's incidents as text: time, value, expected value and bounds, score, severity, and labels.
 *
 * @param timeZone on whose clocks the times are
 */
export function fileText({ job, streams, problems, seconds }: DetectedFile, timeZone?: string): string {
  const lines: string[] = [];
  for (const stream of streams) {
    const took = streams.length === 1 ? ` in ${seconds.toFixed(1)} s` : ''; // it is known of the file only
    const title = job.title === undefined ? '' : ` – ${job.title}`;
    lines.push(`${stream.name}${title} (${counted(stream.scores.length, 'record')}${took})`);
    if (stream.incidents.length === 0) lines.push('  no incidents');
    const name = recordNames(stream.times, timeResolution(stream.times), undefined, timeZone);
    const rows = stream.incidents.flatMap((incident) => incidentRows(stream, incident, name));
    lines.push(...inColumns(rows).map((line) => `  ${line}`));
  }
  if (streams.length === 0) lines.push(`${job.name} (no rows)`);
  for (const line of problems.lines()) lines.push(`  ${line}`);
  return `${lines.join('\n')}\n`;
}

/** The summary over all files, as text. */
export function summaryText({ files, evaluation }: BacktestResult): string {
  const { header, rows } = summaryTable(
    files.flatMap((file) => file.streams),
    evaluation,
  );
  const measures =
    evaluation === undefined ? [] : measureLines(evaluation).map(([name, value]) => `${name}: ${value}`);
  return `\n${[textTable(header, rows), ...measures].join('\n')}\n`;
}

/** A row of cells for every dimension; what concerns the incident as a whole stands in the first. */
function incidentRows(
  stream: RecordedStream,
  incident: ReportIncident,
  nameOf: (record: number) => string,
): string[][] {
  const { severity, value, expected, lower, upper, score } = incident;
  return value.map((measured, d) => {
    const name = value.length === 1 ? 'value' : stream.dimensions[d].name;
    const [middle, low, high] = [expected[d], lower[d], upper[d]].map((number) =>
      forecastForPeople(number, lower[d], upper[d]),
    );
    const numbers = [`${name} ${formatText(measured)}`, `expected ${middle} [${low}, ${high}]`];
    if (d > 0) return ['', ...numbers, '', '', ''];
    return [
      period(nameOf(incident.first), nameOf(incident.last)),
      ...numbers,
      `score ${score.toFixed(2)}`,
      severity,
      agreement(stream, incident),
    ];
  });
}

/** `2026-01-10 17:30 – 17:45`: a day that both share stands there once. */
function period(start: string, end: string): string {
  if (start === end) return start;
  const day = 'YYYY-MM-DD '.length;
  const sameDay = start.includes(':') && end.startsWith(start.slice(0, day));
  return `${start} – ${sameDay ? end.slice(day) : end}`;
}

function agreement({ labels }: RecordedStream, incident: ReportIncident): string {
  if (labels === undefined) return '';
  const hit = labels.some(({ first, last }) => incident.first <= last + TOLERANCE && incident.last >= first);
  return hit ? '✓ labelled' : '✗ not labelled';
}

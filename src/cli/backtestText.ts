import { type RecordedStream, type ReportIncident, summaryTable } from '../backtest/index.ts';
import { nabLines } from '../backtest/reportOf.ts';
import type { BacktestResult, JudgedFile } from './backtestRun.ts';
import { textTable } from './textTable.ts';
import { forPeople } from './verdictFormat.ts';

const TOLERANCE = 5; // records after a labelled window in which a flag still counts, as in incidentMetrics

/** A file's incidents, for people: when, how severe, value, expected value and bounds, score, and what the labels say. */
export function fileText({ job, streams, problems, seconds }: JudgedFile): string {
  const lines: string[] = [];
  for (const stream of streams) {
    const records = `${stream.scores.length.toLocaleString('en')} records in ${seconds.toFixed(1)} s`;
    lines.push(`${stream.name}${job.title === undefined ? '' : ` – ${job.title}`} (${records})`);
    if (stream.incidents.length === 0) lines.push('  no incidents');
    for (const incident of stream.incidents) lines.push(`  ${incidentText(stream, incident)}`);
  }
  if (streams.length === 0) lines.push(`${job.name} (no rows)`);
  for (const line of problems.lines()) lines.push(`  ${line}`);
  return `${lines.join('\n')}\n`;
}

/** The summary over all files, for people. */
export function summaryText({ files, evaluation }: BacktestResult): string {
  const { header, rows } = summaryTable(
    files.flatMap((file) => file.streams),
    evaluation,
  );
  const nab =
    evaluation === undefined ? [] : nabLines(evaluation).map(([name, value]) => `${name}: ${value}`);
  return `\n${[textTable(header, rows), ...nab].join('\n')}\n`;
}

function incidentText(stream: RecordedStream, incident: ReportIncident): string {
  const { severity, value, expected, lower, upper, score } = incident;
  const bounds = value.length === 1 ? ` [${forPeople(lower)}, ${forPeople(upper)}]` : '';
  return [
    whenOf(stream, incident).padEnd(42),
    severity.padEnd(8),
    `value ${forPeople(value)}, expected ${forPeople(expected)}${bounds}, score ${score.toFixed(2)}`,
    agreement(stream, incident),
  ].join('  ');
}

/** An incident's place in a stream: its times, or its records where there are none. */
export function whenOf({ times }: RecordedStream, { first, last }: ReportIncident): string {
  const moment = (at: number): string => {
    const time = times?.[at];
    if (time === undefined || Number.isNaN(time)) return `record ${at + 1}`;
    return new Date(time).toISOString().slice(0, 19).replace('T', ' ');
  };
  return first === last ? moment(first) : `${moment(first)} – ${moment(last)}`;
}

function agreement({ labels }: RecordedStream, incident: ReportIncident): string {
  if (labels === undefined) return '';
  const hit = labels.some(({ first, last }) => incident.first <= last + TOLERANCE && incident.last >= first);
  return hit ? '✓ labelled' : '✗ not labelled';
}

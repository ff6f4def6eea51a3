import { formatCount, formatNumber, formatScore } from '../../charts/formatNumber.ts';
import { recordNames, timeResolution } from '../../charts/formatTime.ts';
import { TOLERANCE } from '../labels.ts';
import { type Html, html } from './html.ts';
import type { ReportIncident, ReportLabel, ReportStream } from './reportDocument.ts';

/** Maximum rows of a table: a stream that alerts all the time must not make the page too large to open. */
const MOST_ROWS = 500;

/**
 * The incidents of a stream, one a row, of very many those with the highest score; each row's button zooms the chart to it. In a stream of several
 * dimensions a row shows the dimension that the incident is of, else the one furthest from its forecast at the peak.
 *
 * @param labelled (incidents) whether the incident meets a label
 * @param place index of a record among those that the chart shows
 */
export function incidentTable(
  stream: ReportStream,
  labelled: readonly boolean[],
  place: (record: number) => number = (record) => record,
  timeZone = 'UTC',
): Html {
  const { incidents, dimensions, labels = [], times, unit } = stream;
  if (incidents.length === 0) return html`<h3>Incidents</h3><p class="note">None.</p>`;
  const several = dimensions.length > 1;
  const columns = 7 + Number(several) + Number(labels.length > 0);
  const resolution = timeResolution(times);
  const at = recordNames(times, resolution, undefined, timeZone);
  const isDay = resolution === 'day' && timeZone === 'UTC';
  const zone = times === undefined || isDay ? '' : ` (${timeZone})`;

  const row = (incident: ReportIncident, i: number): Html => {
    const { first, last, peak, severity, score, reason } = incident;
    const worst = reason?.dimension ?? furthest(incident);
    return html`<tr data-first="${place(first)}" data-last="${place(last)}" data-peak="${place(peak)}" data-dimension="${worst}">
<td><button type="button" class="zoom" aria-label="Show the incident from ${at(first)} to ${at(last)}">${at(first)}</button></td>
<td>${at(last)}</td>
${several && html`<td>${dimensions[worst]!.name}</td>`}
<td class="number">${formatNumber(incident.value[worst]!)}</td>
<td class="number">${formatNumber(incident.expected[worst]!)}</td>
<td class="number">${formatBand(incident.lower[worst]!, incident.upper[worst]!)}</td>
<td class="number">${formatScore(score)}</td>
<td><i class="key dot ${severity}"></i>${severity}</td>
${labels.length > 0 && html`<td>${labelled[i] ? 'inside' : html`<span class="muted">outside</span>`}</td>`}
</tr>
${reason !== undefined && html`<tr class="why"><td colspan="${columns}">${reason.what}</td></tr>`}`;
  };

  const isShown = shown(incidents);
  const rows = incidents.flatMap((incident, i) => (isShown(incident) ? [row(incident, i)] : []));
  const left = incidents.length - rows.length;
  return html`<h3>Incidents <span class="count">${incidents.length}</span></h3>
<div class="scroll" tabindex="0" role="region" aria-label="Incidents of ${stream.title ?? stream.name}"><table class="incidents">
<thead><tr>
<th scope="col">From${zone}</th><th scope="col">To${zone}</th>
${several && html`<th scope="col">Dimension</th>`}
<th scope="col" class="number">Value at peak${unit !== undefined && `, ${unit}`}</th>
<th scope="col" class="number">Expected</th><th scope="col" class="number">95 % band</th>
<th scope="col" class="number">Score</th><th scope="col">Severity</th>
${labels.length > 0 && html`<th scope="col">Label</th>`}
</tr></thead>
<tbody>${rows}</tbody>
</table></div>
${left > 0 && html`<p class="note">${formatCount(left)} more, with lower scores, are shown only in the chart.</p>`}`;
}

/** Whether an incident is among those with the highest scores. */
function shown(incidents: readonly ReportIncident[]): (incident: ReportIncident) => boolean {
  if (incidents.length <= MOST_ROWS) return () => true;
  const best = new Set(incidents.toSorted((a, b) => b.score - a.score).slice(0, MOST_ROWS));
  return (incident) => best.has(incident);
}

function formatBand(lower: number, upper: number): string {
  return Number.isNaN(lower) && Number.isNaN(upper) ? '–' : `${formatNumber(lower)} … ${formatNumber(upper)}`;
}

/** The dimension furthest from its forecast, measured in widths of its band; 0 without bands. */
function furthest({ value, expected, lower, upper }: ReportIncident): number {
  let worst = 0;
  let distance = -1;
  value.forEach((x, i) => {
    const widths = Math.abs(x - expected[i]!) / (upper[i]! - lower[i]!);
    if (widths > distance) {
      worst = i;
      distance = widths;
    }
  });
  return worst;
}

export interface LabelMatch {
  /** (labels) whether an incident meets the label */
  readonly found: readonly boolean[];
  /** (incidents) whether the incident meets a label */
  readonly labelled: readonly boolean[];
}

/**
 * Which labels the incidents found: an incident matches a label when they have a record in
 * common, or the incident begins within the tolerance after, as in `incidentMetrics`.
 *
 * @param incidents by their first and last record
 */
export function matchLabels(incidents: readonly ReportLabel[], labels: readonly ReportLabel[]): LabelMatch {
  const meet = (a: ReportLabel, b: ReportLabel): boolean =>
    a.first <= b.last + TOLERANCE && a.last >= b.first;
  return {
    found: labels.map((label) => incidents.some((incident) => meet(incident, label))),
    labelled: incidents.map((incident) => labels.some((label) => meet(incident, label))),
  };
}

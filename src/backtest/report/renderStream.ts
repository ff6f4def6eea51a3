import { changeInWords, changeMark } from '../../charts/changeInWords.ts';
import { formatCount } from '../../charts/formatNumber.ts';
import { recordNames, timeResolution } from '../../charts/formatTime.ts';
import { placeAmong } from './drawnRecords.ts';
import { type Html, html, jsonForScript } from './html.ts';
import { incidentTable, matchLabels } from './incidentTable.ts';
import { packStream } from './packStream.ts';
import { renderResiduals } from './renderResiduals.ts';
import { renderTable } from './renderTable.ts';
import type { ReportChange, ReportLabel, ReportStream } from './reportDocument.ts';

/**
 * The section of one stream: what it is, its chart (drawn by the page's script) and its incidents.
 *
 * @param drawn the records that the chart shows; all of them where left out
 */
export function renderStream(
  stream: ReportStream,
  index: number,
  drawn?: Uint32Array,
  timeZone = 'UTC',
): Html {
  const place = placeAmong(drawn);
  const { name, title, note, incidents, changes = [], labels = [], dimensions, score } = stream;
  const match = matchLabels(incidents, labels);
  const missed = labels.filter((_, i) => !match.found[i]);
  return html`<section class="card stream" id="stream-${index}" aria-labelledby="stream-title-${index}">
<h2 id="stream-title-${index}">${title ?? name}</h2>
${title !== undefined && title !== name && html`<p class="name">${name}</p>`}
${note !== undefined && html`<p class="note">${note}</p>`}
<dl class="facts">${facts(stream).map(([term, text]) => html`<div><dt>${term}</dt><dd>${text}</dd></div>`)}</dl>
${score.length === 0 || dimensions.length === 0 ? html`<p class="note">There are no records to show.</p>` : chart(stream, timeZone)}
${drawn !== undefined && html`<p class="note">The chart shows ${formatCount(drawn.length)} of the records: minimum and maximum of every stretch, and what was flagged. Figures cover all records.</p>`}
${incidentTable(stream, match.labelled, place, timeZone)}
${missed.length > 0 && missedLabels(stream, missed, place, timeZone)}
${changes.length > 0 && changeList(stream, changes, place, timeZone)}
${forecastSection(stream)}
<script type="application/json" class="data">${jsonForScript(packStream(stream, drawn))}</script>
</section>`;
}

function forecastSection({ residuals, errors, name, title }: ReportStream): Html | false {
  if (residuals === undefined || residuals.total === 0) return false;
  return html`<h3>Forecast</h3><div class="diagrams">
${renderResiduals(residuals)}
${errors !== undefined && html`<div><div class="scroll" tabindex="0" role="region" aria-label="Errors of the forecast of ${title ?? name}">${renderTable(errors)}</div>${errors.notes.map((note) => html`<p class="note">${note}</p>`)}</div>`}
</div>`;
}

function facts({
  score,
  transform,
  metrics,
  problems,
}: ReportStream): readonly (readonly [string, string])[] {
  const troubles = Object.entries(problems).filter(([, count]) => count > 0);
  return [
    ['records', formatCount(score.length)],
    ...(transform === undefined ? [] : [['transform', transform] as const]),
    ...metrics,
    ...(troubles.length === 0 ? [] : [['unusable readings', troubles.map(inWords).join(', ')] as const]),
  ];
}

/** `3 time backwards` */
function inWords([kind, count]: readonly [string, number]): string {
  const words = kind.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  return `${formatCount(count)} ${words}`;
}

function chart(
  { title, name, unit, times, dimensions, labels = [], incidents, changes = [], ahead }: ReportStream,
  timeZone: string,
): Html {
  const seen = new Set(incidents.map(({ severity }) => severity));
  const severities = (['low', 'medium', 'high', 'critical'] as const).filter((severity) =>
    seen.has(severity),
  );
  const choice = html`<label>Dimension <select class="dimension">${dimensions.map(
    (dimension, i) => html`<option value="${i}">${dimension.name}</option>`,
  )}</select></label>`;
  return html`<div class="toolbar">
${dimensions.length > 1 && choice}
<span class="hint">Drag to zoom, double-click to reset</span>
${ahead !== undefined && html`<button type="button" class="ahead">Show the next ${String(ahead.steps.length)} events</button>`}
<button type="button" class="reset" disabled>Reset zoom</button>
</div>
<dl class="readout">
<div><dt>${times === undefined ? 'Record' : `Time (${timeZone})`}</dt><dd class="at">–</dd></div>
<div><dt>Value${unit !== undefined && `, ${unit}`}</dt><dd class="value">–</dd></div>
<div><dt>Expected</dt><dd class="expected">–</dd></div>
<div><dt>95 % band</dt><dd class="band">–</dd></div>
<div><dt>Score</dt><dd class="score">–</dd></div>
<div><dt>Part of</dt><dd class="part">–</dd></div>
</dl>
<div class="chart" tabindex="0" role="group" aria-label="Chart of ${title ?? name}. Arrow keys move from record to record, plus and minus zoom, 0 resets.">
<p class="caption">Value${unit !== undefined && `, ${unit}`} <span class="at-record" role="status"></span></p>
<div class="plot value-plot"></div>
<p class="caption">Anomaly score</p>
<div class="plot score-plot"></div>
</div>
<ul class="legend">
<li><i class="key line value"></i>value</li>
<li><i class="key line expected"></i>expected</li>
<li><i class="key area band"></i>95 % band of the forecast</li>
${ahead !== undefined && html`<li><i class="key fan"></i>forecast of the next events, with its interval</li>`}
<li><i class="key line score"></i>score</li>
<li><i class="key line threshold"></i>threshold</li>
${labels.length > 0 && html`<li><i class="key area label"></i>labelled anomaly</li>`}
${changes.length > 0 && html`<li><i class="key change"></i>lasting change</li>`}
${severities.length > 0 && html`<li>incident: ${severities.map((severity) => html`<span><i class="key dot ${severity}"></i>${severity}</span> `)}</li>`}
</ul>`;
}

const MOST_CHANGES = 50;

/** The changes in words, the newest last; each zooms the chart to it. */
function changeList(
  { times, dimensions }: ReportStream,
  changes: readonly ReportChange[],
  place: (record: number) => number,
  timeZone: string,
): Html {
  const at = recordNames(times, timeResolution(times), undefined, timeZone);
  const name = ({ dimension }: ReportChange): string =>
    dimensions.length > 1 ? `${dimensions[dimension]!.name}: ` : '';
  const since = ({ record }: ReportChange): string =>
    times === undefined ? `from ${at(record)} on` : `since ${at(record)}`;
  const shown = changes.slice(-MOST_CHANGES);
  const left = changes.length - shown.length;
  return html`<p class="missed"><strong>Lasting changes:</strong>
${shown.map(
  (change) =>
    html`<button type="button" class="zoom" data-first="${place(change.record)}" data-last="${place(change.record)}" data-dimension="${change.dimension}" title="${changeInWords(change)}">${name(change)}${changeMark(change)} ${since(change)}</button> `,
)}${left > 0 && html`and ${formatCount(left)} before.`}</p>`;
}

function missedLabels(
  { times }: ReportStream,
  missed: readonly ReportLabel[],
  place: (record: number) => number,
  timeZone: string,
): Html {
  const at = recordNames(times, timeResolution(times), undefined, timeZone);
  return html`<p class="missed"><strong>Labels without an incident:</strong>
${missed.map(
  ({ first, last }) =>
    html`<button type="button" class="zoom" data-first="${place(first)}" data-last="${place(last)}">${at(first)} – ${at(last)}</button> `,
)}</p>`;
}

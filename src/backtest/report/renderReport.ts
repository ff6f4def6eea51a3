import { drawnRecords, placeAmong } from './drawnRecords.ts';
import { glossary } from './glossary.ts';
import { Html, html } from './html.ts';
import { matchLabels } from './incidentTable.ts';
import type { PageAssets } from './loadPageAssets.ts';
import { renderPage } from './renderPage.ts';
import { renderStream } from './renderStream.ts';
import { renderTable } from './renderTable.ts';
import { renderTradeOff } from './renderTradeOff.ts';
import { renderVerdict } from './renderVerdict.ts';
import type {
  ReportDocument,
  ReportIncident,
  ReportLabel,
  ReportStream,
  ReportTable,
} from './reportDocument.ts';

/**
 * The report as one HTML file: it opens from disk, loads nothing, and runs no script but its own. Tables and
 * text show without the script; it draws the charts when they scroll into view.
 *
 * @param assets from {@link loadPageAssets}
 */
export function renderReport(report: ReportDocument, assets: PageAssets): string {
  const several = report.streams.length > 1;
  const { tradeOff, forecasters, timeZone = 'UTC' } = report;
  const drawn = drawnRecords(report.streams);
  const body = html`<div class="page${several && ' with-nav'}">
${several && navigation(report.streams)}
<main id="main">
<header>
<h1>${report.title}</h1>
${report.subtitle !== undefined && html`<p class="subtitle">${report.subtitle}</p>`}
</header>
${report.verdict !== undefined && renderVerdict(report.verdict, (stream, record) => placeAmong(drawn[stream])(record))}
<noscript><p class="card">The charts need JavaScript; the tables do not.</p></noscript>
${report.streams.map((stream, index) => renderStream(stream, index, drawn[index], timeZone))}
${report.summary.rows.length > 0 && summary(report)}
${forecasters !== undefined && forecasterTable(forecasters)}
${tradeOff !== undefined && renderTradeOff(tradeOff)}
${report.sections}
${report.run.length > 0 && runTable(report.run)}
</main>
</div>
<script type="module">${new Html(assets.script)}</script>`;
  return renderPage(report.title, body, assets, timeZone);
}

function runTable(run: ReportDocument['run']): Html {
  return html`<section class="card" aria-label="What was run"><details class="run">
<summary>What was run</summary>
<dl class="facts">${run.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
</details></section>`;
}

function summary({ summary: table, results = [], streams }: ReportDocument): Html {
  const indexOf = new Map(streams.map(({ name }, index) => [name, index]));
  const link = (text: string): Html => {
    const index = indexOf.get(text);
    return index === undefined ? html`${text}` : html`<a href="#stream-${index}">${text}</a>`;
  };
  return html`<section class="card" aria-labelledby="summary-title">
<h2 id="summary-title">All figures</h2>
${results.length > 0 && html`<dl class="facts results">${results.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`}
<div class="scroll summary" tabindex="0" role="region" aria-label="Table of all figures">${renderTable(table, link)}</div>
${glossary([...table.header, ...results.map(([name]) => name)])}
</section>`;
}

function forecasterTable(table: ReportTable): Html {
  return html`<section class="card" aria-labelledby="forecasters-title">
<h2 id="forecasters-title">Does the forecaster earn its place?</h2>
${table.verdict !== undefined && html`<p class="verdict">${table.verdict}</p>`}
<div class="scroll summary" tabindex="0" role="region" aria-label="Table of forecasters">${renderTable(table)}</div>
${table.notes.map((note) => html`<p class="note">${note}</p>`)}
</section>`;
}

function navigation(streams: readonly ReportStream[]): Html {
  return html`<nav aria-label="Streams"><details open>
<summary>${streams.length} streams</summary>
<ol>${streams.map(navigationEntry)}</ol>
</details></nav>`;
}

function navigationEntry({ name, title, incidents, labels }: ReportStream, index: number): Html {
  const { result, label } = labels === undefined ? countOf(incidents) : agreementOf(incidents, labels);
  return html`<li><a href="#stream-${index}"><span class="name">${title ?? name}</span> <span class="result ${result}">${label}</span></a></li>`;
}

/** Label in the list of streams for a stream without labels. */
function countOf({ length }: readonly ReportIncident[]): { result: string; label: string } {
  return { result: 'unlabelled', label: `${length} ${length === 1 ? 'incident' : 'incidents'}` };
}

function agreementOf(
  incidents: readonly ReportIncident[],
  labels: readonly ReportLabel[],
): { result: string; label: string } {
  const { found, labelled } = matchLabels(incidents, labels);
  const hits = found.filter(Boolean).length;
  const others = labelled.filter((inside) => !inside).length;
  const clean = labels.length === 0 && others === 0;
  const result = clean || (labels.length > 0 && hits === labels.length) ? 'all' : hits > 0 ? 'some' : 'none';
  const hit = labels.length === 0 ? 'nothing to find' : `${hits} of ${labels.length} found`;
  return { result, label: `${hit}${others > 0 ? `, ${others} false` : ''}` };
}

import { Html, html } from './html.ts';
import type { PageAssets } from './loadPageAssets.ts';
import { matchLabels } from './matchLabels.ts';
import { renderStream } from './renderStream.ts';
import type { ReportDocument, ReportIncident, ReportLabel, ReportStream } from './reportDocument.ts';

/**
 * The report as one HTML file: it opens from disk, loads nothing, and runs no script but its own. Tables and
 * text are there without the script; the charts are drawn by it when they scroll into view.
 *
 * @param assets from {@link loadPageAssets}
 */
export function renderReport(report: ReportDocument, assets: PageAssets): string {
  const policy = [
    "default-src 'none'",
    `script-src 'sha256-${assets.scriptHash}'`,
    `style-src 'sha256-${assets.styleHash}'`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  const several = report.streams.length > 1;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${report.title}</title>
<style>${new Html(assets.style)}</style>
</head>
<body>
<a class="skip" href="#main">Skip to the report</a>
<div class="page${several && ' with-nav'}">
${several && navigation(report.streams)}
<main id="main">
<header>
<h1>${report.title}</h1>
${report.subtitle !== undefined && html`<p class="subtitle">${report.subtitle}</p>`}
</header>
${report.run.length > 0 && runTable(report.run)}
${report.summary.rows.length > 0 && summaryTable(report)}
<noscript><p class="card">The charts need JavaScript; the tables do not.</p></noscript>
${report.streams.map(renderStream)}
${report.sections}
</main>
</div>
<script type="module">${new Html(assets.script)}</script>
</body>
</html>
`.markup;
}

function runTable(run: ReportDocument['run']): Html {
  return html`<section class="card" aria-labelledby="run-title">
<h2 id="run-title">What was run</h2>
<dl class="facts">${run.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
</section>`;
}

function summaryTable({ summary: { header, rows }, streams }: ReportDocument): Html {
  const numeric = header.map((_, column) =>
    rows.every((row) => /^[-+−–]?[\d.,]*\s?%?$/.test(row[column] ?? '')),
  );
  const kind = (column: number): string => (numeric[column] === true && column > 0 ? 'number' : 'text');
  const indexOf = new Map(streams.map(({ name }, index) => [name, index]));
  const cell = (text: string, column: number): Html => {
    if (column > 0) return html`<td class="${kind(column)}">${text}</td>`;
    const index = indexOf.get(text);
    return html`<th scope="row">${index === undefined ? text : html`<a href="#stream-${index}">${text}</a>`}</th>`;
  };
  return html`<section class="card" aria-labelledby="summary-title">
<h2 id="summary-title">Summary</h2>
<div class="scroll summary" tabindex="0" role="region" aria-labelledby="summary-title"><table>
<thead><tr>${header.map((name, column) => html`<th scope="col" class="${kind(column)}">${name}</th>`)}</tr></thead>
<tbody>${rows.map((row) => html`<tr>${row.map(cell)}</tr>`)}</tbody>
</table></div>
</section>`;
}

function navigation(streams: readonly ReportStream[]): Html {
  return html`<nav aria-label="Streams"><details open>
<summary>${streams.length} streams</summary>
<ol>${streams.map(navigationEntry)}</ol>
</details></nav>`;
}

function navigationEntry({ name, title, incidents, labels }: ReportStream, index: number): Html {
  const { result, told } = labels === undefined ? countOf(incidents) : agreementOf(incidents, labels);
  return html`<li><a href="#stream-${index}"><span class="name">${title ?? name}</span> <span class="result ${result}">${told}</span></a></li>`;
}

/** What the list of streams says of one of which nothing is known. */
function countOf({ length }: readonly ReportIncident[]): { result: string; told: string } {
  return { result: 'unlabelled', told: `${length} ${length === 1 ? 'incident' : 'incidents'}` };
}

function agreementOf(
  incidents: readonly ReportIncident[],
  labels: readonly ReportLabel[],
): { result: string; told: string } {
  const { found, labelled } = matchLabels(incidents, labels);
  const hits = found.filter(Boolean).length;
  const others = labelled.filter((inside) => !inside).length;
  const clean = labels.length === 0 && others === 0;
  const result = clean || (labels.length > 0 && hits === labels.length) ? 'all' : hits > 0 ? 'some' : 'none';
  const hit = labels.length === 0 ? 'nothing to find' : `${hits} of ${labels.length} found`;
  return { result, told: `${hit}${others > 0 ? `, ${others} false` : ''}` };
}

import { type Diagram, diagram } from './diagram.ts';
import { type Html, html } from './html.ts';
import type { PageAssets } from './loadPageAssets.ts';
import { renderPage } from './renderPage.ts';
import type { ReportTable } from './reportDocument.ts';

/** A table of text: the first column names the rows, columns of numbers are right-aligned. */
export function renderTable(
  { header, rows }: Omit<ReportTable, 'notes'>,
  heading: (text: string) => Html = (text) => html`${text}`,
): Html {
  const isNumeric = header.map((_, column) => rows.every((row) => NUMBERS.test(row[column] ?? '')));
  const kind = (column: number): string => (isNumeric[column] === true && column > 0 ? 'number' : 'text');
  const cell = (text: string, column: number): Html =>
    column === 0
      ? html`<th scope="row">${heading(text)}</th>`
      : html`<td class="${kind(column)}">${text}</td>`;
  return html`<table>
<thead><tr>${header.map((name, column) => html`<th scope="col" class="${kind(column)}">${name}</th>`)}</tr></thead>
<tbody>${rows.map((row) => html`<tr>${row.map(cell)}</tr>`)}</tbody>
</table>`;
}

/** `–`, `1,024`, `−3.5 %`, `3 of 4`, `−0.1 … +0.2` */
const NUMBERS = /^(–|[-+−]?[\d.,]+(\s?%)?(\s(of|…)\s[-+−]?[\d.,]+)?)$/;

/** A table under a heading; with diagrams, in which the rows can be seen. */
export type TitledTable = ReportTable & { readonly title: string; readonly diagrams?: readonly Diagram[] };

/** A self-contained page of tables under headings, in the style of the report. */
export function renderTables(
  title: string,
  subtitle: string,
  tables: readonly TitledTable[],
  assets: PageAssets,
): string {
  const sections = tables.map(
    (table, at) => html`<section class="card" aria-labelledby="table-${at}">
<h2 id="table-${at}">${table.title}</h2>
${table.diagrams && table.diagrams.length > 0 && html`<div class="diagrams">${table.diagrams.map(diagram)}</div>`}
${table.verdict !== undefined && html`<p class="verdict">${table.verdict}</p>`}
${table.rows.length > 0 && html`<div class="scroll summary" tabindex="0" role="region" aria-labelledby="table-${at}">${renderTable(table)}</div>`}
${table.notes.map((note) => html`<p class="note">${note}</p>`)}
</section>`,
  );
  const body = html`<div class="page"><main id="main">
<header><h1>${title}</h1><p class="subtitle">${subtitle}</p></header>
${sections}
</main></div>`;
  return renderPage(title, body, assets);
}

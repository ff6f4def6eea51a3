import { html } from './html.ts';
import type { PageAssets } from './loadPageAssets.ts';
import { renderPage } from './renderPage.ts';
import { renderTable } from './renderTable.ts';
import type { ReportTable } from './reportDocument.ts';

/** A self-contained page of tables under headings, in the style of the report. */
export function renderTables(
  title: string,
  subtitle: string,
  tables: readonly (ReportTable & { readonly title: string })[],
  assets: PageAssets,
): string {
  const sections = tables.map(
    (table, at) => html`<section class="card" aria-labelledby="table-${at}">
<h2 id="table-${at}">${table.title}</h2>
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

import { type Html, html } from './html.ts';
import type { ReportSpot, ReportVerdict } from './reportDocument.ts';

const FEW = 8; // links that show without being asked for

/**
 * The outcome in sentences, with links to what was missed and what was wrong: each brings the chart of its stream to the place.
 *
 * @param place index of a record among those that the chart of a stream shows
 */
export function renderVerdict(
  { sentences, lists }: ReportVerdict,
  place: (stream: number, record: number) => number,
): Html {
  const link = ({ stream, first, last, name }: ReportSpot): Html =>
    html`<li><a href="#stream-${stream}:${place(stream, first)}-${place(stream, last)}">${name}</a></li>`;
  const links = (spots: readonly ReportSpot[]): Html => html`<ul class="spots">${spots.map(link)}</ul>`;
  return html`<section class="card result-card" aria-labelledby="result-title">
<h2 id="result-title">Result</h2>
<p class="outcome">${sentences.join(' ')}</p>
${lists.map(
  ({
    title,
    spots,
  }) => html`<h3>${title} <span class="count">${spots.length.toLocaleString('en-US')}</span></h3>
${links(spots.slice(0, FEW))}
${spots.length > FEW && html`<details><summary>${(spots.length - FEW).toLocaleString('en-US')} more</summary>${links(spots.slice(FEW))}</details>`}`,
)}
</section>`;
}

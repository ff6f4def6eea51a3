import { diagram } from './diagram.ts';
import { formatRatio, type Html, html } from './html.ts';
import type { ThresholdPoint, TradeOff } from './reportDocument.ts';

/** The results at other thresholds, as two diagrams and a table. */
export function renderTradeOff({ threshold, points, exact }: TradeOff): Html {
  const isLabelled = points.some(({ incidents }) => incidents > 0);
  const x = { label: 'threshold', from: 0, to: 1 };
  const marks = [{ x: threshold, label: `threshold of this run: ${threshold}` }];
  const most = Math.max(...points.map((point) => rateOf(point, isLabelled) ?? 0));
  const share = (name: string, kind: string, of: (point: ThresholdPoint) => number | null) => ({
    name,
    kind,
    points: points.map((point) => ({
      x: point.threshold,
      y: of(point),
      label: `${name} ${formatRatio(of(point))} at ${inShort(point.threshold)}`,
    })),
  });
  const rate = isLabelled ? 'false alerts per 1,000 records' : 'alerts per 1,000 records';
  return html`<section class="card" aria-labelledby="trade-off-title">
<h2 id="trade-off-title">Threshold</h2>
<p class="note">What other thresholds would have done with the same scores. Alerts alone count here: one that falls in a
labelled incident finds it, the others are false; the summary also counts an incident as found by a later record of an alert
that came too early. A threshold chosen by these figures is chosen with the labels in view: expect less of it on new data.
${!exact && html`<strong>The scores alone do not explain the alerts of this run: there was suppression, or learning depends on what is flagged. These figures are an approximation.</strong>`}</p>
<div class="diagrams">
${
  isLabelled &&
  diagram({
    title: 'Precision and recall by threshold',
    x,
    y: { label: '', from: 0, to: 1 },
    marks,
    lines: [
      share('precision', 'first', ({ precision }) => precision),
      share('recall', 'second', ({ recall }) => recall),
      share('F1', 'third', ({ f1 }) => f1),
    ],
  })
}
${diagram({
  title: `${rate[0]!.toUpperCase()}${rate.slice(1)}`,
  x,
  y: { label: '', from: 0, to: most > 0 ? most : 1 },
  marks,
  lines: [
    {
      name: rate,
      kind: 'first',
      points: points.map((point) => {
        const y = rateOf(point, isLabelled);
        return { x: point.threshold, y, label: `${y?.toFixed(2) ?? '–'} at ${inShort(point.threshold)}` };
      }),
    },
  ],
})}
</div>
<details><summary>The numbers</summary>
<div class="scroll" tabindex="0" role="region" aria-label="Thresholds"><table>
<thead><tr>${[
    'threshold',
    ...(isLabelled ? ['found', 'false alerts', 'precision', 'recall', 'F1'] : []),
    'alerts per 1,000',
  ].map((name) => html`<th scope="col" class="number">${name}</th>`)}</tr></thead>
<tbody>${points.map((point) => row(point, threshold, isLabelled))}</tbody>
</table></div></details>
</section>`;
}

function row(point: ThresholdPoint, own: number, isLabelled: boolean): Html {
  const { threshold, found, incidents, falseAlerts, precision, recall, f1, alertsPer1000 } = point;
  const measures = [
    `${found} of ${incidents}`,
    String(falseAlerts),
    formatRatio(precision),
    formatRatio(recall),
    formatRatio(f1),
  ];
  const cells = [inShort(threshold), ...(isLabelled ? measures : []), alertsPer1000?.toFixed(2) ?? '–'];
  return html`<tr${threshold === own && html` class="own"`}>${cells.map((cell) => html`<td class="number">${cell}</td>`)}</tr>`;
}

/** False alerts where there are labels, otherwise all alerts. */
function rateOf(
  { falseAlerts, labelledRecords, alertsPer1000 }: ThresholdPoint,
  isLabelled: boolean,
): number | null {
  if (!isLabelled) return alertsPer1000;
  return labelledRecords > 0 ? (1000 * falseAlerts) / labelledRecords : null;
}

function inShort(threshold: number): string {
  return String(Number(threshold.toFixed(3)));
}

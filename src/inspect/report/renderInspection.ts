import { type Html, html, jsonForScript } from '../../backtest/report/html.ts';
import { loadPageAssets } from '../../backtest/report/loadPageAssets.ts';
import { renderReport } from '../../backtest/report/renderReport.ts';
import type { ReportDocument } from '../../backtest/report/reportDocument.ts';
import { reportOf, type StreamNotes } from '../../backtest/reportOf.ts';
import type { Inspection } from '../streamInspection.ts';
import { ablationTable, flowTable, type InspectionTable, probeTable, unitTable } from './inspectionTables.ts';
import { packGates } from './packGates.ts';
import { inspectStyle } from './page/inspectStyle.ts';
import type { PackedFlow } from './page/packedGates.ts';

/**
 * The inspection of one stream as one HTML file, which opens from disk and loads nothing: the stream with its
 * incidents, the gates of every unit, how far the gradient reaches, and the results as tables and text.
 *
 * @param run facts about the run, as name and value
 * @throws Error when the package has not been built
 */
export function renderInspection(
  title: string,
  inspection: Inspection,
  run: ReportDocument['run'] = [],
  notes: StreamNotes = { problems: {} },
): string {
  const { stream, threshold, timeZone, units, ablation, probes } = inspection;
  const { tradeOff: _, ...report } = reportOf({
    title,
    timeZone,
    run,
    streams: [[stream, notes]],
    evaluation: undefined,
    policy: { threshold },
  });
  const assets = loadPageAssets({ entry: 'inspect/report/page/main.js', style: inspectStyle });
  const sections =
    units.length === 0
      ? []
      : [
          explanations(inspection),
          gates(inspection),
          flow(inspection),
          ...(ablation.length === 0 ? [] : [losses(inspection)]),
          ...(probes.length === 0 ? [] : [readings(inspection)]),
        ];
  return renderReport({ ...report, summary: { header: [], rows: [] }, sections }, assets);
}

function explanations({ explanations: incidents }: Inspection): Html {
  return html`<section class="card" aria-labelledby="explained-title">
<h2 id="explained-title">The incidents in words</h2>
${
  incidents.length === 0
    ? html`<p class="note">None.</p>`
    : html`<ol class="explained">${incidents.map(({ text }) => html`<li>${text}</li>`)}</ol>`
}
</section>`;
}

function gates(inspection: Inspection): Html {
  const packed = packGates(inspection.gates, inspection.units);
  const options = packed.fields.map(
    ({ name }, k) => html`<option value="${k}">${LABELS[name] ?? name}</option>`,
  );
  return html`<section class="card gates" aria-labelledby="gates-title">
<h2 id="gates-title">What the network remembers</h2>
<p class="note">One row per unit, the longest memory at the top, under the time axis of the stream. A cell keeps f of its content at
each event and forgets half of it in ln ½ / ln f events; it adds i times its candidate g.</p>
<div class="toolbar"><label>Show <select class="gate">${options}</select></label>
<span class="hint"><span class="ramp-end">0</span><i class="ramp"></i><span class="ramp-end">1</span></span></div>
<p class="gate-readout">Point at the picture to read a unit.</p>
<div class="plot gate-plot"></div>
${table('Memory per unit', 'gates-table', unitTable(inspection))}
<script type="application/json" class="gate-data">${jsonForScript(packed)}</script>
</section>`;
}

const LABELS: Readonly<Record<string, string>> = {
  forget: 'forget gate f',
  input: 'input gate i',
  output: 'output gate o',
  reset: 'reset gate r',
  candidate: 'candidate g',
  cell: 'cell state c',
  hidden: 'hidden state h',
  write: 'written |i⊙g|',
};

function flow(inspection: Inspection): Html {
  const round = (sizes: readonly number[]): number[] => sizes.map((size) => Number(size.toPrecision(4)));
  const packed: PackedFlow = {
    layers: inspection.flow.map(({ direct, measured }) => ({
      direct: round(direct),
      measured: round(measured),
    })),
  };
  return html`<section class="card flow" aria-labelledby="flow-title">
<h2 id="flow-title">How far the gradient reaches</h2>
<p class="note">∂c_t / ∂c_(t−k): the product of the forget gates, which is the path along the cell, and what back-propagation
measures through all paths. Mean size over units and several moments.</p>
<p class="flow-readout">Point at the chart to read a lag.</p>
<div class="plot flow-plot"></div>
<ul class="legend"><li><i class="key line direct"></i>product of the forget gates</li>
<li><i class="key line measured"></i>measured gradient</li>
${packed.layers.length > 1 && html`<li>dashed: the layers above the first</li>`}</ul>
${table('Gradient by lag', 'flow-table', flowTable(inspection))}
<script type="application/json" class="flow-data">${jsonForScript(packed)}</script>
</section>`;
}

function losses(inspection: Inspection): Html {
  return html`<section class="card" aria-labelledby="losses-title">
<h2 id="losses-title">What each gate contributes</h2>
<p class="note">The same stream through networks in which one gate is clamped from the first event on. The forecast error is the
mean absolute one after the warm-up, in units of the stream.</p>
${table('Networks with a clamped gate', 'losses-table', ablationTable(inspection))}
</section>`;
}

function readings(inspection: Inspection): Html {
  return html`<section class="card" aria-labelledby="probes-title">
<h2 id="probes-title">What can be read from its state</h2>
<p class="note">Linear probes by online ridge regression, evaluated on every event before it is learnt. Where the inputs alone give
as much, no memory is needed.</p>
${table('Probes', 'probes-table', probeTable(inspection))}
</section>`;
}

function table(name: string, id: string, { header, rows }: InspectionTable): Html {
  const kind = (column: number): string => (column === 0 ? 'text' : 'number');
  return html`<div class="scroll ${id}" tabindex="0" role="region" aria-label="${name}"><table>
<thead><tr>${header.map((text, at) => html`<th scope="col" class="${kind(at)}">${text}</th>`)}</tr></thead>
<tbody>${rows.map(
    (row) =>
      html`<tr>${row.map((text, at) => (at === 0 ? html`<th scope="row">${text}</th>` : html`<td class="${kind(at)}">${text}</td>`))}</tr>`,
  )}</tbody>
</table></div>`;
}

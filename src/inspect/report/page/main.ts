/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import type UPlot from 'uplot';
import { readPalette } from '../../../charts/palette.ts';
import { flowChart } from './flowChart.ts';
import { type GateMap, gateMap } from './gateMap.ts';

// Runs after the report's own script, in the same scope.

const gateSection = document.querySelector('.gates:has(.gate-plot)');
const flowSection = document.querySelector('.flow:has(.flow-plot)');
const inspectedStream = document.querySelector('.stream');
let gatePalette = readPalette();
let gatesDrawn: GateMap | undefined;
let flowDrawn: UPlot | undefined;

/** Draws what is not drawn yet; there are few pictures. */
function drawGates(): void {
  if (gateSection !== null && inspectedStream !== null) {
    gatesDrawn ??= gateMap(gateSection, inspectedStream, () => gatePalette);
    gatesDrawn.follow();
  }
  if (flowSection !== null) flowDrawn ??= flowChart(flowSection, () => gatePalette);
}

function fitGates(width?: number): void {
  const room = (section: Element): number => width ?? section.querySelector('.plot')!.clientWidth;
  if (gateSection !== null) gatesDrawn?.resize(room(gateSection));
  if (flowSection !== null && flowDrawn !== undefined)
    flowDrawn.setSize({ width: room(flowSection), height: flowDrawn.height });
}

function recolorGates(): void {
  gatePalette = readPalette();
  gatesDrawn?.redraw();
  flowDrawn?.redraw(false);
}

drawGates();
const gatesResized = new ResizeObserver(() => fitGates());
for (const section of [gateSection, flowSection]) if (section !== null) gatesResized.observe(section);

gateSection?.addEventListener('change', (event) => {
  const target = event.target as HTMLSelectElement;
  if (target.matches('.gate')) gatesDrawn?.show(Number(target.value));
});
// The stream's charts are drawn when they come into view, so they exist when they are zoomed.
for (const kind of ['pointerdown', 'pointerenter', 'keydown'])
  inspectedStream?.addEventListener(kind, drawGates, true);

matchMedia('(prefers-color-scheme: dark)').addEventListener('change', recolorGates);
addEventListener('beforeprint', () => {
  recolorGates();
  fitGates(800);
});
addEventListener('afterprint', () => {
  recolorGates();
  fitGates();
});

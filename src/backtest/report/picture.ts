import { baseStyle } from '../../charts/baseStyle.ts';
import { type Diagram, drawing, NARROW } from './diagram.ts';
import { html } from './html.ts';
import { diagramStyle } from './page/diagramStyle.ts';

const COLUMNS = 2;
const [GAP, HEAD, FOOT] = [24, 26, 24]; // pixels: between diagrams, above one, and below it for its legend

/** Diagrams side by side as an SVG file of its own, in the colours of the reader's theme. */
export function picture(title: string, diagrams: readonly Diagram[]): string {
  const [across, down] = [NARROW.width + GAP, HEAD + NARROW.height + FOOT];
  const width = GAP + COLUMNS * across;
  const height = Math.ceil(diagrams.length / COLUMNS) * down + GAP / 2;
  const { markup } =
    html`<svg xmlns="http://www.w3.org/2000/svg" class="diagram" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">
<title>${title}</title>
<style>${style()}</style>
<rect class="ground" width="${width}" height="${height}"/>
${diagrams.map((shown, k) => {
  const [x, y] = [GAP + (k % COLUMNS) * across, Math.floor(k / COLUMNS) * down];
  return html`<g transform="translate(${x} ${y})"><text class="title" x="4" y="19">${shown.title}</text>
<svg role="img" aria-label="${shown.title}" y="${HEAD}" width="${NARROW.width}" height="${NARROW.height}">${drawing(shown, { ...NARROW, kind: 'only' })}</svg>
${shown.lines.map(
  ({ name, kind }, at) =>
    html`<circle class="point ${kind}" cx="${52 + 125 * at}" cy="${HEAD + NARROW.height + 8}" r="3"/><text class="tick" x="${60 + 125 * at}" y="${HEAD + NARROW.height + 12}">${name}</text>`,
)}</g>
`;
})}</svg>
`;
  return markup;
}

/** The variables of the pages' style, and the rules for diagrams. */
function style(): string {
  const variables = baseStyle.slice(0, baseStyle.indexOf('*, *::before'));
  return `${variables}${diagramStyle}
text { font-family: system-ui, sans-serif; }
.ground { fill: var(--surface); }
.title { font-size: 13px; font-weight: 600; fill: var(--text); }
`;
}

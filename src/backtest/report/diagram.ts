import { formatTicks, multiples, roundStep } from '../../charts/ticks.ts';
import { type Html, html } from './html.ts';

/** An axis from one number to another. */
export interface DiagramAxis {
  readonly label: string;
  readonly from: number;
  readonly to: number;
  /** Places and labels; a label may have two lines. @default round numbers */
  readonly ticks?: (most: number) => readonly (readonly [number, string])[];
}

export interface DiagramLine {
  readonly name: string;
  /** Class by which the style sheet colours it. */
  readonly kind: string;
  /** Ascending in x; a line is broken where y is null. */
  readonly points: readonly { readonly x: number; readonly y: number | null; readonly label?: string }[];
}

/** What lies between two lines; ends beyond the axis are drawn at its end. */
export interface DiagramArea {
  readonly name: string;
  /** Class by which the style sheet colours it. */
  readonly kind: string;
  /** Ascending in x. */
  readonly points: readonly { readonly x: number; readonly from: number; readonly to: number }[];
}

export interface DiagramBar {
  readonly from: number;
  readonly to: number;
  readonly y: number;
  readonly label: string;
}

export interface Diagram {
  readonly title: string;
  readonly x: DiagramAxis;
  readonly y: DiagramAxis;
  readonly areas?: readonly DiagramArea[];
  readonly bars?: readonly DiagramBar[];
  readonly lines: readonly DiagramLine[];
  /** Vertical rules. */
  readonly marks?: readonly { readonly x: number; readonly label: string }[];
  /** Whether it is as wide as the card where there is room. @default false */
  readonly isWide?: boolean;
  /** Pixels. @default 230, or 320 where it is wide */
  readonly height?: number;
}

// Drawn for the width of a phone, so that the text is never smaller than it is here.
export const NARROW: Size = { kind: 'narrow', width: 380, height: 230, ticks: 4 };
const WIDE: Size = { kind: 'wide', width: 1040, height: 320, ticks: 12 };
const [LEFT, RIGHT, TOP, BOTTOM] = [46, 12, 18, 38];

/** Of a drawing, in pixels. */
export interface Size {
  /** Class by which the style sheet shows the one that fits. */
  readonly kind: string;
  readonly width: number;
  readonly height: number;
  /** On a time axis, at most. */
  readonly ticks: number;
}

/** A small chart as SVG without a script: it can be printed and shows at once. Points have their numbers as titles. */
export function diagram(shown: Diagram): Html {
  const { title, areas = [], bars = [], lines, isWide = false, height = NARROW.height } = shown;
  const named = lines.length > 1 || bars.length > 0 || areas.length > 0;
  return html`<figure class="diagram ${isWide ? 'full' : ''}"><figcaption>${title}</figcaption>
${isWide ? [drawing(shown, NARROW), drawing(shown, WIDE)] : drawing(shown, { ...NARROW, height, kind: 'only' })}
${named && html`<ul class="legend">${lines.map(({ name, kind }) => html`<li><i class="key line ${kind}"></i>${name}</li>`)}${areas.map(({ name, kind }) => html`<li><i class="key area ${kind}"></i>${name}</li>`)}</ul>`}
</figure>`;
}

/** The SVG alone. */
export function drawing(
  { title, x, y, areas = [], bars = [], lines, marks = [] }: Diagram,
  { kind: size, width, height, ticks: most }: Size,
): Html {
  const across = (at: number): number => place(at, x, LEFT, width - RIGHT);
  const up = (at: number): number => place(at, y, height - BOTTOM, TOP);
  const below = x.ticks?.(most) ?? ticks(x, 6);
  return html`<svg class="${size}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${title}">
${(y.ticks?.(5) ?? ticks(y, 5)).map(
  ([at, text]) =>
    html`<line class="grid" x1="${LEFT}" x2="${width - RIGHT}" y1="${up(at)}" y2="${up(at)}"/><text class="tick end" x="${LEFT - 6}" y="${up(at) + 4}">${text}</text>`,
)}
${below.flatMap(([at, text]) =>
  text
    .split('\n')
    .map(
      (line, row) =>
        html`<text class="tick middle" x="${across(at)}" y="${height - BOTTOM + 16 + 14 * row}">${line}</text>`,
    ),
)}
<text class="tick middle" x="${(LEFT + width - RIGHT) / 2}" y="${height - 5}">${x.label}</text>
<text class="tick" x="4" y="11">${y.label}</text>
${areas.map(({ kind, points: all }) => html`<path class="area ${kind}" d="${outlineOf(all, across, up)}"/>`)}
${bars.map((bar) => {
  const [left, right, top] = [across(bar.from), across(bar.to), up(bar.y)];
  return html`<rect class="bar" x="${round(left)}" y="${top}" width="${round(Math.max(0.5, right - left - 0.5))}" height="${round(up(y.from) - top)}"><title>${bar.label}</title></rect>`;
})}
${marks.map(
  (mark) =>
    html`<line class="mark" x1="${across(mark.x)}" x2="${across(mark.x)}" y1="${TOP}" y2="${height - BOTTOM}"><title>${mark.label}</title></line>`,
)}
${lines.map((line) => html`<path class="line ${line.kind}" d="${pathOf(line, across, up)}"/>${points(line, across, up)}`)}
</svg>`;
}

function points(
  { kind, points: all }: DiagramLine,
  across: (x: number) => number,
  up: (y: number) => number,
): Html[] {
  return all.flatMap(({ x, y, label }) =>
    y === null || label === undefined
      ? []
      : [
          html`<circle class="point ${kind}" cx="${across(x)}" cy="${up(y)}" r="3"><title>${label}</title></circle>`,
        ],
  );
}

function pathOf(line: DiagramLine, across: (x: number) => number, up: (y: number) => number): string {
  let path = '';
  let isDown = false;
  for (const { x, y } of line.points) {
    if (y !== null) path += `${isDown ? 'L' : 'M'}${across(x)} ${up(y)}`;
    isDown = y !== null;
  }
  return path;
}

function outlineOf(
  all: DiagramArea['points'],
  across: (x: number) => number,
  up: (y: number) => number,
): string {
  const known = all.filter(({ from, to }) => Number.isFinite(from) && Number.isFinite(to));
  if (known.length === 0) return '';
  const above = known.map(({ x, to }) => `${across(x)} ${up(to)}`);
  const below = known.map(({ x, from }) => `${across(x)} ${up(from)}`).reverse();
  return `M${[...above, ...below].join('L')}Z`;
}

function ticks({ from, to }: DiagramAxis, most: number): [number, string][] {
  const step = roundStep((to - from) / most);
  const at = multiples(from, to, step);
  const texts = formatTicks(at, step);
  return at.map((each, i) => [each, texts[i]!]);
}

/** Within the axis: values beyond it are drawn at its end. */
function place(at: number, { from, to }: DiagramAxis, low: number, high: number): number {
  const share = Math.min(1, Math.max(0, (at - from) / (to - from)));
  return round(low + share * (high - low));
}

function round(pixels: number): number {
  return Math.round(pixels * 10) / 10;
}

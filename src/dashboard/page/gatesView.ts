import { formatNumber, formatShare } from '../../charts/formatNumber.ts';
import type { Palette } from '../../charts/palette.ts';
import { find, make, setText } from './dom.ts';
import type { WireGates } from './wire.ts';

const ROWS = [
  ['forget', 'Kept (forget gate)'],
  ['input', 'Written (input gate)'],
  ['output', 'Shown (output gate)'],
] as const;

/** Which gates of the stream's model are open, one cell per unit, and how long it remembers. */
export class GatesView {
  readonly #section: HTMLElement = find('.gates');
  readonly #canvases: Map<string, { readonly canvas: HTMLCanvasElement; readonly mean: HTMLElement }> =
    new Map();

  constructor() {
    for (const [gate, title] of ROWS) {
      const strip = make('div', 'strip');
      const canvas = make('canvas');
      canvas.setAttribute('role', 'img');
      const mean = make('span', 'number');
      strip.append(make('span', 'gate', title), canvas, mean);
      find('.strips', this.#section).append(strip);
      this.#canvases.set(gate, { canvas, mean });
    }
  }

  hide(): void {
    this.#section.hidden = true;
  }

  show(gates: WireGates, { expected }: Palette): void {
    this.#section.hidden = false;
    const lives = [...gates.halfLife].sort((a, b) => a - b);
    const events = (life: number): string => `${formatNumber(Number(life.toPrecision(2)))} events`;
    setText(
      find('.status', this.#section),
      `Half-life of what a unit remembers: ${events(lives[Math.floor(lives.length / 2)]!)} ` +
        `(median of ${lives.length} units), at most ${events(lives.at(-1)!)}. ` +
        'One cell per unit: the fuller, the wider its gate is open.',
    );
    for (const [gate, title] of ROWS) {
      const { canvas, mean } = this.#canvases.get(gate)!;
      const open = gates[gate];
      const average = `${formatShare(open.reduce((sum, x) => sum + x, 0) / open.length)} open`;
      setText(mean, average);
      canvas.setAttribute('aria-label', `${title}: on average ${average}`);
      drawStrip(canvas, open, expected);
    }
  }
}

function drawStrip(canvas: HTMLCanvasElement, open: readonly number[], color: string): void {
  const { clientWidth: width, clientHeight: height } = canvas;
  canvas.width = Math.round(width * devicePixelRatio);
  canvas.height = Math.round(height * devicePixelRatio);
  const ctx = canvas.getContext('2d')!;
  ctx.scale(devicePixelRatio, devicePixelRatio);
  const each = width / open.length;
  const gap = each > 4 ? 2 : 0;
  ctx.fillStyle = color;
  for (const [j, share] of open.entries()) {
    ctx.globalAlpha = 0.15;
    ctx.fillRect(j * each, 0, each - gap, height);
    ctx.globalAlpha = 1;
    ctx.fillRect(j * each, height * (1 - share), each - gap, height * share);
  }
}

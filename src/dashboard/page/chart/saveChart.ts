import type UPlot from 'uplot';
import { type Palette, readPalette } from '../../../charts/palette.ts';
import { find, make } from '../dom.ts';
import type { LiveChart } from '../liveChart.ts';

/** What is saved. */
export interface SavedChart {
  readonly chart: LiveChart;
  readonly stream: number;
  readonly title: string;
}

/**
 * The buttons that save the chart as a picture, in light colours, and the records in view as CSV.
 *
 * @param use sets the colours that charts are drawn with
 */
export function bindSaveButtons(shown: () => SavedChart | undefined, use: (colors: Palette) => void): void {
  find('.toolbar .png').addEventListener('click', () => {
    const saved = shown();
    if (saved === undefined) return;
    const { classList } = document.documentElement;
    classList.add('printing'); // the style sheet's light colours
    use(readPalette());
    for (const plot of saved.chart.plots) plot.batch(() => plot.redraw(false)); // in a batch: at once
    const { from, to } = saved.chart.inView;
    const picture = pictureOf(saved.chart.plots, saved.title, `${from} to ${to}`);
    classList.remove('printing');
    use(readPalette());
    saved.chart.redraw();
    picture.toBlob((blob) => {
      if (blob !== null) download(URL.createObjectURL(blob), `${fileName(saved.title)}.png`);
    });
  });
  find('.toolbar .records').addEventListener('click', () => {
    const saved = shown();
    if (saved === undefined) return;
    const { first, last } = saved.chart.inView;
    const asked = new URLSearchParams({ stream: `${saved.stream}`, first: `${first}`, last: `${last}` });
    download(`/records.csv?${asked}`, `${fileName(saved.title)}.csv`);
  });
}

const [MARGIN, TITLE] = [16, 56]; // CSS pixels

/** The plots below each other on white, with a title and what the lines are. */
function pictureOf(plots: readonly UPlot[], title: string, window: string): HTMLCanvasElement {
  const ratio = devicePixelRatio;
  const canvases = plots.map((plot) => plot.ctx.canvas);
  const picture = make('canvas');
  picture.width = Math.max(...canvases.map(({ width }) => width)) + 2 * MARGIN * ratio;
  picture.height = canvases.reduce((sum, { height }) => sum + height, (TITLE + MARGIN) * ratio);
  const ctx = picture.getContext('2d')!;
  ctx.fillStyle = '#ffffff';
  ctx.fillRect(0, 0, picture.width, picture.height);
  ctx.fillStyle = '#1b2230';
  ctx.font = `600 ${16 * ratio}px system-ui, sans-serif`;
  ctx.fillText(title, MARGIN * ratio, 24 * ratio);
  ctx.fillStyle = '#5c6675';
  ctx.font = `${12 * ratio}px system-ui, sans-serif`;
  const zone = document.documentElement.dataset.timeZone ?? 'UTC';
  ctx.fillText(
    `${window} (${zone}). ${find('#stream .of-values').textContent}; score with threshold`,
    MARGIN * ratio,
    44 * ratio,
  );
  let y = TITLE * ratio;
  for (const canvas of canvases) {
    ctx.drawImage(canvas, MARGIN * ratio, y);
    y += canvas.height;
  }
  return picture;
}

function download(href: string, name: string): void {
  const link = make('a');
  link.href = href;
  link.download = name;
  link.click();
  if (href.startsWith('blob:')) setTimeout(() => URL.revokeObjectURL(href), 60_000);
}

/** A title as the name of a file on every system. */
function fileName(title: string): string {
  return title.replace(/[^\p{L}\p{N}._-]+/gu, '_').slice(0, 100) || 'chart';
}

import type UPlot from 'uplot';
import type { ChartMarks } from './packed.ts';
import type { Palette } from './palette.ts';
import { plotOptions, xAxis, yAxis } from './plotOptions.ts';
import { drawThreshold, markLabels, shade } from './shading.ts';
import type { Columns } from './unpackStream.ts';
import type { Gutter } from './valueChart.ts';

/** The lower chart: the score of each record, and the threshold. */
export function scoreChart(
  stream: ChartMarks & { readonly threshold: number },
  { xIsTime }: Pick<Columns, 'xIsTime'>,
  sync: string,
  width: number,
  palette: () => Palette,
  gutter: Readonly<Gutter>,
): UPlot.Options {
  const shared = plotOptions({ width, height: 140 }, xIsTime, sync);
  return {
    ...shared,
    series: [
      {},
      {
        points: { size: 4 },
        width: 1.25,
        stroke: () => palette().score,
        fill: () => palette().scoreFill,
      },
    ],
    scales: { ...shared.scales, y: { range: [0, 1.05] } },
    axes: [xAxis(xIsTime, true, palette), yAxis(palette, () => gutter.width)],
    hooks: {
      drawClear: [(u) => shade(u, stream, palette())],
      drawAxes: [(u) => markLabels(u, stream, palette())],
      draw: [(u) => drawThreshold(u, stream.threshold, palette())],
    },
  };
}

export function scoreData({ x, score }: Pick<Columns, 'x' | 'score'>): UPlot.AlignedData {
  return [x, Array.from(score, (y) => (Number.isNaN(y) ? null : y))];
}

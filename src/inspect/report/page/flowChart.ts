import type UPlot from 'uplot';
import { formatNumber } from '../../../charts/formatNumber.ts';
import type { Palette } from '../../../charts/palette.ts';
import type { PackedFlow } from './packedGates.ts';

declare const uPlot: typeof UPlot; // uPlot's script comes first in the page

const SMALLEST = 1e-9; // below, nothing is learnt in float32 anyway
const HEIGHT = 260;

/** Draws the gradient by lag, on a logarithmic scale, into its section. */
export function flowChart(section: Element, palette: () => Palette): UPlot {
  const { layers } = JSON.parse(section.querySelector('.flow-data')!.textContent) as PackedFlow;
  const place = section.querySelector<HTMLElement>('.flow-plot')!;
  const lags = layers[0]!.direct.map((_, lag) => lag);
  const shown = (sizes: readonly number[]): (number | null)[] =>
    sizes.map((size) => (size < SMALLEST ? null : size));
  const line = (color: () => string, dash: number[]): UPlot.Series => ({
    width: 1.75,
    stroke: color,
    dash,
    points: { show: false },
  });
  const tell = (u: UPlot): void => {
    const { idx } = u.cursor;
    const at = (values: readonly number[]): string => formatNumber(Number(values[idx!]!.toPrecision(3)));
    section.querySelector('.flow-readout')!.textContent =
      idx == null
        ? 'Point at the chart to read a lag.'
        : layers
            .map(({ direct, measured }, layer) => {
              const which = layers.length === 1 ? '' : `layer ${layer + 1}: `;
              return `${which}forget gates ${at(direct)}, measured ${at(measured)}`;
            })
            .reduce((all, one) => `${all}; ${one}`, `lag ${idx}`)
            .replace(';', ':');
  };
  return new uPlot(
    {
      width: place.clientWidth,
      height: HEIGHT,
      legend: { show: false },
      padding: [8, 22, 0, 0],
      cursor: { y: false, drag: { x: false, y: false } },
      scales: { x: { time: false }, y: { distr: 3 } },
      series: [
        {},
        ...layers.flatMap((_, layer) => {
          const dash = layer === 0 ? [] : [8 / layer, 4];
          return [line(() => palette().expected, dash), line(() => palette().score, dash)];
        }),
      ],
      axes: [
        {
          stroke: () => palette().text,
          grid: { stroke: () => palette().grid, width: 1 },
          ticks: { show: false },
          font: '11px system-ui, sans-serif',
          label: 'events back',
          labelSize: 20,
          labelFont: '12px system-ui, sans-serif',
        },
        {
          stroke: () => palette().text,
          grid: { stroke: () => palette().grid, width: 1 },
          ticks: { show: false },
          font: '11px system-ui, sans-serif',
          size: 60,
          values: (_u, ticks) =>
            ticks.map((tick) =>
              Number.isInteger(Math.round(1e9 * Math.log10(tick)) / 1e9) ? String(tick) : '',
            ),
        },
      ],
      hooks: { setCursor: [tell] },
    },
    [lags, ...layers.flatMap(({ direct, measured }) => [shown(direct), shown(measured)])],
    place,
  );
}

/// <reference lib="dom" />
import uPlot from 'uplot';
import type { Point } from './messages.ts';

const SHOWN = 600; // events

/** The last events of a sensor with the band in which they were expected; anomalies are marked. */
export class SensorChart {
  readonly #points: Point[] = [];
  readonly #plot: uPlot;

  constructor(title: string, parent: HTMLElement) {
    const band = { stroke: 'transparent', points: { show: false } };
    const options: uPlot.Options = {
      title: `${title}, °C`,
      width: parent.clientWidth,
      height: 220,
      legend: { show: false },
      series: [
        {},
        { ...band },
        { ...band },
        { stroke: '#1f5fa8', width: 1.5, points: { show: false } },
        { stroke: '#c81e1e', width: 0, points: { show: true, size: 8, fill: '#c81e1e' } },
      ],
      bands: [{ series: [2, 1], fill: '#1f5fa822' }],
    };
    this.#plot = new uPlot(options, [[], [], [], [], []], parent);
  }

  add(points: readonly Point[]): void {
    this.#points.push(...points);
    this.#points.splice(0, this.#points.length - SHOWN);
    const column = (of: (point: Point) => number | null): (number | null)[] => this.#points.map(of);
    this.#plot.setData([
      this.#points.map(({ time }) => time / 1000),
      column(({ lower }) => lower),
      column(({ upper }) => upper),
      column(({ value }) => value),
      column(({ value, isAnomaly }) => (isAnomaly ? value : null)),
    ]);
  }
}

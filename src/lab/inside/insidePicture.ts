import type { Diagram, DiagramLine } from '../../backtest/report/diagram.ts';
import { picture } from '../../backtest/report/picture.ts';
import type { Inside } from './insideNetwork.ts';

/** What the network remembers, as an SVG file of its own, in the colours of the reader's theme. */
export function insidePicture(inside: Inside): string {
  return picture('What the pre-trained network remembers', [
    halfLives(inside),
    gradient(inside),
    memory(inside),
    probes(inside),
  ]);
}

function halfLives({ units }: Inside): Diagram {
  const most = Math.log10(Math.max(100, units[0]?.halfLife ?? 0));
  return {
    title: 'Half-lives of its units, the longest first',
    x: { label: 'unit', from: 0, to: units.length },
    y: { label: 'events', from: -1, to: most, ticks: () => decades(-1, most) },
    bars: units.map(({ halfLife }, k) => ({
      ...{ from: k, to: k + 1, y: Math.log10(Math.max(0.1, halfLife)) },
      label: `${halfLife.toFixed(1)} events`,
    })),
    lines: [],
  };
}

function gradient({ flow }: Inside): Diagram {
  const line = (name: string, kind: string, means: readonly number[]): DiagramLine => ({
    ...{ name, kind },
    points: means.flatMap((mean, lag) => (lag === 0 ? [] : [{ x: Math.log2(lag), y: Math.log10(mean) }])),
  });
  return {
    title: 'How far its gradient reaches',
    x: {
      label: 'events back',
      from: 0,
      to: 7,
      ticks: () => [0, 1, 2, 3, 4, 5, 6, 7].map((k) => [k, `${2 ** k}`]),
    },
    y: { label: 'mean |∂c/∂c|', from: -2, to: 0, ticks: () => decades(-2, 0) },
    lines: [line('forget gates alone', 'first', flow.direct), line('measured', 'second', flow.measured)],
  };
}

function memory({ ablation }: Inside): Diagram {
  return {
    title: 'Error by that of the last value',
    x: places(ablation.map(({ collection }) => collection)),
    y: { label: 'one event ahead', from: 0.5, to: 1.1 },
    lines: [
      dots(
        'whole',
        'first',
        ablation.map(({ errors }) => errors[0]),
      ),
      dots(
        'without memory',
        'second',
        ablation.map(({ errors }) => errors[1]),
      ),
      dots(
        'without the layer',
        'third',
        ablation.map(({ errors }) => errors[2]),
      ),
    ],
  };
}

function probes({ probes: all }: Inside): Diagram {
  return {
    title: 'What can be read linearly',
    x: places(all.map(({ quantity }) => quantity)),
    y: { label: 'R²', from: 0, to: 1 },
    lines: [
      dots(
        'inputs and state',
        'first',
        all.map(({ r2 }) => r2[3]),
      ),
      dots(
        'state',
        'second',
        all.map(({ r2 }) => r2[0]),
      ),
      dots(
        'inputs alone',
        'third',
        all.map(({ r2 }) => r2[2]),
      ),
    ],
  };
}

/** An axis of names; of two words, one below the other. */
function places(names: readonly string[]): Diagram['x'] {
  const ticks = names.map((name, k) => [k, name.replace(/[ /,-]+/, '\n').slice(0, 24)] as const);
  return { label: '', from: -0.5, to: names.length - 0.5, ticks: () => ticks };
}

function dots(name: string, kind: string, values: readonly number[]): DiagramLine {
  const points = values.flatMap((y, x) => [
    { x, y, label: `${name}: ${y.toFixed(2)}` },
    { x: x + 0.5, y: null },
  ]);
  return { name, kind, points };
}

function decades(from: number, to: number): [number, string][] {
  const powers = Array.from({ length: Math.floor(to) - from + 1 }, (_, k) => from + k);
  return powers.map((power) => [power, String(Number((10 ** power).toPrecision(1)))]);
}

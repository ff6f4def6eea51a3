import type uPlot from 'uplot';
import type { PackedFan } from './packed.ts';
import type { Palette } from './palette.ts';
import { inPlot } from './shading.ts';
import { unpackColumn } from './unpackStream.ts';

/** What is expected of the next events, as a chart draws it; H steps. */
export interface Fan {
  /** (H) where on the x axis; ascending. */
  readonly x: Float64Array;
  /** (H) milliseconds; undefined in a stream without times. */
  readonly times: Float64Array | undefined;
  readonly dimensions: readonly FanDimension[];
}

export interface FanDimension {
  /** (H) */
  readonly expected: Float64Array;
  /** (Q, H) ascending in Q */
  readonly quantiles: readonly Float64Array[];
}

/**
 * The steps that lie after the newest record; undefined where none does.
 *
 * @param xIsTime whether the x axis shows times; otherwise it shows the numbers of the records, from 1
 * @param last where the newest record is on it
 */
export function unpackFan(packed: PackedFan, xIsTime: boolean, last: number): Fan | undefined {
  const times = packed.times === null ? undefined : Float64Array.from(unpackColumn(packed.times));
  if (xIsTime && times === undefined) return undefined;
  const { length } = unpackColumn(packed.dimensions[0]!.expected);
  const x = xIsTime ? times! : Float64Array.from({ length }, (_, h) => packed.record + 2 + h);
  const from = x.findIndex((at) => at > last);
  if (from < 0) return undefined;
  const rest = (column: PackedFan['dimensions'][number]['expected']): Float64Array =>
    Float64Array.from(unpackColumn(column).subarray(from));
  return {
    x: x.subarray(from),
    times: times?.subarray(from),
    dimensions: packed.dimensions.map(({ expected, quantiles }) => ({
      expected: rest(expected),
      quantiles: quantiles.map(rest),
    })),
  };
}

/** Pairs of quantiles, the outermost first. */
export function fanPairs<T>(quantiles: readonly T[]): (readonly [low: T, high: T])[] {
  return Array.from(
    { length: quantiles.length >> 1 },
    (_, k) => [quantiles[k]!, quantiles.at(-1 - k)!] as const,
  );
}

/** The step whose place is nearest to `x`; undefined left of the half way from the newest record to the first step. */
export function fanStepAt({ x }: Fan, last: number, at: number): number | undefined {
  if (!(at > (last + x[0]!) / 2)) return undefined;
  const after = x.findIndex((each) => each >= at);
  if (after < 0) return x.length - 1;
  return after > 0 && at - x[after - 1]! < x[after]! - at ? after - 1 : after;
}

/** Draws it to the right of the newest record, from whose value it begins. @param value NaN where there is none */
export function drawFan(u: uPlot, fan: Fan, d: number, last: number, value: number, palette: Palette): void {
  const { expected, quantiles } = fan.dimensions[d]!;
  const begins = Number.isFinite(value);
  const places = (column: Float64Array): (readonly [x: number, y: number])[] => {
    const line = Array.from(column, (y, h) => [u.valToPos(fan.x[h]!, 'x', true), nearView(u, y)] as const);
    const from = [u.valToPos(last, 'x', true), nearView(u, value)] as const;
    return (begins ? [from, ...line] : line).filter(([, y]) => !Number.isNaN(y));
  };
  inPlot(u, (ctx) => {
    const trace = (points: readonly (readonly [number, number])[]): void => {
      for (const [x, y] of points) ctx.lineTo(x, y);
    };
    ctx.fillStyle = palette.band;
    for (const [low, high] of fanPairs(quantiles)) {
      ctx.beginPath();
      trace(places(high));
      trace(places(low).reverse());
      ctx.closePath();
      ctx.fill();
    }
    ctx.lineWidth = devicePixelRatio;
    ctx.strokeStyle = palette.threshold;
    ctx.setLineDash([2 * devicePixelRatio, 3 * devicePixelRatio]);
    const now = Math.round(u.valToPos(last, 'x', true));
    ctx.beginPath();
    trace([
      [now, u.bbox.top],
      [now, u.bbox.top + u.bbox.height],
    ]);
    ctx.stroke();
    ctx.lineWidth = 1.75 * devicePixelRatio;
    ctx.lineJoin = 'round';
    ctx.strokeStyle = palette.expected;
    ctx.setLineDash([5 * devicePixelRatio, 3 * devicePixelRatio]);
    ctx.beginPath();
    trace(places(expected));
    ctx.stroke();
  });
}

/** Canvas coordinates lose their precision far outside the view. */
function nearView(u: uPlot, y: number): number {
  const { top, height } = u.bbox;
  return Math.min(top + 10 * height, Math.max(top - 10 * height, u.valToPos(y, 'y', true)));
}

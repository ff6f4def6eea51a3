import type UPlot from 'uplot';
import { formatNumber } from '../../../charts/formatNumber.ts';
import type { PackedStream } from '../../../charts/packed.ts';
import type { Palette } from '../../../charts/palette.ts';
import { plotOptions, xAxis } from '../../../charts/plotOptions.ts';
import { recordNames } from '../../../charts/recordNames.ts';
import { unpackStream } from '../../../charts/unpackStream.ts';
import { colorRamp, parseHex, type Rgb } from './colorRamp.ts';
import type { PackedField, PackedGates } from './packedGates.ts';

declare const uPlot: typeof UPlot; // uPlot's script comes first in the page

/** The picture of one gate over a stream: a row forevery unit. */
export interface GateMap {
  show(field: number): void;
  /** Follows the stream's charts from now on, even if they are drawn later. */
  follow(): void;
  resize(width: number): void;
  redraw(): void;
}

const GUTTER = 60; // CSS pixels, as the stream's charts have at least
const AXIS = 48; // height of the x axis

/**
 * Draws the gates into their section.
 *
 * @param stream section of the stream, whose records are the x axis
 */
export function gateMap(section: Element, stream: Element, palette: () => Palette): GateMap {
  const packed = JSON.parse(stream.querySelector('.data')!.textContent) as PackedStream;
  const gates = JSON.parse(section.querySelector('.gate-data')!.textContent) as PackedGates;
  const { times, x, xIsTime } = unpackStream(packed);
  const { units } = gates;
  const bytes = gates.fields.map(({ base64 }) =>
    Uint8Array.from(atob(base64), (character) => character.charCodeAt(0)),
  );
  const at = recordNames(times, packed.resolution);
  const canvas = document.createElement('canvas');
  let shown = 0;
  let ramp = readRamp(gates.fields[0]!);

  const byteAt = (record: number, row: number): number =>
    bytes[shown]![Math.floor(record / gates.width) * units.length + units[row]!.at]!;

  const paint = (u: UPlot): void => {
    const { ctx, bbox } = u;
    const picture = canvas.getContext('2d')!;
    canvas.width = Math.max(1, Math.round(bbox.width));
    canvas.height = units.length;
    const image = picture.createImageData(canvas.width, canvas.height);
    let record = 0;
    for (let column = 0; column < canvas.width; column++) {
      const value = u.posToVal(bbox.left + column + 0.5, 'x', true);
      if (column === 0) record = u.valToIdx(value);
      while (record + 1 < x.length && x[record + 1]! <= value) record++;
      for (let row = 0; row < units.length; row++) {
        image.data.set(ramp[byteAt(record, row)]!, 4 * (row * canvas.width + column));
        image.data[4 * (row * canvas.width + column) + 3] = 255;
      }
    }
    picture.putImageData(image, 0, 0);
    ctx.save();
    ctx.imageSmoothingEnabled = false;
    ctx.drawImage(canvas, bbox.left, bbox.top, bbox.width, bbox.height);
    ctx.restore();
  };

  const tell = (u: UPlot): void => {
    const { idx, top = -1 } = u.cursor;
    const row = Math.floor((top / (u.over.clientHeight || 1)) * units.length);
    const unit = units[row];
    const place = section.querySelector('.gate-readout')!;
    if (idx == null || unit === undefined || top < 0) {
      place.textContent = 'Point at the picture to read a unit.';
      return;
    }
    const { name, low, high } = gates.fields[shown]!;
    const value = low + (byteAt(idx, row) / 255) * (high - low);
    const life =
      unit.halfLife === null ? 'forever' : `${formatNumber(Number(unit.halfLife.toPrecision(3)))} events`;
    place.textContent = `${at(idx)}: unit ${unit.name} (half-life ${life}), ${name} ${value.toFixed(2)}`;
  };

  const place = section.querySelector<HTMLElement>('.gate-plot')!;
  const height = Math.max(160, Math.min(480, 14 * units.length)) + AXIS;
  const shared = plotOptions({ width: place.clientWidth, height }, xIsTime, stream.id);
  const plot = new uPlot(
    {
      ...shared,
      cursor: { ...shared.cursor, y: true },
      series: [{}, { show: true, stroke: 'transparent', points: { show: false } }],
      scales: { ...shared.scales, y: { range: [0, units.length] } },
      axes: [
        xAxis(xIsTime, true, palette),
        {
          font: '11px system-ui, sans-serif',
          stroke: () => palette().text,
          grid: { show: false },
          ticks: { show: false },
          size: GUTTER,
          splits: () => rowsToName(units.length).map((row) => units.length - row - 0.5),
          values: () => rowsToName(units.length).map((row) => units[row]!.name),
        },
      ],
      hooks: { draw: [paint], setCursor: [tell] },
    },
    [Array.from(x), new Array<null>(x.length).fill(null)],
    place,
  );

  const followed = new Set<UPlot>([plot]);
  return {
    show: (field) => {
      shown = field;
      ramp = readRamp(gates.fields[field]!);
      legend(section, gates.fields[field]!);
      plot.redraw(false);
    },
    follow: () => {
      for (const other of uPlot.sync(stream.id).plots) {
        if (followed.has(other)) continue;
        followed.add(other);
        other.hooks.setScale = [
          ...(other.hooks.setScale ?? []),
          (_u, key) => {
            const { min, max } = other.scales.x!;
            const differs = plot.scales.x!.min !== min || plot.scales.x!.max !== max;
            if (key === 'x' && differs && min != null && max != null) plot.setScale('x', { min, max });
          },
        ];
      }
    },
    resize: (width) => plot.setSize({ width, height }),
    redraw: () => {
      ramp = readRamp(gates.fields[shown]!);
      plot.redraw(false);
    },
  };
}

/** As many rows as there is room for names. */
function rowsToName(units: number): number[] {
  const every = Math.ceil(units / 34);
  return Array.from({ length: Math.ceil(units / every) }, (_, k) => k * every);
}

function readRamp({ low }: PackedField): readonly Rgb[] {
  const computed = getComputedStyle(document.documentElement);
  const color = (name: string): Rgb => parseHex(computed.getPropertyValue(`--map-${name}`).trim());
  return low < 0
    ? colorRamp(color('negative'), color('none'), color('positive'))
    : colorRamp(color('none'), color('half'), color('full'));
}

function legend(section: Element, { low, high }: PackedField): void {
  const ends = section.querySelectorAll('.ramp-end');
  ends[0]!.textContent = formatNumber(Number(low.toPrecision(2)));
  ends[1]!.textContent = formatNumber(Number(high.toPrecision(2)));
  section.querySelector('.ramp')!.className = low < 0 ? 'ramp signed' : 'ramp';
}

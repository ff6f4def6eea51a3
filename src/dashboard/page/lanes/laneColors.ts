import { FULL, NO_EVENTS } from './laneData.ts';

type Rgb = readonly [red: number, green: number, blue: number];

/**
 * Below the threshold from faint to blue, from it on from orange to the end that differs most from the page: hue
 * (blue, orange) and lightness both say it, so that it is readable with every kind of colour vision.
 */
const SCALES: Readonly<
  Record<'light' | 'dark', { readonly below: readonly [Rgb, Rgb]; readonly over: readonly Rgb[] }>
> = {
  light: {
    below: [
      [236, 239, 244],
      [176, 198, 228],
    ],
    over: [
      [240, 140, 50],
      [200, 60, 30],
      [110, 10, 30],
    ],
  },
  dark: {
    below: [
      [36, 44, 56],
      [58, 84, 126],
    ],
    over: [
      [205, 95, 30],
      [255, 150, 60],
      [255, 228, 170],
    ],
  },
};

/** (256) the colour of each byte, as a little-endian RGBA pixel; transparent where there were no events. */
export function laneColors(threshold: number, isDark: boolean): Uint32Array {
  const { below, over } = SCALES[isDark ? 'dark' : 'light'];
  const colors = new Uint32Array(256);
  for (let byte = 0; byte <= FULL; byte++) {
    const [stops, share] =
      byte < threshold
        ? [below, byte / threshold]
        : [over, (byte - threshold) / Math.max(1, FULL - threshold)];
    colors[byte] = pixel(between(stops, share));
  }
  colors[NO_EVENTS] = 0;
  return colors;
}

/** The same as CSS, for the key of the colours. */
export function cssColor(pixel: number): string {
  return `rgb(${pixel & 255} ${(pixel >> 8) & 255} ${(pixel >> 16) & 255})`;
}

function between(stops: readonly Rgb[], share: number): Rgb {
  const at = Math.min(1, share) * (stops.length - 1);
  const [low, high] = [stops[Math.floor(at)]!, stops[Math.ceil(at)]!];
  const part = at - Math.floor(at);
  const mixed = (c: 0 | 1 | 2): number => Math.round(low[c] + part * (high[c] - low[c]));
  return [mixed(0), mixed(1), mixed(2)];
}

function pixel([red, green, blue]: Rgb): number {
  return (255 << 24) | (blue << 16) | (green << 8) | red;
}

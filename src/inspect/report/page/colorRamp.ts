/** Red, green and blue, 0 … 255. */
export type Rgb = readonly [number, number, number];

/** A colour for every byte: from `low` through `middle` to `high`. */
export function colorRamp(low: Rgb, middle: Rgb, high: Rgb): readonly Rgb[] {
  return Array.from({ length: 256 }, (_, byte) => {
    const share = byte / 127.5;
    return share <= 1 ? mix(low, middle, share) : mix(middle, high, share - 1);
  });
}

/** `#2f6fde`, as the style sheet has it. */
export function parseHex(text: string): Rgb {
  const [red, green, blue] = [1, 3, 5].map((at) => Number.parseInt(text.slice(at, at + 2), 16));
  return [red!, green!, blue!];
}

function mix(from: Rgb, to: Rgb, share: number): Rgb {
  const part = (k: 0 | 1 | 2): number => from[k] + share * (to[k] - from[k]);
  return [part(0), part(1), part(2)];
}

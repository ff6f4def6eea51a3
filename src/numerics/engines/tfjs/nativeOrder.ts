import type { NetworkConfig } from '../../networkConfig.ts';
import { outputCount } from '../../parameters.ts';

/** Where in the device's parameter vector the parts lie, and which parameter of the common order each number is. */
export interface NativeOrder {
  /** Lengths of the parts: per layer weight (I + H, 4H), biasIh, biasHh (4H); the head's weight, bias, skip. */
  readonly sizes: readonly number[];
  /** (N) `canonical[k]` is the place in `createParameters`' order of the device vector's number k. */
  readonly canonical: Int32Array;
}

const GATES = [0, 2, 1, 3]; // TensorFlow's i, ci, f, o among i, f, g, o

export function nativeOrder(config: NetworkConfig): NativeOrder {
  const { hidden, layers, targets } = config;
  const outputs = outputCount(config);
  const sizes: number[] = [];
  const canonical: number[] = [];
  let start = 0; // of the layer, in the common order

  for (let layer = 0; layer < layers; layer++) {
    const inputs = layer === 0 ? config.inputs : hidden;
    const recurrent = start + 4 * hidden * inputs;
    const biasIh = recurrent + 4 * hidden * hidden;
    const biasHh = biasIh + 4 * hidden;
    // (4H, I) and (4H, H) row by row become one (I + H, 4H)
    for (let k = 0; k < inputs; k++) eachRow((row) => start + row * inputs + k);
    for (let k = 0; k < hidden; k++) eachRow((row) => recurrent + row * hidden + k);
    eachRow((row) => biasIh + row);
    eachRow((row) => biasHh + row);
    sizes.push((inputs + hidden) * 4 * hidden, 4 * hidden, 4 * hidden);
    start = biasHh + 4 * hidden;
  }
  const head = [outputs * hidden, outputs, config.skip ? targets * config.inputs : 0].filter(
    (size) => size > 0,
  );
  for (const size of head) {
    for (let k = 0; k < size; k++) canonical.push(start++);
    sizes.push(size);
  }
  return { sizes, canonical: Int32Array.from(canonical) };

  function eachRow(place: (row: number) => number): void {
    for (const gate of GATES) {
      for (let unit = 0; unit < hidden; unit++) canonical.push(place(gate * hidden + unit));
    }
  }
}

/** From the device's order to the common one. */
export function toCanonical({ canonical }: NativeOrder, native: ArrayLike<number>): Float64Array {
  const result = new Float64Array(canonical.length);
  for (let k = 0; k < canonical.length; k++) result[canonical[k]] = native[k];
  return result;
}

/** From the common order to the device's. */
export function toNative({ canonical }: NativeOrder, flat: ArrayLike<number>): Float32Array {
  return Float32Array.from(canonical, (place) => flat[place]);
}

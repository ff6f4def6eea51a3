import type { NetworkConfig } from '../../networkConfig.ts';
import { createParameters } from '../../parameters.ts';

/**
 * Where the kernel keeps each parameter: for every index into the vector of `createParameters`, the index from the
 * start of the kernel's parameters. The kernel's layers are panels of 4 units, each [biasIh, biasHh, hidden rows, input
 * rows][gates i f g o][4 units], with the hidden and input rows padded to a multiple of 4 above the first layer.
 *
 * @param starts of the L layers' panels and of the head's weight, bias and skip
 */
export function packedIndices(config: NetworkConfig, starts: readonly number[]): Uint32Array {
  const { hidden, inputs, layers } = config;
  const padded = paddedTo4(hidden);
  const parameters = createParameters(config);
  const indices = new Uint32Array(parameters.flat.length);
  let next = 0;
  for (const [layer, weights] of parameters.layers.entries()) {
    const rows = 2 + padded + (layer === 0 ? inputs : padded);
    const place = (row: number, gateRow: number): number => {
      const gate = Math.floor(gateRow / hidden);
      const unit = gateRow % hidden;
      return starts[layer] + ((unit >> 2) * rows + row) * 16 + gate * 4 + (unit & 3);
    };
    const gateRows = weights.biasIh.length;
    for (let r = 0; r < gateRows; r++) {
      for (let k = 0; k < weights.inputs; k++) indices[next++] = place(2 + padded + k, r);
    }
    for (let r = 0; r < gateRows; r++) {
      for (let k = 0; k < hidden; k++) indices[next++] = place(2 + k, r);
    }
    for (let bias = 0; bias < 2; bias++) {
      for (let r = 0; r < gateRows; r++) indices[next++] = place(bias, r);
    }
  }
  const { weight, bias, skip } = parameters.head;
  for (let k = 0; k < weight.length; k++) {
    indices[next++] = starts[layers] + Math.floor(k / hidden) * padded + (k % hidden);
  }
  for (let k = 0; k < bias.length; k++) indices[next++] = starts[layers + 1] + k;
  for (let k = 0; k < skip.length; k++) {
    indices[next++] = starts[layers + 2] + Math.floor(k / inputs) * paddedTo4(inputs) + (k % inputs);
  }
  return indices;
}

function paddedTo4(count: number): number {
  return (count + 3) & ~3;
}

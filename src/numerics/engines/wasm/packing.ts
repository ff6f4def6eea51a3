import type { CellName } from '../../cells/cell.ts';
import type { NetworkConfig } from '../../networkConfig.ts';
import { createParameters } from '../../parameters.ts';

/** By cell, the column of a panel that each gate's input rows have, and each gate's recurrent rows; others: as the LSTM's. */
const COLUMNS: Readonly<Partial<Record<CellName, readonly (readonly number[])[]>>> = {
  gru: [
    [0, 1, 2],
    [0, 1, 3],
  ],
  coupled: [
    [1, 2, 3],
    [1, 2, 3],
  ],
};
const LSTM_COLUMNS = [
  [0, 1, 2, 3],
  [0, 1, 2, 3],
];

/**
 * Where the kernel keeps each parameter: for every index into the vector of `createParameters`, the index from the
 * start of the kernel's parameters. The kernel's layers are panels of 4 units, each [biasIh, biasHh, hidden rows, input
 * rows][gates i f g o][4 units], with the hidden and input rows padded to a multiple of 4 above the first layer. Cells with
 * other gates keep to these four columns.
 *
 * @param starts of the L layers' panels and of the head's weight, bias and skip
 * @param peepholes starts of the L layers' peepholes
 */
export function packedIndices(
  config: NetworkConfig,
  starts: readonly number[],
  peepholes: readonly number[],
): Uint32Array {
  const { hidden, inputs, layers } = config;
  const [inputColumns, recurrentColumns] = COLUMNS[config.cell] ?? LSTM_COLUMNS;
  const padded = paddedTo4(hidden);
  const parameters = createParameters(config);
  const indices = new Uint32Array(parameters.flat.length);
  let next = 0;
  for (const [layer, weights] of parameters.layers.entries()) {
    const rows = 2 + padded + (layer === 0 ? inputs : padded);
    const place = (row: number, gateRow: number, columns: readonly number[]): number => {
      const gate = columns[Math.floor(gateRow / hidden)];
      const unit = gateRow % hidden;
      return starts[layer] + ((unit >> 2) * rows + row) * 16 + gate * 4 + (unit & 3);
    };
    const gateRows = weights.biasIh.length;
    for (let r = 0; r < gateRows; r++) {
      for (let k = 0; k < weights.inputs; k++) indices[next++] = place(2 + padded + k, r, inputColumns);
    }
    for (let r = 0; r < gateRows; r++) {
      for (let k = 0; k < hidden; k++) indices[next++] = place(2 + k, r, recurrentColumns);
    }
    for (let r = 0; r < gateRows; r++) indices[next++] = place(0, r, inputColumns);
    for (let r = 0; r < gateRows; r++) indices[next++] = place(1, r, recurrentColumns);
    for (let k = 0; k < weights.peephole.length; k++) {
      indices[next++] = peepholes[layer] + Math.floor(k / hidden) * padded + (k % hidden);
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

import type { Cell, CellWeights } from './cells/cell.ts';
import { createCell } from './cells/createCell.ts';
import { createLoss } from './losses/createLoss.ts';
import type { NetworkConfig } from './networkConfig.ts';
import { views } from './views.ts';

/** The linear read-out: output = weight·h + bias, and skip·x on top for the locations. */
export interface HeadWeights {
  readonly weight: Float64Array; // (O, H)
  readonly bias: Float64Array; // (O)
  readonly skip: Float64Array; // (P, I), empty without a skip path
}

/** All parameters of a network: one flat vector for the optimiser, and views that give its parts names and shapes. */
export interface Parameters {
  readonly cell: Cell;
  readonly flat: Float64Array;
  readonly layers: readonly CellWeights[];
  readonly head: HeadWeights;
}

/** O: numbers the head gives per event and series. */
export function outputCount(config: NetworkConfig): number {
  return createLoss(config.loss).distribution ? 2 * config.targets : config.targets;
}

/**
 * Zeros, laid out in this order: per layer weightIh, weightHh, biasIh, biasHh, peephole; then the head's weight, bias, skip.
 * Every engine exchanges parameters in this order.
 */
export function createParameters(config: NetworkConfig): Parameters {
  const cell = createCell(config.cell);
  const { hidden, layers, targets } = config;
  const outputs = outputCount(config);
  const sizes: number[] = [];
  for (let layer = 0; layer < layers; layer++) {
    const rows = cell.gates * hidden;
    sizes.push(
      rows * (layer === 0 ? config.inputs : hidden),
      rows * hidden,
      rows,
      rows,
      cell.peepholes * hidden,
    );
  }
  sizes.push(outputs * hidden, outputs, config.skip ? targets * config.inputs : 0);
  const flat = new Float64Array(sizes.reduce((sum, size) => sum + size, 0));
  const parts = views(flat, sizes);
  return {
    cell,
    flat,
    layers: Array.from({ length: layers }, (_, layer) => ({
      inputs: layer === 0 ? config.inputs : hidden,
      hidden,
      weightIh: parts[5 * layer],
      weightHh: parts[5 * layer + 1],
      biasIh: parts[5 * layer + 2],
      biasHh: parts[5 * layer + 3],
      peephole: parts[5 * layer + 4],
    })),
    head: { weight: parts[5 * layers], bias: parts[5 * layers + 1], skip: parts[5 * layers + 2] },
  };
}

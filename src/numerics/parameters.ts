import { type AttentionWeights, attentionSizes } from './attention.ts';
import type { Cell, CellWeights } from './cells/cell.ts';
import { createCell } from './cells/createCell.ts';
import { createLoss } from './losses/createLoss.ts';
import type { ReferenceConfig } from './networkConfig.ts';
import { views } from './views.ts';

/** The linear read-out: output = weight·h + bias, and skip·x on top for the locations, or for every class. */
export interface HeadWeights {
  readonly weight: Float64Array; // (O, H)
  readonly bias: Float64Array; // (O)
  readonly skip: Float64Array; // (P, I), or (O, I) for classes; empty without a skip path
}

/** All parameters of a network: one flat vector for the optimiser, and views that give its parts names and shapes. */
export interface Parameters {
  readonly cell: Cell;
  readonly flat: Float64Array;
  readonly layers: readonly CellWeights[];
  readonly head: HeadWeights;
  /** Undefined without attention. */
  readonly attention: AttentionWeights | undefined;
}

/** O: numbers the head gives per event and series. */
export function outputCount(config: ReferenceConfig): number {
  return createLoss(config.loss).outputs * config.targets;
}

/**
 * Zeros, laid out in this order: per layer weightIh, weightHh, biasIh, biasHh, peephole; then the head's weight, bias, skip; then
 * the attention's query, key, bias, score, age, context.
 * Every engine exchanges parameters in this order.
 */
export function createParameters(config: ReferenceConfig): Parameters {
  const cell = createCell(config.cell, config.gateActivation);
  const { hidden, layers, attention = 0 } = config;
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
  const skips = config.loss.name === 'crossEntropy' ? outputs : config.targets;
  sizes.push(outputs * hidden, outputs, config.skip ? skips * config.inputs : 0);
  if (attention > 0) sizes.push(...attentionSizes(hidden, attention, outputs));
  const flat = new Float64Array(sizes.reduce((sum, size) => sum + size, 0));
  const parts = views(flat, sizes);
  const [query, key, bias, score, age, context] = parts.slice(5 * layers + 3);
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
    attention: attention > 0 ? { query, key, bias, score, age, context } : undefined,
  };
}

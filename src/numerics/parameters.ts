import { requireObject } from '../core/options.ts';
import { type AttentionWeights, attentionSizes } from './attention.ts';
import type { Cell, CellWeights } from './cells/cell.ts';
import { createCell } from './cells/createCell.ts';
import type { LookAheadWeights } from './lookAhead.ts';
import { createLoss } from './losses/createLoss.ts';
import type { ReferenceConfig } from './networkConfig.ts';

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
  /** Undefined without coming events. */
  readonly lookAhead: LookAheadWeights | undefined;
}

/** O: numbers the head gives per event and series. */
export function outputCount(config: ReferenceConfig): number {
  requireObject('network', config);
  return createLoss(config.loss).outputs * config.targets;
}

/**
 * Zeros, laid out in this order: per layer weightIh, weightHh, biasIh, biasHh, peephole; then the head's weight, bias, skip;
 * then the attention's query, key, bias, score, age, context; then the look-ahead layer's weights, in the same order
 * as the
 * others, and its head. Every engine exchanges parameters in this order.
 *
 * @throws RxAnomalyError BAD_OPTION
 */
export function createParameters(config: ReferenceConfig): Parameters {
  requireObject('network', config);
  const cell = createCell(config.cell, config.gateActivation);
  const { hidden, layers, attention = 0, lookAhead } = config;
  const outputs = outputCount(config);
  const skips = config.loss.name === 'crossEntropy' ? outputs : config.targets;
  const known = lookAhead === undefined ? 0 : lookAhead.steps * lookAhead.width; // inputs that are of coming events
  const inputs = Array.from({ length: layers }, (_, layer) => (layer === 0 ? config.inputs - known : hidden));
  const sizes = [
    ...inputs.flatMap((count) => layerSizes(cell, count, hidden)),
    ...[outputs * hidden, outputs, config.skip ? skips * config.inputs : 0],
    ...(attention === 0 ? [] : attentionSizes(hidden, attention, outputs)),
    ...(lookAhead === undefined ? [] : [...layerSizes(cell, lookAhead.width, hidden), outputs * hidden]),
  ];
  const flat = new Float64Array(sizes.reduce((sum, size) => sum + size, 0));
  const parts = views(flat, sizes);
  const takeLayer = (count: number): CellWeights => {
    const [weightIh, weightHh, biasIh, biasHh, peephole] = parts.splice(0, 5);
    return { inputs: count, hidden, weightIh, weightHh, biasIh, biasHh, peephole };
  };
  const takeAttention = (): AttentionWeights => {
    const [query, key, bias, score, age, context] = parts.splice(0, 6);
    return { query, key, bias, score, age, context };
  };
  return {
    cell,
    flat,
    layers: inputs.map(takeLayer),
    head: { weight: parts.shift()!, bias: parts.shift()!, skip: parts.shift()! },
    attention: attention === 0 ? undefined : takeAttention(),
    lookAhead:
      lookAhead === undefined ? undefined : { layer: takeLayer(lookAhead.width), head: parts.shift()! },
  };
}

/** Lengths of a layer's weightIh, weightHh, biasIh, biasHh, peephole. */
function layerSizes({ gates, peepholes }: Cell, inputs: number, hidden: number): number[] {
  const rows = gates * hidden;
  return [rows * inputs, rows * hidden, rows, rows, peepholes * hidden];
}

/** Cuts `flat` into consecutive views of these sizes: parts with names of their own, one vector for the optimiser. */
export function views(flat: Float64Array, sizes: readonly number[]): Float64Array[] {
  let end = 0;
  return sizes.map((size) => {
    end += size;
    return flat.subarray(end - size, end);
  });
}

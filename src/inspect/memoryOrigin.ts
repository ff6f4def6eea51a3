import type { InspectedStep } from './inspectedForecaster.ts';

/** When what a layer's cells hold was written. */
export interface MemoryOrigin {
  /**
   * By age in events, from 0, the newest: (H) what is left of what was written then, ∏ f · i·g with the actual gates.
   * With {@link MemoryOrigin.older} they add up to the cell state.
   */
  readonly written: readonly Float64Array[];
  /** (H) what is left of what the cells clamped before the oldest of these events. */
  readonly older: Float64Array;
  /** Events in which half of the content, by its absolute size over all units, was written; Infinity if it is older than all. */
  readonly halfAge: number;
  /** Share of the content that is older than these events, 0 … 1. */
  readonly olderShare: number;
}

/**
 * Splits the content of a layer's cells by when it was written: unrolling c = f⊙c + i⊙g gives
 * c_t = Σ_k (∏_{s>t−k} f_s) ⊙ i_{t−k} ⊙ g_{t−k}, and the rest.
 *
 * @param steps events in order, the newest last; one or more
 * @param layer from 0. @default the top one
 */
export function memoryOrigin(
  steps: readonly InspectedStep[],
  layer: number = steps[0].layers.length - 1,
): MemoryOrigin {
  const H = steps[0].layers[layer].cell.length;
  const left = new Float64Array(H).fill(1); // ∏ f of the events after
  const written: Float64Array[] = [];
  for (const { layers } of steps.toReversed()) {
    const { input, candidate, forget } = layers[layer];
    written.push(input.map((i, j) => left[j] * i * candidate[j]));
    for (let j = 0; j < H; j++) left[j] *= forget[j];
  }
  const older = steps[0].before[layer].slice(-H).map((c, j) => left[j] * c);
  const sizes = written.map(sizeOf);
  const total = sizes.reduce((sum, size) => sum + size, sizeOf(older));
  return { written, older, halfAge: ageOf(sizes, total / 2), olderShare: sizeOf(older) / total };
}

/** Events, the newest first, until that much was written. */
function ageOf(sizes: readonly number[], amount: number): number {
  let sum = 0;
  const age = sizes.findIndex((size) => {
    sum += size;
    return sum >= amount;
  });
  return age < 0 ? Number.POSITIVE_INFINITY : age + 1;
}

function sizeOf(contents: Float64Array): number {
  return contents.reduce((sum, content) => sum + Math.abs(content), 0);
}

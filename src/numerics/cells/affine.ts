import type { CellWeights } from './cell.ts';

/** z = weightIh·x + biasIh + weightHh·h + biasHh, for every row. `h` may be longer than H: its first H count. */
export function affineInto(z: Float64Array, weights: CellWeights, x: Float64Array, h: Float64Array): void {
  const { inputs, hidden, weightIh, weightHh, biasIh, biasHh } = weights;
  for (let row = 0; row < z.length && row < biasIh.length; row++) {
    let sum = biasIh[row] + biasHh[row];
    const ih = row * inputs;
    for (let k = 0; k < inputs; k++) sum += weightIh[ih + k] * x[k];
    const hh = row * hidden;
    for (let k = 0; k < hidden; k++) sum += weightHh[hh + k] * h[k];
    z[row] = sum;
  }
}

/**
 * The way back through {@link affineInto}: adds dz·xᵀ, dz·hᵀ and dz to the gradients and writes weightIhᵀ·dz to
 * `dx` and weightHhᵀ·dz to the first H of `dh`.
 */
export function affineBack(
  weights: CellWeights,
  gradients: CellWeights,
  x: Float64Array,
  h: Float64Array,
  dz: Float64Array,
  dx: Float64Array,
  dh: Float64Array,
): void {
  const { inputs, hidden, weightIh, weightHh } = weights;
  for (let k = 0; k < inputs; k++) dx[k] = 0;
  for (let k = 0; k < hidden; k++) dh[k] = 0;
  for (let row = 0; row < weights.biasIh.length; row++) {
    const d = dz[row];
    gradients.biasIh[row] += d;
    gradients.biasHh[row] += d;
    const ih = row * inputs;
    for (let k = 0; k < inputs; k++) {
      gradients.weightIh[ih + k] += d * x[k];
      dx[k] += d * weightIh[ih + k];
    }
    const hh = row * hidden;
    for (let k = 0; k < hidden; k++) {
      gradients.weightHh[hh + k] += d * h[k];
      dh[k] += d * weightHh[hh + k];
    }
  }
}

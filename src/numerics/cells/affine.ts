import type { CellWeights } from './cell.ts';

/** z = weightIh·x + biasIh + weightHh·h + biasHh, for the first `rows`. `h` may be longer than H: its first H count. */
export function affineInto(
  z: Float64Array,
  weights: CellWeights,
  x: Float64Array,
  h: Float64Array,
  rows: number = weights.biasIh.length,
): void {
  const { inputs, hidden, weightIh, weightHh, biasIh, biasHh } = weights;
  for (let row = 0; row < rows; row++) {
    let sum = biasIh[row] + biasHh[row];
    const ih = row * inputs;
    for (let k = 0; k < inputs; k++) sum += weightIh[ih + k] * x[k];
    const hh = row * hidden;
    for (let k = 0; k < hidden; k++) sum += weightHh[hh + k] * h[k];
    z[row] = sum;
  }
}

/** One row's part of the input in {@link affineInto}: weightIh·x + biasIh. */
export function inputSum({ inputs, weightIh, biasIh }: CellWeights, row: number, x: Float64Array): number {
  let sum = biasIh[row];
  for (let k = 0; k < inputs; k++) sum += weightIh[row * inputs + k] * x[k];
  return sum;
}

/** One row's part of the recurrence in {@link affineInto}: weightHh·h + biasHh. */
export function recurrentSum(
  { hidden, weightHh, biasHh }: CellWeights,
  row: number,
  h: Float64Array,
): number {
  let sum = biasHh[row];
  for (let k = 0; k < hidden; k++) sum += weightHh[row * hidden + k] * h[k];
  return sum;
}

/**
 * The backward pass of {@link affineInto}: adds dz·xᵀ, dz·hᵀ and dz to the gradients and writes weightIhᵀ·dz to
 * `dx` and weightHhᵀ·dz to the first H of `dh`.
 *
 * @param recurrent where in `dz` the rows of the recurrence begin, when they have a gradient of their own
 */
export function affineBack(
  weights: CellWeights,
  gradients: CellWeights,
  x: Float64Array,
  h: Float64Array,
  dz: Float64Array,
  dx: Float64Array,
  dh: Float64Array,
  recurrent = 0,
): void {
  const { inputs, hidden, weightIh, weightHh } = weights;
  for (let k = 0; k < inputs; k++) dx[k] = 0;
  for (let k = 0; k < hidden; k++) dh[k] = 0;
  for (let row = 0; row < weights.biasIh.length; row++) {
    const dIh = dz[row];
    const dHh = dz[recurrent + row];
    gradients.biasIh[row] += dIh;
    gradients.biasHh[row] += dHh;
    const ih = row * inputs;
    for (let k = 0; k < inputs; k++) {
      gradients.weightIh[ih + k] += dIh * x[k];
      dx[k] += dIh * weightIh[ih + k];
    }
    const hh = row * hidden;
    for (let k = 0; k < hidden; k++) {
      gradients.weightHh[hh + k] += dHh * h[k];
      dh[k] += dHh * weightHh[hh + k];
    }
  }
}

import type { HeadWeights } from './parameters.ts';

/** output = weight·h + bias, and skip·x on top. */
export function headForward(
  head: HeadWeights,
  h: Float64Array,
  x: Float64Array,
  output: Float64Array,
  hidden: number,
): void {
  const { weight, bias, skip } = head;
  for (let o = 0; o < output.length; o++) {
    let sum = bias[o];
    for (let j = 0; j < hidden; j++) sum += weight[o * hidden + j] * h[j];
    output[o] = sum;
  }
  const targets = skip.length / x.length;
  for (let p = 0; p < targets; p++) {
    for (let k = 0; k < x.length; k++) output[p] += skip[p * x.length + k] * x[k];
  }
}

/** The backward pass to h: ∂loss/∂h in `dh`, overwritten; adds to the gradients of weight and bias. */
export function headHiddenBack(
  head: HeadWeights,
  gradient: HeadWeights,
  h: Float64Array,
  dOutput: Float64Array,
  dh: Float64Array,
): void {
  const hidden = dh.length;
  dh.fill(0);
  for (let o = 0; o < dOutput.length; o++) {
    const d = dOutput[o];
    gradient.bias[o] += d;
    for (let j = 0; j < hidden; j++) {
      gradient.weight[o * hidden + j] += d * h[j];
      dh[j] += d * head.weight[o * hidden + j];
    }
  }
}

/** The backward pass to the inputs: adds to ∂loss/∂x and to the gradient of skip. */
export function headSkipBack(
  head: HeadWeights,
  gradient: HeadWeights,
  x: Float64Array,
  dOutput: Float64Array,
  dx: Float64Array,
): void {
  const targets = head.skip.length / x.length;
  for (let p = 0; p < targets; p++) {
    const d = dOutput[p];
    for (let k = 0; k < x.length; k++) {
      gradient.skip[p * x.length + k] += d * x[k];
      dx[k] += d * head.skip[p * x.length + k];
    }
  }
}

import { exp, tanh } from '../core/math/exp.ts';
/** The weights of `attend`, or their gradients; A = H units score each hidden state. */
export interface AttentionWeights {
  readonly query: Float64Array; // (H, H)
  readonly key: Float64Array; // (H, H)
  readonly bias: Float64Array; // (H)
  readonly score: Float64Array; // (H)
  readonly age: Float64Array; // (W)
  readonly context: Float64Array; // (O, H)
}

/** Lengths of the weights, in that order. */
export function attentionSizes(hidden: number, window: number, outputs: number): number[] {
  return [hidden * hidden, hidden * hidden, hidden, hidden, window, outputs * hidden];
}

/** Numbers that {@link attend} keeps for {@link attendBack}: tanh units (W, H), shares (W), context (H). */
export function attentionKept(hidden: number, window: number): number {
  return window * hidden + window + hidden;
}

/**
 * Additive attention (Bahdanau, Cho & Bengio 2015, appendix A.1.2) of the newest hidden state over the last W,
 * including itself, with a bias by age as in relative positions (Raffel et al. 2020); without it "twenty events ago"
 * could only be found by content:
 *
 *     e_k = score · tanh(query h_t + key h_{t−k} + bias) + age_k     k = 0 … W − 1
 *     α = softmax(e)
 *     output += context Σ α_k h_{t−k}
 *
 * @param memory (W·H) hidden states, newest first; zeros before the first event
 * @param output (O) result: the context's share is added
 * @param kept result, for {@link attendBack}
 */
export function attend(
  weights: AttentionWeights,
  memory: Float64Array,
  output: Float64Array,
  kept: Float64Array,
): void {
  const { query, key, bias, score, age, context } = weights;
  const H = bias.length;
  const W = age.length;
  const shares = W * H; // where they begin in `kept`
  const summary = shares + W;
  let greatest = -Infinity; // subtracted, or the exponentials overflow
  for (let a = 0; a < H; a++) {
    let asked = bias[a];
    for (let j = 0; j < H; j++) asked += query[a * H + j] * memory[j];
    for (let k = 0; k < W; k++) {
      let sum = asked;
      for (let j = 0; j < H; j++) sum += key[a * H + j] * memory[k * H + j];
      kept[k * H + a] = tanh(sum);
    }
  }
  for (let k = 0; k < W; k++) {
    let e = age[k];
    for (let a = 0; a < H; a++) e += score[a] * kept[k * H + a];
    kept[shares + k] = e;
    greatest = Math.max(greatest, e);
  }
  let total = 0;
  for (let k = 0; k < W; k++) {
    kept[shares + k] = exp(kept[shares + k] - greatest);
    total += kept[shares + k];
  }
  for (let k = 0; k < W; k++) kept[shares + k] /= total;
  for (let j = 0; j < H; j++) {
    let sum = 0;
    for (let k = 0; k < W; k++) sum += kept[shares + k] * memory[k * H + j];
    kept[summary + j] = sum;
  }
  for (let o = 0; o < output.length; o++) {
    for (let j = 0; j < H; j++) output[o] += context[o * H + j] * kept[summary + j];
  }
}

/**
 * The backward pass of {@link attend}.
 *
 * @param gradients result: ∂loss/∂weights is added
 * @param dOutput (O) ∂loss/∂output
 * @param dMemory (W·H) result: ∂loss/∂memory is added
 * @param scratch (2·H)
 */
export function attendBack(
  weights: AttentionWeights,
  gradients: AttentionWeights,
  memory: Float64Array,
  kept: Float64Array,
  dOutput: Float64Array,
  dMemory: Float64Array,
  scratch: Float64Array,
): void {
  const { query, key, score, age, context } = weights;
  const H = score.length;
  const W = age.length;
  const shares = W * H;
  const summary = shares + W;
  const dContext = 0; // (H) from here in `scratch`: ∂loss/∂Σ α_k h_{t−k}
  const dAsked = H; // (H) from here: ∂loss/∂(query h_t + bias)
  scratch.fill(0, 0, 2 * H);
  for (let o = 0; o < dOutput.length; o++) {
    for (let j = 0; j < H; j++) {
      gradients.context[o * H + j] += dOutput[o] * kept[summary + j];
      scratch[dContext + j] += dOutput[o] * context[o * H + j];
    }
  }
  let mean = 0; // Σ α_k ∂loss/∂α_k = ∂loss/∂context · context
  for (let j = 0; j < H; j++) mean += scratch[dContext + j] * kept[summary + j];
  for (let k = 0; k < W; k++) {
    const share = kept[shares + k];
    let dShare = 0;
    for (let j = 0; j < H; j++) {
      dShare += scratch[dContext + j] * memory[k * H + j];
      dMemory[k * H + j] += share * scratch[dContext + j];
    }
    const dScore = share * (dShare - mean);
    gradients.age[k] += dScore;
    for (let a = 0; a < H; a++) {
      const unit = kept[k * H + a];
      gradients.score[a] += dScore * unit;
      const d = dScore * score[a] * (1 - unit * unit);
      scratch[dAsked + a] += d;
      for (let j = 0; j < H; j++) {
        gradients.key[a * H + j] += d * memory[k * H + j];
        dMemory[k * H + j] += d * key[a * H + j];
      }
    }
  }
  for (let a = 0; a < H; a++) {
    const d = scratch[dAsked + a];
    gradients.bias[a] += d;
    for (let j = 0; j < H; j++) {
      gradients.query[a * H + j] += d * memory[j];
      dMemory[j] += d * query[a * H + j];
    }
  }
}

import { log } from '../core/math/log.ts';
import type { Random } from '../core/random.ts';
import type { Cell, CellWeights } from './cells/cell.ts';
import { GATE_ROWS } from './cells/gateRows.ts';
import type { Parameters } from './parameters.ts';

/**
 * Biases of the gate that keeps the state: all alike, or such that the units' half-lives are spread up to `longest` events.
 *
 * With a bias alone every unit keeps about as long as all others, and takes in every event: what was seen once is soon lost among
 * what came after it. "Chrono initialisation" (Tallec & Ollivier 2018) draws b = log u, u uniform over 1 … longest − 1, for the
 * forget gate, and −b for an input gate: what keeps for longer also takes in less.
 */
export type ForgetBias = number | { readonly longest: number };

/**
 * Fills `parameters` in place: input weights, head and attention Glorot-uniform (Glorot & Bengio 2010), recurrent weights
 * orthogonal per gate (Saxe et al. 2014), biases 0 but for the forget gate's, peepholes 0: they begin as the plain LSTM.
 *
 * @param forgetBias bias of the gate that keeps the state: the forget gate, or the GRU's update gate. Positive: the cell
 *   remembers until it has learnt to forget (Gers et al. 2000; Jozefowicz et al. 2015); or {@link ForgetBias} of many lengths
 */
export function initialise(
  { cell, layers, head, attention, lookAhead }: Parameters,
  random: Random,
  forgetBias: ForgetBias,
): void {
  for (const layer of layers) initialiseLayer(layer, cell, random, forgetBias);
  const outputs = head.bias.length;
  const hidden = head.weight.length / outputs;
  glorot(head.weight, hidden, outputs, random);
  if (attention !== undefined) {
    glorot(attention.query, hidden, hidden, random);
    glorot(attention.key, hidden, hidden, random);
    glorot(attention.score, hidden, 1, random);
    glorot(attention.context, hidden, outputs, random);
  }
  if (lookAhead !== undefined) {
    initialiseLayer(lookAhead.layer, cell, random, forgetBias);
    glorot(lookAhead.head, hidden, outputs, random);
  }
}

function initialiseLayer(
  { inputs, hidden, weightIh, weightHh, biasIh }: CellWeights,
  { name, gates, forgetGate }: Cell,
  random: Random,
  forgetBias: ForgetBias,
): void {
  glorot(weightIh, inputs, hidden, random);
  for (let gate = 0; gate < gates; gate++) {
    orthogonal(weightHh.subarray(gate * hidden * hidden, (gate + 1) * hidden * hidden), hidden, random);
  }
  if (forgetGate === undefined) return;
  if (typeof forgetBias === 'number') {
    biasIh.fill(forgetBias, forgetGate * hidden, (forgetGate + 1) * hidden);
    return;
  }
  const inputGate = GATE_ROWS[name]?.input;
  const range = Math.max(0, forgetBias.longest - 2);
  for (let j = 0; j < hidden; j++) {
    const bias = log(1 + range * random.uniform());
    biasIh[forgetGate * hidden + j] = bias;
    if (inputGate !== undefined) biasIh[inputGate * hidden + j] = -bias;
  }
}

function glorot(weights: Float64Array, fanIn: number, fanOut: number, random: Random): void {
  const limit = Math.sqrt(6 / (fanIn + fanOut));
  for (let k = 0; k < weights.length; k++) weights[k] = limit * (2 * random.uniform() - 1);
}

/** A random orthogonal (n, n) matrix: Gram–Schmidt on normal rows, twice over against cancellation. */
function orthogonal(matrix: Float64Array, n: number, random: Random): void {
  for (let row = 0; row < n; row++) {
    const current = matrix.subarray(row * n, (row + 1) * n);
    for (let k = 0; k < n; k++) current[k] = random.normal();
    for (let pass = 0; pass < 2; pass++) {
      for (let other = 0; other < row; other++) {
        const previous = matrix.subarray(other * n, (other + 1) * n);
        const overlap = dot(current, previous);
        for (let k = 0; k < n; k++) current[k] -= overlap * previous[k];
      }
    }
    const length = Math.sqrt(dot(current, current));
    for (let k = 0; k < n; k++) current[k] /= length;
  }
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let k = 0; k < a.length; k++) sum += a[k] * b[k];
  return sum;
}

import { Band, cBytesOf, layerAt, Net, rowOf, shareAt, tapeAt, vBytesOf } from './net';

// Exported only to keep Binaryen from inlining them: in a function that also calls, V8 spills every vector of a loop.
export { affine, affineBack } from './linear/affine';
export { affineBackBlock, affineBlock } from './linear/affineBlock';
export { coupledGates, coupledTie } from './cells/coupled';
export { gruBack, gruGates, gruKeepZeros, gruState } from './cells/gru';
export { hiddenBackBlock, outerRowBlock, outputBlock } from './linear/headBlock';
export { lossBack } from './learning/losses';
export { lstmBack, lstmGates, lstmState } from './cells/lstm';
export { adamMove, gradientNorm, rmsPropMove, sgdMove } from './learning/optimizers';
export { biasGradient, outer } from './linear/outer';
export { lastRow, outerPanel, packPanel } from './linear/outerBlock';
export { peepholeBack, peepholeGates, peepholeGradient, peepholeState } from './cells/peephole';

export { sigmoidAll, tanhAll } from './cells/activations';
export { advance } from './advance';
export { create, destroy } from './create';
export { openControl, serve } from './threads';
export { learn } from './learn';

export function setLoss(net: Net, loss: i32, a: f32, b: f32, c: f32): void {
  net.loss = loss;
  net.lossA = a;
  net.lossB = b;
  net.lossC = c;
}

export function setOptimizer(net: Net, optimizer: i32, decay1: f64, decay2: f64, epsilon: f64, clipNorm: f64): void {
  net.optimizer = optimizer;
  net.decay1 = decay1;
  net.decay2 = decay2;
  net.epsilon = max(epsilon, 1e-30); // float32 has no smaller one
  net.clipNorm = clipNorm;
}

// Addresses for the wrapper, which reads and writes snapshots.

/** (B, I) float64. */
export function inputAt(net: Net): usize {
  return net.x;
}

/** (B, O) float64. */
export function outputAt(net: Net): usize {
  return net.output;
}

/** (B, T, P) float64 targets, then as many weights. */
export function batchAt(net: Net): usize {
  return net.sample;
}

/** Four float64: learning rate, loss, gradient norm, updates that Adam has made. */
export function reportAt(net: Net): usize {
  return net.report;
}

/** `part` 0: parameters, 1: gradient, 2 and 3: the optimiser's memory, laid out alike. */
export function partAt(net: Net, part: i32): usize {
  return part === 0 ? net.parameters : part === 1 ? net.gradient : part === 2 ? net.first : net.second;
}

/** The panels of layer `index`, or, for L, L + 1 and L + 2, the head's weight, bias and skip. */
export function weightsAt(net: Net, index: i32): usize {
  if (index < net.layers) return layerAt(net, index).weights;
  return index === net.layers ? net.headWeight : index === net.layers + 1 ? net.headBias : net.headSkip;
}

/** The peepholes of layer `index`, rows i f o of H padded to a multiple of 4. */
export function peepholeAt(net: Net, index: i32): usize {
  return layerAt(net, index).peephole;
}

/** The step of the history that the next event takes. */
export function positionOf(net: Net): i32 {
  return net.position;
}

/** Says that the newest step is T + delay, and that no activation in the history belongs to the present weights. */
export function rewind(net: Net): void {
  net.position = net.window + net.delay;
  forget(net);
}

/** No activation in the history belongs to the present weights. */
export function forget(net: Net): void {
  net.fresh = net.position;
}

/** Numbers from one to the next of what follows: series of a block lie side by side. */
export function lanesOf(net: Net, series: i32): i32 {
  return bandOf(net, series).history.lanes;
}

/** (H) hidden state of `series` in layer `index` before `step`. */
export function hiddenAt(net: Net, series: i32, index: i32, step: i32): usize {
  const band = bandOf(net, series);
  const tape = band.history;
  const bytes = vBytesOf(layerAt(net, index), tape);
  return laneAt(band, series) + tapeAt(tape, index).v + <usize>step * bytes;
}

/** (H) cell state of `series` in layer `index` before `step`. */
export function cellAt(net: Net, series: i32, index: i32, step: i32): usize {
  const band = bandOf(net, series);
  const tape = band.history;
  return laneAt(band, series) + tapeAt(tape, index).c + <usize>step * cBytesOf(net, tape);
}

/** (I) inputs of `series` at `step`. */
export function historyInputAt(net: Net, series: i32, step: i32): usize {
  return hiddenAt(net, series, 0, step) + rowOf(net, bandOf(net, series).history);
}

function bandOf(net: Net, series: i32): Band {
  let k = 0;
  while (series >= shareAt(net, k).to) k++;
  const share = shareAt(net, k);
  return series < share.blocks.to ? share.blocks : share.singles;
}

/** Where the numbers of `series` start in its tape. */
function laneAt(band: Band, series: i32): usize {
  const lanes = band.history.lanes;
  const within = series - band.from;
  return band.history.base + <usize>(within / lanes) * band.history.bytes + (<usize>(within % lanes) << 2);
}

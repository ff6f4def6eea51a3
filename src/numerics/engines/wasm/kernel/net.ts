/** Where a layer's steps lie: offsets in bytes from a series' tape, one row a step. */
@unmanaged
export class LayerTape {
  v: usize; // rows (Hp + inputs, padded to 4): h before the step, then the input
  c: usize; // (Hp) cell state before the step
  gates: usize; // (panels, 4 gates, 4 units) activations i f g o
  shown: usize; // (Hp) tanh of the cell state after the step
}

/** Steps of one series. The history remembers what was advanced; on the work tape `learn` computes it anew. */
@unmanaged
export class Tape {
  base: usize; // the first series
  bytes: usize; // from series to series
  layers: usize; // L × LayerTape
  location: usize; // (P) a step, offset
  logScale: usize; // (P) a step, offset
  gateBytes: usize; // from step to step; 0 where activations and outputs are not kept: all steps then share one row
  shownBytes: usize;
  outputBytes: usize;
}

/**
 * One recurrent layer. Its weights are panels of 4 units, each [biasIh, biasHh, Hp + inputs rows][gates i f g o][4 units],
 * so that the way forward and the way back both stream through them.
 */
@unmanaged
export class Layer {
  inputs: i32; // I, or Hp above the first layer
  rows: i32; // Hp + inputs
  weights: usize;
  vBytes: usize; // from step to step of v
}

/** What one thread needs to learn from its part of the series. */
@unmanaged
export class Share {
  from: i32; // first series
  to: i32; // behind the last
  work: Tape;
  gradient: usize; // like the parameters
  loss: f64; // Σ weight·loss of its series
  dLocation: usize; // (T, P) ∂loss/∂location
  dLogScale: usize; // (T, P) ∂loss/∂logScale
  dHidden: usize; // (T, Hp) ∂loss/∂h from above
  dz: usize; // (T, 4·Hp) ∂loss/∂pre-activations
  dzBytes: usize; // from step to step of dz
  dNext: usize; // (Hp) ∂loss/∂h, then (Hp) ∂loss/∂c from the step after
}

/** A network with its parameters, optimiser memory and series. Hp, Ip: H and I padded to a multiple of 4. */
@unmanaged
export class Net {
  block: usize; // what `free` gives back
  inputs: i32; // I
  hidden: i32; // H
  threads: i32; // that share the series
  shares: usize; // threads × Share
  hp: i32; // Hp
  ip: i32; // Ip
  layers: i32; // L
  targets: i32; // P
  outputs: i32; // O
  skip: bool;
  series: i32; // B
  window: i32; // T
  delay: i32;
  capacity: i32; // steps of history before the newest are moved to its start
  position: i32; // the step that the next event takes
  fresh: i32; // the first step that was advanced under the present weights
  keeps: bool; // the history keeps activations
  layer: usize; // L × Layer
  history: Tape;

  count: i32; // numbers in each of the next four, a multiple of 16
  parameters: usize;
  gradient: usize; // the first share's, which in the end has the sum
  first: usize; // velocity, mean or mean square
  second: usize; // Adam's mean square
  headWeight: usize; // (O, Hp)
  headBias: usize; // (O)
  headSkip: usize; // (P, Ip)

  loss: i32;
  lossA: f32;
  lossB: f32;
  lossC: f32;
  optimizer: i32;
  decay1: f64;
  decay2: f64;
  epsilon: f64;
  clipNorm: f64;

  x: usize; // (B, I) float64, from the caller
  output: usize; // (B, O) float64, for the caller
  lesson: usize; // (B, T, P) float64 targets, then as many weights
  report: usize; // float64: rate (from the caller), loss, gradient norm, updates that Adam has made
}

// @ts-ignore: decorator
@inline
export function layerAt(net: Net, index: i32): Layer {
  return changetype<Layer>(net.layer + <usize>index * offsetof<Layer>());
}

// @ts-ignore: decorator
@inline
export function tapeAt(tape: Tape, index: i32): LayerTape {
  return changetype<LayerTape>(tape.layers + <usize>index * offsetof<LayerTape>());
}

// @ts-ignore: decorator
@inline
export function shareAt(net: Net, index: i32): Share {
  return changetype<Share>(net.shares + <usize>index * offsetof<Share>());
}

/** Rows of 4 units in a layer's weights. */
// @ts-ignore: decorator
@inline
export function panelsOf(net: Net): i32 {
  return net.hp >> 2;
}

/** Where the parameters at `at` have their gradient in a share. */
// @ts-ignore: decorator
@inline
export function gradientOf(net: Net, share: Share, at: usize): usize {
  return at - net.parameters + share.gradient;
}

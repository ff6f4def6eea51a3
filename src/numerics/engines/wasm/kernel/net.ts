import { GRU } from './cells/codes';

/** Series that go through the kernel side by side, two vectors of them. */
export const BLOCK = 8;

/** Where a layer's steps lie: offsets in bytes from a tape's start, one row a step; N: the tape's lanes. */
@unmanaged
export class LayerTape {
  v: usize; // rows (Hp + inputs, padded to 4; N): h before the step, then the input
  c: usize; // (Hp, N) cell state before the step; a GRU has none, as for `shown`
  gates: usize; // activations i f g o (a GRU's: r, z, n and the candidate's sum of the recurrence): (Hp / 4, 4 gates, 4 units), or for a block (Hp, 2 halves, 4 gates, 4 series)
  shown: usize; // (Hp, N) tanh of the cell state after the step
}

/** Steps of one series, or of a block of them. */
@unmanaged
export class Tape {
  lanes: i32; // N: 1 or BLOCK series side by side
  base: usize; // the first of the tapes
  bytes: usize; // from tape to tape
  layers: usize; // L × LayerTape
  location: usize; // (P, N) a step, offset
  logScale: usize; // (P, N) a step, offset
  gateBytes: usize; // from step to step; 0 where activations and outputs are not kept: all steps then share one row
  shownBytes: usize;
  outputBytes: usize;
}

/**
 * One recurrent layer. Its weights are panels of 4 units, each [biasIh, biasHh, Hp + inputs rows][gates i f g o][4 units],
 * so that the way forward and the way back both stream through them. Cells with other gates keep to four columns: see
 * coupled.ts and gru.ts.
 */
@unmanaged
export class Layer {
  inputs: i32; // I, or Hp above the first layer
  rows: i32; // Hp + inputs
  weights: usize;
  peephole: usize; // (3, Hp), of cells that have them
  vBytes: usize; // from step to step of v, per lane
}

/** Series whose tapes are laid out alike. */
@unmanaged
export class Band {
  from: i32; // first series
  to: i32; // behind the last; the lanes that the last block has beyond it see zeros and teach nothing
  history: Tape; // remembers what was advanced
  work: Tape; // for one tape's window, which `learn` computes anew
}

/** What one thread needs to learn from its part of the series. */
@unmanaged
export class Share {
  from: i32; // first series
  to: i32; // behind the last
  blocks: Band;
  singles: Band; // what the blocks leave over
  gradient: usize; // like the parameters
  loss: f64; // Σ weight·loss of its series
  dLocation: usize; // (T, P, N) ∂loss/∂location
  dLogScale: usize; // (T, P, N) ∂loss/∂logScale
  dHidden: usize; // (T, Hp, N) ∂loss/∂h from above
  dz: usize; // (T, 4·Hp, N) ∂loss/∂pre-activations, laid out as the gates
  dNext: usize; // (Hp, N) ∂loss/∂h, then (Hp, N) ∂loss/∂c (GRU: what of ∂loss/∂h goes past its gates) from the step after
  panel: usize; // for a block: (T, BLOCK, 4 gates, 4 units) of dz
  series: usize; // for a block: (BLOCK, T·P) locations, then as many log scales
}

/** A network with its parameters, optimiser memory and series. Hp, Ip: H and I padded to a multiple of 4. */
@unmanaged
export class Net {
  block: usize; // what `free` gives back
  scratch: usize; // Scratch, which other nets use as well
  cell: i32;
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
  sample: usize; // (B, T, P) float64 targets, then as many weights
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

/** Bytes from step to step of v in a tape. */
// @ts-ignore: decorator
@inline
export function vBytesOf(layer: Layer, tape: Tape): usize {
  return layer.vBytes * <usize>tape.lanes;
}

/** Bytes of one number per unit, in a tape. */
// @ts-ignore: decorator
@inline
export function rowOf(net: Net, tape: Tape): usize {
  return <usize>(net.hp * tape.lanes) << 2;
}

/** Bytes from step to step of c, and of tanh(c) where it is kept. */
// @ts-ignore: decorator
@inline
export function cBytesOf(net: Net, tape: Tape): usize {
  return net.cell === GRU ? 0 : rowOf(net, tape);
}

/** Bytes from step to step of dz: not a power of two apart, for a column of dz must fit in the cache. */
// @ts-ignore: decorator
@inline
export function dzBytesOf(net: Net, tape: Tape): usize {
  return (rowOf(net, tape) << 2) + 64;
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

/** By which a sum over series, window and targets becomes a mean. */
export function meanOver(net: Net): f64 {
  return 1.0 / (<f64>net.series * <f64>net.window * <f64>net.targets);
}

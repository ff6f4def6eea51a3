import { COUPLED, GRU, LSTM, PEEPHOLE } from './codes';
import { coupledGates, coupledTie } from './coupled';
import { gruBack, gruGates, gruState } from './gru';
import { lstmBack, lstmGates, lstmState } from './lstm';
import { Layer, Net } from '../net';
import { peepholeBack, peepholeGates, peepholeState } from './peephole';

// A step number by number: what the matrix products of layers.ts leave over.

/** From pre-activations to the state after the step; `v` begins with h before it, `next` with h after it. */
export function cellForward(
  net: Net,
  layer: Layer,
  single: bool,
  vectors: i32,
  gates: usize,
  v: usize,
  c: usize,
  nextC: usize,
  shown: usize,
  next: usize,
): void {
  if (net.cell === LSTM) {
    lstmGates(gates, vectors);
    lstmState(gates, c, nextC, shown, next, vectors);
  } else if (net.cell === COUPLED) {
    coupledGates(gates, vectors);
    lstmState(gates, c, nextC, shown, next, vectors);
  } else if (net.cell === GRU) {
    gruGates(gates, vectors);
    gruState(gates, v, next, vectors);
  } else if (net.cell === PEEPHOLE) {
    const row = <usize>net.hp << 2;
    peepholeGates(gates, c, layer.peephole, row, single, vectors);
    peepholeState(gates, c, nextC, shown, next, layer.peephole, row, single, vectors);
  }
}

/** From ∂loss/∂h, from above and from the step after, and what else comes from there in `dOther`, to dz and dOther. */
export function cellBack(
  net: Net,
  layer: Layer,
  single: bool,
  vectors: i32,
  gates: usize,
  v: usize,
  c: usize,
  shown: usize,
  above: usize,
  dh: usize,
  dOther: usize,
  dz: usize,
): void {
  if (net.cell === LSTM) {
    lstmBack(gates, c, shown, above, dh, dOther, dz, vectors);
  } else if (net.cell === COUPLED) {
    lstmBack(gates, c, shown, above, dh, dOther, dz, vectors);
    coupledTie(dz, vectors);
  } else if (net.cell === GRU) {
    gruBack(gates, v, above, dh, dOther, dz, vectors);
  } else if (net.cell === PEEPHOLE) {
    const row = <usize>net.hp << 2;
    peepholeBack(gates, c, shown, above, dh, dOther, dz, layer.peephole, row, single, vectors);
  }
}

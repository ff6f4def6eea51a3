import { coupledGates, coupledTie } from './coupled';
import { gruBack, gruGates, gruState } from './gru';
import { lstmBack, lstmGates, lstmState } from './lstm';
import { Layer, Net, panelsOf, rowOf, Tape } from './net';
import { peepholeBack, peepholeGates, peepholeState } from './peephole';

// The order is the wrapper's.
export const LSTM = 0;
export const GRU = 1;
export const PEEPHOLE = 2;
export const COUPLED = 3;

// A step number by number: what the matrix products of layers.ts leave over.

/** From pre-activations to the state after the step; `v` begins with h before it, `next` with h after it. */
export function cellForward(
  net: Net,
  layer: Layer,
  tape: Tape,
  gates: usize,
  v: usize,
  c: usize,
  shown: usize,
  next: usize,
): void {
  const vectors = panelsOf(net) * tape.lanes;
  const nextC = c + rowOf(net, tape);
  if (net.cell === GRU) {
    gruGates(gates, vectors);
    gruState(gates, v, next, vectors);
  } else if (net.cell === PEEPHOLE) {
    const single = tape.lanes === 1;
    const row = <usize>net.hp << 2;
    peepholeGates(gates, c, layer.peephole, row, single, vectors);
    peepholeState(gates, c, nextC, shown, next, layer.peephole, row, single, vectors);
  } else {
    if (net.cell === COUPLED) coupledGates(gates, vectors);
    else lstmGates(gates, vectors);
    lstmState(gates, c, nextC, shown, next, vectors);
  }
}

/** From ∂loss/∂h, of above and of the step after, and the other row of `dNext` to dz and that row of this step. */
export function cellBack(
  net: Net,
  layer: Layer,
  tape: Tape,
  gates: usize,
  v: usize,
  c: usize,
  shown: usize,
  above: usize,
  dNext: usize,
  dz: usize,
): void {
  const vectors = panelsOf(net) * tape.lanes;
  const other = dNext + rowOf(net, tape);
  if (net.cell === GRU) gruBack(gates, v, above, dNext, other, dz, vectors);
  else if (net.cell === PEEPHOLE) {
    const row = <usize>net.hp << 2;
    peepholeBack(gates, c, shown, above, dNext, other, dz, layer.peephole, row, tape.lanes === 1, vectors);
  } else {
    lstmBack(gates, c, shown, above, dNext, other, dz, vectors);
    if (net.cell === COUPLED) coupledTie(dz, vectors);
  }
}

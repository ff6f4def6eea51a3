import { affine, affineBack } from './affine';
import { cellBack, cellForward } from './cell';
import { headForward } from './head';
import { gradientOf, layerAt, Net, panelsOf, Share, Tape, tapeAt } from './net';
import { outer } from './outer';

/** Steps `from` … `from` + `steps` − 1 through all layers and the head, layer by layer. */
export function forward(net: Net, tape: Tape, base: usize, from: i32, steps: i32): void {
  const panels = panelsOf(net);
  const row = <usize>net.hp << 2;
  for (let l = 0; l < net.layers; l++) {
    const layer = layerAt(net, l);
    const at = tapeAt(tape, l);
    let v = base + at.v + <usize>from * layer.vBytes;
    let c = base + at.c + <usize>from * row;
    let gates = base + at.gates + <usize>from * tape.gateBytes;
    let shown = base + at.shown + <usize>from * tape.shownBytes;
    const belowBytes = layerAt(net, l === 0 ? 0 : l - 1).vBytes;
    let below: usize = l === 0 ? 0 : base + tapeAt(tape, l - 1).v + <usize>(from + 1) * belowBytes;
    for (let t = 0; t < steps; t++) {
      if (l > 0) memory.copy(v + row, below, row);
      const next = v + layer.vBytes;
      affine(layer.weights, v, layer.rows, gates, panels);
      cellForward(gates, c, c + row, shown, next, panels);
      // Units that only pad must stay 0 even when an input was infinite and 0·∞ came out.
      for (let k = net.hidden; k < net.hp; k++) {
        store<f32>(c + row + (<usize>k << 2), 0);
        store<f32>(next + (<usize>k << 2), 0);
      }
      v = next;
      c += row;
      below += belowBytes;
      gates += tape.gateBytes;
      shown += tape.shownBytes;
    }
  }
  headForward(net, tape, base, from, steps);
}

/** Back-propagation through time in one layer: takes dHidden from above, leaves dHidden for below. */
export function layerBack(net: Net, share: Share, tape: Tape, base: usize, from: i32, index: i32, add: bool): void {
  const layer = layerAt(net, index);
  const at = tapeAt(tape, index);
  const panels = panelsOf(net);
  const row = <usize>net.hp << 2;
  memory.fill(share.dNext, 0, row << 1);
  for (let t = net.window - 1; t >= 0; t--) {
    const step = <usize>(from + t);
    const dz = share.dz + <usize>t * share.dzBytes;
    const above = share.dHidden + <usize>t * row;
    const gates = base + at.gates + step * tape.gateBytes;
    const shown = base + at.shown + step * tape.shownBytes;
    cellBack(gates, base + at.c + step * row, shown, above, share.dNext, share.dNext + row, dz, panels);
    if (t > 0) affineBack(layer.weights, layer.rows, dz, panels, 0, net.hp, share.dNext);
    if (index > 0) affineBack(layer.weights, layer.rows, dz, panels, net.hp, net.hp, above);
  }
  const v = base + at.v + <usize>from * layer.vBytes;
  const gradient = gradientOf(net, share, layer.weights);
  outer(gradient, layer.rows, v, layer.vBytes, share.dz, share.dzBytes, panels, net.window, add);
}

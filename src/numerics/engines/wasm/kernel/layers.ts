import { affine, affineBack } from './linear/affine';
import { affineBackBlock, affineBlock } from './linear/affineBlock';
import { cellBack, cellForward } from './cells/cells';
import { PEEPHOLE } from './cells/codes';
import { headForward } from './linear/head';
import { headForwardBlock } from './linear/headBlock';
import {
  cBytesOf,
  dzBytesOf,
  gradientOf,
  layerAt,
  Net,
  panelsOf,
  rowOf,
  Share,
  Tape,
  tapeAt,
  vBytesOf,
} from './net';
import { outer } from './linear/outer';
import { outerBlock } from './linear/outerBlock';
import { peepholeGradient } from './cells/peephole';

// For one series and for a block of them: matrix products differ, and what goes number by number does not.

/** Steps `from` … `from` + `steps` − 1 through all layers and the head, layer by layer. */
export function forward(net: Net, tape: Tape, base: usize, from: i32, steps: i32): void {
  const panels = panelsOf(net);
  const row = rowOf(net, tape);
  const cBytes = cBytesOf(net, tape);
  const used = <usize>(net.hidden * tape.lanes) << 2;
  const single = tape.lanes === 1;
  const vectors = panels * tape.lanes;
  for (let l = 0; l < net.layers; l++) {
    const layer = layerAt(net, l);
    const at = tapeAt(tape, l);
    const vBytes = vBytesOf(layer, tape);
    let v = base + at.v + <usize>from * vBytes;
    let c = base + at.c + <usize>from * cBytes;
    let gates = base + at.gates + <usize>from * tape.gateBytes;
    let shown = base + at.shown + <usize>from * tape.shownBytes;
    const belowBytes = vBytesOf(layerAt(net, l === 0 ? 0 : l - 1), tape);
    let below: usize = l === 0 ? 0 : base + tapeAt(tape, l - 1).v + <usize>(from + 1) * belowBytes;
    for (let t = 0; t < steps; t++) {
      if (l > 0) memory.copy(v + row, below, row);
      const next = v + vBytes;
      if (single) affine(layer.weights, v, layer.rows, gates, panels);
      else affineBlock(layer.weights, v, layer.rows, gates, panels);
      cellForward(net, layer, single, vectors, gates, v, c, c + row, shown, next);
      if (used < row) {
        // Units that only pad must stay 0 even when an input was infinite and 0·∞ came out.
        if (cBytes > 0) memory.fill(c + row + used, 0, row - used);
        memory.fill(next + used, 0, row - used);
      }
      v = next;
      c += cBytes;
      below += belowBytes;
      gates += tape.gateBytes;
      shown += tape.shownBytes;
    }
  }
  if (single) headForward(net, tape, base, from, steps);
  else headForwardBlock(net, tape, base, from, steps);
}

/** Back-propagation through time in one layer: takes dHidden from above, leaves dHidden for below. */
export function layerBack(net: Net, share: Share, tape: Tape, base: usize, from: i32, index: i32, add: bool): void {
  const layer = layerAt(net, index);
  const at = tapeAt(tape, index);
  const panels = panelsOf(net);
  const row = rowOf(net, tape);
  const cBytes = cBytesOf(net, tape);
  const dzBytes = dzBytesOf(net, tape);
  const vBytes = vBytesOf(layer, tape);
  const v = base + at.v + <usize>from * vBytes;
  const single = tape.lanes === 1;
  const vectors = panels * tape.lanes;
  memory.fill(share.dNext, 0, row << 1);
  for (let t = net.window - 1; t >= 0; t--) {
    const step = <usize>(from + t);
    const dz = share.dz + <usize>t * dzBytes;
    const above = share.dHidden + <usize>t * row;
    const gates = base + at.gates + step * tape.gateBytes;
    const shown = base + at.shown + step * tape.shownBytes;
    const c = base + at.c + step * cBytes;
    const h = v + <usize>t * vBytes;
    cellBack(net, layer, single, vectors, gates, h, c, shown, above, share.dNext, share.dNext + row, dz);
    if (single) {
      if (t > 0) affineBack(layer.weights, layer.rows, dz, panels, 0, net.hp, share.dNext);
      if (index > 0) affineBack(layer.weights, layer.rows, dz, panels, net.hp, net.hp, above);
    } else {
      if (t > 0) affineBackBlock(layer.weights, layer.rows, dz, panels, 0, net.hp, share.dNext);
      if (index > 0) affineBackBlock(layer.weights, layer.rows, dz, panels, net.hp, net.hp, above);
    }
  }
  const gradient = gradientOf(net, share, layer.weights);
  if (single) outer(gradient, layer.rows, v, vBytes, share.dz, dzBytes, panels, net.window, add);
  else outerBlock(gradient, layer.rows, v, vBytes, share.dz, dzBytes, panels, net.window, share.panel, add);
  if (net.cell === PEEPHOLE) {
    const peepholes = gradientOf(net, share, layer.peephole);
    const c = base + at.c + <usize>from * cBytes;
    peepholeGradient(peepholes, <usize>net.hp << 2, share.dz, dzBytes, c, cBytes, net.window, single, add);
  }
}

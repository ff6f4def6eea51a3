import { gradientOf, layerAt, Net, Share, Tape, tapeAt } from '../net';
import { madd, sum } from '../simd';

/** location and logScale of `steps` steps from `from` on: weight·h + bias, and skip·x on top for the locations. */
export function headForward(net: Net, tape: Tape, base: usize, from: i32, steps: i32): void {
  const top = net.layers - 1;
  const hBytes = layerAt(net, top).vBytes;
  const xBytes = layerAt(net, 0).vBytes;
  const h = base + tapeAt(tape, top).v + <usize>(from + 1) * hBytes; // h after the step
  const x = base + tapeAt(tape, 0).v + <usize>from * xBytes + (<usize>net.hp << 2);
  const row = <usize>from * tape.outputBytes;
  const hEnd = <usize>net.hp << 2;
  const xEnd = <usize>net.ip << 2;
  let weight = net.headWeight;
  let skip = net.headSkip;
  for (let o = 0; o < net.outputs; o++) {
    const location = o < net.targets;
    const bias = load<f32>(net.headBias + (<usize>o << 2));
    let to = base + row + (location ? tape.location + (<usize>o << 2) : tape.logScale + (<usize>(o - net.targets) << 2));
    let hAt = h;
    let xAt = x;
    for (let t = 0; t < steps; t++) {
      let a = f32x4.splat(0);
      for (let k: usize = 0; k < hEnd; k += 16) a = madd(v128.load(weight + k), v128.load(hAt + k), a);
      if (net.skip && location) {
        for (let k: usize = 0; k < xEnd; k += 16) a = madd(v128.load(skip + k), v128.load(xAt + k), a);
        xAt += xBytes;
      }
      store<f32>(to, sum(a) + bias);
      hAt += hBytes;
      to += <usize>net.targets << 2;
    }
    weight += hEnd;
    skip += xEnd;
  }
}

/** From ∂loss/∂output to ∂loss/∂h of the top layer and the head's gradient, for the window that starts at `from`. */
export function headBack(net: Net, share: Share, tape: Tape, base: usize, from: i32, add: bool): void {
  const top = net.layers - 1;
  const hBytes = layerAt(net, top).vBytes;
  const xBytes = layerAt(net, 0).vBytes;
  const h = base + tapeAt(tape, top).v + <usize>(from + 1) * hBytes;
  const x = base + tapeAt(tape, 0).v + <usize>from * xBytes + (<usize>net.hp << 2);
  const row = <usize>net.hp << 2;
  const step = <usize>net.targets << 2;
  hiddenBack(net, share);
  let gradient = gradientOf(net, share, net.headWeight);
  let bias = gradientOf(net, share, net.headBias);
  let skip = gradientOf(net, share, net.headSkip);
  for (let o = 0; o < net.outputs; o++) {
    const location = o < net.targets;
    const d = location ? share.dLocation + (<usize>o << 2) : share.dLogScale + (<usize>(o - net.targets) << 2);
    outerRow(gradient, row, d, step, h, hBytes, net.window, add);
    if (net.skip && location) outerRow(skip, <usize>net.ip << 2, d, step, x, xBytes, net.window, add);
    let total: f32 = add ? load<f32>(bias) : 0;
    for (let t = 0, at = d; t < net.window; t++, at += step) total += load<f32>(at);
    store<f32>(bias, total);
    gradient += row;
    skip += <usize>net.ip << 2;
    bias += 4;
  }
}

function hiddenBack(net: Net, share: Share): void {
  const row = <usize>net.hp << 2;
  const scales = net.outputs - net.targets;
  let to = share.dHidden;
  let location = share.dLocation;
  let logScale = share.dLogScale;
  for (let t = 0; t < net.window; t++) {
    for (let k: usize = 0; k < row; k += 16) {
      let weight = net.headWeight + k;
      let a = f32x4.splat(0);
      for (let p = 0; p < net.targets; p++, weight += row) {
        a = madd(v128.load32_splat(location + (<usize>p << 2)), v128.load(weight), a);
      }
      for (let p = 0; p < scales; p++, weight += row) {
        a = madd(v128.load32_splat(logScale + (<usize>p << 2)), v128.load(weight), a);
      }
      v128.store(to, a);
      to += 16;
    }
    location += <usize>net.targets << 2;
    logScale += <usize>net.targets << 2;
  }
}

/** gradient (+)= Σ over steps of d·rowᵀ. */
function outerRow(
  gradient: usize,
  bytes: usize,
  d: usize,
  dBytes: usize,
  row: usize,
  rowBytes: usize,
  steps: i32,
  add: bool,
): void {
  for (let k: usize = 0; k < bytes; k += 16) {
    let a = add ? v128.load(gradient + k) : f32x4.splat(0);
    let from = row + k;
    let at = d;
    for (let t = 0; t < steps; t++) {
      a = madd(v128.load32_splat(at), v128.load(from), a);
      at += dBytes;
      from += rowBytes;
    }
    v128.store(gradient + k, a);
  }
}

import { gradientOf, layerAt, Net, rowOf, Share, Tape, tapeAt, vBytesOf } from '../net';
import { madd, sum, sums } from '../simd';

// As head.ts, for a block of 8 series.

/** location and logScale of `steps` steps from `from` on. Sums in the order of `headForward`. */
export function headForwardBlock(net: Net, tape: Tape, base: usize, from: i32, steps: i32): void {
  const top = net.layers - 1;
  const hBytes = vBytesOf(layerAt(net, top), tape);
  const xBytes = vBytesOf(layerAt(net, 0), tape);
  const h = base + tapeAt(tape, top).v + <usize>(from + 1) * hBytes; // h after the step
  const x = base + tapeAt(tape, 0).v + <usize>from * xBytes + rowOf(net, tape);
  const row = base + <usize>from * tape.outputBytes;
  for (let o = 0; o < net.outputs; o++) {
    const location = o < net.targets;
    const weight = net.headWeight + <usize>(o * net.hp << 2);
    const bias = net.headBias + (<usize>o << 2);
    const skip = net.skip && location ? net.headSkip + <usize>(o * net.ip << 2) : 0;
    let to = row + (location ? tape.location + (<usize>o << 5) : tape.logScale + (<usize>(o - net.targets) << 5));
    let hAt = h;
    let xAt = x;
    for (let t = 0; t < steps; t++) {
      outputBlock(weight, hAt, net.hp, bias, skip, xAt, net.ip, to);
      hAt += hBytes;
      xAt += xBytes;
      to += <usize>net.targets << 5;
    }
  }
}

/** out = weight·h + bias, and skip·x on top where there is a skip; h is (units, 8), x (inputs, 8). */
export function outputBlock(
  weight: usize,
  h: usize,
  units: i32,
  bias: usize,
  skip: usize,
  x: usize,
  inputs: i32,
  out: usize,
): void {
  let a0 = f32x4.splat(0);
  let a1 = a0;
  let a2 = a0;
  let a3 = a0;
  let b0 = a0;
  let b1 = a0;
  let b2 = a0;
  let b3 = a0;
  let end = weight + (<usize>units << 2);
  while (true) {
    const w0 = v128.load32_splat(weight);
    a0 = madd(w0, v128.load(h, 0), a0);
    b0 = madd(w0, v128.load(h, 16), b0);
    const w1 = v128.load32_splat(weight, 4);
    a1 = madd(w1, v128.load(h, 32), a1);
    b1 = madd(w1, v128.load(h, 48), b1);
    if (!h) break; // never: ends the basic block
    const w2 = v128.load32_splat(weight, 8);
    a2 = madd(w2, v128.load(h, 64), a2);
    b2 = madd(w2, v128.load(h, 80), b2);
    const w3 = v128.load32_splat(weight, 12);
    a3 = madd(w3, v128.load(h, 96), a3);
    b3 = madd(w3, v128.load(h, 112), b3);
    weight += 16;
    h += 128;
    if (weight != end) continue;
    if (!skip) break;
    weight = skip;
    h = x;
    end = skip + (<usize>inputs << 2);
    skip = 0;
  }
  const offset = v128.load32_splat(bias);
  v128.store(out, f32x4.add(f32x4.add(f32x4.add(a0, a2), f32x4.add(a1, a3)), offset), 0);
  v128.store(out, f32x4.add(f32x4.add(f32x4.add(b0, b2), f32x4.add(b1, b3)), offset), 16);
}

/** From ∂loss/∂output to ∂loss/∂h of the top layer and the head's gradient, for the window that starts at `from`. */
export function headBackBlock(net: Net, share: Share, tape: Tape, base: usize, from: i32, add: bool): void {
  const top = net.layers - 1;
  const hBytes = vBytesOf(layerAt(net, top), tape);
  const xBytes = vBytesOf(layerAt(net, 0), tape);
  const h = base + tapeAt(tape, top).v + <usize>(from + 1) * hBytes;
  const x = base + tapeAt(tape, 0).v + <usize>from * xBytes + rowOf(net, tape);
  const step = <usize>net.targets << 5;
  const scales = net.outputs - net.targets;
  for (let t = 0; t < net.window; t++) {
    const at = <usize>t * step;
    const to = share.dHidden + <usize>t * rowOf(net, tape);
    hiddenBackBlock(net.headWeight, net.hp, share.dLocation + at, net.targets, share.dLogScale + at, scales, to);
  }
  let gradient = gradientOf(net, share, net.headWeight);
  let bias = gradientOf(net, share, net.headBias);
  let skip = gradientOf(net, share, net.headSkip);
  for (let o = 0; o < net.outputs; o++) {
    const location = o < net.targets;
    const d = location ? share.dLocation + (<usize>o << 5) : share.dLogScale + (<usize>(o - net.targets) << 5);
    const end = d + <usize>net.window * step;
    outerRowBlock(gradient, net.hp, d, step, end, h, hBytes, add);
    if (net.skip && location) outerRowBlock(skip, net.ip, d, step, end, x, xBytes, add);
    let total = f32x4.splat(0);
    for (let at = d; at != end; at += step) total = f32x4.add(total, f32x4.add(v128.load(at), v128.load(at, 16)));
    store<f32>(bias, (add ? load<f32>(bias) : 0) + sum(total));
    gradient += <usize>net.hp << 2;
    skip += <usize>net.ip << 2;
    bias += 4;
  }
}

/** to = weightᵀ·d of one step; d is (targets, 8) and (scales, 8), `to` (units, 8). */
export function hiddenBackBlock(
  weight: usize,
  units: i32,
  location: usize,
  targets: i32,
  logScale: usize,
  scales: i32,
  to: usize,
): void {
  const row = <usize>units << 2;
  for (let k: usize = 0; k < row; k += 16) {
    let a0 = f32x4.splat(0);
    let a1 = a0;
    let a2 = a0;
    let a3 = a0;
    let b0 = a0;
    let b1 = a0;
    let b2 = a0;
    let b3 = a0;
    let w = weight + k;
    let d = location;
    let end = location + (<usize>targets << 5);
    let rest = scales;
    while (true) {
      const x = v128.load(d);
      const y = v128.load(d, 16);
      d += 32;
      const w0 = v128.load32_splat(w);
      a0 = madd(w0, x, a0);
      b0 = madd(w0, y, b0);
      const w1 = v128.load32_splat(w, 4);
      a1 = madd(w1, x, a1);
      b1 = madd(w1, y, b1);
      const w2 = v128.load32_splat(w, 8);
      a2 = madd(w2, x, a2);
      b2 = madd(w2, y, b2);
      const w3 = v128.load32_splat(w, 12);
      a3 = madd(w3, x, a3);
      b3 = madd(w3, y, b3);
      w += row;
      if (d != end) continue;
      if (rest === 0) break;
      d = logScale;
      end = logScale + (<usize>rest << 5);
      rest = 0;
    }
    v128.store(to, a0, 0);
    v128.store(to, b0, 16);
    v128.store(to, a1, 32);
    v128.store(to, b1, 48);
    v128.store(to, a2, 64);
    v128.store(to, b2, 80);
    v128.store(to, a3, 96);
    v128.store(to, b3, 112);
    to += 128;
  }
}

/** gradient (+)= Σ over steps and series of d·row, for `count` numbers (a multiple of 4) of rows (count, 8). */
export function outerRowBlock(
  gradient: usize,
  count: i32,
  d: usize,
  dBytes: usize,
  end: usize,
  row: usize,
  rowBytes: usize,
  add: bool,
): void {
  for (let left = count; left > 0; left -= 4) {
    let a0 = f32x4.splat(0);
    let a1 = a0;
    let a2 = a0;
    let a3 = a0;
    let b0 = a0;
    let b1 = a0;
    let b2 = a0;
    let b3 = a0;
    let from = row;
    for (let at = d; at != end; at += dBytes) {
      const x = v128.load(at);
      a0 = madd(x, v128.load(from, 0), a0);
      a1 = madd(x, v128.load(from, 32), a1);
      a2 = madd(x, v128.load(from, 64), a2);
      a3 = madd(x, v128.load(from, 96), a3);
      if (!at) break; // never: ends the basic block
      const y = v128.load(at, 16);
      b0 = madd(y, v128.load(from, 16), b0);
      b1 = madd(y, v128.load(from, 48), b1);
      b2 = madd(y, v128.load(from, 80), b2);
      b3 = madd(y, v128.load(from, 112), b3);
      from += rowBytes;
    }
    const total = sums(f32x4.add(a0, b0), f32x4.add(a1, b1), f32x4.add(a2, b2), f32x4.add(a3, b3));
    v128.store(gradient, add ? f32x4.add(v128.load(gradient), total) : total);
    gradient += 16;
    row += 128;
  }
}

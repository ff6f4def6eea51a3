import { headBack } from './head';
import { forward, layerBack } from './layers';
import { lossBack } from './losses';
import { layerAt, Net, Share, shareAt, Tape, tapeAt } from './net';
import { gradientNorm, optimizerStep } from './optimizers';
import { ADVANCE, LEARN, share } from './threads';

/** Advances every series by the event in `x` and leaves the outputs in `output`. */
export function advance(net: Net): void {
  if (net.position === net.capacity) moveToStart(net);
  share(net, ADVANCE);
  net.position++;
}

/** {@link advance} for the series of one share. */
export function advanceShare(net: Net, share: Share): void {
  const tape = net.history;
  const step = net.position;
  let x = net.x + ((<usize>share.from * <usize>net.inputs) << 3);
  let output = net.output + ((<usize>share.from * <usize>net.outputs) << 3);
  let base = tape.base + <usize>share.from * tape.bytes;
  for (let b = share.from; b < share.to; b++, base += tape.bytes) {
    const to = base + tapeAt(tape, 0).v + <usize>step * layerAt(net, 0).vBytes + (<usize>net.hp << 2);
    for (let k = 0; k < net.inputs; k++, x += 8) {
      const value = <f32>load<f64>(x);
      store<f32>(to + (<usize>k << 2), Mathf.abs(value) < 1e-20 ? 0 : value); // its products should be no denormals
    }
    forward(net, tape, base, step, 1);
    const row = base + <usize>step * tape.outputBytes;
    for (let p = 0; p < net.targets; p++, output += 8) {
      store<f64>(output, <f64>load<f32>(row + tape.location + (<usize>p << 2)));
    }
    for (let p = net.targets; p < net.outputs; p++, output += 8) {
      store<f64>(output, <f64>load<f32>(row + tape.logScale + (<usize>(p - net.targets) << 2)));
    }
  }
}

/** One update from the window in the history and the lesson; false when it was dropped. */
export function learn(net: Net): bool {
  share(net, LEARN);
  let loss = 0.0;
  for (let k = 0; k < net.threads; k++) {
    const part = shareAt(net, k);
    loss += part.loss;
    if (k > 0 && part.to > part.from) addTo(net.gradient, part.gradient, net.count);
  }
  loss *= meanOver(net);
  const norm = gradientNorm(net);
  store<f64>(net.report, loss, 8);
  store<f64>(net.report, norm, 16);
  if (!isFinite(loss) || !isFinite(norm)) return false;
  const scale = net.clipNorm / (norm + 1e-6);
  optimizerStep(net, load<f64>(net.report), scale < 1 ? <f32>scale : 1);
  net.fresh = net.position;
  return true;
}

/** Loss and gradient of the series of one share. */
export function learnShare(net: Net, share: Share): void {
  const first = net.position - net.delay - net.window;
  const count = <usize>net.window * <usize>net.targets;
  const cached = net.keeps && first >= net.fresh;
  const weights = (<usize>net.series * count) << 3;
  const mean = <f32>meanOver(net);
  let lesson = net.lesson + ((<usize>share.from * count) << 3);
  let history = net.history.base + <usize>share.from * net.history.bytes;
  share.loss = 0;
  for (let b = share.from; b < share.to; b++, history += net.history.bytes) {
    let tape = net.history;
    let base = history;
    let from = first;
    if (!cached) {
      tape = share.work;
      base = tape.base;
      from = 0;
      copyWindow(net, tape, history, first);
      forward(net, tape, base, 0, net.window);
    }
    const add = b > share.from;
    const row = base + <usize>from * tape.outputBytes;
    share.loss += lossBack(net, share, row + tape.location, row + tape.logScale, lesson, weights, mean);
    headBack(net, share, tape, base, from, add);
    for (let l = net.layers - 1; l >= 0; l--) layerBack(net, share, tape, base, from, l, add);
    lesson += count << 3;
  }
}

function meanOver(net: Net): f64 {
  return 1.0 / (<f64>net.series * <f64>net.window * <f64>net.targets);
}

function addTo(sum: usize, part: usize, count: i32): void {
  for (let end = sum + (<usize>count << 2); sum < end; sum += 16, part += 16) {
    v128.store(sum, f32x4.add(v128.load(sum), v128.load(part)));
  }
}

/** To `work` the inputs of the window that starts at step `first` of a series' history, and the state before it. */
function copyWindow(net: Net, work: Tape, history: usize, first: i32): void {
  const row = <usize>net.hp << 2;
  for (let l = 0; l < net.layers; l++) {
    const from = tapeAt(net.history, l);
    const to = tapeAt(work, l);
    const vBytes = layerAt(net, l).vBytes;
    memory.copy(work.base + to.v, history + from.v + <usize>first * vBytes, row);
    memory.copy(work.base + to.c, history + from.c + <usize>first * row, row);
  }
  const vBytes = layerAt(net, 0).vBytes;
  let from = history + tapeAt(net.history, 0).v + <usize>first * vBytes + row;
  let to = work.base + tapeAt(work, 0).v + row;
  for (let t = 0; t < net.window; t++, from += vBytes, to += vBytes) {
    for (let k: usize = 0; k < <usize>net.ip << 2; k += 16) v128.store(to + k, v128.load(from + k));
  }
}

/** The history is full: its newest T + delay steps go to the start. */
function moveToStart(net: Net): void {
  const tape = net.history;
  const steps = <usize>(net.window + net.delay);
  const shift = <usize>net.capacity - steps;
  const row = <usize>net.hp << 2;
  let base = tape.base;
  for (let b = 0; b < net.series; b++, base += tape.bytes) {
    for (let l = 0; l < net.layers; l++) {
      const at = tapeAt(tape, l);
      move(base + at.v, layerAt(net, l).vBytes, shift, steps + 1);
      move(base + at.c, row, shift, steps + 1);
      move(base + at.gates, tape.gateBytes, shift, steps);
      move(base + at.shown, tape.shownBytes, shift, steps);
    }
    move(base + tape.location, tape.outputBytes, shift, steps);
    move(base + tape.logScale, tape.outputBytes, shift, steps);
  }
  net.position -= <i32>shift;
  net.fresh = max(net.fresh - <i32>shift, 0);
}

function move(at: usize, bytes: usize, shift: usize, steps: usize): void {
  if (bytes > 0) memory.copy(at, at + shift * bytes, steps * bytes);
}

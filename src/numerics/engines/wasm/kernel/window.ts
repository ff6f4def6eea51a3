import { affine, affineBack, outer } from './affine';
import { cellBack, cellForward } from './cell';
import { headBack, headForward } from './head';
import { lossBack } from './losses';
import { gradientOf, layerAt, Net, panelsOf, Tape, tapeAt } from './net';
import { gradientNorm, optimizerStep } from './optimizers';

/** Advances every series by the event in `x` and leaves the outputs in `output`. */
export function advance(pointer: usize): void {
  const net = changetype<Net>(pointer);
  if (net.position === net.capacity) moveToStart(net);
  const tape = net.history;
  const step = net.position;
  let x = net.x;
  let output = net.output;
  let base = tape.base;
  for (let b = 0; b < net.series; b++, base += tape.bytes) {
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
  net.position++;
}

/** One update from the window in the history and the lesson; false when it was dropped. */
export function learn(pointer: usize): bool {
  const net = changetype<Net>(pointer);
  const first = net.position - net.delay - net.window;
  const count = net.window * net.targets;
  const mean = 1.0 / (<f64>net.series * <f64>count);
  const cached = net.keeps && first >= net.fresh;
  const weights = (<usize>net.series * <usize>count) << 3;
  let lesson = net.lesson;
  let loss = 0.0;
  let history = net.history.base;
  for (let b = 0; b < net.series; b++, history += net.history.bytes) {
    let tape = net.history;
    let base = history;
    let from = first;
    if (!cached) {
      tape = net.work;
      base = tape.base;
      from = 0;
      copyWindow(net, history, first);
      forward(net, tape, base, 0, net.window);
    }
    const row = base + <usize>from * tape.outputBytes;
    loss += lossBack(net, row + tape.location, row + tape.logScale, lesson, weights, <f32>mean);
    headBack(net, tape, base, from, b > 0);
    for (let l = net.layers - 1; l >= 0; l--) layerBack(net, tape, base, from, l, b > 0);
    lesson += <usize>count << 3;
  }
  loss *= mean;
  const norm = gradientNorm(net);
  store<f64>(net.report, loss, 8);
  store<f64>(net.report, norm, 16);
  if (!isFinite(loss) || !isFinite(norm)) return false;
  const scale = net.clipNorm / (norm + 1e-6);
  optimizerStep(net, load<f64>(net.report), scale < 1 ? <f32>scale : 1);
  net.fresh = net.position;
  return true;
}

/** Steps `from` … `from` + `steps` − 1 through all layers and the head, layer by layer. */
function forward(net: Net, tape: Tape, base: usize, from: i32, steps: i32): void {
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
function layerBack(net: Net, tape: Tape, base: usize, from: i32, index: i32, add: bool): void {
  const layer = layerAt(net, index);
  const at = tapeAt(tape, index);
  const panels = panelsOf(net);
  const row = <usize>net.hp << 2;
  memory.fill(net.dNext, 0, row << 1);
  for (let t = net.window - 1; t >= 0; t--) {
    const step = <usize>(from + t);
    const dz = net.dz + <usize>t * net.dzBytes;
    const above = net.dHidden + <usize>t * row;
    const gates = base + at.gates + step * tape.gateBytes;
    const shown = base + at.shown + step * tape.shownBytes;
    cellBack(gates, base + at.c + step * row, shown, above, net.dNext, net.dNext + row, dz, panels);
    if (t > 0) affineBack(layer.weights, layer.rows, dz, panels, 0, net.hp, net.dNext);
    if (index > 0) affineBack(layer.weights, layer.rows, dz, panels, net.hp, net.hp, above);
  }
  const v = base + at.v + <usize>from * layer.vBytes;
  outer(gradientOf(net, layer.weights), layer.rows, v, layer.vBytes, net.dz, net.dzBytes, panels, net.window, add);
}

/** The inputs of the window that starts at step `first` of a series' history, and the state before it. */
function copyWindow(net: Net, history: usize, first: i32): void {
  const row = <usize>net.hp << 2;
  for (let l = 0; l < net.layers; l++) {
    const from = tapeAt(net.history, l);
    const to = tapeAt(net.work, l);
    const vBytes = layerAt(net, l).vBytes;
    memory.copy(net.work.base + to.v, history + from.v + <usize>first * vBytes, row);
    memory.copy(net.work.base + to.c, history + from.c + <usize>first * row, row);
  }
  const vBytes = layerAt(net, 0).vBytes;
  let from = history + tapeAt(net.history, 0).v + <usize>first * vBytes + row;
  let to = net.work.base + tapeAt(net.work, 0).v + row;
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

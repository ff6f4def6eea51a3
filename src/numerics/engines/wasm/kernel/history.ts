import { Band, cBytesOf, layerAt, Net, rowOf, shareAt, Tape, tapeAt, vBytesOf } from './net';

/** To `work` the inputs of the window that starts at step `first` of a tape of the history, and the state before it. */
export function copyWindow(net: Net, tape: Tape, history: usize, first: i32, work: Tape): void {
  const row = rowOf(net, tape);
  const cBytes = cBytesOf(net, tape);
  for (let l = 0; l < net.layers; l++) {
    const from = tapeAt(tape, l);
    const to = tapeAt(work, l);
    const vBytes = vBytesOf(layerAt(net, l), tape);
    memory.copy(work.base + to.v, history + from.v + <usize>first * vBytes, row);
    memory.copy(work.base + to.c, history + from.c + <usize>first * cBytes, cBytes);
  }
  const vBytes = vBytesOf(layerAt(net, 0), tape);
  let from = history + tapeAt(tape, 0).v + <usize>first * vBytes + row;
  let to = work.base + tapeAt(work, 0).v + row;
  for (let t = 0; t < net.window; t++, from += vBytes, to += vBytes) {
    for (let k: usize = 0; k < vBytes - row; k += 16) v128.store(to + k, v128.load(from + k));
  }
}

/** The history is full: its newest T + delay steps go to the start. */
export function moveToStart(net: Net): void {
  const shift = <usize>net.capacity - <usize>(net.window + net.delay);
  for (let k = 0; k < net.threads; k++) {
    moveBand(net, shareAt(net, k).blocks, shift);
    moveBand(net, shareAt(net, k).singles, shift);
  }
  net.position -= <i32>shift;
  net.fresh = max(net.fresh - <i32>shift, 0);
}

function moveBand(net: Net, band: Band, shift: usize): void {
  const tape = band.history;
  const steps = <usize>(net.window + net.delay);
  let base = tape.base;
  for (let b = band.from; b < band.to; b += tape.lanes, base += tape.bytes) {
    for (let l = 0; l < net.layers; l++) {
      const at = tapeAt(tape, l);
      move(base + at.v, vBytesOf(layerAt(net, l), tape), shift, steps + 1);
      move(base + at.c, cBytesOf(net, tape), shift, steps + 1);
      move(base + at.gates, tape.gateBytes, shift, steps);
      move(base + at.shown, tape.shownBytes, shift, steps);
    }
    move(base + tape.location, tape.outputBytes, shift, steps);
    move(base + tape.logScale, tape.outputBytes, shift, steps);
  }
}

function move(at: usize, bytes: usize, shift: usize, steps: usize): void {
  if (bytes > 0) memory.copy(at, at + shift * bytes, steps * bytes);
}

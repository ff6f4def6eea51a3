import { forward } from './layers';
import { Band, layerAt, Net, rowOf, Share, Tape, tapeAt, vBytesOf } from './net';

/** Advances the series of one share. */
export function advanceShare(net: Net, share: Share): void {
  advanceBand(net, share.blocks);
  advanceBand(net, share.singles);
}

function advanceBand(net: Net, band: Band): void {
  const tape = band.history;
  const step = net.position;
  let base = tape.base;
  for (let b = band.from; b < band.to; b += tape.lanes, base += tape.bytes) {
    const count = min(tape.lanes, band.to - b);
    takeInputs(net, tape, base, step, b, count);
    forward(net, tape, base, step, 1);
    giveOutputs(net, tape, base, step, b, count);
  }
}

/** From the caller, for the `count` series of a tape from `series` on. */
function takeInputs(net: Net, tape: Tape, base: usize, step: i32, series: i32, count: i32): void {
  const next = <usize>tape.lanes << 2;
  let from = net.x + (<usize>(series * net.inputs) << 3);
  const v = base + tapeAt(tape, 0).v + <usize>step * vBytesOf(layerAt(net, 0), tape) + rowOf(net, tape);
  for (let s = 0; s < count; s++) {
    let to = v + (<usize>s << 2);
    for (let k = 0; k < net.inputs; k++, from += 8, to += next) {
      const value = <f32>load<f64>(from);
      store<f32>(to, Mathf.abs(value) < 1e-20 ? 0 : value); // its products should be no denormals
    }
  }
}

/** For the caller, of the `count` series of a tape from `series` on. */
function giveOutputs(net: Net, tape: Tape, base: usize, step: i32, series: i32, count: i32): void {
  const next = <usize>tape.lanes << 2;
  const row = base + <usize>step * tape.outputBytes;
  let to = net.output + (<usize>(series * net.outputs) << 3);
  for (let s = 0; s < count; s++) {
    let from = row + tape.location + (<usize>s << 2);
    for (let p = 0; p < net.targets; p++, to += 8, from += next) store<f64>(to, <f64>load<f32>(from));
    from = row + tape.logScale + (<usize>s << 2);
    for (let p = net.targets; p < net.outputs; p++, to += 8, from += next) store<f64>(to, <f64>load<f32>(from));
  }
}

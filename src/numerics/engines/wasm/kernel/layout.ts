import { PEEPHOLE } from './cells/codes';
import { BLOCK, Band, cBytesOf, dzBytesOf, layerAt, Net, rowOf, Share, shareAt, Tape, tapeAt, vBytesOf } from './net';

/** Bytes of a cache line. */
export const LINE: u64 = 64;

let cursor: u64 = 0;

export function startAt(address: u64): void {
  cursor = address;
}

export function cursorAt(): u64 {
  return cursor;
}

function take(bytes: u64): usize {
  const at = cursor;
  cursor += (bytes + LINE - 1) & ~(LINE - 1);
  return <usize>at;
}

/** Gives every buffer that is the net's own its place, one behind the other from the cursor on. */
export function place(net: Net): void {
  const hp = <u64>net.hp;
  const outputs = <u64>net.outputs;
  net.x = take(8 * <u64>net.series * <u64>net.inputs);
  net.output = take(8 * <u64>net.series * outputs);
  net.report = take(32);

  const start = cursor;
  for (let l = 0; l < net.layers; l++) {
    const layer = layerAt(net, l);
    layer.inputs = l === 0 ? net.inputs : net.hp;
    layer.rows = net.hp + layer.inputs;
    layer.vBytes = <usize>(net.hp + (l === 0 ? net.ip : net.hp)) << 2;
    layer.weights = take(16 * hp * <u64>(layer.rows + 2));
    layer.peephole = take(net.cell === PEEPHOLE ? 12 * hp : 0);
  }
  net.headWeight = take(4 * outputs * hp);
  net.headBias = take(4 * outputs);
  net.headSkip = take(net.skip ? 4 * <u64>net.targets * <u64>net.ip : 0);
  const bytes = cursor - start;
  net.parameters = <usize>start;
  net.count = <i32>(bytes >> 2);
  // A line of distance: arrays a power of two apart would fall into the same cache sets.
  cursor += LINE;
  net.first = take(bytes + LINE);
  net.second = take(bytes + LINE);
  for (let k = 0; k < net.threads; k++) {
    placeHistory(net, shareAt(net, k).blocks);
    placeHistory(net, shareAt(net, k).singles);
  }
}

/** The same for what `learn` needs for one call. `place` has to be called first. */
export function placeScratch(net: Net): void {
  const bytes = <u64>net.count << 2;
  const sample = <u64>net.series * <u64>net.window * <u64>net.targets;
  net.sample = take(16 * sample + 64); // 64: the last vector may reach beyond the last target
  for (let k = 0; k < net.threads; k++) placeShare(net, shareAt(net, k), bytes);
  net.gradient = shareAt(net, 0).gradient;
}

function placeShare(net: Net, share: Share, bytes: u64): void {
  const blocks = share.blocks.to > share.blocks.from;
  const tape = blocks ? share.blocks.work : share.singles.work; // the wider one
  const steps = <u64>net.window;
  const targets = steps * <u64>net.targets;
  share.gradient = take(bytes + LINE);
  share.dLocation = takeTargets(targets, tape);
  share.dLogScale = takeTargets(targets, tape);
  share.dHidden = take(steps * <u64>rowOf(net, tape));
  share.dz = take(steps * <u64>dzBytesOf(net, tape));
  share.dNext = take(2 * <u64>rowOf(net, tape));
  if (blocks) {
    share.panel = take(steps * BLOCK * 64);
    share.series = take(2 * BLOCK * 4 * ((targets + 3) & ~3));
    placeTape(net, share.blocks.work, steps, 1, true);
  }
  if (share.singles.to > share.singles.from) placeTape(net, share.singles.work, steps, 1, true);
}

function placeHistory(net: Net, band: Band): void {
  const tape = band.history;
  const tapes = (band.to - band.from + tape.lanes - 1) / tape.lanes;
  if (tapes > 0) placeTape(net, tape, <u64>net.capacity, <u64>tapes, net.keeps);
}

function placeTape(net: Net, tape: Tape, steps: u64, tapes: u64, keeps: bool): void {
  const row = <u64>rowOf(net, tape);
  const cBytes = <u64>cBytesOf(net, tape);
  const base = cursor;
  const kept: u64 = keeps ? steps : 1;
  for (let l = 0; l < net.layers; l++) {
    const layer = tapeAt(tape, l);
    layer.v = <usize>(<u64>take((steps + 1) * <u64>vBytesOf(layerAt(net, l), tape)) - base);
    layer.c = <usize>(<u64>take((steps + 1) * cBytes) - base);
    layer.gates = <usize>(<u64>take(kept * 4 * row) - base);
    layer.shown = <usize>(<u64>take(kept * cBytes) - base);
  }
  tape.location = <usize>(<u64>takeTargets(kept * <u64>net.targets, tape) - base);
  tape.logScale = <usize>(<u64>takeTargets(kept * <u64>net.targets, tape) - base);
  tape.gateBytes = keeps ? <usize>row << 2 : 0;
  tape.shownBytes = keeps ? <usize>cBytes : 0;
  tape.outputBytes = keeps ? <usize>(net.targets * tape.lanes) << 2 : 0;
  tape.base = <usize>base;
  tape.bytes = <usize>(cursor - base);
  cursor += (tapes - 1) * (cursor - base);
}

/** A number per lane for each target; they are read four targets at a time, beyond the last. */
function takeTargets(targets: u64, tape: Tape): usize {
  return take(4 * (targets + 4) * <u64>tape.lanes);
}

import { Layer, LayerTape, layerAt, Net, Share, shareAt, Tape, tapeAt } from './net';

const LIMIT: u64 = 1 << 30; // what the allocator can give in one block
const LINE: u64 = 64; // bytes of a cache line
/** Below this many bytes for all series together the history keeps activations, for learning at stride = window. */
const KEEP_LIMIT: u64 = 1 << 23;

let cursor: u64 = 0;

function take(bytes: u64): usize {
  const at = cursor;
  cursor += (bytes + LINE - 1) & ~(LINE - 1);
  return <usize>at;
}

/** A network of zeros, or 0 when it does not fit in memory. */
export function create(
  inputs: i32,
  hidden: i32,
  layers: i32,
  targets: i32,
  distribution: bool,
  skip: bool,
  series: i32,
  window: i32,
  delay: i32,
  threads: i32,
): usize {
  const perLayer = offsetof<Layer>() + <usize>(1 + threads) * offsetof<LayerTape>();
  const perShare = offsetof<Share>() + offsetof<Tape>();
  const shapes = offsetof<Net>() + offsetof<Tape>() + <usize>threads * perShare + <usize>layers * perLayer;
  let at = heap.alloc(shapes);
  memory.fill(at, 0, shapes);
  const net = changetype<Net>(at);
  at += offsetof<Net>();
  net.threads = threads;
  net.shares = at;
  at += <usize>threads * offsetof<Share>();
  net.layer = at;
  at += <usize>layers * offsetof<Layer>();
  for (let k = -1; k < threads; k++) {
    const tape = changetype<Tape>(at);
    at += offsetof<Tape>();
    tape.layers = at;
    at += <usize>layers * offsetof<LayerTape>();
    if (k < 0) net.history = tape;
    else shareAt(net, k).work = tape;
  }
  for (let k = 0; k < threads; k++) {
    const share = shareAt(net, k);
    share.from = firstOf(k, series, threads);
    share.to = firstOf(k + 1, series, threads);
  }

  net.inputs = inputs;
  net.hidden = hidden;
  net.hp = (hidden + 3) & ~3;
  net.ip = (inputs + 3) & ~3;
  net.layers = layers;
  net.targets = targets;
  net.outputs = distribution ? 2 * targets : targets;
  net.skip = skip;
  net.series = series;
  net.window = window;
  net.delay = delay;
  net.capacity = 2 * (window + delay);
  net.position = window + delay; // as if zeros had been advanced before
  net.fresh = net.position;

  const stepBytes = <u64>layers * 32 * <u64>net.hp + 8 * <u64>targets;
  net.keeps = stepBytes * <u64>net.capacity * <u64>series <= KEEP_LIMIT;
  const newest = window + delay;
  if (!net.keeps) net.capacity = newest + (newest >> 2) + 1; // a large fleet: less room, moved more often
  cursor = 0;
  place(net);
  if (cursor + LINE > LIMIT) {
    heap.free(changetype<usize>(net));
    return 0;
  }
  const bytes = <usize>cursor;
  net.block = heap.alloc(bytes + <usize>LINE);
  memory.fill(net.block, 0, bytes + <usize>LINE);
  cursor = (<u64>net.block + LINE - 1) & ~(LINE - 1);
  place(net);
  return changetype<usize>(net);
}

/** The first series of a share: rounded up, so that if any share is empty it is not the first. */
function firstOf(share: i32, series: i32, threads: i32): i32 {
  return <i32>((<i64>series * share + threads - 1) / threads);
}

export function destroy(pointer: usize): void {
  const net = changetype<Net>(pointer);
  heap.free(net.block);
  heap.free(pointer);
}

/** Gives every buffer its place from `cursor` on. */
function place(net: Net): void {
  const hp = <u64>net.hp;
  const outputs = <u64>net.outputs;
  const lesson = <u64>net.series * <u64>net.window * <u64>net.targets;
  net.x = take(8 * <u64>net.series * <u64>net.inputs);
  net.output = take(8 * <u64>net.series * outputs);
  net.lesson = take(16 * lesson + 64); // 64: the last vector may reach beyond the last target
  net.report = take(32);

  const start = cursor;
  for (let l = 0; l < net.layers; l++) {
    const layer = layerAt(net, l);
    layer.inputs = l === 0 ? net.inputs : net.hp;
    layer.rows = net.hp + layer.inputs;
    layer.vBytes = <usize>(net.hp + (l === 0 ? net.ip : net.hp)) << 2;
    layer.weights = take(16 * hp * <u64>(layer.rows + 2));
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
  for (let k = 0; k < net.threads; k++) placeShare(net, shareAt(net, k), bytes);
  net.gradient = shareAt(net, 0).gradient;
  placeTape(net, net.history, <u64>net.capacity, <u64>net.series, net.keeps);
}

function placeShare(net: Net, share: Share, bytes: u64): void {
  const steps = <u64>net.window;
  const hp = <u64>net.hp;
  share.gradient = take(bytes + LINE);
  share.dLocation = take(4 * steps * <u64>net.targets + 16);
  share.dLogScale = take(4 * steps * <u64>net.targets + 16);
  share.dHidden = take(4 * steps * hp);
  share.dzBytes = <usize>(16 * hp + LINE); // not a power of two apart: a column of dz must fit in the cache
  share.dz = take(steps * <u64>share.dzBytes);
  share.dNext = take(8 * hp);
  placeTape(net, share.work, steps, 1, true);
}

function placeTape(net: Net, tape: Tape, steps: u64, series: u64, keeps: bool): void {
  const base = cursor;
  const kept: u64 = keeps ? steps : 1;
  for (let l = 0; l < net.layers; l++) {
    const layer = tapeAt(tape, l);
    layer.v = <usize>(<u64>take((steps + 1) * <u64>layerAt(net, l).vBytes) - base);
    layer.c = <usize>(<u64>take((steps + 1) * 4 * <u64>net.hp) - base);
    layer.gates = <usize>(<u64>take(kept * 16 * <u64>net.hp) - base);
    layer.shown = <usize>(<u64>take(kept * 4 * <u64>net.hp) - base);
  }
  tape.location = <usize>(<u64>take(kept * 4 * <u64>net.targets + 16) - base);
  tape.logScale = <usize>(<u64>take(kept * 4 * <u64>net.targets + 16) - base);
  tape.gateBytes = keeps ? <usize>net.hp << 4 : 0;
  tape.shownBytes = keeps ? <usize>net.hp << 2 : 0;
  tape.outputBytes = keeps ? <usize>net.targets << 2 : 0;
  tape.base = <usize>base;
  tape.bytes = <usize>(cursor - base);
  cursor += (series - 1) * (cursor - base);
}

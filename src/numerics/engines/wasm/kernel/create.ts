import { BLOCK, Band, Layer, LayerTape, Net, Share, shareAt, Tape } from './net';
import { cursorAt, LINE, place, placeScratch, startAt } from './layout';
import { giveBack, scratchFor } from './scratch';

const LIMIT: u64 = 1 << 30; // what the allocator can give in one block
/** Below this many bytes for all series together the history keeps activations, for learning at stride = window. */
const KEEP_LIMIT: u64 = 1 << 23;
/**
 * From so many series on that blocks leave over, a block with empty lanes is as fast as one series after the other:
 * 7 took 0.95 to 1.02 of the time, 6 1.09 to 1.19, with H = 16 to 64.
 */
const LEAST_IN_BLOCK = 7;

/**
 * A network of zeros, or 0 when it does not fit in memory.
 *
 * @param keeps whether activations are worth keeping for `learn`: not where weights change while a window goes by
 */
export function create(
  cell: i32,
  inputs: i32,
  hidden: i32,
  layers: i32,
  targets: i32,
  distribution: bool,
  skip: bool,
  series: i32,
  window: i32,
  delay: i32,
  keeps: bool,
  threads: i32,
): usize {
  const perTape = offsetof<Tape>() + <usize>layers * offsetof<LayerTape>();
  const perShare = offsetof<Share>() + 2 * (offsetof<Band>() + 2 * perTape);
  const shapes = offsetof<Net>() + <usize>threads * perShare + <usize>layers * offsetof<Layer>();
  const block = heap.alloc(shapes);
  memory.fill(block, 0, shapes);
  const net = changetype<Net>(block);
  let at = block + offsetof<Net>();
  net.threads = threads;
  net.shares = at;
  at += <usize>threads * offsetof<Share>();
  net.layer = at;
  at += <usize>layers * offsetof<Layer>();
  for (let k = 0; k < threads; k++) {
    const share = shareAt(net, k);
    share.from = firstOf(k, series, threads);
    share.to = firstOf(k + 1, series, threads);
    const left = (share.to - share.from) % BLOCK;
    const parting = left < LEAST_IN_BLOCK ? share.to - left : share.to;
    share.blocks = bandIn(at, share.from, parting, BLOCK, perTape);
    at += offsetof<Band>() + 2 * perTape;
    share.singles = bandIn(at, parting, share.to, 1, perTape);
    at += offsetof<Band>() + 2 * perTape;
  }

  net.cell = cell;
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
  net.keeps = keeps && stepBytes * <u64>net.capacity * <u64>series <= KEEP_LIMIT;
  const newest = window + delay;
  if (!net.keeps) net.capacity = newest + (newest >> 2) + 1; // less room, moved more often
  startAt(0);
  place(net);
  const bytes = <usize>cursorAt();
  startAt(0);
  placeScratch(net);
  const scratch = <usize>cursorAt();
  if (<u64>bytes + LINE > LIMIT || <u64>scratch + LINE > LIMIT) {
    heap.free(block);
    return 0;
  }
  net.block = heap.alloc(bytes + <usize>LINE);
  memory.fill(net.block, 0, bytes + <usize>LINE);
  startAt((<u64>net.block + LINE - 1) & ~(LINE - 1));
  place(net);
  startAt(scratchFor(net, scratch));
  placeScratch(net);
  return block;
}

/** The first series of a share: rounded up, so that if any share is empty it is not the first. */
function firstOf(share: i32, series: i32, threads: i32): i32 {
  return <i32>((<i64>series * share + threads - 1) / threads);
}

function bandIn(at: usize, from: i32, to: i32, lanes: i32, perTape: usize): Band {
  const band = changetype<Band>(at);
  at += offsetof<Band>();
  band.from = from;
  band.to = to;
  band.history = tapeIn(at, lanes);
  band.work = tapeIn(at + perTape, lanes);
  return band;
}

function tapeIn(at: usize, lanes: i32): Tape {
  const tape = changetype<Tape>(at);
  tape.lanes = lanes;
  tape.layers = at + offsetof<Tape>();
  return tape;
}

export function destroy(pointer: usize): void {
  const net = changetype<Net>(pointer);
  giveBack(net);
  heap.free(net.block);
  heap.free(pointer);
}

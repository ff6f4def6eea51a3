import { LINE } from './layout';
import { Net } from './net';

/** Room for what `learn` needs for one call: gradient, derivatives, the window's activations. Nets of one shape share it. */
@unmanaged
class Scratch {
  next: usize; // the next one, of another shape
  users: i32;
  cell: i32;
  inputs: i32;
  hidden: i32;
  layers: i32;
  targets: i32;
  outputs: i32;
  skip: bool;
  series: i32;
  window: i32;
  threads: i32;
}

let first: usize = 0;

/** Where the scratch of such nets starts. @param bytes that it takes */
export function scratchFor(net: Net, bytes: usize): u64 {
  let at = first;
  while (at !== 0 && !fits(changetype<Scratch>(at), net)) at = changetype<Scratch>(at).next;
  if (at === 0) at = added(net, bytes);
  net.scratch = at;
  changetype<Scratch>(at).users++;
  return (<u64>at + offsetof<Scratch>() + LINE - 1) & ~(LINE - 1);
}

/** Says that the net needs it no more. */
export function giveBack(net: Net): void {
  const scratch = changetype<Scratch>(net.scratch);
  if (--scratch.users > 0) return;
  if (first === net.scratch) first = scratch.next;
  else {
    let before = changetype<Scratch>(first);
    while (before.next !== net.scratch) before = changetype<Scratch>(before.next);
    before.next = scratch.next;
  }
  heap.free(net.scratch);
}

function added(net: Net, bytes: usize): usize {
  const size = offsetof<Scratch>() + bytes + <usize>LINE;
  const at = heap.alloc(size);
  memory.fill(at, 0, size); // what only pads must be 0
  const scratch = changetype<Scratch>(at);
  scratch.next = first;
  scratch.cell = net.cell;
  scratch.inputs = net.inputs;
  scratch.hidden = net.hidden;
  scratch.layers = net.layers;
  scratch.targets = net.targets;
  scratch.outputs = net.outputs;
  scratch.skip = net.skip;
  scratch.series = net.series;
  scratch.window = net.window;
  scratch.threads = net.threads;
  first = at;
  return at;
}

/** Of the same shape every buffer has the same place, and what only pads is padding for all. */
function fits(scratch: Scratch, net: Net): bool {
  return (
    scratch.cell === net.cell &&
    scratch.inputs === net.inputs &&
    scratch.hidden === net.hidden &&
    scratch.layers === net.layers &&
    scratch.targets === net.targets &&
    scratch.outputs === net.outputs &&
    scratch.skip === net.skip &&
    scratch.series === net.series &&
    scratch.window === net.window &&
    scratch.threads === net.threads
  );
}

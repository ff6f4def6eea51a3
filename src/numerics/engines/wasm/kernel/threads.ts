import { advanceShare } from './advanceShare';
import { learnShare } from './learnShare';
import { Net, shareAt } from './net';

// What is to be done: words that the threads, which run the same module on one memory, all see. On the heap, for each
// thread that starts writes the module's static data again.
let control: usize = 0;
const ROUND = 0; // counts the tasks; threads sleep here until the next
const TASK = 4;
const NET = 8;
const SHARES = 12; // the same for all nets on one memory
const NEXT = 64; // the share to be taken next; on a cache line of its own, like the one after
const DONE = 128; // shares that are finished

export const ADVANCE = 0;
export const LEARN = 1;

/** Where the threads find what is to be done; to be called once, before they `serve`. */
export function openControl(): usize {
  control = (heap.alloc(256) + 63) & ~63;
  memory.fill(control, 0, 192);
  return control;
}

/** Has every share of the net worked on, by this thread and those that `serve`. */
export function share(net: Net, task: i32): void {
  if (!ASC_FEATURE_THREADS || net.threads === 1) {
    for (let k = 0; k < net.threads; k++) work(net, k, task);
    return;
  }
  store<i32>(control, task, TASK);
  store<usize>(control, changetype<usize>(net), NET);
  store<i32>(control, net.threads, SHARES);
  atomic.store<i32>(control, 0, DONE);
  atomic.store<i32>(control, 0, NEXT); // from here on shares can be taken
  atomic.add<i32>(control, 1, ROUND);
  atomic.notify(control + ROUND, -1);
  takeShares(); // all of them, if no other thread is up yet
  while (true) {
    const done = atomic.load<i32>(control, DONE);
    if (done === net.threads) break;
    atomic.wait<i32>(control + DONE, done, -1);
  }
}

/** The life of another thread, `at` what `openControl` gave: takes shares, sleeps until there are more. Never returns. */
export function serve(at: usize): void {
  if (!ASC_FEATURE_THREADS) return;
  control = at;
  while (true) {
    const round = atomic.load<i32>(control, ROUND);
    if (round !== 0) takeShares();
    atomic.wait<i32>(control + ROUND, round, -1);
  }
}

function takeShares(): void {
  while (true) {
    const index = atomic.add<i32>(control, 1, NEXT);
    if (index >= load<i32>(control, SHARES)) return; // a thread that woke late, too: the net may be gone by now
    work(changetype<Net>(load<usize>(control, NET)), index, load<i32>(control, TASK));
    atomic.add<i32>(control, 1, DONE);
    atomic.notify(control + DONE, 1);
  }
}

function work(net: Net, index: i32, task: i32): void {
  if (task === ADVANCE) advanceShare(net, shareAt(net, index));
  else learnShare(net, shareAt(net, index));
}

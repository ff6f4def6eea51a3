import { moveToStart } from './history';
import { Net } from './net';
import { ADVANCE, share } from './threads';

/** Advances every series by the event in `x` and leaves the outputs in `output`. */
export function advance(net: Net): void {
  if (net.position === net.capacity) moveToStart(net);
  share(net, ADVANCE);
  net.position++;
}

import { copyWindow } from './history';
import { forward, layerBack } from './layers';
import { lossBackBlock } from './learning/lossBlock';
import { lossBack } from './learning/losses';
import { headBack } from './linear/head';
import { headBackBlock } from './linear/headBlock';
import { Band, meanOver, Net, Share, Tape } from './net';

/** Loss and gradient of the series of one share. */
export function learnShare(net: Net, share: Share): void {
  share.loss = 0;
  learnBand(net, share, share.blocks);
  learnBand(net, share, share.singles);
}

function learnBand(net: Net, share: Share, band: Band): void {
  const first = net.position - net.delay - net.window;
  const cached = net.keeps && first >= net.fresh;
  const lanes = band.history.lanes;
  let history = band.history.base;
  for (let b = band.from; b < band.to; b += lanes, history += band.history.bytes) {
    let tape = band.history;
    let base = history;
    let from = first;
    if (!cached) {
      tape = band.work;
      base = tape.base;
      from = 0;
      copyWindow(net, band.history, history, first, tape);
      forward(net, tape, base, 0, net.window);
    }
    const add = b > share.from;
    back(net, share, tape, base, from, b, min(lanes, band.to - b), add);
  }
}

/** From the outputs of one tape's window, which starts at `from`, to loss and gradient of its `count` series. */
function back(net: Net, share: Share, tape: Tape, base: usize, from: i32, series: i32, count: i32, add: bool): void {
  const size = (<usize>net.window * <usize>net.targets) << 3; // of a series' sample
  const sample = net.sample + <usize>series * size;
  const weights = <usize>net.series * size;
  const mean = <f32>meanOver(net);
  const location = base + <usize>from * tape.outputBytes + tape.location;
  const logScale = base + <usize>from * tape.outputBytes + tape.logScale;
  if (tape.lanes === 1) {
    share.loss += lossBack(net, location, logScale, sample, weights, mean, share.dLocation, share.dLogScale);
    headBack(net, share, tape, base, from, add);
  } else {
    share.loss += lossBackBlock(net, share, location, logScale, sample, weights, mean, count);
    headBackBlock(net, share, tape, base, from, add);
  }
  for (let l = net.layers - 1; l >= 0; l--) layerBack(net, share, tape, base, from, l, add);
}

import { GRU } from './cells/codes';
import { gruKeepZeros } from './cells/gru';
import { gradientNorm, optimizerStep } from './learning/optimizers';
import { meanOver, Net, shareAt } from './net';
import { LEARN, share } from './threads';

/** One update from the window in the history and the sample; false when it was dropped. */
export function learn(net: Net): bool {
  share(net, LEARN);
  let loss = 0.0;
  for (let k = 0; k < net.threads; k++) {
    const part = shareAt(net, k);
    loss += part.loss;
    if (k > 0 && part.to > part.from) addTo(net.gradient, part.gradient, net.count);
  }
  if (net.cell === GRU) gruKeepZeros(net);
  loss *= meanOver(net);
  const norm = gradientNorm(net);
  store<f64>(net.report, loss, 8);
  store<f64>(net.report, norm, 16);
  if (!isFinite(loss) || !isFinite(norm)) return false;
  const scale = net.clipNorm / (norm + 1e-6);
  optimizerStep(net, load<f64>(net.report), scale < 1 ? <f32>scale : 1);
  net.fresh = net.position;
  return true;
}

function addTo(sum: usize, part: usize, count: i32): void {
  for (let end = sum + (<usize>count << 2); sum < end; sum += 16, part += 16) {
    v128.store(sum, f32x4.add(v128.load(sum), v128.load(part)));
  }
}

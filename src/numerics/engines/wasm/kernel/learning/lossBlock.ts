import { lossBack } from './losses';
import { BLOCK, Net, Share } from '../net';
import { transpose } from '../simd';

/**
 * As `lossBack`, for `count` series of a block: each has its numbers laid one behind the other, then put back.
 *
 * @param location (T, P, 8), logScale likewise
 * @param sample (count, T, P) float64 targets; the weights lie `weights` bytes behind them
 */
export function lossBackBlock(
  net: Net,
  share: Share,
  location: usize,
  logScale: usize,
  sample: usize,
  weights: usize,
  mean: f32,
  count: i32,
): f64 {
  const numbers = net.window * net.targets;
  const bytes = (<usize>(numbers + 3) & ~3) << 2; // from series to series
  const scales = share.series + <usize>BLOCK * bytes;
  const distribution = net.outputs > net.targets;
  toSeries(location, share.series, bytes);
  if (distribution) toSeries(logScale, scales, bytes);
  let loss = 0.0;
  let at: usize = 0;
  for (let s = 0; s < count; s++, at += bytes) {
    const own = share.series + at;
    loss += lossBack(net, own, scales + at, sample, weights, mean, own, scales + at);
    sample += <usize>numbers << 3;
  }
  // Lanes without a series teach nothing.
  memory.fill(share.series + at, 0, <usize>BLOCK * bytes - at);
  memory.fill(scales + at, 0, <usize>BLOCK * bytes - at);
  toLanes(share.series, bytes, share.dLocation);
  if (distribution) toLanes(scales, bytes, share.dLogScale);
  return loss;
}

function toSeries(lanes: usize, series: usize, bytes: usize): void {
  for (let k: usize = 0; k < bytes; k += 16, lanes += 128) {
    transpose(lanes, 32, series + k, bytes);
    transpose(lanes + 16, 32, series + 4 * bytes + k, bytes);
  }
}

function toLanes(series: usize, bytes: usize, lanes: usize): void {
  for (let k: usize = 0; k < bytes; k += 16, lanes += 128) {
    transpose(series + k, bytes, lanes, 32);
    transpose(series + 4 * bytes + k, bytes, lanes + 16, 32);
  }
}

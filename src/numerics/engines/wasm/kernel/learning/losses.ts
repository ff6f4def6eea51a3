import { exp } from '../cells/activations';
import { Net } from '../net';
import { madd, narrow } from '../simd';

// The order is the wrapper's; formulas and constants are those of src/numerics/losses.
const MSE = 0;
const HUBER = 1;
const GAUSSIAN = 2;
const LAPLACE = 3;

const HALF_LOG_TWO_PI: f32 = 0.9189385332046727;
const LN2: f32 = 0.6931471805599453;

/**
 * Σ weight·loss of one series' window, and mean·∂/∂output of it in dLocation and dLogScale.
 *
 * @param location (T, P), logScale likewise; both may be where their derivatives go
 * @param sample (T, P) float64 targets; the weights lie `weights` bytes behind them
 */
export function lossBack(
  net: Net,
  location: usize,
  logScale: usize,
  sample: usize,
  weights: usize,
  mean: f32,
  dLocation: usize,
  dLogScale: usize,
): f64 {
  const count = net.window * net.targets;
  const scale = f32x4.splat(mean);
  const zero = f32x4.splat(0);
  let lower = f64x2.splat(0);
  let upper = f64x2.splat(0);
  for (let k = 0; k < count; k += 4) {
    let weight = narrow(sample + weights);
    if (count - k < 4) weight = v128.and(weight, i32x4.lt_s(i32x4(0, 1, 2, 3), i32x4.splat(count - k)));
    const counts = f32x4.ne(weight, zero);
    const error = f32x4.sub(v128.load(location), narrow(sample));
    let loss: v128;
    let dError: v128;
    if (net.loss === MSE) {
      loss = f32x4.mul(error, error);
      dError = f32x4.add(error, error);
    } else if (net.loss === HUBER) {
      const delta = f32x4.splat(net.lossA);
      const size = f32x4.abs(error);
      const within = f32x4.le(size, delta);
      const half = f32x4.splat(0.5);
      const linear = f32x4.mul(delta, f32x4.sub(size, f32x4.mul(half, delta)));
      loss = v128.bitselect(f32x4.mul(half, f32x4.mul(error, error)), linear, within);
      dError = v128.bitselect(error, withSign(delta, error), within);
    } else {
      const s = v128.load(logScale);
      const inverse = exp(f32x4.neg(s));
      let dScale: v128;
      const one = f32x4.splat(1);
      if (net.loss === GAUSSIAN) {
        const ratio = f32x4.mul(error, inverse);
        const squared = f32x4.mul(ratio, ratio);
        loss = f32x4.add(madd(f32x4.splat(0.5), squared, s), f32x4.splat(HALF_LOG_TWO_PI));
        dError = f32x4.mul(ratio, inverse);
        dScale = f32x4.sub(one, squared);
      } else {
        const smooth = f32x4.splat(net.lossA);
        const ratio = f32x4.mul(f32x4.abs(error), inverse);
        const within = f32x4.lt(ratio, smooth);
        const part = f32x4.div(ratio, smooth); // used within only, where smooth is not 0
        const half = f32x4.splat(0.5);
        const slope = v128.bitselect(part, one, within);
        const size = v128.bitselect(f32x4.mul(half, madd(ratio, part, smooth)), ratio, within);
        const pull = f32x4.mul(slope, f32x4.pmin(inverse, f32x4.splat(net.lossB)));
        loss = f32x4.add(f32x4.add(s, size), f32x4.splat(LN2));
        dError = v128.andnot(withSign(pull, error), f32x4.eq(error, zero));
        dScale = f32x4.sub(one, f32x4.mul(slope, f32x4.pmin(ratio, f32x4.splat(net.lossC))));
      }
      v128.store(dLogScale, v128.and(f32x4.mul(f32x4.mul(weight, dScale), scale), counts));
    }
    v128.store(dLocation, v128.and(f32x4.mul(f32x4.mul(weight, dError), scale), counts));
    const charged = v128.and(f32x4.mul(weight, loss), counts);
    lower = f64x2.add(lower, f64x2.promote_low_f32x4(charged));
    upper = f64x2.add(upper, f64x2.promote_low_f32x4(v128.shuffle<f32>(charged, charged, 2, 3, 2, 3)));
    location += 16;
    logScale += 16;
    sample += 32;
    dLocation += 16;
    dLogScale += 16;
  }
  const total = f64x2.add(lower, upper);
  return f64x2.extract_lane(total, 0) + f64x2.extract_lane(total, 1);
}

/** size ≥ 0 with the sign of `sign`. */
// @ts-ignore: decorator
@inline
function withSign(size: v128, sign: v128): v128 {
  return v128.or(size, v128.and(sign, f32x4.splat(-0.0)));
}

import { Net } from './net';
import { flush, madd } from './simd';

// The order is the wrapper's; the rules are those of src/numerics/optim.
const SGD = 0;
const RMSPROP = 1;
const ADAM = 2;

// Small enough to change nothing beside any ε, large enough that squares are no denormals (1.2e-38).
const TINY_GRADIENT: f32 = 1e-17;
const TINY_MEAN: f32 = 1e-20;
const TINY_SQUARE: f32 = 1e-37;

/** The gradient's L2 norm. */
export function gradientNorm(net: Net): f64 {
  let a = f32x4.splat(0);
  let b = a;
  let c = a;
  let d = a;
  const end = net.gradient + (<usize>net.count << 2);
  for (let at = net.gradient; at < end; at += 64) {
    const w = v128.load(at, 0);
    const x = v128.load(at, 16);
    const y = v128.load(at, 32);
    const z = v128.load(at, 48);
    a = madd(w, w, a);
    b = madd(x, x, b);
    c = madd(y, y, c);
    d = madd(z, z, d);
  }
  const total = f32x4.add(f32x4.add(a, b), f32x4.add(c, d));
  const lower = f64x2.promote_low_f32x4(total);
  const upper = f64x2.promote_low_f32x4(v128.shuffle<f32>(total, total, 2, 3, 2, 3));
  const squares = f64x2.add(lower, upper);
  return Math.sqrt(f64x2.extract_lane(squares, 0) + f64x2.extract_lane(squares, 1));
}

/** Moves the parameters against scale · gradient. */
export function optimizerStep(net: Net, rate: f64, scale: f32): void {
  if (net.optimizer === ADAM) adam(net, rate, scale);
  else if (net.optimizer === RMSPROP) rmsProp(net, <f32>rate, scale);
  else if (net.optimizer === SGD) sgd(net, <f32>rate, scale);
}

function adam(net: Net, rate: f64, scale: f32): void {
  const n = load<f64>(net.report, 24) + 1;
  store<f64>(net.report, n, 24);
  const size = f32x4.splat(<f32>(rate / (1 - powerOf(net.decay1, n))));
  const correction = f32x4.splat(<f32>(1 / Math.sqrt(1 - powerOf(net.decay2, n))));
  const epsilon = f32x4.splat(<f32>net.epsilon);
  const keep1 = f32x4.splat(<f32>net.decay1);
  const take1 = f32x4.splat(<f32>(1 - net.decay1));
  const keep2 = f32x4.splat(<f32>net.decay2);
  const take2 = f32x4.splat(<f32>(1 - net.decay2));
  const clip = f32x4.splat(scale);
  const tinyGradient = f32x4.splat(TINY_GRADIENT);
  const tinyMean = f32x4.splat(TINY_MEAN);
  const tinySquare = f32x4.splat(TINY_SQUARE);
  let w = net.parameters;
  let g = net.gradient;
  let m = net.first;
  let v = net.second;
  const end = w + (<usize>net.count << 2);
  while (w != end) {
    const gradient = flush(f32x4.mul(clip, v128.load(g)), tinyGradient);
    const mean = flush(madd(take1, gradient, f32x4.mul(keep1, v128.load(m))), tinyMean);
    const square = flush(madd(f32x4.mul(take2, gradient), gradient, f32x4.mul(keep2, v128.load(v))), tinySquare);
    v128.store(m, mean);
    v128.store(v, square);
    const root = madd(f32x4.sqrt(square), correction, epsilon);
    v128.store(w, f32x4.sub(v128.load(w), f32x4.div(f32x4.mul(size, mean), root)));
    w += 16;
    g += 16;
    m += 16;
    v += 16;
  }
}

function rmsProp(net: Net, rate: f32, scale: f32): void {
  const keep = f32x4.splat(<f32>net.decay1);
  const take = f32x4.splat(<f32>(1 - net.decay1));
  const tinyGradient = f32x4.splat(TINY_GRADIENT);
  const tinySquare = f32x4.splat(TINY_SQUARE);
  for (let at: usize = 0, end = <usize>net.count << 2; at < end; at += 16) {
    const gradient = flush(f32x4.mul(f32x4.splat(scale), v128.load(net.gradient + at)), tinyGradient);
    const before = f32x4.mul(keep, v128.load(net.first + at));
    const square = flush(madd(f32x4.mul(take, gradient), gradient, before), tinySquare);
    v128.store(net.first + at, square);
    const root = f32x4.add(f32x4.sqrt(square), f32x4.splat(<f32>net.epsilon));
    const move = f32x4.div(f32x4.mul(f32x4.splat(rate), gradient), root);
    v128.store(net.parameters + at, f32x4.sub(v128.load(net.parameters + at), move));
  }
}

function sgd(net: Net, rate: f32, scale: f32): void {
  const momentum = f32x4.splat(<f32>net.decay1);
  const tiny = f32x4.splat(TINY_MEAN);
  for (let at: usize = 0, end = <usize>net.count << 2; at < end; at += 16) {
    const gradient = f32x4.mul(f32x4.splat(scale), v128.load(net.gradient + at));
    const velocity = flush(madd(momentum, v128.load(net.first + at), gradient), tiny);
    v128.store(net.first + at, velocity);
    const move = f32x4.mul(f32x4.splat(rate), velocity);
    v128.store(net.parameters + at, f32x4.sub(v128.load(net.parameters + at), move));
  }
}

/** decay^n; 0 once 1 − decay^n is 1 in float32 all the same. */
function powerOf(decay: f64, n: f64): f64 {
  return n * (1 - decay) > 20 ? 0 : Math.pow(decay, n); // decay^n < e^−20 = 2e-9
}

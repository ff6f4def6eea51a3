import { Net } from '../net';
import { coarsen, madd } from '../simd';

// The order is the wrapper's; the rules are those of src/numerics/optim.
const SGD = 0;
const RMSPROP = 1;
const ADAM = 2;

// What numbers are coarsened by: 6e-8 of it is far below any ε, and squares of what is left are no denormals (1.2e-38).
const COARSE_GRADIENT = 0; // 1e-9
const COARSE_MEAN = 4; // 1e-13
/** Mean squares stay at least this large: no denormals, and no 0/0 where nothing was ever learnt. */
const TINY_SQUARE = 8; // 1e-30
const TABLE = memory.data<f32>([1e-9, 1e-13, 1e-30, 0]);

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
  else if (net.optimizer === RMSPROP) rmsPropMove(net, <f32>rate, scale);
  else if (net.optimizer === SGD) sgdMove(net, <f32>rate, scale);
}

function adam(net: Net, rate: f64, scale: f32): void {
  const n = load<f64>(net.report, 24) + 1;
  store<f64>(net.report, n, 24);
  const size = rate / (1 - powerOf(net.decay1, n));
  const correction = 1 / Math.sqrt(1 - powerOf(net.decay2, n));
  // size·m / (√v·correction + ε), divided through by size: one multiplication less, and constants fit in registers.
  const slope = <f32>(correction / size);
  const offset = <f32>(net.epsilon / size);
  adamMove(net, slope, offset, <f32>(1 - net.decay1), <f32>(1 - net.decay2), scale);
}

export function adamMove(net: Net, slope: f32, offset: f32, share1: f32, share2: f32, scale: f32): void {
  const slopes = f32x4.splat(slope);
  const offsets = f32x4.splat(offset);
  const take1 = f32x4.splat(share1);
  const take2 = f32x4.splat(share2);
  const clip = f32x4.splat(scale);
  const coarseGradient = v128.load32_splat(TABLE, COARSE_GRADIENT);
  const coarseMean = v128.load32_splat(TABLE, COARSE_MEAN);
  const tinySquare = v128.load32_splat(TABLE, TINY_SQUARE);
  let w = net.parameters;
  let g = net.gradient;
  let m = net.first;
  let v = net.second;
  const end = w + (<usize>net.count << 2);
  while (w != end) {
    const gradient = coarsen(f32x4.mul(clip, v128.load(g)), coarseGradient);
    const oldMean = v128.load(m);
    const mean = coarsen(madd(take1, f32x4.sub(gradient, oldMean), oldMean), coarseMean);
    const oldSquare = v128.load(v);
    const change = f32x4.sub(f32x4.mul(gradient, gradient), oldSquare);
    const square = f32x4.pmax(madd(take2, change, oldSquare), tinySquare);
    v128.store(m, mean);
    v128.store(v, square);
    const root = madd(f32x4.sqrt(square), slopes, offsets);
    v128.store(w, f32x4.sub(v128.load(w), f32x4.div(mean, root)));
    w += 16;
    g += 16;
    m += 16;
    v += 16;
  }
}

export function rmsPropMove(net: Net, rate: f32, scale: f32): void {
  const clip = f32x4.splat(scale);
  const take = f32x4.splat(<f32>(1 - net.decay1));
  const epsilon = f32x4.splat(<f32>net.epsilon);
  const size = f32x4.splat(rate);
  const coarse = v128.load32_splat(TABLE, COARSE_GRADIENT);
  const tiny = v128.load32_splat(TABLE, TINY_SQUARE);
  for (let at: usize = 0, end = <usize>net.count << 2; at < end; at += 16) {
    const gradient = coarsen(f32x4.mul(clip, v128.load(net.gradient + at)), coarse);
    const oldSquare = v128.load(net.first + at);
    const change = f32x4.sub(f32x4.mul(gradient, gradient), oldSquare);
    const square = f32x4.pmax(madd(take, change, oldSquare), tiny);
    v128.store(net.first + at, square);
    const root = f32x4.add(f32x4.sqrt(square), epsilon);
    const move = f32x4.div(f32x4.mul(size, gradient), root);
    v128.store(net.parameters + at, f32x4.sub(v128.load(net.parameters + at), move));
  }
}

export function sgdMove(net: Net, rate: f32, scale: f32): void {
  const clip = f32x4.splat(scale);
  const momentum = f32x4.splat(<f32>net.decay1);
  const size = f32x4.splat(rate);
  const coarse = v128.load32_splat(TABLE, COARSE_MEAN);
  for (let at: usize = 0, end = <usize>net.count << 2; at < end; at += 16) {
    const gradient = f32x4.mul(clip, v128.load(net.gradient + at));
    const velocity = coarsen(madd(momentum, v128.load(net.first + at), gradient), coarse);
    v128.store(net.first + at, velocity);
    v128.store(net.parameters + at, f32x4.sub(v128.load(net.parameters + at), f32x4.mul(size, velocity)));
  }
}

/** decay^n; 0 once 1 − decay^n is 1 in float32 all the same. */
function powerOf(decay: f64, n: f64): f64 {
  if (n * (1 - decay) > 20) return 0; // decay^n < e^−20 = 2e-9
  let power: f64 = 1; // by squaring: Math.pow would bring 6 kB of tables
  for (let rest = <i32>n, square = decay; rest > 0; rest >>= 1, square *= square) if (rest & 1) power *= square;
  return power;
}

import { sigmoid, tanh } from './activations';
import { flush, madd } from './simd';

// Nothing beside what float32 keeps of numbers of ordinary size, yet products of these with gates are no denormals (1.2e-38).
const TINY_CELL: f32 = 1e-10;
const TINY_GRADIENT: f32 = 1e-15;

/** From pre-activations to activations in `gates` (in place), and on to c, tanh(c) and h. */
export function cellForward(gates: usize, c: usize, nextC: usize, shown: usize, h: usize, panels: i32): void {
  while (true) {
    const i = sigmoid(v128.load(gates, 0));
    v128.store(gates, i, 0);
    if (!gates) break; // never, like the next: ends the basic block
    const f = sigmoid(v128.load(gates, 16));
    v128.store(gates, f, 16);
    if (!c) break;
    const g = tanh(v128.load(gates, 32));
    v128.store(gates, g, 32);
    if (!h) break;
    const o = sigmoid(v128.load(gates, 48));
    v128.store(gates, o, 48);
    if (!nextC) break;
    const next = flush(madd(i, g, f32x4.mul(f, v128.load(c))), f32x4.splat(TINY_CELL));
    const show = tanh(next);
    v128.store(nextC, next);
    v128.store(shown, show);
    v128.store(h, f32x4.mul(o, show));
    if (--panels === 0) break;
    gates += 64;
    c += 16;
    nextC += 16;
    shown += 16;
    h += 16;
  }
}

/** From ∂loss/∂h (from above, and in dh from the step after) and dc to dz; dc becomes ∂loss/∂c of the step before. */
export function cellBack(
  gates: usize,
  c: usize,
  shown: usize,
  above: usize,
  dh: usize,
  dc: usize,
  dz: usize,
  panels: i32,
): void {
  const one = f32x4.splat(1);
  const tiny = f32x4.splat(TINY_GRADIENT);
  for (let p = 0; p < panels; p++) {
    const i = v128.load(gates, 0);
    const f = v128.load(gates, 16);
    const g = v128.load(gates, 32);
    const o = v128.load(gates, 48);
    const show = v128.load(shown);
    const h = flush(f32x4.add(v128.load(above), v128.load(dh)), tiny);
    const oh = f32x4.mul(o, h);
    const d = flush(f32x4.add(v128.load(dc), f32x4.sub(oh, f32x4.mul(oh, f32x4.mul(show, show)))), tiny);
    const di = f32x4.mul(d, i);
    const df = f32x4.mul(d, f);
    v128.store(dz, f32x4.mul(f32x4.mul(di, g), f32x4.sub(one, i)), 0);
    v128.store(dz, f32x4.mul(f32x4.mul(df, v128.load(c)), f32x4.sub(one, f)), 16);
    v128.store(dz, f32x4.sub(di, f32x4.mul(di, f32x4.mul(g, g))), 32);
    v128.store(dz, f32x4.mul(f32x4.mul(oh, show), f32x4.sub(one, o)), 48);
    v128.store(dc, df);
    gates += 64;
    c += 16;
    shown += 16;
    above += 16;
    dh += 16;
    dc += 16;
    dz += 64;
  }
}

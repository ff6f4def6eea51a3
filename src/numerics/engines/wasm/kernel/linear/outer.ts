import { madd } from '../simd';

/**
 * The gradient of a layer's panels: Σ over `steps` of dz·vᵀ, and of dz for both biases, as one matrix product.
 *
 * @param add to what is there, or overwrite
 */
export function outer(
  gradient: usize,
  rows: i32,
  v: usize,
  vBytes: usize,
  dz: usize,
  dzBytes: usize,
  panels: i32,
  steps: i32,
  add: bool,
): void {
  const end = dz + <usize>steps * dzBytes;
  let g = gradient;
  let stop = end;
  for (let p = 0; p < panels; p++) {
    biasGradient(g, dz, stop, dzBytes, add);
    g += 128;
    let from = v;
    let left = rows;
    for (; left >= 2; left -= 2) {
      let a0 = f32x4.splat(0);
      let a1 = a0;
      let a2 = a0;
      let a3 = a0;
      let b0 = a0;
      let b1 = a0;
      let b2 = a0;
      let b3 = a0;
      if (add) {
        a0 = v128.load(g, 0);
        a1 = v128.load(g, 16);
        a2 = v128.load(g, 32);
        a3 = v128.load(g, 48);
        b0 = v128.load(g, 64);
        b1 = v128.load(g, 80);
        b2 = v128.load(g, 96);
        b3 = v128.load(g, 112);
      }
      let x = from;
      let d = dz;
      while (true) {
        const d0 = v128.load(d, 0);
        const d1 = v128.load(d, 16);
        const d2 = v128.load(d, 32);
        const d3 = v128.load(d, 48);
        const x0 = v128.load32_splat(x);
        const x1 = v128.load32_splat(x, 4);
        a0 = madd(x0, d0, a0);
        a1 = madd(x0, d1, a1);
        a2 = madd(x0, d2, a2);
        a3 = madd(x0, d3, a3);
        b0 = madd(x1, d0, b0);
        b1 = madd(x1, d1, b1);
        b2 = madd(x1, d2, b2);
        b3 = madd(x1, d3, b3);
        d += dzBytes;
        if (d == stop) break;
        x += vBytes;
      }
      v128.store(g, a0, 0);
      v128.store(g, a1, 16);
      v128.store(g, a2, 32);
      v128.store(g, a3, 48);
      v128.store(g, b0, 64);
      v128.store(g, b1, 80);
      v128.store(g, b2, 96);
      v128.store(g, b3, 112);
      g += 128;
      from += 8;
    }
    if (left > 0) {
      let a0 = f32x4.splat(0);
      let a1 = a0;
      let a2 = a0;
      let a3 = a0;
      if (add) {
        a0 = v128.load(g, 0);
        a1 = v128.load(g, 16);
        a2 = v128.load(g, 32);
        a3 = v128.load(g, 48);
      }
      let x = from;
      let d = dz;
      while (true) {
        const x0 = v128.load32_splat(x);
        a0 = madd(x0, v128.load(d, 0), a0);
        a1 = madd(x0, v128.load(d, 16), a1);
        a2 = madd(x0, v128.load(d, 32), a2);
        a3 = madd(x0, v128.load(d, 48), a3);
        d += dzBytes;
        if (d == stop) break;
        x += vBytes;
      }
      v128.store(g, a0, 0);
      v128.store(g, a1, 16);
      v128.store(g, a2, 32);
      v128.store(g, a3, 48);
      g += 64;
    }
    dz += 64;
    stop += 64;
  }
}

export function biasGradient(g: usize, dz: usize, end: usize, dzBytes: usize, add: bool): void {
  let a0 = f32x4.splat(0);
  let a1 = a0;
  let a2 = a0;
  let a3 = a0;
  if (add) {
    a0 = v128.load(g, 0);
    a1 = v128.load(g, 16);
    a2 = v128.load(g, 32);
    a3 = v128.load(g, 48);
  }
  for (let d = dz; d != end; d += dzBytes) {
    a0 = f32x4.add(a0, v128.load(d, 0));
    a1 = f32x4.add(a1, v128.load(d, 16));
    a2 = f32x4.add(a2, v128.load(d, 32));
    a3 = f32x4.add(a3, v128.load(d, 48));
  }
  for (let copy = 0; copy < 2; copy++, g += 64) {
    v128.store(g, a0, 0);
    v128.store(g, a1, 16);
    v128.store(g, a2, 32);
    v128.store(g, a3, 48);
  }
}

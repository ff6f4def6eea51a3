import { biasGradient } from './outer';
import { madd, transpose } from '../simd';

/**
 * As `outer`, for a block of 8 series: v is (steps, rows, 8), dz (steps, units, 2 halves, 4 gates, 4 series).
 *
 * @param panel room for (steps, 8, 4 gates, 4 units): a panel's dz is packed there series by series, where it stays in the
 *   first cache for all rows; as it lies in dz, its lines are far apart and the sums would go across vectors
 */
export function outerBlock(
  gradient: usize,
  rows: i32,
  v: usize,
  vBytes: usize,
  dz: usize,
  dzBytes: usize,
  panels: i32,
  steps: i32,
  panel: usize,
  add: bool,
): void {
  const end = panel + (<usize>steps << 9);
  for (let p = 0; p < panels; p++) {
    packPanel(dz, dzBytes, steps, panel);
    biasGradient(gradient, panel, end, 64, add);
    outerPanel(gradient + 128, rows, v, vBytes, panel, end, add);
    gradient += <usize>(rows + 2) << 6;
    dz += 512;
  }
}

export function packPanel(dz: usize, dzBytes: usize, steps: i32, to: usize): void {
  for (let t = 0; t < steps; t++) {
    for (let half: usize = 0; half < 2; half++) {
      const from = dz + (half << 6);
      const series = to + (half << 8);
      for (let gate: usize = 0; gate < 64; gate += 16) transpose(from + gate, 128, series + gate, 64);
    }
    dz += dzBytes;
    to += 512;
  }
}

export function outerPanel(g: usize, rows: i32, v: usize, vBytes: usize, dz: usize, end: usize, add: bool): void {
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
    let x = v;
    let d = dz;
    while (true) {
      const stepEnd = x + 32;
      while (true) {
        const d0 = v128.load(d, 0);
        const d1 = v128.load(d, 16);
        const d2 = v128.load(d, 32);
        const d3 = v128.load(d, 48);
        const x0 = v128.load32_splat(x);
        const x1 = v128.load32_splat(x, 32);
        a0 = madd(x0, d0, a0);
        a1 = madd(x0, d1, a1);
        a2 = madd(x0, d2, a2);
        a3 = madd(x0, d3, a3);
        b0 = madd(x1, d0, b0);
        b1 = madd(x1, d1, b1);
        b2 = madd(x1, d2, b2);
        b3 = madd(x1, d3, b3);
        d += 64;
        x += 4;
        if (x == stepEnd) break;
      }
      if (d == end) break;
      x += vBytes - 32;
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
    v += 64;
  }
  if (left > 0) lastRow(g, v, vBytes, dz, end, add);
}

/** Even and odd series apart: four sums alone would wait for one another. */
export function lastRow(g: usize, x: usize, vBytes: usize, d: usize, end: usize, add: bool): void {
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
  }
  while (true) {
    const stepEnd = x + 32;
    while (true) {
      const x0 = v128.load32_splat(x);
      x += 4;
      a0 = madd(x0, v128.load(d, 0), a0);
      a1 = madd(x0, v128.load(d, 16), a1);
      a2 = madd(x0, v128.load(d, 32), a2);
      a3 = madd(x0, v128.load(d, 48), a3);
      if (!x) break; // never: ends the basic block
      const x1 = v128.load32_splat(x);
      x += 4;
      b0 = madd(x1, v128.load(d, 64), b0);
      b1 = madd(x1, v128.load(d, 80), b1);
      b2 = madd(x1, v128.load(d, 96), b2);
      b3 = madd(x1, v128.load(d, 112), b3);
      d += 128;
      if (x == stepEnd) break;
    }
    if (d == end) break;
    x += vBytes - 32;
  }
  v128.store(g, f32x4.add(a0, b0), 0);
  v128.store(g, f32x4.add(a1, b1), 16);
  v128.store(g, f32x4.add(a2, b2), 32);
  v128.store(g, f32x4.add(a3, b3), 48);
}

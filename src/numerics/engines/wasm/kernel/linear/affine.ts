import { madd, sums } from '../simd';

// Loops here, in outer.ts and their likes for blocks are `while (true)` with an exit between copies of the body: V8 hoists all loads of a basic block above its
// arithmetic, and more than some 15 live vectors spill. Eight accumulators and six loads a block are the most that fits.

/** z = W·v + biasIh + biasHh; `w` is the layer's panels, z is (panels, 16). Each sum goes row by row. */
export function affine(w: usize, v: usize, rows: i32, z: usize, panels: i32): void {
  const end = v + (<usize>rows << 2);
  let left = panels;
  for (; left >= 2; left -= 2) {
    let q = w + (<usize>(rows + 2) << 6); // the next panel
    let a0 = f32x4.add(v128.load(w, 0), v128.load(w, 64));
    let a1 = f32x4.add(v128.load(w, 16), v128.load(w, 80));
    let a2 = f32x4.add(v128.load(w, 32), v128.load(w, 96));
    let a3 = f32x4.add(v128.load(w, 48), v128.load(w, 112));
    let b0 = f32x4.add(v128.load(q, 0), v128.load(q, 64));
    let b1 = f32x4.add(v128.load(q, 16), v128.load(q, 80));
    let b2 = f32x4.add(v128.load(q, 32), v128.load(q, 96));
    let b3 = f32x4.add(v128.load(q, 48), v128.load(q, 112));
    w += 128;
    q += 128;
    let at = v;
    while (true) {
      const x = v128.load32_splat(at);
      at += 4;
      a0 = madd(x, v128.load(w, 0), a0);
      a1 = madd(x, v128.load(w, 16), a1);
      a2 = madd(x, v128.load(w, 32), a2);
      a3 = madd(x, v128.load(w, 48), a3);
      w += 64;
      if (!q) break; // never: ends the basic block
      b0 = madd(x, v128.load(q, 0), b0);
      b1 = madd(x, v128.load(q, 16), b1);
      b2 = madd(x, v128.load(q, 32), b2);
      b3 = madd(x, v128.load(q, 48), b3);
      q += 64;
      if (at == end) break;
    }
    v128.store(z, a0, 0);
    v128.store(z, a1, 16);
    v128.store(z, a2, 32);
    v128.store(z, a3, 48);
    v128.store(z, b0, 64);
    v128.store(z, b1, 80);
    v128.store(z, b2, 96);
    v128.store(z, b3, 112);
    z += 128;
    w = q;
  }
  if (left > 0) {
    let a0 = f32x4.add(v128.load(w, 0), v128.load(w, 64));
    let a1 = f32x4.add(v128.load(w, 16), v128.load(w, 80));
    let a2 = f32x4.add(v128.load(w, 32), v128.load(w, 96));
    let a3 = f32x4.add(v128.load(w, 48), v128.load(w, 112));
    w += 128;
    for (let at = v; at != end; at += 4, w += 64) {
      const x = v128.load32_splat(at);
      a0 = madd(x, v128.load(w, 0), a0);
      a1 = madd(x, v128.load(w, 16), a1);
      a2 = madd(x, v128.load(w, 32), a2);
      a3 = madd(x, v128.load(w, 48), a3);
    }
    v128.store(z, a0, 0);
    v128.store(z, a1, 16);
    v128.store(z, a2, 32);
    v128.store(z, a3, 48);
  }
}

/** out = Wᵀ·dz for `count` rows (a multiple of 4) from `row` on; `w` is the layer's panels, `rows` long each. */
export function affineBack(w: usize, rows: i32, dz: usize, panels: i32, row: i32, count: i32, out: usize): void {
  const panelBytes = <usize>(rows + 2) << 6;
  const end = dz + (<usize>panels << 6);
  let from = w + 128 + (<usize>row << 6);
  let left = count;
  for (; left >= 8; left -= 8) {
    let a0 = f32x4.splat(0);
    let a1 = a0;
    let a2 = a0;
    let a3 = a0;
    let a4 = a0;
    let a5 = a0;
    let a6 = a0;
    let a7 = a0;
    let q = from;
    let at = dz;
    while (true) {
      // One panel; gate by gate, rows 0–3 and 4–7.
      const stop = at + 64;
      while (true) {
        const d = v128.load(at);
        a0 = madd(d, v128.load(q, 0), a0);
        a1 = madd(d, v128.load(q, 64), a1);
        a2 = madd(d, v128.load(q, 128), a2);
        a3 = madd(d, v128.load(q, 192), a3);
        at += 16;
        if (!q) break; // never: ends the basic block
        a4 = madd(d, v128.load(q, 256), a4);
        a5 = madd(d, v128.load(q, 320), a5);
        a6 = madd(d, v128.load(q, 384), a6);
        a7 = madd(d, v128.load(q, 448), a7);
        q += 16;
        if (at == stop) break;
      }
      if (at == end) break;
      q += panelBytes - 64;
    }
    v128.store(out, sums(a0, a1, a2, a3));
    v128.store(out, sums(a4, a5, a6, a7), 16);
    out += 32;
    from += 512;
  }
  if (left > 0) {
    let a0 = f32x4.splat(0);
    let a1 = a0;
    let a2 = a0;
    let a3 = a0;
    let q = from;
    let at = dz;
    while (true) {
      const stop = at + 64;
      while (true) {
        const d = v128.load(at);
        a0 = madd(d, v128.load(q, 0), a0);
        a1 = madd(d, v128.load(q, 64), a1);
        a2 = madd(d, v128.load(q, 128), a2);
        a3 = madd(d, v128.load(q, 192), a3);
        at += 16;
        q += 16;
        if (at == stop) break;
      }
      if (at == end) break;
      q += panelBytes - 64;
    }
    v128.store(out, sums(a0, a1, a2, a3));
  }
}

import { madd } from '../simd';

// As affine.ts, for a block of 8 series. Weights are splatted: each is loaded once for two vectors of series, so that
// arithmetic and not loading sets the pace. A splat load with an offset costs V8 one instruction more, hence `w +=`.

/** z = W·v + biasIh + biasHh; v is (rows, 8), z (units, 2 halves, 4 gates, 4 series). Sums in the order of `affine`. */
export function affineBlock(w: usize, v: usize, rows: i32, z: usize, panels: i32): void {
  const end = v + (<usize>rows << 5);
  const panelBytes = <usize>(rows + 2) << 6;
  for (let p = 0; p < panels; p++, w += panelBytes - 16) {
    for (let unit = 0; unit < 4; unit++, w += 4, z += 128) {
      let a0 = f32x4.add(v128.load32_splat(w), v128.load32_splat(w, 64));
      let a1 = f32x4.add(v128.load32_splat(w, 16), v128.load32_splat(w, 80));
      let a2 = f32x4.add(v128.load32_splat(w, 32), v128.load32_splat(w, 96));
      let a3 = f32x4.add(v128.load32_splat(w, 48), v128.load32_splat(w, 112));
      let b0 = a0;
      let b1 = a1;
      let b2 = a2;
      let b3 = a3;
      let q = w + 128;
      let at = v;
      while (true) {
        const x = v128.load(at);
        const y = v128.load(at, 16);
        at += 32;
        const w0 = v128.load32_splat(q);
        q += 16;
        a0 = madd(w0, x, a0);
        b0 = madd(w0, y, b0);
        const w1 = v128.load32_splat(q);
        q += 16;
        a1 = madd(w1, x, a1);
        b1 = madd(w1, y, b1);
        const w2 = v128.load32_splat(q);
        q += 16;
        a2 = madd(w2, x, a2);
        b2 = madd(w2, y, b2);
        const w3 = v128.load32_splat(q);
        q += 16;
        a3 = madd(w3, x, a3);
        b3 = madd(w3, y, b3);
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
    }
  }
}

/** out = Wᵀ·dz for `count` rows (a multiple of 4) from `row` on; dz is laid out as z above, out is (count, 8). */
export function affineBackBlock(w: usize, rows: i32, dz: usize, panels: i32, row: i32, count: i32, out: usize): void {
  const panelBytes = <usize>(rows + 2) << 6;
  const end = dz + (<usize>panels << 9);
  let from = w + 128 + (<usize>row << 6);
  for (let left = count; left > 0; left -= 4) {
    let a0 = f32x4.splat(0);
    let a1 = a0;
    let a2 = a0;
    let a3 = a0;
    let b0 = a0;
    let b1 = a0;
    let b2 = a0;
    let b3 = a0;
    let q = from;
    let at = dz;
    while (true) {
      const panelEnd = at + 512;
      while (true) {
        const unitEnd = at + 64;
        while (true) {
          // One gate of one unit; rows 0 to 3.
          const x = v128.load(at);
          const y = v128.load(at, 64);
          at += 16;
          const w0 = v128.load32_splat(q);
          q += 64;
          a0 = madd(w0, x, a0);
          b0 = madd(w0, y, b0);
          const w1 = v128.load32_splat(q);
          q += 64;
          a1 = madd(w1, x, a1);
          b1 = madd(w1, y, b1);
          const w2 = v128.load32_splat(q);
          q += 64;
          a2 = madd(w2, x, a2);
          b2 = madd(w2, y, b2);
          const w3 = v128.load32_splat(q);
          q -= 176;
          a3 = madd(w3, x, a3);
          b3 = madd(w3, y, b3);
          if (at == unitEnd) break;
        }
        at += 64;
        q -= 60;
        if (at == panelEnd) break;
      }
      if (at == end) break;
      q += panelBytes - 16;
    }
    v128.store(out, a0, 0);
    v128.store(out, b0, 16);
    v128.store(out, a1, 32);
    v128.store(out, b1, 48);
    v128.store(out, a2, 64);
    v128.store(out, b2, 80);
    v128.store(out, a3, 96);
    v128.store(out, b3, 112);
    out += 128;
    from += 256;
  }
}

// The precision to which numbers are rounded. 6e-8 of it is nothing compared with numbers of ordinary size, yet
// products of what is left with gates are no denormals (1.2e-38).
const TABLE = memory.data<f32>([1e-3, 1e-8]);

/** For what a cell carries from step to step. */
// @ts-ignore: decorator
@inline
export function coarseState(): v128 {
  return v128.load32_splat(TABLE, 0);
}

/** For gradients by it. */
// @ts-ignore: decorator
@inline
export function coarseGradient(): v128 {
  return v128.load32_splat(TABLE, 4);
}

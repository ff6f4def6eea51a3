/** Cuts `flat` into consecutive views of these sizes: parts with names of their own, one vector for the optimiser. */
export function views(flat: Float64Array, sizes: readonly number[]): Float64Array[] {
  let end = 0;
  return sizes.map((size) => {
    end += size;
    return flat.subarray(end - size, end);
  });
}

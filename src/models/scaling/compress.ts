/** Linear up to here; beyond, logarithmic. */
const KNEE = 2;
/** Reached at 55 standard deviations. */
const LIMIT = 6;

/**
 * Standard scores as the network's inputs: linear up to ±2, then logarithmic, never beyond ±6. One wild value
 * must not saturate every gate, yet has to remain distinguishable from a merely large one.
 */
export function compress(z: number): number {
  const size = Math.abs(z);
  return size <= KNEE ? z : Math.sign(z) * Math.min(LIMIT, KNEE + Math.log(1 + size - KNEE));
}

/** The inverse of {@link compress}; ±55 standard deviations at the limit and beyond. */
export function expand(x: number): number {
  const size = Math.abs(x);
  return size <= KNEE ? x : Math.sign(x) * (KNEE + Math.exp(Math.min(size, LIMIT) - KNEE) - 1);
}
